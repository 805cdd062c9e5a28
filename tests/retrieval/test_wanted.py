import pytest

from assistant.retrieval import wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("AGX Orin 幾瓦？", "power"),
        ("How many watts does the T4000 draw?", "power"),
        ("RK3588 多少美元？", "sum"),
        ("how much is a Coral board", "sum"),
        ("違反網路韌性法最高罰多少？", "sum"),
        ("改裝要多久？", "time"),
        ("How many milliseconds does a round trip take?", "time"),
        ("How many gigabytes does it take?", "memory"),
        ("每秒能產出幾個 token？", "speed"),
        ("這條法何時生效？", "date"),
        ("When does it ship?", "date"),
        ("how many boxes were sold", "number"),
        ("為什麼回到地端？", "reason"),
        ("Why is it slow?", "reason"),
        ("研華的策略是什麼？", None),
        ("What are the benefits of edge AI?", None),
    ],
)
def test_the_kind_of_answer_that_a_question_wants(question: str, kind: str | None) -> None:
    found = wanted.of(question)
    assert (found.id if found else None) == kind


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("幾瓦？", "模組典型功耗 25 W。", "模組要價 249 美元。"),
        ("How much does it cost?", "It costs US$249.", "It draws 25 W."),
        ("How many boxes ship?", "143 million boxes ship, or 55%.", "55% of the boxes ship in 2026."),
        ("多久？", "自建要 24 個月才回本。", "自建要 24 張卡。"),
        ("為什麼離開？", "醫院離開雲端，因為病歷不得外送。", "醫院在 2025 年離開雲端。"),
        ("Why did it fail?", "Most blamed unclear goals.", "It failed in 2025."),
        ("何時？", "2027 年 12 月 2 日起適用。", "高風險系統適用。"),
    ],
)
def test_what_has_the_kind_of_answer_is_worth_more(question: str, has: str, lacks: str) -> None:
    kind = wanted.of(question)
    assert kind is not None
    assert wanted.worth(kind, has) == 1.0
    assert wanted.worth(kind, lacks) < 1.0
    assert wanted.worth(None, lacks) == 1.0
