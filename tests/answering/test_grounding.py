from collections.abc import Mapping

import pytest

from assistant.answering.grounding import Grounder
from assistant.corpus.glossary import Entry, Glossary
from assistant.records import BlockKind, Evidence, Hit, Passage, Reference, content_id
from assistant.text.language import detect

GLOSSARY = Glossary(
    (
        Entry("nvidia", ("輝達",), ("NVIDIA",)),
        Entry("advantech", ("研華",), ("Advantech",)),
        Entry("power", ("功耗",), ("power draw", "power")),
        Entry("weights", ("權重",), ("weights",)),
        Entry("revenue", ("營收",), ("revenue",)),
    )
)
GEMMA = "Gemma 3 27B 的權重在 BF16 約占 54 GB，int8 約 27 GB，int4 約 14.1 GB。"
LADDER = "A Jetson AGX Orin with 64 GB costs US$1,999 and the AGX Thor developer kit US$3,499."
SHARE = (
    "Edge AI made up 9.4% of Advantech's revenue in 2024 and about 17% by Q3 2025. The company expects 25% by mid-2026."
)


@pytest.fixture(scope="module")
def grounder() -> Grounder:
    return Grounder(GLOSSARY)


def evidence(*texts: str, kind: BlockKind = "prose", headings: tuple[str, ...] = (), title: str = "",
             references: tuple[Reference, ...] = ()) -> Mapping[int, Evidence]:  # fmt: skip
    found = {}
    for n, text in enumerate(texts, 1):
        passage = Passage(
            content_id(text), "d", 0, len(text), text, detect(text), kind=kind, headings=headings, references=references
        )
        found[n] = Evidence(n, Hit(passage, "a.md", title, 1.0), (1.0,))
    return found


def test_a_quotation_is_supported_in_full_and_its_span_is_the_quotation(grounder: Grounder) -> None:
    text = f"前言一句。{GEMMA}後話一句。"
    verdict = grounder.check(
        "Gemma 3 27B 的權重在 BF16 約占 54 GB，int8 約 27 GB，int4 約 14.1 GB", (1,), evidence(text)
    )
    start, end = verdict.spans[1]
    assert (verdict.verdict, verdict.support, text[start:end]) == ("supported", 1.0, GEMMA.rstrip("。"))


def test_a_quotation_cut_out_of_a_negation_is_none(grounder: Grounder) -> None:
    passage = evidence("並不是所有模型都能放進單張 H100。")
    assert grounder.check("所有模型都能放進單張 H100。", (1,), passage).verdict == "unsupported"


@pytest.mark.parametrize(
    ("statement", "passage", "failed"),
    [
        ("Gemma 3 27B 的權重在 BF16 約占 45 GB。", GEMMA, "figure"),
        ("Gemma 3 27B 的權重在 BF16 約占 54 TB。", GEMMA, "figure"),
        ("Gemma 2 27B 的權重在 BF16 約占 54 GB。", GEMMA, "name"),
        ("Gemma 3 27B 的權重在 int4 約占 54 GB。", GEMMA, "attribution"),
        ("The AGX Thor developer kit costs US$1,999.", LADDER, "attribution"),
        ("Advantech's share from edge AI was 9.4% of revenue in 2023.", SHARE, "date"),
        ("Edge AI did not make up 9.4% of Advantech's revenue in 2024.", SHARE, "negation"),
        ("Advantech guarantees 25% by mid-2026.", SHARE, "strength"),
        ("Advantech's edge AI revenue fell from 9.4% in 2024 to 17% by Q3 2025.", SHARE, "direction"),
        ("Advantech will double its engineering staff and open a plant.", SHARE, "figure"),
        ("研華計畫在海外設立新的研發據點並擴大徵才。", "研華的營收在歐洲成長。", "content"),
    ],
)  # fmt: skip
def test_each_check_names_what_failed_and_points_at_the_passage(
    grounder: Grounder, statement: str, passage: str, failed: str
) -> None:
    verdict = grounder.check(statement, (1,), evidence(passage))
    assert (verdict.verdict, verdict.failed) == ("unsupported", failed)
    assert verdict.reason
    assert verdict.citations == ()
    assert verdict.against is None or passage[slice(*verdict.against[1:])].strip()


def test_reasons_speak_the_statements_language(grounder: Grounder) -> None:
    assert "45 GB" in grounder.check("Gemma 3 27B 的權重約占 45 GB。", (1,), evidence(GEMMA)).reason
    assert "figure" in grounder.check("Gemma 3 27B weights take 45 GB.", (1,), evidence(GEMMA)).reason


def test_a_missing_or_wrong_citation_is_mended_only_by_a_passage_that_carries_it(grounder: Grounder) -> None:
    statement = "The AGX Thor developer kit costs US$3,499."
    shown = evidence(SHARE, LADDER)
    assert grounder.check(statement, (), shown).citations == (2,)
    assert grounder.check(statement, (1,), shown).citations == (2,)
    assert grounder.check(statement, (99,), shown).citations == (2,)
    assert grounder.check(statement, (2, 99), shown).citations == (2,)
    lost = grounder.check(statement, (99,), evidence(SHARE))
    assert (lost.verdict, lost.failed) == ("unsupported", "citation")
    assert grounder.check(statement, (), evidence(SHARE)).verdict == "unsupported"


def test_no_evidence_at_all(grounder: Grounder) -> None:
    assert grounder.check("Anything at all.", (1,), {}).verdict == "unsupported"


def test_a_compound_statement_may_rest_on_two_passages(grounder: Grounder) -> None:
    shown = evidence(SHARE, LADDER)
    statement = "Edge AI made up 9.4% of Advantech's revenue in 2024; the AGX Thor developer kit costs US$3,499."
    assert grounder.check(statement, (1, 2), shown).citations == (1, 2)
    wrong = statement.replace("3,499", "4,399")
    assert grounder.check(wrong, (1, 2), shown).verdict == "unsupported"


def test_nothing_rides_along_with_what_is_true(grounder: Grounder) -> None:
    statement = "Gemma 3 27B 的權重在 BF16 約占 54 GB，所以醫院應立即汰換全部伺服器。"
    assert grounder.check(statement, (1,), evidence(GEMMA)).verdict == "unsupported"


def test_what_stands_above_a_passage_supplies_names_and_dates_but_no_figures(grounder: Grounder) -> None:
    passage = evidence("40–130 W，運算力為 Orin 的 7.5 倍。", headings=("Jetson Thor 的 99 W 與功耗",),
                       references=(Reference("規格", publisher="NVIDIA", date="2025-08"),))  # fmt: skip
    assert grounder.check("輝達 2025 年的 Jetson Thor 功耗為 40 到 130 瓦。", (1,), passage).verdict == "supported"
    assert grounder.check("Jetson Thor 的功耗為 99 W。", (1,), passage).failed == "figure"


def test_tables_are_read_by_cell(grounder: Grounder) -> None:
    table = "| vendor | power (W) | price |\n|---|---|---|\n| NVIDIA | 130 | US$3,499 |\n| Hailo | 2.5 | US$130 |\n"
    shown = evidence(table, kind="table")
    right = grounder.check("The power of Hailo is 2.5 W, its price US$130.", (1,), shown)
    assert right.verdict == "supported"
    assert table[slice(*right.spans[1])] == "| Hailo | 2.5 | US$130 |"
    assert grounder.check("The power of Hailo is 130 W.", (1,), shown).verdict == "unsupported"
    assert grounder.check("The price of NVIDIA is US$130.", (1,), shown).verdict == "unsupported"


@pytest.mark.parametrize(
    "text", ["以下依問題各部分說明。", "重點如下：", "The following are the key points:", "In summary,"]
)
def test_a_sentence_that_only_lays_out_the_answer_needs_no_citation(grounder: Grounder, text: str) -> None:
    assert grounder.check(text, (), {}).verdict == "supported"


@pytest.mark.parametrize("text", ["以下依問題說明：H100 只要 5 美元。", "In summary, edge AI replaces the cloud."])
def test_but_nothing_hides_behind_such_words(grounder: Grounder, text: str) -> None:
    assert grounder.check(text, (), evidence(GEMMA)).verdict == "unsupported"


def test_across_languages_figures_names_and_terms_carry_a_statement(grounder: Grounder) -> None:
    english = evidence("Gemma 3 27B needs about 54 GB for its weights in BF16.")
    assert grounder.check("Gemma 3 27B 的權重在 BF16 約占 54 GB。", (1,), english).verdict == "supported"
    assert grounder.check("Gemma 3 27B 的權重在 BF16 約占 64 GB。", (1,), english).verdict == "unsupported"
    assert grounder.check("這個模型很實用，許多企業都喜歡。", (1,), english).verdict == "unsupported"


def test_respectively_pairs_in_order(grounder: Grounder) -> None:
    passage = evidence(LADDER)
    right = "Jetson AGX Orin and AGX Thor cost US$1,999 and US$3,499, respectively."
    assert grounder.check(right, (1,), passage).verdict == "supported"


TABLE = (
    "| module | compute (TOPS) | power (W) |\n|---|---|---|\n| Orin Nano Super | 67 | 25 |\n| AGX Orin | 275 | 60 |\n"
)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("The AGX Orin module has a compute of 275 TOPS.", "supported"),
        ("The Orin Nano Super module has a compute of 67 TOPS at a power of 25 W.", "supported"),
        ("The AGX Orin module has a compute of 67 TOPS.", "unsupported"),
        ("The AGX Orin module has a power of 25 W.", "unsupported"),
        ("The AGX Orin module has a compute of 60 TOPS.", "unsupported"),
    ],
)
def test_a_table_is_judged_by_cell(grounder: Grounder, statement: str, verdict: str) -> None:
    assert grounder.check(statement, (1,), evidence(TABLE, kind="table")).verdict == verdict


def test_a_quotation_inside_a_statement_has_to_be_one(grounder: Grounder) -> None:
    passage = evidence("Kroger said: “The cameras correct most missed scans without help.” It began in 2025.")
    said = "Kroger said “The cameras correct most missed scans without help.”"
    assert grounder.check(said, (1,), passage).verdict == "supported"
    changed = said.replace("correct most missed scans", "correct most shoppers kindly")
    verdict = grounder.check(changed, (1,), passage)
    assert (verdict.verdict, verdict.failed) == ("unsupported", "quotation")


def test_what_a_passage_lacks_is_told_in_short(grounder: Grounder) -> None:
    circling = "Edge AI runs on " + ".".join(["Zorblax"] * 60) + " boards."
    verdict = grounder.check(circling, (1,), evidence(SHARE))
    assert verdict.verdict == "unsupported"
    assert "Zorblax" in verdict.reason
    assert len(verdict.reason) < 150


FACTORY = "Frontier News：雲端往返要 30 至 200 毫秒，產線決策須在 10 毫秒內完成，雲端來不及。"
CHEN = "研華財務長陳清熙 2025 年 11 月表示，2026 年整體營運目標為雙位數成長。"
NAVYA = "NavyaAI estimates that a Jetson Orin Nano costs US$0.11 for each million output tokens."


@pytest.mark.parametrize(
    ("statement", "passage"),
    [
        ("Advantech targets double-digit growth for 2026, Eric Chen said in November 2025.", CHEN),
        ("A Jetson Orin Nano costs $0.11 per million output tokens, NavyaAI estimates.", NAVYA),
        (
            "Acme's HTX301 is meant for sites whose data can't leave.",
            "Acme's HTX301 is for sites whose data stay inside.",
        ),
        ("Frontier News 指出，雲端往返要 30 到 200 毫秒，產線決策得在 10 毫秒內完成，因此雲端趕不上。", FACTORY),
        ("Loading Gemma 3 12B takes 6.6 GB.", "Int4 cuts the memory for loading Gemma 3 12B from 24 GB to 6.6 GB."),
        ("Acme's robots cost about 50 daily requests.", "Acme's robots cost about 50 requests a day."),
    ],
)
def test_the_same_in_other_words_is_kept(grounder: Grounder, statement: str, passage: str) -> None:
    verdict = grounder.check(statement, (1,), evidence(passage))
    assert (verdict.verdict, verdict.reason) == ("supported", "")


@pytest.mark.parametrize(
    ("statement", "passage", "failed"),
    [
        ("Advantech targets double-digit growth for 2026, KC Liu said in November 2025.", CHEN, "name"),
        ("Advantech targets single-digit growth for 2026, Eric Chen said in November 2025.", CHEN, "figure"),
        ("A Jetson Orin Nano costs $0.11 per thousand output tokens, NavyaAI estimates.", NAVYA, "figure"),
        ("Acme's robots cost 50 requests a month.", "Acme's robots cost 50 requests a day.", "figure"),
        ("Acme breaks even within weeks.", "Acme breaks even within months.", "figure"),
        ("Acme's Ryzen AI 1.9 runs LLMs on chips.", "Acme's Ryzen AI 1.7 runs LLMs on chips.", "figure"),
        ("Lenovo said that AI did not cut its costs.", "Lenovo said that AI cut its costs and lead time.", "negation"),
        ("Pilots reach full production at Acme.", "Pilots miss full production at Acme.", "direction"),
    ],
)  # fmt: skip
def test_what_only_looks_like_other_words_is_caught(
    grounder: Grounder, statement: str, passage: str, failed: str
) -> None:
    assert grounder.check(statement, (1,), evidence(passage)).failed == failed
