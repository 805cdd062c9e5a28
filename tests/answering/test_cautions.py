import pytest

from assistant.answering import cautions
from assistant.answering.assertions import Reader
from assistant.corpus.glossary import Glossary
from assistant.records import Language, Prompt, Statement, Verdict

CHINESE = "邊緣運算把資料留在本機，延遲也比較短。"
ENGLISH = "Edge computing keeps the data on the machine, and its answers come sooner than from a cloud."


def lines(language: Language, *statements: Statement) -> list[str]:
    prompt = Prompt("?", language, ("?",), (), (), 200)
    return list(cautions.of(prompt, statements, (), Reader(Glossary())))


def said(text: str, *notes: str, verdict: Verdict = "supported") -> Statement:
    return Statement(text=text, citations=(1,), verdict=verdict, support=1.0, reason="", notes=notes)


@pytest.mark.parametrize(("language", "right", "wrong"), [("zh-TW", CHINESE, ENGLISH), ("en", ENGLISH, CHINESE)])
def test_what_strays_into_the_other_language_is_counted(language: Language, right: str, wrong: str) -> None:
    assert lines(language, said(right)) == []
    (line,) = lines(language, said(right), said(wrong), said(wrong))
    assert "2" in line


def test_evidence_in_the_other_language_and_names_do_not_stray() -> None:
    assert lines("zh-TW", said(ENGLISH, "other-language"), said("NVIDIA Jetson AGX Thor T5000")) == []


def test_what_is_left_out_anyway_is_not_told_twice() -> None:
    (line,) = lines("zh-TW", said(ENGLISH, verdict="unsupported"))
    assert "查無依據" in line
