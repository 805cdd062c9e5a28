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
    assert [found.id for found in wanted.of(question)] == ([kind] if kind else [])


def test_a_question_may_want_two_kinds_and_either_answers() -> None:
    kinds = wanted.of("這項義務何時適用，罰鍰是多少？")
    assert [kind.id for kind in kinds] == ["sum", "date"]
    for text in ("2027 年 12 月 2 日起適用。", "最高 1,500 萬歐元。"):
        assert wanted.worth(kinds, text) == wanted.below(kinds, text) == 1.0
    assert wanted.worth(kinds, "依風險課責。") < wanted.below(kinds, "依風險課責。") < 1.0


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
    kinds = wanted.of(question)
    assert wanted.worth(kinds, has) == 1.0
    assert wanted.worth(kinds, lacks) < 1.0
    assert wanted.worth((), lacks) == 1.0
