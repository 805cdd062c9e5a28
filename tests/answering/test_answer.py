import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import foreign
from assistant.answering.answer import Done, Found, Stage, Token
from assistant.corpus.glossary import Entry, Glossary
from assistant.records import Answer
from assistant.wiring import Assistant, open_workspace
from tests.support import small_workspace

CHIPS = """---
title: Edge AI chips
language: en
---

# Edge AI chips

## Strengths

- NVIDIA is good at compute: its edge AI module Jetson Thor delivers up to 2,070 FP4 TFLOPS. {#chips-nvidia}
  — [Jetson Thor](https://example.org/thor) | NVIDIA | 2025-08 | high | vendor
  — [Thor arrives](https://example.org/news) | Example News | 2025-09 | medium | vendor
- Intel is good at reach: its edge AI software OpenVINO runs Gemma 3 4B on the NPU of a PC. {#chips-intel}
  — [OpenVINO](https://example.org/openvino) | Example News | 2025-12 | high

## Limits

- NVIDIA's edge AI software costs US$4,500 a GPU and year. {#chips-nvidia-limit}
  — [Licences](https://example.org/licence) | Example News | 2026-01 | high
- Apple's edge AI model of 3 billion parameters runs on its own devices only. {#chips-apple-limit}
  — [Apple](https://example.org/apple) | Example News | 2025-07 | high

## Since then

- NVIDIA brought the smaller edge AI module Jetson T4000 to market in 2026. {#chips-since}
  — [T4000](https://example.org/t4000) | Example News | 2026-02 | high | since: chips-nvidia
"""
COMPARE = "What are NVIDIA, Intel and Apple each good at in edge AI, and where are their limits?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("answers")
    small_workspace.make(root)
    (root / "corpus" / "chips.en.md").write_text(CHIPS, encoding="utf-8")
    opened = open_workspace(str(root), {"engine": "extractive", "answer_threshold": 0.4})
    opened.refresh()
    yield opened
    opened.journal.close()


@pytest.fixture(scope="module")
def compared(assistant: Assistant) -> Answer:
    return assistant.answerer.answer(COMPARE)


def statement(answer: Answer, part: str) -> int:
    return next(i for i, s in enumerate(answer.statements) if part in s.text)


def test_the_story_is_told_in_order(assistant: Assistant) -> None:
    events = list(assistant.answerer.events(COMPARE))
    kinds = [event.name if isinstance(event, Stage) else type(event) for event in events]
    assert kinds[:3] == ["searching", Found, "writing"]
    assert kinds[-2:] == ["checking", Done]
    assert set(kinds[3:-2]) == {Token}


def test_a_claim_with_two_sources_shows_both(compared: Answer) -> None:
    cited = [c for c in compared.citations if c.n in compared.statements[statement(compared, "2,070")].citations]
    assert [c.url for c in cited] == ["https://example.org/thor", "https://example.org/news"]
    assert len({c.passage_id for c in cited}) == 1


def test_a_quote_is_what_stands_in_the_document(compared: Answer, assistant: Assistant) -> None:
    hits = assistant.journal.hits_by_id([c.passage_id for c in compared.citations])
    for citation in compared.citations:
        document = assistant.journal.document(hits[citation.passage_id].passage.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote


def test_a_comparison_is_a_table_of_its_statements(compared: Answer) -> None:
    assert compared.table is not None
    assert [row.label for row in compared.table.rows] == ["NVIDIA", "Intel", "Apple"]
    limits = compared.table.columns.index("Limits")
    for row in compared.table.rows:
        for i in row.cells[limits]:
            assert row.label in compared.statements[i].text
            assert i in compared.parts[compared.table.parts[limits]].statements


def test_an_empty_cell_is_a_gap(compared: Answer) -> None:
    assert any("Intel" in gap and "limits" in gap for gap in compared.gaps)


def test_notes_say_whose_figure_it_is_and_what_came_later(compared: Answer) -> None:
    assert compared.statements[statement(compared, "2,070")].notes == ("vendor",)
    assert compared.statements[statement(compared, "T4000")].notes == ("since",)


def test_the_newest_source_dates_the_answer(compared: Answer) -> None:
    assert compared.as_of == max(c.date for c in compared.citations if c.date)


def test_an_answer_survives_json(compared: Answer) -> None:
    assert Answer.from_json(json.loads(json.dumps(compared.to_json()))) == compared


def test_asked_again_it_is_the_same_answer(compared: Answer, assistant: Assistant) -> None:
    again = assistant.answerer.answer(COMPARE).to_json()
    assert again | {"timings": None} == compared.to_json() | {"timings": None}


def test_evidence_in_the_other_language_is_marked(assistant: Assistant) -> None:
    answer = assistant.answerer.answer("邊緣 AI 模組 Jetson Thor 的算力是多少 TFLOPS？")
    assert "other-language" in answer.statements[statement(answer, "2,070")].notes


def test_the_glossary_s_terms_stand_beside_the_other_language() -> None:
    names = {"量化": "quantization", "算力": "compute"}
    glossary = Glossary((*(Entry(en, (zh,), (en,)) for zh, en in names.items()), Entry("npu", (), ("NPU",))))
    english = "Quantization saves compute on an NPU."
    assert foreign.terms(english, "zh-TW", glossary) == "Quantization = 量化、compute = 算力"
    assert foreign.terms("量化可節省算力。", "en", glossary) == "量化 = quantization, 算力 = compute"
    assert foreign.terms("An NPU.", "zh-TW", glossary) == ""


def test_follow_up_questions_are_answered_by_the_corpus(assistant: Assistant) -> None:
    answer = assistant.answerer.answer("What does NVIDIA's edge AI software cost?", length="brief")
    assert answer.follow_ups
    for question in answer.follow_ups:
        assert assistant.answerer.answer(question).status != "abstained"


def test_a_longer_answer_has_more(assistant: Assistant) -> None:
    question = "What is there on edge AI?"
    sizes = [len(assistant.answerer.answer(question, length=size).statements) for size in ("brief", "full")]
    assert sizes[0] < sizes[1]


def test_where_the_evidence_covers_only_a_part_the_answer_is_told_as_partial(assistant: Assistant) -> None:
    question = "What does NVIDIA's edge AI software cost a gardener?"
    strength = assistant.answerer.retriever.find(question).strength
    assert 0.4 < strength < 1
    told = {}
    for threshold in (strength, 1.0):
        settings = replace(assistant.settings, whole_threshold=threshold)
        answer = replace(assistant.answerer, settings=settings).answer(question)
        told[answer.status] = any("only a part of the question" in gap for gap in answer.gaps)
    assert told == {"answered": False, "partial": True}


def test_a_time_asked_about_that_no_source_speaks_of_is_a_gap(assistant: Assistant) -> None:
    asked = "What does NVIDIA's edge AI software cost a GPU in {}?"
    told = {year: assistant.answerer.answer(asked.format(year)) for year in ("2026", "March 2024")}
    assert "March 2024" in " ".join(told["March 2024"].gaps)
    assert told["March 2024"].status == "partial"
    assert "2026" not in " ".join(told["2026"].gaps)


def test_a_question_without_evidence_is_left_unanswered(tmp_path: Path) -> None:
    small_workspace.make(tmp_path)
    opened = open_workspace(str(tmp_path), {"engine": "extractive"})
    opened.refresh()
    answer = opened.answerer.answer("2026 年世界盃足球賽的冠軍是哪一隊？")
    opened.journal.close()
    assert (answer.status, answer.statements, answer.citations, answer.follow_ups) == ("abstained", (), (), ())
    assert "世界盃" in answer.gaps[0]


def test_a_stop_keeps_what_was_written(assistant: Assistant) -> None:
    stop = threading.Event()
    last = None
    for event in assistant.answerer.events(COMPARE, stop=stop):
        if isinstance(event, Token):
            stop.set()
        last = event
    assert isinstance(last, Done)
    assert len(last.answer.statements) == 1
    assert last.answer.statements[0].verdict == "supported"
