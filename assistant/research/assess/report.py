"""The report on one or several assessed applications: what a page shows of them, top to bottom."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.records import Language
from assistant.research import page, runs
from assistant.research.assess import pictures
from assistant.research.assess.application import ADVANTAGES
from assistant.research.assess.assessment import Assessment, Cited, to_json
from assistant.research.assess.assumptions import Assumption
from assistant.research.assess.costs import CLOUD, EDGE
from assistant.research.assess.scores import MOST, Score
from assistant.research.assess.wording import WORDS, Words
from assistant.research.page import Block, Grid, Heading, Paragraph, Picture, Source, Sources
from assistant.research.wording import WORDS as REPORT_WORDS
from assistant.research.wording import note

# Bars that a sensitivity picture has room for.
_MOST_BARS = 8


def write(folder: Path, assessments: Sequence[Assessment], language: Language) -> None:
    """Write `assessment.html`, `.md` and `.json` to `folder`. Raises FaultError."""
    words, blocks = WORDS[language], tuple(of(assessments, language))
    runs.write(folder / "assessment.html", page.html(words.title, words.lang, blocks))
    runs.write(folder / "assessment.md", page.markdown(words.title, blocks))
    runs.write(folder / "assessment.json", runs.as_json(as_dict(assessments, language)))


def as_dict(assessments: Sequence[Assessment], language: Language) -> dict[str, object]:
    """Return what `assess --json` prints."""
    return {"language": language, "assessments": [to_json(assessment) for assessment in assessments]}


def of(assessments: Sequence[Assessment], language: Language) -> Iterator[Block]:
    """Yield the blocks of the report: a comparison where there are several, then each application."""
    words = WORDS[language]
    if len(assessments) > 1:
        yield Heading(2, words.compared)
        yield from _compared(assessments, words, language)
    for assessment in assessments:
        yield from _one(assessment, words, language)


def _compared(assessments: Sequence[Assessment], words: Words, language: Language) -> Iterator[Block]:
    yield _radar(assessments, words, language)
    names = tuple(words.advantage[a] for a in ADVANTAGES)
    yield Grid(
        (words.application, *names, words.overall, words.leans, words.break_even),
        tuple(
            (
                a.application.name.in_(language), *(str(s.value) for s in a.scores), f"{a.overall:g}",
                words.lean[a.lean], _months(a.comparison.break_even, a, words),
            )
            for a in assessments
        ),
        figures=1,
    )  # fmt: skip


def _one(assessment: Assessment, words: Words, language: Language) -> Iterator[Block]:
    application = assessment.application
    yield Heading(2, application.name.in_(language))
    yield Paragraph(application.description.in_(language))
    yield Paragraph(
        f"{words.leans}{words.colon}{words.lean[assessment.lean]}（{assessment.overall:g}/{MOST}）"
        if language == "zh-TW"
        else f"{words.leans} {words.lean[assessment.lean]} ({assessment.overall:g} of {MOST})",
        strong=True,
    )
    yield Paragraph(words.lean_rule, soft=True)
    yield Heading(3, words.scores)
    yield _radar((assessment,), words, language)
    for score in assessment.scores:
        yield from _score(score, assessment, words, language)
    yield from _costs(assessment, words, language)
    yield from _assumed(assessment, words, language)


def _radar(assessments: Sequence[Assessment], words: Words, language: Language) -> Picture:
    labels = [words.advantage[a] for a in ADVANTAGES]
    series = [(a.application.name.in_(language), [float(s.value) for s in a.scores]) for a in assessments]
    told = "; ".join(
        f"{name}{words.colon}"
        + words.comma.join(f"{label} {value:g}" for label, value in zip(labels, values, strict=True))
        for name, values in series
    )
    return Picture(pictures.radar(labels, series, words.radar), told)


def _score(score: Score, assessment: Assessment, words: Words, language: Language) -> Iterator[Block]:
    weight = assessment.application.weights[score.advantage]
    weighted = f"{words.comma}{words.weight} {weight:g}" if weight != 1 else ""
    yield Heading(4, f"{words.advantage[score.advantage]}{words.colon}{score.value}/{MOST}{weighted}")
    yield Paragraph(f"{words.inputs}{words.colon}{score.inputs.in_(language)}")
    yield Paragraph(f"{words.reason}{words.colon}{score.reason.in_(language)}")
    yield Paragraph(f"{words.rule}{words.colon}{score.rule.in_(language)}", soft=True)
    standing = [assessment.claims[claim] for claim in score.claims if claim in assessment.claims]
    lines = [(words.stands_on, cited) for cited in standing]
    lines += [(words.also, cited) for cited in assessment.evidence[score.advantage]]
    yield Sources(tuple(_source(cited, kind, language) for kind, cited in lines))


def _costs(assessment: Assessment, words: Words, language: Language) -> Iterator[Block]:
    comparison = assessment.comparison
    years = comparison.years
    yield Heading(3, words.costs)
    said = words.saving if comparison.saving >= 0 else words.extra
    yield Paragraph(said.format(years=years, amount=_money(abs(comparison.saving))), strong=True)
    yield Grid(
        (words.break_even, words.likely, words.best, words.worst),
        (("", *(_months(m, assessment, words) for m in (comparison.break_even, comparison.best, comparison.worst))),),
        figures=1,
    )
    told = words.course_text.format(
        years=years, edge=_money(comparison.edge.total), cloud=_money(comparison.cloud.total)
    )
    yield Picture(pictures.course(comparison, words.edge, words.cloud, words.years, words.course, told), told)
    names = dict.fromkeys((*EDGE, *CLOUD))
    edge, cloud = comparison.edge.items, comparison.cloud.items
    rows = [(words.items[n], _money(edge.get(n)), _money(cloud.get(n))) for n in names if edge.get(n) or cloud.get(n)]
    rows.append((words.total, _money(comparison.edge.total), _money(comparison.cloud.total)))
    edge_range, cloud_range = (
        f"{_money(r[0])} – {_money(r[1])}" for r in (comparison.edge_range, comparison.cloud_range)
    )
    rows.append((words.ranged, edge_range, cloud_range))
    yield Grid((f"{words.item} (US$)", words.edge, words.cloud), tuple(rows), figures=1)
    yield from _budget(assessment, words)
    strongest = [(s, s.assumption.name.in_(language)) for s in comparison.sensitivity[:_MOST_BARS]]
    if strongest:
        yield Heading(4, words.sensitivity)
        yield Paragraph(words.sensitivity_text)
        yield Picture(pictures.sensitivity(strongest, comparison.saving, words.sensitivity), "")
        yield Grid(
            (words.assumption, words.low, words.high),
            tuple((name, _money(s.low), _money(s.high)) for s, name in strongest),
            figures=1,
        )


def _budget(assessment: Assessment, words: Words) -> Iterator[Block]:
    budget = assessment.application.load.budget
    if not budget:
        return
    year = {"edge": assessment.comparison.edge.spent[12], "cloud": assessment.comparison.cloud.spent[12]}
    fits = {side: words.within if spent <= budget else words.over for side, spent in year.items()}
    yield Paragraph(
        words.budget.format(
            budget=_money(budget), edge=_money(year["edge"]), cloud=_money(year["cloud"]),
            edge_fits=fits["edge"], cloud_fits=fits["cloud"],
        )
    )  # fmt: skip


def _assumed(assessment: Assessment, words: Words, language: Language) -> Iterator[Block]:
    assumed = tuple(assessment.application.assumed.values())
    yield Heading(4, words.assumptions)
    yield Paragraph(words.assumptions_text, soft=True)
    yield Grid(
        (words.assumption, words.value, words.basis),
        tuple((a.name.in_(language), _value(a), _basis(a, assessment, language)) for a in assumed),
    )
    if assessment.application.unsaid:
        yield Paragraph(words.unsaid.format(fields=words.comma.join(assessment.application.unsaid)), soft=True)
    if assessment.missing:
        yield Paragraph(words.missing.format(claims=words.comma.join(assessment.missing)), soft=True)
    cited = [assessment.claims[c] for a in assumed for c in a.claims if c in assessment.claims]
    yield Heading(4, words.sources)
    once = {one.claim or one.passage_id: one for one in cited}
    yield Sources(tuple(_source(one, one.claim or "", language) for one in once.values()))


def _value(assumption: Assumption) -> str:
    value = assumption.value
    amounts = f"{value.low:,g}" if value.low == value.high else f"{value.low:,g} / {value.likely:,g} / {value.high:,g}"
    return f"{amounts} {assumption.unit}"


def _basis(assumption: Assumption, assessment: Assessment, language: Language) -> str:
    claims = ", ".join(claim for claim in assumption.claims if claim in assessment.claims)
    why = assumption.why.in_(language)
    return f"{why} [{claims}]" if claims else why


def _source(cited: Cited, kind: str, language: Language) -> Source:
    words = REPORT_WORDS[language]
    sure = words.confidence[cited.confidence] if cited.confidence else ""
    about = (
        cited.publisher or "",
        cited.date or words.undated,
        sure,
        *(note(words, n) for n in cited.notes),
        cited.document,
        kind,
    )
    return Source(cited.text, cited.title, cited.url, about)


def _months(months: float | None, assessment: Assessment, words: Words) -> str:
    if months is None:
        return words.never.format(years=assessment.comparison.years)
    return words.months.format(months=months)


def _money(amount: float | None) -> str:
    return "–" if amount is None else f"{amount:,.0f}"
