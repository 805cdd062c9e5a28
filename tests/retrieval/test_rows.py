import pytest

from assistant.corpus.glossary import Entry, Glossary
from assistant.records import Findings, PartFindings
from assistant.retrieval import kinds, rows
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
        ("What are the limits of Qualcomm, NVIDIA and Intel?", ["Qualcomm", "NVIDIA", "Intel"]),
        ("Qualcomm、NVIDIA 與 Apple 的優勢是什麼？", ["Qualcomm", "NVIDIA", "Apple"]),
        ("比較 NVIDIA 與 Qualcomm 的方案", ["NVIDIA", "Qualcomm"]),
        ("高通和零售有什麼不同？", ["高通", "零售"]),
        ("工業電腦該選 Jetson Orin 還是 Hailo-8？", ["Jetson Orin", "Hailo-8"]),
        ("Compare NVIDIA and Qualcomm at the edge.", ["NVIDIA", "Qualcomm"]),
        ("How does Jetson Orin compare to Hailo-10H?", ["Jetson Orin", "Hailo-10H"]),
        ("Jetson Thor vs DGX Spark", ["Jetson Thor", "DGX Spark"]),
        ("Is Qualcomm better than retail?", ["Qualcomm", "retail"]),
        # What is asked of a thing is no thing.
        ("What is Qualcomm's strategy or positioning?", []),
        ("Cortex-A320 的能效比 Cortex-A520 高多少？", []),
        ("What did Google and NVIDIA announce?", []),
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
        ("The Jetson AGX Thor kit costs US$3,499.", "Jetson Thor"),
        ("The Jetson and Thor are different.", None),
    ],
)
def test_what_a_sentence_is_about(text: str, wanted: str | None) -> None:
    known = (("NVIDIA",), ("Qualcomm", "高通"), ("Jetson Thor",))
    language = "en" if text.isascii() else "zh-TW"
    row = rows.about(text, language, known)  # type: ignore[arg-type]
    assert (row and row[0]) == wanted


def test_rows_are_found_where_the_evidence_lists_them_and_speaks_of_them() -> None:
    question = "Who are the main suppliers? What are their strengths, products and positions?"
    listed = hit("The main suppliers are NVIDIA, Intel, Qualcomm and Apple.", claim="list")
    told = [hit(f"{name} is strong in field {n}.", claim=name) for n, name in enumerate(("Intel", "NVIDIA", "Apple"))]
    findings = Findings(question, "en", (PartFindings("Who?", (listed, *told)),), strength=1.0)
    kind = kinds.of(question, split(question))
    assert kind.id == "suppliers"
    # What it says of Qualcomm is still to be searched for.
    assert [row[0] for row in rows.found(findings, kind, GLOSSARY)] == ["NVIDIA", "Intel", "Apple", "Qualcomm"]


def test_cases_are_rows_where_documents_tell_of_them_alone() -> None:
    question = "Are there company cases? How do these cases handle (such as licence fees and upkeep) and challenges?"
    told = [
        hit(text, claim=text, title="Company cases", headings=("Company cases", "Retail"))
        for text in (
            "Kroger has 1,900 stores.",
            "US grocer Kroger runs servers.",
            "Walmart runs 2.",
            "Walmart saves 3.",
        )
    ]
    costs = [
        hit(
            f"Veridian asks US${n} a year.", claim=str(n), title="Licence fees of cases", headings=("x", "Licence fees")
        )
        for n in range(3)
    ]
    parts = split(question)
    found = (PartFindings(parts[0].text, (*costs, *told)), *(PartFindings(part.text, ()) for part in parts[1:]))
    kind = kinds.of(question, parts)
    assert kind.id == "cases"
    assert [row[0] for row in rows.found(Findings(question, "en", found, 1.0), kind, GLOSSARY)] == ["Kroger", "Walmart"]


def test_a_case_is_called_as_most_of_the_evidence_calls_it() -> None:
    question = "有企業成功案例嗎？在成本（例如授權費、維運成本）與技術挑戰上，這些案例如何因應？"
    told = [
        hit(text, claim=text, title="企業案例", headings=("企業案例", "零售"), language="zh-TW")
        for text in (
            "高通（Qualcomm）廠以代理排程。",
            "高通（Qualcomm）廠的挑戰是物料。",
            "高通廠在南港。",
            "Kroger 有 1,900 家門市。",
            "Kroger 以伺服器分析影片。",
        )
    ]
    parts = split(question)
    found = (PartFindings(parts[0].text, tuple(told)), *(PartFindings(part.text, ()) for part in parts[1:]))
    listed = rows.found(Findings(question, "zh-TW", found, 1.0), kinds.of(question, parts), GLOSSARY)
    assert [row[0] for row in listed] == ["高通", "Kroger"]
