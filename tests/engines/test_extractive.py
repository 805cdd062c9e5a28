import re
import threading
from collections import Counter
from dataclasses import replace

import pytest

from assistant.answering.draft import parse
from assistant.engines.base import Engine
from assistant.engines.extractive import ExtractiveEngine
from assistant.records import Prompt, Reference
from tests.contracts.engine_contract import EngineContract
from tests.support.evidence import hit, prompt

QUESTION = "What are the benefits of edge AI, and what are its limits?"
PARTS = ("What are the benefits of edge AI?", "What are its limits?")
PRIVACY = "Edge AI keeps hospital images on site, which lowers the privacy risk."
LATENCY = "Edge AI answers within 30 ms where the cloud takes 300 ms."
COST = "Edge AI cut one retailer's cloud bill by 38% in 2024."
MEMORY = "A model of 70 billion parameters does not fit into the memory of most edge AI boxes."
UPKEEP = "Edge AI fleets of 1,000 devices need two engineers for upkeep."
CHINESE = "邊緣 AI 的好處是資料不必離開現場。"


def benefits(text: str, **more: object) -> object:
    return hit(text, claim=text[:9], headings=("Edge AI", "Benefits"), **more)  # type: ignore[arg-type]


def limits(text: str) -> object:
    return hit(text, claim=text[:9], headings=("Edge AI", "Limits"))


def written(asked: Prompt) -> str:
    return "".join(ExtractiveEngine().write(asked, threading.Event()))


@pytest.fixture
def asked() -> Prompt:
    found = [
        (benefits(PRIVACY), (1.0, 0.9)), (benefits(LATENCY), (0.9, 0.3)), (benefits(COST), (0.8, 0.3)),
        (limits(MEMORY), (0.9, 0.8)), (limits(UPKEEP), (0.3, 0.7)),
    ]  # fmt: skip
    return prompt(QUESTION, *found, parts=PARTS)  # type: ignore[arg-type]


class TestExtractiveEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> Engine:
        return ExtractiveEngine()

    @pytest.fixture
    def prompt(self, asked: Prompt) -> Prompt:
        return asked


def test_every_statement_is_the_evidence_s_own_and_cited(asked: Prompt) -> None:
    draft = parse(written(asked), asked.parts)
    by_number = {evidence.n: evidence.hit.passage.text for evidence in asked.evidence}
    assert draft.conclusion
    for sentence in draft.sentences:
        assert [by_number[n] for n in sentence.citations] == [sentence.text]


def test_a_heading_of_the_contrary_outweighs_relevance(asked: Prompt) -> None:
    draft = parse(written(asked), asked.parts)
    said = [{s.text for s in section} for section in draft.sections]
    assert MEMORY not in said[0]
    assert PRIVACY not in said[1]
    assert {MEMORY, UPKEEP} & {s.text for s in draft.sentences} == {MEMORY, UPKEEP}


def test_nothing_is_said_twice(asked: Prompt) -> None:
    counts = Counter(sentence.text for sentence in parse(written(asked), asked.parts).sentences)
    assert set(counts.values()) == {1}


def test_the_same_fact_from_two_sources_is_one_statement_with_two_citations() -> None:
    twin = "One retailer's cloud bill fell by 38% in 2024 with edge AI."
    found = [(benefits(COST), (1.0,)), (benefits(twin, document="d2"), (0.9,)), (benefits(LATENCY), (0.8,))]
    draft = parse(written(prompt("What does edge AI save?", *found)), ("What does edge AI save?",))  # type: ignore[arg-type]
    (merged,) = [s for s in draft.sentences if "38%" in s.text]
    assert merged.citations == (1, 2)


def test_statements_that_differ_in_their_figures_are_both_told() -> None:
    small = "Self-hosted models of up to 30B break even with paid APIs within months."
    large = "Self-hosted models of over 200B break even with paid APIs after 2 years."
    found = [
        (benefits(small), (1.0,)),
        (benefits(large), (0.9,)),
        (benefits(COST), (0.8,)),
        (benefits(PRIVACY), (0.7,)),
    ]
    text = written(prompt("When do models break even?", *found))  # type: ignore[arg-type]
    assert small in text
    assert large in text


def test_lengths_differ_and_the_brief_one_is_told_in_the_standard_one() -> None:
    found = [
        (benefits(f"Site {n} of edge AI saved {n * 7}% of item {chr(97 + n)}x in {2000 + n}."), (1.0,))
        for n in range(30)
    ]
    asked = prompt("What did sites save?", *found)  # type: ignore[arg-type]
    sizes = [
        len(parse(written(replace(asked, length=size)), asked.parts).sentences)
        for size in ("brief", "standard", "full")
    ]
    assert sizes == sorted(set(sizes))


def test_a_comparison_gives_each_row_its_say() -> None:
    texts = {
        "NVIDIA": ("NVIDIA's Jetson Thor delivers 2,070 TFLOPS.", "NVIDIA asks US$4,500 a GPU and year."),
        "Intel": (
            "Intel runs Gemma 3 4B on the NPU of Panther Lake.",
            "Intel previews mixtures of experts on CPUs only.",
        ),
    }
    found = []
    for strength, limit in texts.values():
        found += [
            (hit(strength, claim=strength[:9], headings=("x", "Strengths")), (1.0, 0.5)),
            (hit(limit, claim=limit[:9], headings=("x", "Limits")), (0.5, 1.0)),
        ]
    parts = ("What are NVIDIA and Intel each good at?", "Where are their limits?")
    asked = prompt(" ".join(parts), *found, parts=parts, rows=(("NVIDIA",), ("Intel",)))
    draft = parse(written(asked), parts)
    assert [s.text for s in draft.conclusion] == [texts["NVIDIA"][0], texts["Intel"][0]]
    assert [s.text for s in draft.sections[1]] == [texts["NVIDIA"][1], texts["Intel"][1]]


def test_what_is_said_of_cases_stands_by_case_and_the_rest_beside_them() -> None:
    case = [(hit(f"{name} runs edge AI in {n} stores.", claim=name, headings=("x", "Cases")), (1.0, 0.2))
            for n, name in ((19, "Kroger"), (23, "Walmart"))]  # fmt: skip
    fees = [(hit(text, claim=text[:9], headings=("x", "Licence fees")), (0.2, 1.0))
            for text in ("Kroger pays US$7 a till as licence.", "A GPU licence costs US$4,500 a year.")]  # fmt: skip
    parts = ("Are there cases?", "Licence fees: how do these cases handle them?")
    rows = (("Kroger",), ("Walmart",))
    asked = prompt(" ".join(parts), *case, *fees, parts=parts, rows=rows, kind="cases")
    draft = parse(written(asked), parts)
    assert [s.text for s in draft.conclusion] == [each.passage.text for each, _ in case]
    assert [s.text for s in draft.sections[1]] == [each.passage.text for each, _ in fees]


def test_a_fact_is_one_line_and_then_its_evidence() -> None:
    fact = "The module draws 40 W."
    found = [
        (hit(fact, claim="fact"), (1.0,)),
        *((benefits(text), (0.6,)) for text in (PRIVACY, LATENCY, COST, UPKEEP)),
    ]
    draft = parse(written(prompt("How much power does the module draw?", *found, kind="fact")), ("power",))  # type: ignore[arg-type]
    assert [s.text for s in draft.conclusion] == [fact]


def test_a_conclusion_is_worded_as_an_answer_to_the_question() -> None:
    point = "The value of edge AI is that data stays on site."
    found = [(benefits(LATENCY), (1.0,)), (benefits(point), (0.8,)), (benefits(COST), (0.9,))]
    draft = parse(written(prompt("What is the value of edge AI?", *found)), ("value",))  # type: ignore[arg-type]
    assert draft.conclusion[0].text == point


SUMMED = (Reference("The corpus", date="2026", notes=("summary",)),)


def test_a_summary_opens_only_what_it_speaks_of() -> None:
    summary = "The benefits of edge AI are privacy, latency and cost."
    fact = "Speculative decoding drafts tokens with a small model."
    found = [(hit(summary, claim="s", references=SUMMED), (1.0,)), (hit(fact, claim="f"), (0.6,))]
    for question, wanted in (("What are the benefits of edge AI?", summary), ("What is speculative decoding?", fact)):
        assert parse(written(prompt(question, *found)), (question,)).conclusion[0].text == wanted


def test_what_came_later_opens_where_nothing_else_says_what_is_asked() -> None:
    later = (Reference("A page", date="2026", notes=("since: old",)),)
    news = "Dearer memory raised the prices of edge devices by 17%."
    found = [(hit(news, claim="n", references=later), (1.0,)), (benefits(PRIVACY), (0.4,)), (benefits(LATENCY), (0.4,))]
    question = "How did dearer memory change edge devices?"
    assert parse(written(prompt(question, *found)), (question,)).conclusion[0].text == news


def test_what_answers_two_parts_stands_under_the_one_that_has_nothing_else() -> None:
    parts = ("What is the act?", "When does the act apply?")
    dates = "The act applies in full from 11 December 2027."
    found = [(hit(dates, claim="d"), (1.0, 0.9)), (hit("The act asks for a bill of materials.", claim="a"), (0.9, 0.1)),
             (hit("Fines under the act reach EUR 15 million.", claim="b"), (0.9, 0.1)),
             (hit("Makers report within 24 hours.", claim="c"), (0.9, 0.1))]  # fmt: skip
    draft = parse(written(prompt(" ".join(parts), *found, parts=parts)), parts)
    assert dates in [s.text for s in (*draft.conclusion, *draft.sections[1])]
    assert draft.sections[0]
    assert dates not in [s.text for s in draft.sections[0]]


def test_what_a_question_names_first_is_what_it_is_about() -> None:
    question = "What does it mean that Gemma 3 runs on an H100?"
    about = hit("Gemma 3 fits one card.", claim="a", headings=("x", "y"))
    rent = hit("An H100 rents at US$2 an hour.", claim="b", headings=("x", "y"))
    draft = parse(written(prompt(question, (rent, (1.0,)), (about, (0.9,)))), (question,))
    assert draft.sentences[0].text == about.passage.text


def test_the_other_language_speaks_only_where_the_asker_s_is_silent() -> None:
    question = "What are the benefits of edge AI?"
    both = [(benefits(PRIVACY), (0.9,)), (benefits(LATENCY), (0.9,)), (benefits(CHINESE, language="zh-TW"), (1.0,))]
    alone = [(benefits(CHINESE, language="zh-TW"), (1.0,))]
    assert CHINESE not in written(prompt(question, *both))  # type: ignore[arg-type]
    assert CHINESE in written(prompt(question, *alone))  # type: ignore[arg-type]


def test_what_came_later_is_told_last() -> None:
    later = Reference("A page", date="2026", notes=("since: old",))
    found = [(benefits(COST, references=(later,)), (1.0,)), (benefits(LATENCY), (0.9,)), (benefits(PRIVACY), (0.8,)),
             (benefits(UPKEEP), (0.7,))]  # fmt: skip
    text = written(prompt("What about edge AI?", *found))  # type: ignore[arg-type]
    assert text.rstrip().endswith(f"{COST}[1]")


def test_a_source_that_speaks_much_leaves_room_for_others() -> None:
    loud = Reference("Loud", url="https://example.org/loud")
    surveys = (f"Loud survey {n} of edge AI found {n + 11}% for topic {chr(97 + n)}q." for n in range(20))
    found = [(benefits(text, references=(loud,)), (0.9,)) for text in surveys]
    found += [(benefits(text, document="d2"), (0.85,)) for text in (PRIVACY, LATENCY, COST, MEMORY)]
    draft = parse(written(prompt("What about edge AI?", *found)), ("What about edge AI?",))  # type: ignore[arg-type]
    quiet = [s for s in draft.sentences if not re.match("Loud", s.text)]
    assert len(quiet) >= 4


def test_a_name_in_brackets_is_another_name_of_what_stands_before_it() -> None:
    """The evidence may never say it: 研華 is Advantech, and one claim that says so is not the only one about it."""
    question = "研華（Advantech）的策略是什麼？"
    texts = (
        "研華的策略是讓每項產品都有 AI 算力。",
        "研華（Advantech）在林口有一座工廠。",
        "研華的策略也包括與多家晶片廠合作。",
    )
    found = [(hit(text, claim=text[:9], language="zh-TW"), (1.0,)) for text in texts]
    draft = written(prompt(question, *found, language="zh-TW"))
    assert all(text.rstrip("。") in draft for text in texts)


def test_a_name_of_several_words_is_one_thing() -> None:
    """Both laws have "EU" and "Act": what tells them apart are words that name nothing alone."""
    question = "Does the EU AI Act concern a factory?"
    other = hit(
        "The EU Cyber Resilience Act asks a factory for reports within 24 hours.", claim="a", headings=("x", "y")
    )
    asked = hit("The EU AI Act fines what is banned with 7% of turnover.", claim="b", headings=("x", "z"))
    draft = parse(written(prompt(question, (other, (1.0,)), (asked, (0.6,)))), (question,))
    assert draft.sentences[0].text == asked.passage.text
    # Where no evidence has the name, nothing is worth less for it.
    alone = parse(written(prompt(question, (other, (1.0,)))), (question,))
    assert alone.sentences[0].text == other.passage.text


def test_who_asks_for_a_sum_is_told_one() -> None:
    spoken = hit("導入地端 LLM 以試點為主。", claim="a", headings=("x", "y"), language="zh-TW")
    priced = hit(
        "可執行 70B 模型的地端設備需 40,000 至 190,000 美元。", claim="b", headings=("x", "設備"), language="zh-TW"
    )
    found = (spoken, (1.0,)), (priced, (0.9,))
    asked = "導入地端 LLM 要花多少錢？"
    draft = parse(written(prompt(asked, *found, language="zh-TW")), (asked,))
    assert draft.sentences[0].text == priced.passage.text
    other = "導入地端 LLM 有多少？"
    draft = parse(written(prompt(other, *found, language="zh-TW")), (other,))
    assert draft.sentences[0].text == spoken.passage.text


def test_a_name_that_no_letter_tells_is_the_subject_too() -> None:
    known = {"研华": "Advantech", "advantech": "Advantech"}
    question = "研華的優勢是什麼？"
    other = hit("邊緣的優勢是斷網仍能運作。", claim="a", headings=("x", "y"), language="zh-TW")
    own = hit("研華的核心優勢是硬體廣度。", claim="b", headings=("x", "z"), language="zh-TW")
    asked = replace(prompt(question, (other, (1.0,)), (own, (0.6,)), language="zh-TW"), known=known)
    assert parse(written(asked), (question,)).sentences[0].text == own.passage.text


def test_a_summary_of_others_does_not_open_an_answer_about_one() -> None:
    question = "What are the limits of Apple's models?"
    summary = Reference("corpus", notes=("summary",))
    all_ = hit("NVIDIA has the most compute; the limits of Apple's models are its own devices.", claim="a",
               headings=("x", "Limits"), references=(summary,))  # fmt: skip
    own = hit("Apple's models have limits: a window of 4,096 tokens.", claim="b", headings=("x", "Limits"))
    draft = parse(written(prompt(question, (all_, (1.0,)), (own, (0.9,)))), (question,))
    assert draft.sentences[0].text == own.passage.text


def test_two_things_of_one_month_are_two_things() -> None:
    one = "Qualcomm's core strength is the Hexagon NPU and hundreds of models in AI Hub (June 2026)."
    two = "Qualcomm AI Hub hosts hundreds of models and converts a developer's own (June 2026)."
    found = [(benefits(one), (1.0,)), (benefits(two), (0.9,)), (benefits(PRIVACY), (0.5,))]
    text = written(prompt("What are Qualcomm's strengths?", *found))  # type: ignore[arg-type]
    assert one in text


def test_a_part_without_evidence_opens_with_nothing() -> None:
    parts = ("When does the law apply?", "What did it postpone?")
    law = hit("The law applies from August.", claim="a", headings=("x", "y"))
    postponed = hit("The change postponed the duties by a year.", claim="b", headings=("x", "Since then"))
    aside = hit("A board takes 25 W.", claim="c", headings=("x", "z"))
    asked = prompt("?", (law, (1.0, 0.3)), (postponed, (0.2, 1.0)), (aside, (0.05, 0.1)), parts=parts)
    assert aside.passage.text not in [s.text for s in parse(written(asked), parts).conclusion]


def test_a_size_is_what_a_question_is_about_that_names_nothing_else() -> None:
    question = "What models can an 8GB industrial PC run?"
    maker = hit("A maker of industrial PCs runs models on its industrial PCs.", claim="a", headings=("x", "y"))
    fits = hit("A quantized 4B runs on an 8 GB board.", claim="b", headings=("x", "z"))
    draft = parse(written(prompt(question, (maker, (1.0,)), (fits, (0.6,)))), (question,))
    assert draft.sentences[0].text == fits.passage.text


def test_who_asks_for_watts_is_told_watts() -> None:
    question = "DX-H1 幾瓦？"
    priced = hit("DX-H1 的模組要價 300 美元，鎖定伺服器。", claim="a", headings=("x", "y"), language="zh-TW")
    power = hit("DX-H1 典型功耗 15 W。", claim="b", headings=("x", "z"), language="zh-TW")
    asked = prompt(question, (priced, (1.0,)), (power, (0.7,)), language="zh-TW", kind="fact")
    assert parse(written(asked), (question,)).sentences[0].text == power.passage.text


def test_who_asks_why_is_told_a_reason() -> None:
    question = "Why do trials in factories stop?"
    much = hit("68% of trials in factories stop before production.", claim="a", headings=("x", "y"))
    reason = hit("Trials stop because nobody on site owns them.", claim="b", headings=("x", "y"))
    draft = parse(written(prompt(question, (much, (1.0,)), (reason, (0.8,)))), (question,))
    assert draft.sentences[0].text == reason.passage.text


def test_who_asks_for_one_of_two_is_told_what_weighs_both() -> None:
    question = "Thor or Spark?"
    own = [(hit(text, claim=text[:5], headings=("x", "Strengths")), (1.0,))
           for text in ("Thor has 2,070 TFLOPS.", "Spark holds 200B models.")]  # fmt: skip
    both = hit("Thor costs US$3,499 and Spark US$4,699.", claim="both", headings=("x", "y"))
    asked = prompt(question, *own, (both, (0.9,)), rows=(("Thor",), ("Spark",)))
    assert [s.text for s in parse(written(asked), (question,)).conclusion] == [both.passage.text]


def test_a_size_that_a_part_asks_for_is_no_repetition() -> None:
    parts = ("When does a 30B model pay back?", "When does a 200B model pay back?")
    texts = [f"A study of 54 cases finds that own models of {size} pay back within {time}."
             for size, time in (("up to 30B", "a few months"), ("over 200B", "a few years"))]  # fmt: skip
    found = [(hit(text, claim=text[-9:], headings=("x", "y")), (1.0, 1.0)) for text in texts]
    draft = parse(written(prompt(" ".join(parts), *found, parts=parts)), parts)
    assert {s.text for s in draft.sentences} == set(texts)


def test_another_law_of_the_country_is_not_what_is_asked_about() -> None:
    question = "台灣個資法何時施行？"
    other = hit("台灣人工智慧基本法於 2026 年 1 月 14 日施行。", claim="a", headings=("x", "y"), language="zh-TW")
    own = hit("台灣個人資料保護法修正的施行日期由行政院另定。", claim="b", headings=("x", "z"), language="zh-TW")
    draft = parse(written(prompt(question, (other, (1.0,)), (own, (0.8,)), language="zh-TW")), (question,))
    assert draft.sentences[0].text == own.passage.text


def test_what_names_all_that_is_asked_opens_whichever_comes_first() -> None:
    question = "How fast is Qwen2 1.5B on the Hailo-10H?"
    other = hit("Qwen 2.5 1.5B runs at 131.7 tokens per second on an RTX 4050, the Hailo-10H is slower.", claim="a",
                headings=("x", "Speed"))  # fmt: skip
    own = hit("The Hailo-10H runs Qwen2 1.5B at 9.45 tokens per second.", claim="b", headings=("x", "Hailo"))
    draft = parse(written(prompt(question, (own, (1.0,)), (other, (0.9,)), kind="fact")), (question,))
    assert draft.conclusion[0].text == own.passage.text


def test_a_part_with_nothing_else_is_told_what_was_nearly_said() -> None:
    parts = ("What does the Thor kit cost?", "How much dearer than the Orin is it?")
    both = hit("A comparison of May lists the Orin at US$1,999 and the Thor kit at US$3,499.", claim="a")
    dearer = hit(
        "The Thor kit at US$3,499 is 75% dearer than the Orin at US$1,999, a comparison of May lists.", claim="b"
    )
    asked = prompt(" ".join(parts), (both, (1.0, 0.0)), (dearer, (0.8, 1.0)), parts=parts)
    assert dearer.passage.text in [s.text for s in parse(written(asked), parts).sentences]
