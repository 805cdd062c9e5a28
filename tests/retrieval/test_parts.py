import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval import parts


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("研華的策略是什麼？", ("研華的策略是什麼？",)),
        (
            "Edge AI 與 LLM 在未來 1～3 年的發展路線圖？主要技術突破會集中在哪些領域？",
            ("Edge AI 與 LLM 在未來 1～3 年的發展路線圖？", "主要技術突破會集中在哪些領域？"),
        ),
        (
            "他們的核心優勢、產品特色及市場定位為何？",
            ("他們的核心優勢為何？", "他們的產品特色為何？", "他們的市場定位為何？"),
        ),
        (
            "零售、智慧辦公等垂直市場導入的主要好處與面臨的挑戰各是什麼？",
            ("零售、智慧辦公等垂直市場導入的主要好處是什麼？", "零售、智慧辦公等垂直市場導入面臨的挑戰是什麼？"),
        ),
        (
            "在成本結構（例如設備投資、授權費、維運成本）與技術挑戰上，這些案例如何因應？",
            tuple(
                f"{item}：在成本結構與技術挑戰上，這些案例如何因應？"
                for item in ("設備投資", "授權費", "維運成本", "技術挑戰")
            ),
        ),
        (
            "What are Qualcomm, NVIDIA and Intel each good at in edge AI, and where are their limits?",
            ("What are Qualcomm, NVIDIA and Intel each good at in edge AI?", "Where are their limits?"),
        ),
        (
            "What are the strengths and limits of Jetson Thor?",
            ("What are the strengths of Jetson Thor?", "What are the limits of Jetson Thor?"),
        ),
        (
            "Which benefits (such as privacy, latency and cost) matter most?",
            (
                "Privacy: Which benefits matter most?",
                "Latency: Which benefits matter most?",
                "Cost: Which benefits matter most?",
            ),
        ),
        ("What is Ollama and when did it come?", ("What is Ollama?", "When did Ollama come?")),
        ("LoRA 是什麼？它有什麼用？", ("LoRA 是什麼？", "LoRA有什麼用？")),
        (
            "知識蒸餾、模型量化與模型剪枝各是什麼？",
            ("知識蒸餾是什麼？", "模型量化是什麼？", "模型剪枝是什麼？"),
        ),
        (
            "What are distillation, quantization and pruning?",
            ("What is distillation?", "What is quantization?", "What is pruning?"),
        ),
        ("Jetson Thor 多少錢？功耗多少？", ("Jetson Thor 多少錢？", "Jetson Thor 功耗多少？")),
        ("What does Ollama do? What are the limits?", ("What does Ollama do?", "Ollama: What are the limits?")),
        ("What does Ollama do? What are their limits?", ("What does Ollama do?", "What are their limits?")),
        # The thing before, exchanged; what the first begins with; a law after its country; a comparison.
        ("8B 模型要多少記憶體？那 70B 呢？", ("8B 模型要多少記憶體？", "70B 模型要多少記憶體？")),
        ("Is Intel good at it? And Qualcomm?", ("Is Intel good at it?", "Is Qualcomm good at it?")),
        ("客服電話會不會錄音？要保存多久？", ("客服電話會不會錄音？", "客服電話：要保存多久？")),
        ("歐盟網路韌性法何時適用？會罰多少？", ("歐盟網路韌性法何時適用？", "歐盟網路韌性法會罰多少？")),
        (
            "Must I log an outage in Germany? What's the fine?",
            ("Must I log an outage in Germany?", "outage in Germany: What's the fine?"),
        ),
        ("Jetson Thor 快嗎？比 Orin 快多少？", ("Jetson Thor 快嗎？", "Jetson Thor 比 Orin 快多少？")),
        ("NVIDIA 和 Intel 誰比較快？功耗多少？", ("NVIDIA 和 Intel 誰比較快？", "功耗多少？")),
        ("What are NVIDIA and Intel, and is it true?", ("What are NVIDIA and Intel, and is it true?",)),
        ("How fast is Gemma 3 27B on an H100?", ("How fast is Gemma 3 27B on an H100?",)),
        ("研華（Advantech）的策略是什麼？", ("研華（Advantech）的策略是什麼？",)),
        ("多快？", ("多快？",)),
    ],
)
def test_a_question_is_split_where_it_asks_for_several_things(question: str, wanted: tuple[str, ...]) -> None:
    assert tuple(part.text for part in parts.split(question)) == wanted


def test_the_focus_of_a_listed_part_is_what_is_asked_for() -> None:
    assert [part.focus for part in parts.split("他們的核心優勢、產品特色及市場定位為何？")] == [
        "核心優勢",
        "產品特色",
        "市場定位",
    ]


@given(st.text(max_size=400))
def test_any_text_has_between_one_and_eight_different_parts(text: str) -> None:
    found = parts.split(text)
    assert 1 <= len(found) <= parts.MOST_PARTS
    assert len(set(found)) == len(found)
