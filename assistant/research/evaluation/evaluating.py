"""An evaluation from its start to its record: every model in turn on the same items."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.grounding import Grounder
from assistant.errors import AssistantError
from assistant.models.machine import examine
from assistant.research import runs
from assistant.research.evaluation import energy, judging, running
from assistant.research.evaluation.items import Suite
from assistant.research.evaluation.judging import Judged
from assistant.research.evaluation.replies import Replies
from assistant.research.evaluation.result import Evaluation, Profile
from assistant.research.evaluation.running import Heard, Outcome
from assistant.research.evaluation.subjects import Subject

Opening = tuple[str, Callable[[], AbstractContextManager[Subject]]]
"""The name of a model, and what loads it for as long as it is asked."""

REPLIES = "replies"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation with what lies behind it: the suites, and by row the outcome of each of their items."""

    evaluation: Evaluation
    suites: Sequence[Suite]
    outcomes: Mapping[str, Sequence[Outcome]]


def evaluate(
    openings: Sequence[Opening],
    suites: Sequence[Suite],
    profile: Profile,
    folder: Path,
    grounder: Grounder,
    *,
    fresh: bool = False,
    heard: Heard = lambda _: None,
) -> Evaluated:
    """Ask every model all items and return what was found; the first of `openings` is the extractive engine.

    Replies are kept in `folder`, and those that are there already are not asked for again, unless `fresh` is set. A
    model that can't be loaded, or fails on the way, is named in the remarks. Raises FaultError where nothing can be
    kept.
    """
    started, judged, remarks = runs.now(), list[Judged](), list[str]()
    outcomes: dict[str, Sequence[Outcome]] = {}
    for name, opening in openings:
        try:
            with opening() as subject:
                replies = Replies(folder / REPLIES / f"{subject.id}.jsonl", fresh=fresh)
                outcomes[subject.id] = running.run(subject, suites, replies, grounder, heard)
                judged.append(judging.judge(subject, suites, outcomes[subject.id]))
        except AssistantError as error:
            if not judged:  # the first one needs nothing but room to keep its replies
                raise
            remarks.append(f"{name}: {error.what}")
    judged.sort(key=lambda each: (-each.row.overall.value, each.row.name))
    recommended, reason = judging.recommend(judged)
    evaluation = Evaluation(
        started, runs.now(), profile, {suite.name: suite.fingerprint for suite in suites}, _machine(),
        energy.described(), tuple(each.row for each in judged), judging.compare(judged), recommended, dict(reason),
        tuple(remarks),
    )  # fmt: skip
    return Evaluated(evaluation, suites, outcomes)


def _machine() -> str:
    machine = examine()
    return f"{machine.cores} cores, {machine.memory / 2**30:.1f} GiB, {' '.join(machine.instructions)}".rstrip(" ,")
