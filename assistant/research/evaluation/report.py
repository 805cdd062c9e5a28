"""The report on an evaluation: what to use and why, the table, the pictures, and how sure it all is."""

from collections.abc import Iterator, Sequence

from assistant.records import Language
from assistant.research.evaluation import pictures
from assistant.research.evaluation.pictures import shown
from assistant.research.evaluation.result import KINDS, Evaluation, Row, Score
from assistant.research.evaluation.wording import WORDS, Words
from assistant.research.page import Block, Grid, Heading, Paragraph

LEAST_SPOKES = 3
"""A radar of fewer kinds is no picture."""

MOST_EARLIER = 10


def blocks(evaluation: Evaluation, language: Language, earlier: Sequence[Evaluation] = ()) -> Iterator[Block]:
    """Yield the blocks of the report, for `page.html`, `page.markdown` or a page of the browser.

    `earlier` evaluations, newest first, are listed at the end.
    """
    words = WORDS[language]
    best = evaluation.row(evaluation.recommended)
    yield Paragraph(f"{words.recommended}{words.colon}{shown(best, language)}", strong=True)
    yield Paragraph(evaluation.reason[language])
    yield Heading(2, words.scores)
    yield table(evaluation, language)
    if len(evaluation.rows[0].scores) >= LEAST_SPOKES:
        yield pictures.radar(evaluation, language)
    yield Paragraph(" ".join(_power(evaluation, words)), soft=True)
    yield Heading(2, words.trade)
    yield costs(evaluation, language)
    trade = pictures.trade(evaluation, language)
    if trade is not None:
        yield trade
    yield from _practical(evaluation, language)
    if evaluation.comparisons:
        yield Heading(2, words.compared)
        yield _pairs(evaluation, words)
    if any(row.own for row in evaluation.rows):
        yield Heading(2, words.own)
        yield _own(evaluation, language)
    if earlier:
        yield Heading(2, words.history)
        yield _history(earlier[:MOST_EARLIER], language)
    for remark in evaluation.remarks:
        yield Paragraph(remark, soft=True)
    suites = words.comma.join(f"{name} {version}" for name, version in evaluation.suites.items())
    yield Paragraph(
        words.basis.format(
            profile=words.profile[evaluation.profile], machine=evaluation.machine, energy=evaluation.energy,
            suites=suites,
        ),
        soft=True,
    )  # fmt: skip


def lines(evaluation: Evaluation, language: Language) -> list[str]:
    """Return the evaluation for a terminal: each model's scores and costs, then what to use and why."""
    words = WORDS[language]
    found = []
    for grid in (table(evaluation, language), costs(evaluation, language)):
        found += [
            f"{name}{words.colon}"
            + words.comma.join(f"{title} {cell}" for title, cell in zip(grid.head[1:], cells, strict=True))
            for name, *cells in grid.rows
        ]
    if any(row.own for row in evaluation.rows):
        found += [f"{name}{words.colon}{words.comma.join(cells)}" for name, *cells in _own(evaluation, language).rows]
    best = shown(evaluation.row(evaluation.recommended), language)
    power = "".join(_power(evaluation, words))
    return [*found, power, *evaluation.remarks, f"{words.recommended}{words.colon}{best}", evaluation.reason[language]]


def table(evaluation: Evaluation, language: Language) -> Grid:
    """Return the table of scores, a row for each model, the best first."""
    words = WORDS[language]
    rows = []
    for row in evaluation.rows:
        scores = (_score(row.scores[kind], words) if kind in row.scores else words.unknown for kind in KINDS)
        rows.append((shown(row, language), _score(row.overall, words), *scores))
    return Grid((words.model, words.overall, *words.kinds.values()), tuple(rows), figures=1)


def costs(evaluation: Evaluation, language: Language) -> Grid:
    """Return the table of what each model takes on this box, and how its choices were scored."""
    words = WORDS[language]
    head = (words.model, words.speed, words.seconds, words.memory, words.joules, words.how)
    return Grid(head, tuple(_cost(row, language) for row in evaluation.rows), figures=1)


def _cost(row: Row, language: Language) -> tuple[str, ...]:
    words, cost = WORDS[language], row.cost
    return (
        shown(row, language),
        f"{cost.speed:,.{0 if cost.speed >= 100 else 1}f}" if cost.speed else words.unknown,
        f"{cost.seconds:.2f}" if cost.seconds is not None else words.unknown,
        f"{cost.memory / 2**20:.0f} MiB" if cost.memory else words.unknown,
        f"{cost.joules:.1f}" if cost.joules is not None else words.unknown,
        words.likelihood if row.likelihood else words.letter,
    )


def _score(score: Score, words: Words) -> str:
    value, low, high = (f"{part * 100:.0f}" for part in (score.value, score.low, score.high))
    return words.interval.format(value=value, low=low, high=high)


def _power(evaluation: Evaluation, words: Words) -> Iterator[str]:
    best = evaluation.rows[0]
    kinds = words.comma.join(f"{words.kinds[k]} {s.tells * 100:.0f}" for k, s in best.scores.items())
    yield words.power.format(overall=f"{best.overall.tells * 100:.0f}")
    if kinds:
        yield words.power_of_kinds.format(kinds=kinds)


def _practical(evaluation: Evaluation, language: Language) -> Iterator[Block]:
    words = WORDS[language]
    rows = [row for row in evaluation.rows if row.practical]
    if not rows:
        return
    yield Heading(2, words.kinds["practical"])
    yield Grid(
        (words.model, *words.practical.values()),
        tuple(
            (shown(row, language), *(f"{row.practical[name] * 100:.0f}" for name in words.practical)) for row in rows
        ),
        figures=1,
    )


def _pairs(evaluation: Evaluation, words: Words) -> Grid:
    rows = []
    for pair in evaluation.comparisons:
        names = {"better": evaluation.row(pair.better).name, "other": evaluation.row(pair.other).name}
        value, low, high = (f"{part * 100:+.1f}" for part in (pair.difference, pair.low, pair.high))
        figure = words.interval.format(value=value, low=low, high=high)
        rows.append((words.against.format(**names), figure, words.told if pair.told else words.untold))
    return Grid((words.model, words.difference, ""), tuple(rows), figures=1)


def _history(earlier: Sequence[Evaluation], language: Language) -> Grid:
    words = WORDS[language]
    rows = []
    for evaluation in earlier:
        when = words.made.format(when=evaluation.finished, profile=words.profile[evaluation.profile])
        scored = words.comma.join(f"{shown(row, language)} {row.overall.value * 100:.0f}" for row in evaluation.rows)
        rows.append((when, evaluation.row(evaluation.recommended).name, scored))
    return Grid((words.history, words.recommended, words.overall), tuple(rows))


def _own(evaluation: Evaluation, language: Language) -> Grid:
    words = WORDS[language]
    names = tuple(dict.fromkeys(name for row in evaluation.rows for name in row.own))
    rows = tuple(
        (shown(row, language), *(_score(row.own[n], words) if n in row.own else words.unknown for n in names))
        for row in evaluation.rows
    )
    return Grid((words.model, *names), rows, figures=1)
