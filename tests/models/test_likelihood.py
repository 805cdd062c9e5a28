"""Likelihoods of replies against a plain run of the whole text, token after token."""

from collections.abc import Iterator

import numpy as np
import pytest

from assistant.errors import RefusedError
from assistant.models.chat import ChatFormat
from assistant.models.context import Context
from assistant.models.gguf import inspect
from assistant.models.likelihood import Scorer
from assistant.models.native import Weights
from assistant.records import Message
from tests.support import tiny_gguf

LONG = "Why at the edge? 為什麼要把模型放在現場？ " * 12
REPLIES = ("A", "B", "C", "D")
ENDINGS = ("the data stay on site", "資料留在現場", "it is cheaper", "no")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weights]:
    path = tiny_gguf.write(tmp_path_factory.mktemp("likelihood") / "tiny.gguf", says=None, context=2048)
    weights = Weights(path)
    yield weights
    weights.close()


@pytest.fixture
def scorer(weights: Weights) -> Iterator[Scorer]:
    scorer = Scorer(weights, ChatFormat(inspect(weights.path), weights), window=2048, threads=1)
    yield scorer
    scorer.close()


def plainly(weights: Weights, prompt: str, reply: str) -> float:
    """Return the log-likelihood of a reply, one token a step in a context of its own."""
    context = Context(weights, window=2048, piece=512, threads=1)
    begun, whole = weights.tokenize(prompt), weights.tokenize(prompt + reply)
    if weights.adds_bos:
        begun, whole = [weights.bos, *begun], [weights.bos, *whole]
    assert whole[: len(begun)] == begun, "the tiny tokenizer doesn't melt a reply into its prompt"
    found = 0.0
    for position, token in enumerate(whole[:-1]):
        context.decode([token], position)
        if position >= len(begun) - 1:
            logits = context.logits(0).astype(np.float64)
            found += float(logits[whole[position + 1]] - np.log(np.exp(logits - logits.max()).sum()) - logits.max())
    context.close()
    return found


@pytest.mark.parametrize("replies", [REPLIES, ENDINGS], ids=["letters", "endings"])
@pytest.mark.parametrize("text", ["Why?", LONG], ids=["short", "long"])
def test_each_reply_is_as_likely_as_a_plain_run_says(
    weights: Weights, scorer: Scorer, replies: tuple[str, ...], text: str
) -> None:
    messages = [Message("system", "Answer with a letter."), Message("user", text)]
    prompt = ChatFormat(inspect(weights.path), weights).render(messages)
    found = scorer.score(messages, replies)
    assert found == pytest.approx([plainly(weights, prompt, reply) for reply in replies], abs=2e-3)


def test_what_was_asked_before_changes_nothing(scorer: Scorer) -> None:
    asked = [Message("system", LONG), Message("user", "Why?")]
    first = scorer.score(asked, ENDINGS)
    scorer.score([Message("system", LONG), Message("user", "Where?")], REPLIES)
    scorer.score([Message("user", "Something else")], ENDINGS)
    assert scorer.score(asked, ENDINGS) == first


def test_likelihoods_are_those_of_a_distribution(weights: Weights, scorer: Scorer) -> None:
    letters = [chr(code) for code in range(ord("A"), ord("J") + 1)]
    found = scorer.score([Message("user", "Which?")], letters)
    assert all(value < 0 for value in found)
    assert sum(np.exp(found)) < 1


def test_what_does_not_fit_is_refused(scorer: Scorer) -> None:
    with pytest.raises(RefusedError, match="too many"):
        scorer.score([Message("user", LONG * 20)], REPLIES)
    with pytest.raises(RefusedError):
        scorer.score([Message("user", "Which?")], [str(n) for n in range(11)])
