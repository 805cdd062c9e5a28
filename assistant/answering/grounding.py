"""Grounded or silent: a statement passes only if a passage it cites carries it, checked in code and not by a model.

Each statement is held against the sentences of its passages: its figures, dates and names have to be there, and
enough of its words. What speaks against its being tied to the same things, pointing the same way, or claiming no more
than the passage is weighed together. A statement without a citation, or with a wrong one, is given the shown passage
that carries it, if one clearly does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.answering import wording
from assistant.answering.across import Across
from assistant.answering.assertions import Assertion, Reader
from assistant.answering.meaning import Meaning, Opinion
from assistant.answering.presence import carried, incidental, missing_name
from assistant.answering.unlisted import replaced_name
from assistant.answering.weighing import LEAST_ODDS, weigh
from assistant.answering.windows import Window, Windows
from assistant.corpus.glossary import Glossary
from assistant.index.dictionary import Dictionary
from assistant.records import Evidence
from assistant.records import Verdict as Outcome
from assistant.text import hostile

Check = Literal[
    "citation",
    "figure",
    "date",
    "name",
    "attribution",
    "negation",
    "direction",
    "strength",
    "content",
    "order",
    "quotation",
    "meaning",
]

# Set on the tuning half of tests/golden/grounding/tune.jsonl.
# The share of a statement's anchors that the passage has to have, in the statement's language and across languages.
LEAST_COVERAGE, LEAST_COVERAGE_ACROSS = 0.5, 0.6
# Of the words alone, figures and names aside: a sentence of right figures and other words says something else.
# Many right anchors leave fewer other words to look for: (weight of the figures and names found, least share).
LEAST_WORDS = ((12.0, 0.0), (9.0, 0.1), (0.0, 0.3))
# The share of each clause that has to stand in the passage: nothing may ride along with what is true.
LEAST_OF_CLAUSE, LEAST_CLAUSE = 0.2, 4.0
# Across languages only figures, names and glossary terms compare: this much of them has to be there to judge at all.
LEAST_ANCHORS_ACROSS = 4.0
# With words that a dictionary matches, each counting for half, less of the rest will do.
LEAST_BARE_ACROSS, LEAST_MET_ACROSS, LEAST_COVERAGE_MET, MET = 3.0, 5.0, 0.5, 0.5
# A citation the writer didn't give has to rest on more.
LEAST_TO_REPAIR = 0.55
_WINDOWS_TRIED = 5
# What a passage can lack that another one has; the other checks say that it says otherwise.
_ABSENT = ("figure", "date", "name", "content")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of checking a statement.

    `support` is 0 to 1. `spans` has, for each citation that stands (repaired ones as well), the place in the passage's
    text that carries the statement. `failed` and `reason` say what went wrong, `against` where (evidence number,
    start, end): the place that comes nearest, or contradicts. `meant` is the opinion of a model that decided it, either
    way, where one is configured.
    """

    verdict: Outcome
    support: float
    reason: str = ""
    failed: Check | None = None
    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    against: tuple[int, int, int] | None = None
    meant: Opinion | None = None

    @property
    def citations(self) -> tuple[int, ...]:
        """The evidence numbers that stand."""
        return tuple(self.spans)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A statement held against one passage."""

    support: float
    span: tuple[int, int]
    failed: Check | None = None
    detail: str = ""
    meant: Opinion | None = None


class Grounder:
    """Checks statements against evidence. Keeps what it has read of a passage, so use one for many statements."""

    def __init__(
        self,
        glossary: Glossary | None = None,
        dictionary: Dictionary | None = None,
        meaning: Callable[[], Meaning | None] = lambda: None,
    ) -> None:
        """Check with the names and terms of `glossary`, and across languages with the words of `dictionary`.

        `meaning` gives the model that is asked last, when one first is, or None.
        """
        self.reader = Reader(glossary or Glossary())
        self.windows = Windows(self.reader)
        self._across = Across(dictionary)
        self._meaning = meaning

    def prepare(self, shown: Iterable[Evidence]) -> None:
        """Read passages ahead, so that the first statement held against them waits no longer than others."""
        for evidence in shown:
            self.windows.of(evidence.hit)

    def check(self, text: str, citations: tuple[int, ...], evidence: Mapping[int, Evidence]) -> Verdict:
        """Return whether the evidence carries `text`, with its citations checked and, where needed, mended."""
        if hostile.is_order(text):
            return Verdict("unsupported", 0.0, wording.reason("order", self.reader.read(text).language), "order")
        if not citations and wording.asserts_nothing(text):
            return Verdict("supported", 1.0)
        cited = [n for n in citations if n in evidence]
        judged = self._judge_all(text, cited, evidence)
        good = {n: j for n, j in judged.items() if j.failed is None}
        if good:
            return _supported(good)
        # A passage that contradicts the statement as a whole doesn't carry it piece by piece.
        apart = all(j.failed in _ABSENT for j in judged.values() if j.support >= LEAST_TO_REPAIR)
        joint = self._by_clause(text, cited, evidence, least=0.0) if apart else {}
        if joint:
            return _supported(joint)
        # A passage that comes less near than a repair has to is worth a closer look only as the nearest of all.
        others = self._judge_all(text, [n for n in evidence if n not in cited], evidence, LEAST_TO_REPAIR)
        if not judged and others:
            closest = max(others, key=lambda n: (others[n].support, -n))
            others |= self._judge_all(text, [closest], evidence)
        clear = {n: j for n, j in others.items() if j.failed is None and j.support >= LEAST_TO_REPAIR}
        if clear:
            best = max(clear, key=lambda n: (clear[n].support, -n))
            return _supported({best: clear[best]})
        apart = apart and all(j.failed in _ABSENT for j in others.values() if j.support >= LEAST_TO_REPAIR)
        joint = self._by_clause(text, list(evidence), evidence, least=LEAST_TO_REPAIR) if apart else {}
        return _supported(joint) if joint else self._refuse(text, citations, judged, others)

    def _judge_all(
        self, text: str, numbers: Iterable[int], evidence: Mapping[int, Evidence], least: float = 0.0
    ) -> dict[int, _Judgement]:
        return {n: self._judge(text, self.windows.of(evidence[n].hit), least) for n in numbers}

    def _judge(self, text: str, windows: Sequence[Window], least: float) -> _Judgement:
        """Hold a statement against a passage: against the sentences most like it until one carries it.

        Those that have less than the share `least` of it aren't looked at closely: they lack its content.
        """
        verbatim = wording.quoted(text, windows[-1].passage) if windows else None
        if verbatim and not hostile.overlap(windows[-1].passage, *verbatim):
            return _Judgement(1.0, verbatim)
        statement = self.reader.read(text)
        best = _Judgement(0.0, (0, 0), "content")
        for share, window in nearest(statement, windows):
            if share >= least:
                failed, detail = self._compare(statement, window, share)
                failed, detail, meant = self._weigh(statement, window, failed, detail)
            else:
                failed, detail, meant = "content", "", None
            judgement = _Judgement(round(share, 3), (window.start, window.end), failed, detail, meant)
            if failed is None:
                return judgement
            best = judgement if best.support == 0.0 else best
        return best

    def _weigh(
        self, statement: Assertion, window: Window, failed: Check | None, detail: str
    ) -> tuple[Check | None, str, Opinion | None]:
        """Return the verdict of the checks in code, or of a model on what it may speak of: content and nothing else."""
        meaning = self._meaning() if failed in (None, "content") else None
        if meaning is None:
            return failed, detail, None
        # A clause that the passage lacks is asked about alone: beside what is true it would go unnoticed.
        riders = list(self._riders(statement, window)) if failed else []
        opinions = [meaning.of(text, window.said.text) for text in riders or [statement.text]]
        if failed and all(opinion.carried for opinion in opinions):
            return None, "", min(opinions, key=lambda opinion: opinion.score)
        if failed is None and opinions[0].denied:
            return "meaning", f"{opinions[0].by} {opinions[0].score:.2f}", opinions[0]
        return failed, detail, None

    def _compare(self, statement: Assertion, window: Window, share: float) -> tuple[Check | None, str]:
        """Return the check that fails, and what failed it: the first hard one, or what weighs most of the others."""
        statement, window = self.meet(statement, window)
        failed, detail = self.lacks(statement, window, share)
        if failed:
            return failed, detail
        weighed = weigh(statement, window, share)
        if weighed.heaviest is None or weighed.odds < LEAST_ODDS:
            return None, ""
        return weighed.heaviest.check, weighed.heaviest.about

    def meet(self, statement: Assertion, window: Window) -> tuple[Assertion, Window]:
        """Return both with the words that a dictionary matches, where they are in two languages."""
        statement, met = self._across.meet(statement, window.said)
        return statement, window if met is window.said else replace(window, said=met)

    def lacks(self, statement: Assertion, window: Window, share: float) -> tuple[Check | None, str]:
        """Return the first thing that the window has to have and lacks: a figure, quoted words, a name, the content."""
        for figure in statement.figures:
            if not carried(figure, statement, window) and not incidental(figure, statement, window.said):
                return "date" if figure.kind == "date" else "figure", statement.text[figure.start : figure.end]
        misquoted = wording.misquoted(statement, window)
        if misquoted:
            return "quotation", misquoted
        missing = missing_name(statement, window, self._across.ordinary) or replaced_name(statement, window)
        if missing:
            return "name", missing
        rider = next(self._riders(statement, window), "")
        return ("content", rider) if rider or not enough(statement, window, share) else (None, "")

    def _riders(self, statement: Assertion, window: Window) -> Iterator[str]:
        """Yield the clauses of the statement of which the window has next to nothing."""
        across = statement.language != window.said.language
        for clause in wording.clauses(statement.text, self.reader):
            weights = {k: w for k, w in self.reader.read(clause).weights.items() if not across or wording.comparable(k)}
            total = sum(weights.values())
            # Its figures and names were found before, in whatever form.
            found = sum(w for k, w in weights.items() if k[0] in "#@" or window.has(k))
            if total >= (LEAST_ANCHORS_ACROSS if across else LEAST_CLAUSE) and found < LEAST_OF_CLAUSE * total:
                yield clause

    def _by_clause(
        self, text: str, numbers: Sequence[int], evidence: Mapping[int, Evidence], least: float
    ) -> dict[int, _Judgement]:
        """Return the passages that carry a compound statement together, clause by clause, or nothing."""
        clauses = wording.clauses(text, self.reader)
        if len(clauses) < 2:
            return {}
        found: dict[int, _Judgement] = {}
        subject: Assertion | None = None
        for clause in clauses:
            said = self.reader.read(clause)
            carrying = {
                n: j for n, j in self._judge_all(clause, numbers, evidence, least).items()
                if j.failed is None and j.support >= least
                and (said.names or subject is None or self._speaks_of(subject, evidence[n]))
            }  # fmt: skip
            if not carrying:
                return {}
            best = max(carrying, key=lambda n: (carrying[n].support, -n))
            found.setdefault(best, carrying[best])
            subject = said if said.names else subject
        return found

    def _speaks_of(self, subject: Assertion, evidence: Evidence) -> bool:
        """Say whether the passage names what an earlier clause was about: a later clause leans on it."""
        windows = self.windows.of(evidence.hit)
        known = windows[-1].said.parts | windows[-1].context.parts if windows else frozenset()
        return any(part in known for name in subject.names for part in name.parts)

    def _refuse(
        self, text: str, citations: tuple[int, ...], judged: Mapping[int, _Judgement], others: Mapping[int, _Judgement]
    ) -> Verdict:
        """Return the unsupported verdict with the reason from the passage that came nearest."""
        language = self.reader.read(text).language
        pool = judged or others
        if not pool or (not judged and citations):
            return Verdict("unsupported", 0.0, wording.reason("citation", language), "citation")
        n = max(pool, key=lambda n: (pool[n].support, -n))
        closest = pool[n]
        failed: Check = closest.failed or "content"
        return Verdict(
            "unsupported", closest.support, wording.reason(failed, language, closest.detail), failed,
            against=(n, *closest.span) if closest.support else None, meant=closest.meant,
        )  # fmt: skip


def nearest(statement: Assertion, windows: Sequence[Window]) -> list[tuple[float, Window]]:
    """Return the windows that a statement is held against, with the share (0 to 1) they have of it, the most first."""
    covered = [(coverage(statement, window), window) for window in windows]
    return sorted(covered, key=lambda pair: (-pair[0], pair[1].end - pair[1].start))[:_WINDOWS_TRIED]


def coverage(statement: Assertion, window: Window) -> float:
    """Return the share (0 to 1) of the statement's anchors that stand in the window or above it.

    Across languages words and character pairs don't compare, so only the other anchors count.
    """
    across = statement.language != window.said.language
    wanted = {k: w for k, w in statement.weights.items() if not across or wording.comparable(k)}
    total = sum(wanted.values())
    return sum(w for k, w in wanted.items() if window.has(k)) / total if total else 0.0


def enough(statement: Assertion, window: Window, share: float) -> bool:
    """Say whether the window has enough of what the statement says, whose figures and names it was found to have."""
    if statement.language != window.said.language:
        there = sum(w for k, w in statement.weights.items() if wording.comparable(k) and window.has(k))
        met = sum(w for k, w in statement.weights.items() if not wording.comparable(k) and window.has(k))
        if there >= LEAST_ANCHORS_ACROSS and share >= LEAST_COVERAGE_ACROSS:
            return True
        enough_met = there >= LEAST_BARE_ACROSS and there + MET * met >= LEAST_MET_ACROSS
        return enough_met and share >= LEAST_COVERAGE_MET
    words = {k: w for k, w in statement.weights.items() if k[0] not in "#@"}
    total = sum(words.values())
    said = sum(w for k, w in words.items() if window.has(k)) / total if total else 1.0
    anchors = sum(w for k, w in statement.weights.items() if k not in words and window.has(k))
    least = next(least for weight, least in LEAST_WORDS if anchors >= weight)
    return share >= LEAST_COVERAGE and said >= least


def _supported(good: Mapping[int, _Judgement]) -> Verdict:
    support = min(j.support for j in good.values())
    meant = next((j.meant for j in good.values() if j.meant), None)
    return Verdict("supported", support, spans={n: j.span for n, j in good.items()}, meant=meant)
