import pytest

from assistant.answering.following import resolve, understood, wants_more
from assistant.corpus.glossary import Entry, Glossary

GLOSSARY = Glossary(
    (
        Entry("advantech", ("研華",), ("Advantech",)),
        Entry("edge-ai", ("邊緣 AI",), ("edge AI",)),
        Entry("hospital", ("醫院",), ("hospital",)),
        Entry("cost", ("成本",), ("cost",)),
    )
)


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "那 Intel 呢？", "Intel 在邊緣 AI 的優勢是什麼？"),
        ("研華在邊緣 AI 的策略是什麼？", "那凌華呢？", "凌華在邊緣 AI 的策略是什麼？"),
        ("研華在邊緣 AI 的策略是什麼？", "那边缘呢？", "邊緣在邊緣 AI 的策略是什麼？"),
        ("What is NVIDIA good at in edge AI?", "What about Qualcomm?", "What is Qualcomm good at in edge AI?"),
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "它的限制是什麼？", "NVIDIA 的限制是什麼？"),
        ("What is Jetson Thor good at?", "What are its limits?", "What are Jetson Thor's limits?"),
        # What is asked, of what was named before.
        ("Jetson Thor 的功耗是多少？", "價格呢？", "Jetson Thor 的價格是什麼？"),
        ("Jetson Thor 的功耗是多少？", "多少錢？", "Jetson Thor：多少錢？"),
        ("What is the price of Jetson Thor?", "And the power?", "What is the power of Jetson Thor?"),
        ("What is the price of Jetson Thor?", "And its power?", "Jetson Thor's power?"),
        ("醫院為什麼選擇它？", "成本呢？", "醫院 的成本是什麼？"),
        ("醫院的成本是多少？", "它的限制是什麼？", "醫院的限制是什麼？"),
        ("邊緣 AI 有哪些好處？", "它的限制是什麼？", "邊緣 AI 的限制是什麼？"),
        # A pronoun before what the question names itself.
        ("What is Gemma 3 27B good at?", "Can it run on one H100?", "Can Gemma 3 27B run on one H100?"),
        ("邊緣 AI 有哪些好處？", "它需要 H100 嗎？", "邊緣 AI 需要 H100 嗎？"),
        ("Is edge AI slow?", "How can I fix that?", "How can I fix edge AI?"),
        # Only what is named in one breath gives way.
        ("Can Gemma 3 27B run on one H100?", "What about Llama 3.1 8B?", "Can Llama 3.1 8B run on one H100?"),
        ("NVIDIA 與 Intel 的優勢是什麼？", "那高通呢？", "高通 的優勢是什麼？"),
        # Beside it, not in its place.
        ("Jetson Thor 的價格是多少？", "跟 DGX Spark 比呢？", "Jetson Thor 跟 DGX Spark 比 的價格是多少？"),
        # A choice among what was named.
        ("Jetson Thor vs DGX Spark", "Which one is cheaper?", "Jetson Thor and DGX Spark: Which one is cheaper?"),
        ("比較 Jetson Thor 與 Hailo-8", "哪個比較省電？", "Jetson Thor、Hailo-8：哪個比較省電？"),
        # More of the same, and its reason.
        ("研華的策略是什麼？", "再多說一點", "研華的策略是什麼？"),
        ("What is Advantech's strategy?", "Tell me more.", "What is Advantech's strategy?"),
        ("研華為什麼轉型？", "為什麼？", "研華為什麼轉型，為什麼？"),
    ],
)
def test_what_leans_on_the_question_before_is_understood(before: str, question: str, meant: str) -> None:
    assert resolve(question, before, GLOSSARY) == meant


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (None, "那 Intel 呢？"),
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "邊緣 AI 有哪些隱私上的好處？"),
        ("NVIDIA 在邊緣 AI 的優勢是什麼？", "Intel 與它的客戶在做什麼？"),
        ("What is NVIDIA good at?", "Which industries adopt edge AI first?"),
        ("研華的策略是什麼？", "今天天氣如何？"),
        ("研華的策略是什麼？", "什麼是推測解碼？"),
    ],
)
def test_what_stands_alone_is_taken_as_it_is(before: str | None, question: str) -> None:
    assert resolve(question, before, GLOSSARY) == question


def test_each_question_of_a_conversation_leans_on_what_the_one_before_meant() -> None:
    asked = ("What is Jetson Thor good at?", "And its power?", "What about Hailo-8?")
    assert understood(asked, GLOSSARY) == "Hailo-8's power?"
    assert understood((), GLOSSARY) == ""


@pytest.mark.parametrize(("question", "wanted"), [("请再多说一点", True), ("Go on", True), ("More on Intel?", False)])
def test_who_asks_for_more_is_told_more(question: str, wanted: bool) -> None:
    assert wants_more(question) is wanted
