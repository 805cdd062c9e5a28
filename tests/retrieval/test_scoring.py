from collections.abc import Sequence

from assistant.records import Hit, Passage
from assistant.retrieval import abstention, scoring
from assistant.retrieval.diversity import diversify, overlap
from assistant.text import tokens


def hit(text: str, *, document: str = "d", score: float = 1.0, heading: str = "") -> Hit:
    passage = Passage(text[:16], document, 0, len(text), text, "zh-TW", headings=(heading,) if heading else ())
    return Hit(passage, f"{document}.md", "標題", score)


def statistics(*texts: str) -> scoring.Statistics:
    frequencies: dict[str, int] = {}
    for text in texts:
        for term in set(tokens.terms(text)):
            frequencies[term] = frequencies.get(term, 0) + 1
    mean = sum(len(tokens.terms(text)) for text in texts) / len(texts)
    return scoring.Statistics(len(texts), mean, frequencies)


def matches(text: str, passages: Sequence[scoring.Analysed], known: scoring.Statistics) -> scoring.Matches:
    return scoring.Matches.of(dict.fromkeys(tokens.terms(text), 1.0), passages, known)


def score(text: str, passages: Sequence[scoring.Analysed], known: scoring.Statistics) -> list[float]:
    return scoring.score(matches(text, passages, known)).tolist()


ABOUT_MEMORY = "Gemma 3 27B 的權重在 int4 約 14.1 GB。"
ABOUT_LAW = "歐盟人工智慧法自 2025 年 2 月 2 日起禁止特定用途。"


def test_the_passage_that_answers_scores_highest() -> None:
    hits = scoring.analyse(map(hit, (ABOUT_LAW, ABOUT_MEMORY)))
    law, memory = score("Gemma 3 27B 需要多少記憶體", hits, statistics(ABOUT_LAW, ABOUT_MEMORY))
    assert memory > law


def test_words_that_stand_together_beat_the_same_words_apart() -> None:
    together = "模型量化節省記憶體。天氣晴朗。股市上漲。"
    apart = "模型很大。量化交易上漲。記憶體缺貨。"
    first, second = score(
        "模型量化節省記憶體",
        scoring.analyse((hit(together), hit(apart))),
        statistics(together, apart),
    )
    assert first > second


def test_a_heading_gives_a_passage_its_subject() -> None:
    passages = scoring.analyse((hit("功耗 40–130 W。"), hit("功耗 40-130 W。", heading="Jetson Thor")))
    scores = score("Jetson Thor 的功耗", passages, statistics("功耗 40–130 W。", "Jetson"))
    assert scores[1] > scores[0]


def test_some_of_the_matches_are_what_matching_those_alone_would_say() -> None:
    texts = (ABOUT_LAW, ABOUT_MEMORY + "再一句。", "別的事。\n兩句。")
    hits, known = scoring.analyse(map(hit, texts)), statistics(*texts)
    some, alone = (
        matches("27B 的權重與特定用途", hits, known).only([2, 0]),
        matches("27B 的權重與特定用途", [hits[2], hits[0]], known),
    )
    assert scoring.score(some).tolist() == scoring.score(alone).tolist()
    assert scoring.score(some.only([])).tolist() == []


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    s = scoring.Statistics(100, 10.0, {"common": 90, "rare": 2})
    assert s.idf("unknown") > s.idf("rare") > s.idf("common") > 0


def test_strength_is_the_share_of_the_question_that_was_found() -> None:
    found = set(tokens.terms(ABOUT_MEMORY))
    assert abstention.strength("Gemma 3 27B 權重", {}, found) == 1.0
    assert abstention.strength("世界盃足球賽冠軍", {}, found) == 0.0
    assert abstention.strength("", {}, found) == 0.0
    assert 0 < abstention.strength("Gemma 世界盃", {}, found) < 1
    # The unit that is asked for, and what's run together, need not be found.
    assert abstention.strength("Gemma 3 27B 幾瓦", {}, found) == 1.0
    assert abstention.strength("What's Gemma 3 27B", {}, found) == 1.0
    # Nor do the words count of which every question is made, found or not.
    assert abstention.strength("How much is Gemma 3 27B?", {}, found) == 1.0
    assert abstention.strength("best way to run a marathon", {}, {*found, "best", "way"}) == 0.0


def test_a_phrase_of_the_glossary_is_familiar_and_covered_by_its_translation() -> None:
    found = set(tokens.terms("quantization saves memory"))
    assert abstention.strength("模型量化", {}, found) == 0.0
    assert 0 < abstention.strength("模型量化比賽", {"模型量化": ("pruning",)}, found) < 1
    assert abstention.strength("模型量化", {"模型量化": ("pruning", "quantization")}, found) == 1.0


def test_near_duplicates_are_shown_once() -> None:
    same = hit(ABOUT_MEMORY, document="a", score=0.9)
    again = hit(ABOUT_MEMORY[:-1] + "！", document="b", score=0.8)
    other = hit(ABOUT_LAW, document="c", score=0.1)
    assert diversify([same, again, other], 3) == [same, other]


def test_another_document_comes_before_a_documents_third_passage() -> None:
    many = [hit(f"第{word}點完全不同的內容{word * 6}", document="a", score=1.0) for word in "甲乙丙丁"]
    other = hit("另一份文件的看法", document="b", score=0.95)
    assert other in diversify([*many, other], 3)


def test_overlap_is_measured_on_the_smaller_set() -> None:
    assert overlap({"a", "b"}, {"a", "b", "c", "d"}) == 1.0
    assert overlap(set(), {"a"}) == 0.0
