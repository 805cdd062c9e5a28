from assistant.answering import follow_ups
from assistant.records import Hit, Language, Passage, Reference


def hit(document: str, heading: str, *, language: Language = "zh-TW", notes: tuple[str, ...] = ()) -> Hit:
    passage = Passage(
        f"{document}-{heading}", document, 0, 1, "。", language,
        headings=(document, heading), references=(Reference("來源", notes=notes),),
    )  # fmt: skip
    return Hit(passage, f"{document}.md", document, 1.0)


def test_other_documents_come_before_a_second_question_on_the_same() -> None:
    found = [hit("量化", "精度"), hit("量化", "工具"), hit("蒸餾", "成本"), hit("剪枝", "稀疏")]
    assert follow_ups.of(found, set(), "zh-TW") == (
        "關於「量化」，精度有哪些重點？",
        "關於「蒸餾」，成本有哪些重點？",
        "關於「剪枝」，稀疏有哪些重點？",
    )


def test_what_was_told_or_sums_up_or_is_in_the_other_language_is_not_asked() -> None:
    found = [
        hit("量化", "精度"), hit("量化", "綜觀", notes=("summary",)), hit("Pruning", "Limits", language="en"),
        hit("量化", "工具"),
    ]  # fmt: skip
    assert follow_ups.of(found, {"量化-精度"}, "zh-TW") == ("關於「量化」，工具有哪些重點？",)
    assert follow_ups.of(found, set(), "en") == ("On “Pruning”: what is there on limits?",)
