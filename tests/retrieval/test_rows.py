import pytest

from assistant.corpus.glossary import Entry, Glossary
from assistant.records import Findings, PartFindings
from assistant.retrieval import rows
from assistant.retrieval.parts import split
from tests.support.evidence import hit

GLOSSARY = Glossary((Entry("qualcomm", ("高通",), ("Qualcomm",)), Entry("retail", ("零售",), ("retail",))))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What are Qualcomm, NVIDIA and Intel each good at?", ["Qualcomm", "NVIDIA", "Intel"]),
        ("Compare the Hailo-10H, Kinara Ara-2 and DX-M1: compute, power.", ["Hailo-10H", "Kinara Ara-2", "DX-M1"]),
        ("晶片廠中，Qualcomm、NVIDIA、Apple 等公司各自擅長的領域與限制是什麼？", ["Qualcomm", "NVIDIA", "Apple"]),
        ("零售、智慧辦公等垂直市場的好處與挑戰各是什麼？", ["零售", "智慧辦公"]),
        ("NPU 跟 GPU 比，優勢與限制各是什麼？", ["NPU", "GPU"]),
        ("Edge AI 與 LLM 在未來 1～3 年的發展路線圖？", []),
        ("他們的核心優勢、產品特色及市場定位為何？", []),
        ("What does Gemma 3 on an NVIDIA H100 mean?", []),
    ],
)  # fmt: skip
def test_what_a_question_compares(question: str, wanted: list[str]) -> None:
    language = "zh-TW" if any("\u4e00" <= c <= "\u9fff" for c in question) else "en"
    assert [row[0] for row in rows.named(question, language, GLOSSARY)] == wanted  # type: ignore[arg-type]


def test_a_row_has_its_other_names() -> None:
    assert rows.row_of("Qualcomm", GLOSSARY) == ("Qualcomm", "高通")
    assert "DX-M1" in rows.row_of("DeepX DX-M1", GLOSSARY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("高通的 AI Hub 讓開發者在實機上測試。", "Qualcomm"),
        ("NVIDIA works with Qualcomm.", "NVIDIA"),
        ("Advantech's strength is breadth: hardware with NVIDIA, Qualcomm and Hailo silicon.", None),
        ("研華同時支援 NVIDIA、高通與 Hailo。", None),
    ],
)
def test_what_a_sentence_is_about(text: str, wanted: str | None) -> None:
    known = (("NVIDIA",), ("Qualcomm", "高通"))
    language = "en" if text.isascii() else "zh-TW"
    row = rows.about(text, language, known)  # type: ignore[arg-type]
    assert (row and row[0]) == wanted


def test_rows_are_found_where_the_evidence_lists_them_and_speaks_of_them() -> None:
    question = "Who are the main suppliers? What are their strengths, products and positions?"
    listed = hit("The main suppliers are NVIDIA, Intel, Qualcomm and Apple.", claim="list")
    told = [hit(f"{name} is strong in field {n}.", claim=name) for n, name in enumerate(("Intel", "NVIDIA", "Apple"))]
    findings = Findings(question, "en", (PartFindings("Who?", (listed, *told)),), strength=1.0)
    assert rows.asks_for_rows(question, split(question))
    assert [row[0] for row in rows.found(findings, GLOSSARY)] == ["NVIDIA", "Intel", "Apple"]
