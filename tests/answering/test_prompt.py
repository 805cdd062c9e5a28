from collections.abc import Iterator, Sequence

import pytest

from assistant.answering import prompt as prompts
from assistant.engines.extractive import ExtractiveEngine
from assistant.errors import FaultError, RefusedError
from assistant.records import Findings, Message, PartFindings, Prompt
from assistant.retrieval.parts import SubQuestion
from assistant.retrieval.widening import Plan
from tests.support.evidence import hit

HITS = tuple(
    hit(f"Passage number {n} about edge AI and what it costs.", claim=f"c{n}", score=1 / (n + 1)) for n in range(9)
)
FINDINGS = Findings(
    "What does edge AI cost and save?",
    "en",
    (PartFindings("What does edge AI cost?", HITS[:6]), PartFindings("What does edge AI save?", HITS[3:])),
    strength=1.0,
)


class Narrow(ExtractiveEngine):
    """An engine with a small window."""

    def __init__(self, window: int) -> None:
        self.window = window


def build(engine: ExtractiveEngine | None = None, **more: object) -> Prompt:
    return prompts.build(FINDINGS, engine or ExtractiveEngine(), evidence=9, max_tokens=100, **more)  # type: ignore[arg-type]


def test_the_parts_take_turns_and_no_passage_comes_twice() -> None:
    ids = [evidence.hit.passage.id for evidence in build().evidence]
    assert len(ids) == len(set(ids)) == 9
    assert ids[:2] == [HITS[0].passage.id, HITS[3].passage.id]
    assert [evidence.n for evidence in build().evidence] == list(range(1, 10))


def test_relevance_is_scaled_by_each_part_s_best() -> None:
    by_id = {evidence.hit.passage.id: evidence.relevance for evidence in build().evidence}
    assert by_id[HITS[0].passage.id] == (1.0, 0.0)
    assert by_id[HITS[3].passage.id] == (0.25, 1.0)


def test_what_does_not_fit_is_dropped_from_the_least_relevant_on() -> None:
    whole = build()
    room = ExtractiveEngine().count(whole.messages) + 100 - 30
    cut = build(Narrow(room))
    assert ExtractiveEngine().count(cut.messages) + 100 <= room
    assert [e.hit for e in cut.evidence] == [e.hit for e in whole.evidence][: len(cut.evidence)]
    assert {*(e.hit.passage.id for e in cut.evidence), *(h.passage.id for h in cut.dropped)} == {
        h.passage.id for h in HITS
    }


def test_a_question_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(RefusedError, match="too long"):
        build(Narrow(120))


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_rules_pass_their_own_check(language: str) -> None:
    assert "## " in prompts.rules(language)


@pytest.fixture
def fresh() -> Iterator[None]:
    prompts.rules.cache_clear()
    yield
    prompts.rules.cache_clear()


@pytest.mark.parametrize("text", ["Answer well.", prompts.RULES["en"] + " really" * 400])
def test_rules_that_lost_their_marks_or_grew_too_long_are_a_fault(
    text: str, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    monkeypatch.setitem(prompts.RULES, "en", text)
    with pytest.raises(FaultError, match="rules"):
        prompts.rules("en")


def _user(messages: Sequence[Message]) -> str:
    return messages[-1].content


def test_a_comparison_names_its_rows_and_a_length_is_said_in_a_line() -> None:
    parts = tuple(SubQuestion(part.question, part.question) for part in FINDINGS.parts)
    built = build(plan=Plan(parts, (("NVIDIA",), ("Intel", "英特爾"))), length="brief")
    assert "NVIDIA, Intel" in _user(built.messages)
    assert "brief" in _user(built.messages).lower()
    assert (built.rows, built.length) == ((("NVIDIA",), ("Intel", "英特爾")), "brief")
    assert "brief" not in _user(build().messages).lower()
