from dataclasses import replace

import pytest

from assistant.corpus.glossary import Glossary
from assistant.records import Findings, Hit, PartFindings
from assistant.retrieval import lenses
from assistant.retrieval.diversity import Weights, diversify
from assistant.retrieval.facets import CONTRARY, UNDER_HEADING, fit, named_in
from assistant.retrieval.widening import widen
from assistant.text.language import detect
from tests.support.evidence import hit

QUESTION = "What are the limits of pruning?"
FOUND = hit("Pruning alone is hardly usable.", claim="a", headings=("Pruning", "Limits"), score=0.8)
BESIDE = hit("Sparse weights need kernels.", claim="b", headings=("Pruning", "Limits"), score=0.0)


def findings(*hits: Hit, question: str = QUESTION) -> Findings:
    return Findings(question, "en", (PartFindings(question, hits),), strength=1.0)


def test_what_stands_under_the_heading_of_the_best_hit_comes_along() -> None:
    widened, plan = widen(findings(FOUND), lambda query: [], lambda passage: [BESIDE], Glossary())
    assert [h.passage.claim for h in widened.parts[0].hits] == ["a", "b"]
    assert 0 < widened.parts[0].hits[1].score < FOUND.score
    assert plan.rows == ()


def test_what_stands_beside_counts_less_where_nothing_is_asked_of_the_subject() -> None:
    def beside(question: str) -> float:
        found = findings(FOUND, question=question)
        widened, _ = widen(found, lambda query: [], lambda passage: [BESIDE], Glossary())
        return widened.parts[0].hits[1].score

    assert beside("Is pruning used?") < beside(QUESTION)


def test_a_broad_question_is_searched_through_its_lenses() -> None:
    asked: list[str] = []
    question = "What unique business value can edge AI bring?"
    latency = hit("The edge answers within 30 ms.", claim="latency")

    def search(query: str) -> list[Hit]:
        asked.append(query)
        return [latency] if "latency" in query else []

    widened, _ = widen(findings(question=question), search, lambda passage: [], Glossary())
    assert len(asked) == 5
    assert [h.passage.claim for h in widened.parts[0].hits] == ["latency"]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What are the risks of an LLM on an edge box?", "prompt injection"),
        ("地端 LLM 有哪些資安風險？", "提示注入"),
        ("How do I mitigate them?", "guardrails"),
        ("要怎麼防範？", "護欄"),
    ],
)
def test_risks_and_what_is_done_about_them_have_their_lenses_in_everyday_words(question: str, wanted: str) -> None:
    searches = lenses.searches(question, "", detect(question))
    assert any(wanted in search for search in searches)


@pytest.mark.parametrize(
    "question",
    [
        "一台 8GB 的工業電腦可以跑什麼模型？",
        "哪些模型裝得下 8 GB 的機器？",
        "What models can an 8GB industrial PC run?",
        "How large a model fits into 8 GB?",
    ],
)
def test_what_fits_on_a_box_is_searched_for_by_its_size(question: str) -> None:
    asked: list[str] = []

    def search(query: str) -> list[Hit]:
        asked.append(query)
        return []

    widen(replace(findings(question=question), language=detect(question)), search, lambda passage: [], Glossary())
    assert len(asked) == 4
    assert all(query.startswith("8gb ") for query in asked)


def test_further_searches_bring_only_the_asker_s_language() -> None:
    chinese = hit("邊緣的延遲為 30 毫秒。", claim="zh", language="zh-TW")
    question = "What unique business value can edge AI bring?"
    widened, _ = widen(findings(question=question), lambda query: [chinese], lambda passage: [], Glossary())
    assert widened.parts[0].hits == ()


def test_each_thing_compared_is_searched_for() -> None:
    question = "What are NVIDIA and Intel each good at?"
    answers = {
        "NVIDIA": hit("NVIDIA is good at compute.", claim="n"),
        "Intel": hit("Intel is good at reach.", claim="i"),
    }

    def search(query: str) -> list[Hit]:
        return [each for name, each in answers.items() if query.startswith(name)]

    widened, plan = widen(findings(question=question), search, lambda passage: [], Glossary())
    assert {h.passage.claim for h in widened.parts[0].hits} == {"n", "i"}
    assert [row[0] for row in plan.rows] == ["NVIDIA", "Intel"]


def test_things_compared_by_nothing_named_are_compared_by_what_the_evidence_tells_of() -> None:
    told = [
        hit(f"{name} has the {aspect} {n}.", claim=f"{name}-{aspect}", headings=(name, aspect.title()))
        for n, name in enumerate(("NVIDIA", "Intel"))
        for aspect in ("strength", "limit", *(("price",) if name == "Intel" else ()))
    ]

    def search(query: str) -> list[Hit]:
        return [each for each in told if query.split()[0] in each.passage.text]

    widened, plan = widen(findings(question="Compare NVIDIA and Intel."), search, lambda passage: [], Glossary())
    # Only one of them has a price.
    assert [part.focus for part in plan.parts] == ["advantage", "limit"]
    assert {h.passage.claim for h in widened.parts[1].hits} >= {"NVIDIA-limit", "Intel-limit"}


def test_facets_are_the_same_in_questions_and_headings_of_both_languages() -> None:
    assert named_in("各自的限制是什麼？") == named_in("Where are their limits?") == named_in("## Limits") == {"limits"}
    assert named_in("How many?") == frozenset()


def test_a_heading_says_what_a_sentence_bears_on() -> None:
    assert fit(frozenset({"limits"}), FOUND, FOUND.passage.text) == UNDER_HEADING
    assert fit(frozenset({"benefits"}), FOUND, FOUND.passage.text) == CONTRARY
    assert fit(frozenset(), FOUND, FOUND.passage.text) == 1.0


def test_passages_that_differ_only_in_words_are_one_and_in_figures_two() -> None:
    def break_even(size: str, months: str) -> Hit:
        study = "A study of 54 scenarios finds that self-hosted models of"
        text = f"{study} {size} break even with paid APIs in {months} months."
        return hit(text, claim=size)

    twin = hit(
        "Self-hosted models of 30B break even with paid APIs in 5 months, finds a study of 54 scenarios.", claim="t"
    )
    kept = diversify([break_even("30B", "5"), break_even("120B", "24"), twin], 3)
    assert [h.passage.claim for h in kept] == ["30B", "120B"]


def test_what_all_texts_speak_of_tells_nothing() -> None:
    texts = ["Gemma 3 fits one card.", "Gemma 3 scores 67.5 in MMLU-Pro.", "Gemma 3 came in March 2025."]
    weights = Weights(texts)
    assert weights.overlap(texts[0], texts[0]) == 1.0
    assert weights.overlap(texts[0], texts[1]) < 0.4


def test_the_high_risk_class_of_systems_and_fine_tuning_are_no_facets() -> None:
    assert named_in("高風險系統的風險") == named_in("the risks of high-risk systems") == {"threats"}
    assert named_in("高風險系統") == named_in("high-risk systems") == named_in("fine-tuning") == set()
    assert named_in("罰則") == named_in("What's the fine?") == {"penalties"}
