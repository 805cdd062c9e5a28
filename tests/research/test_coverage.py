"""Coverage: what bears on a question, counted over its parts."""

import json
from pathlib import Path

import pytest

from assistant import cli
from assistant.corpus.framework import Axis, Framework, Topic
from assistant.records import Confidence, Findings, Hit, Language, PartFindings, Passage, Reference, content_id
from assistant.research import coverage
from assistant.research.questions import Question
from tests.support import small_workspace

QUESTION = Question("q", "成本與隱私的好處？", "群組", "value", 3)
FRAMEWORK = Framework((Axis("value", "價值", "Value", topics=(Topic("cost", "成本", "Cost", ("成本",)),)),))


def hit(
    claim: str | None,
    score: float,
    url: str | None = None,
    date: str | None = "2025",
    confidence: Confidence | None = "high",
    language: Language = "zh-TW",
    topics: tuple[str, ...] = ("cost",),
    notes: tuple[str, ...] = (),
) -> Hit:
    reference = Reference(f"page of {claim}", url, None, date, confidence, notes)
    text = f"{claim} {language}"
    passage = Passage(
        content_id(text), "d", 0, 1, text, language, "claim", topics=topics, claim=claim, references=(reference,)
    )
    return Hit(passage, "briefs/cost.md", "Cost", score)


class Found:
    """A finder with the answer ready."""

    def __init__(self, *parts: tuple[Hit, ...]) -> None:
        self.parts = parts

    def find(self, question: str, *, limit: int) -> Findings:
        assert limit >= max(map(len, self.parts))
        found = tuple(PartFindings(f"part {n}", hits) for n, hits in enumerate(self.parts))
        return Findings(question, "zh-TW", found, 1.0)


def measured(*parts: tuple[Hit, ...], framework: Framework = FRAMEWORK) -> coverage.Coverage:
    (found,) = coverage.measure([QUESTION], Found(*parts), framework)
    return found


def test_a_claim_bears_with_half_the_score_of_the_eighth_best() -> None:
    scores = {"a": 9.0, "b": 1.9, "c": 1.8, "d": 1.7, "e": 1.6, "f": 1.5, "g": 1.2, "h": 1.0, "i": 0.5, "j": 0.49}
    found = measured(tuple(hit(claim, score) for claim, score in scores.items()))
    assert found.evidence.claims == tuple("abcdefghi")


def test_a_claim_counts_once_in_whichever_language_it_was_found() -> None:
    found = measured(
        (hit("a", 1.0, "https://example.org/"), hit("a", 0.9, language="en"), hit("b", 0.8, language="en"))
    )
    assert found.evidence.claims == ("a", "b")
    assert found.evidence.sources == 2


def test_a_recorded_gap_is_no_evidence() -> None:
    assert measured((hit("nothing found", 2.0, notes=("gap",)), hit("a", 1.0))).evidence.claims == ("a",)


def test_prose_and_other_topics_bear_on_nothing() -> None:
    strays = (hit(None, 2.0), hit("stray", 2.0, topics=("roadmap",)))
    assert measured((*strays, hit("a", 1.0))).evidence.claims == ("a",)
    # A question that the framework files nowhere takes any topic.
    assert measured((*strays, hit("a", 1.0)), framework=Framework()).evidence.claims == ("stray", "a")


def test_sources_are_sites_and_pages_without_address_are_titles() -> None:
    pages = ("https://www.example.org/a", "https://example.org/b", "https://other.example/c", None)
    found = measured(tuple(hit(str(n), 1.0, page) for n, page in enumerate(pages)))
    assert found.evidence.sources == 3


def test_dates_and_confidence_are_summed_up() -> None:
    found = measured(
        (
            hit("a", 1.0, date="2024-05", confidence="low"),
            hit("b", 1.0, date="2026-01-02"),
            hit("c", 1.0, date="2025", confidence=None),
            hit("d", 1.0, date=None),
        )
    ).evidence
    assert (found.newest, found.median) == ("2026-01-02", "2025")
    assert found.confidence == {"high": 2, "medium": 0, "low": 1}


def test_a_claim_is_a_part_s_own_where_it_scores_best() -> None:
    found = measured((hit("a", 1.0), hit("b", 0.6)), (hit("a", 0.9), hit("b", 0.7), hit("c", 0.8)))
    assert [part.own for part in found.parts] == [("a",), ("c", "b")]
    assert set(found.evidence.claims) == {"a", "b", "c"}


def test_what_a_question_lacks_is_said() -> None:
    found = measured((hit("a", 1.0, "https://example.org/"),), ())
    assert found.lacking == ("1 claims of 12", "1 sources of 6", "no claim of its own: part 1")
    enough = tuple(hit(str(n), 1.0, f"https://{n % 6}.example/") for n in range(12))
    assert measured(enough).lacking == ()


def test_nothing_found_is_no_evidence() -> None:
    found = measured(())
    assert found.evidence == coverage.Evidence((), 0, None, None, {"high": 0, "medium": 0, "low": 0})


def test_the_command_prints_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_workspace.make(tmp_path)
    assert cli.main(["refresh", "--workspace", str(tmp_path)]) == 0
    capsys.readouterr()
    assert cli.main(["coverage", "--json", "--workspace", str(tmp_path)]) == 0
    document = json.loads(capsys.readouterr().out)
    privacy, cost, english = document["questions"]
    assert {"privacy-hospital", "privacy-survey"} <= set(privacy["claim_ids"])
    assert privacy["confidence"]["high"] >= 1
    assert privacy["newest"] == "2025-06-12"
    assert [part["question"] for part in cost["parts"]] == ["邊緣 AI 能降低多少雲端成本？"]
    assert {"privacy-hospital", "privacy-survey"} <= set(english["claim_ids"])
    assert cli.main(["coverage", "--workspace", str(tmp_path)]) == 0
    assert "lacking: " in capsys.readouterr().out
