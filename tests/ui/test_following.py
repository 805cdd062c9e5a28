import pytest

from assistant.corpus.glossary import Entry, Glossary
from assistant.ui.following import resolve

GLOSSARY = Glossary((Entry("advantech", ("研華",), ("Advantech",)), Entry("edge-ai", ("邊緣 AI",), ("edge AI",))))


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "那 Intel 呢？", "Intel 在邊緣 AI 的優勢是什麼？"),
        ("研華在邊緣 AI 的策略是什麼？", "那凌華呢？", "凌華在邊緣 AI 的策略是什麼？"),
        ("What is NVIDIA good at in edge AI?", "What about Qualcomm?", "What is Qualcomm good at in edge AI?"),
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "它的限制是什麼？", "NVIDIA 的限制是什麼？"),
        ("What is Jetson Thor good at?", "What are its limits?", "What are Jetson Thor's limits?"),
    ],
)
def test_what_leans_on_the_question_before_is_understood(before: str, question: str, understood: str) -> None:
    assert resolve(question, before, GLOSSARY) == understood


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (None, "那 Intel 呢？"),
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "邊緣 AI 有哪些隱私上的好處？"),
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "Intel 與它的客戶在做什麼？"),
        ("What is NVIDIA good at?", "Which industries adopt edge AI first?"),
        ("邊緣 AI 有哪些好處？", "它的限制是什麼？"),
    ],
)
def test_what_stands_alone_is_taken_as_it_is(before: str | None, question: str) -> None:
    assert resolve(question, before, GLOSSARY) == question
