"""`serve` as its users meet it: by OpenAI's client, by LangChain, by plain HTTP."""

import asyncio
import json
import signal
from pathlib import Path

import httpx
import numpy as np
import openai
import pytest
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from prometheus_client.parser import text_string_to_metric_families

from assistant.api import gate
from assistant.api.server import application
from assistant.library import Workspace
from tests.api.conftest import process
from tests.support import kernel

QUESTION = "What are the privacy benefits of edge AI?"
ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none needed here", max_retries=0)


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    """What `ask` says of the question, up to its follow-ups."""
    from assistant import terminal

    with Workspace(root, engine="extractive") as workspace:
        return terminal.answered(workspace.ask(QUESTION)).partition("\n\nengine")[0]


def test_openais_client_gets_the_answer_with_its_citations(client: openai.OpenAI, text: str) -> None:
    reply = client.chat.completions.create(model="assistant", messages=ASKED, temperature=0.7, seed=3)
    said = reply.choices[0].message.content
    assert said.startswith(text)
    assert reply.choices[0].finish_reason == "stop"
    told = reply.model_extra
    assert told["status"] == "answered"
    assert told["engine"]["name"] == "extractive"
    assert told["egress"]["attempts"] == 0
    assert [c["n"] for c in told["citations"]] == list(range(1, len(told["citations"]) + 1))
    assert all(f"[{c['n']}]" in said and c["quote"] and c["passage_id"] for c in told["citations"])
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


def test_openais_client_streams_the_same_answer(client: openai.OpenAI, text: str) -> None:
    pieces = list(
        client.chat.completions.create(
            model="assistant", messages=ASKED, stream=True, stream_options={"include_usage": True}
        )
    )
    said = [piece.choices[0].delta.content or "" for piece in pieces if piece.choices]
    assert "".join(said).startswith(text)
    assert len([piece for piece in said if piece]) > 2
    *_, last, usage = pieces
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra["citations"][0]["quote"]
    assert usage.usage.completion_tokens > 0
    assert not any("reasoning_content" in (p.choices[0].delta.model_extra or {}) for p in pieces if p.choices)


def test_the_draft_is_streamed_apart_and_only_where_it_is_asked_for(client: openai.OpenAI) -> None:
    pieces = client.chat.completions.create(model="assistant", messages=ASKED, stream=True, extra_body={"draft": True})
    draft = "".join((p.choices[0].delta.model_extra or {}).get("reasoning_content", "") for p in pieces if p.choices)
    assert "[1]" in draft


def test_a_stream_that_is_left_is_no_burden(client: openai.OpenAI, address: str) -> None:
    for _ in range(4):
        stream = client.chat.completions.create(model="assistant", messages=ASKED, stream=True)
        next(iter(stream))
        stream.close()
    assert client.chat.completions.create(model="assistant", messages=ASKED).choices[0].message.content
    assert figures(address)["assistant_waiting", ("answers",)] == 0


def test_what_the_corpus_does_not_tell_is_an_abstention_and_no_error(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(
        model="assistant", messages=[{"role": "user", "content": "Who won the football world cup in 2022?"}]
    )
    assert reply.model_extra["status"] == "abstained"
    assert reply.model_extra["citations"] == []
    assert reply.model_extra["gaps"]


def test_a_question_may_lean_on_the_one_before(client: openai.OpenAI) -> None:
    first = {"role": "user", "content": "What is Jetson Thor good at?"}
    said = [first, {"role": "assistant", "content": "Speed."}, {"role": "user", "content": "And its limits?"}]
    reply = client.chat.completions.create(model="assistant", messages=said)
    assert reply.model_extra["question"] == "Jetson Thor's limits?"


def test_the_last_message_of_the_user_is_the_question(client: openai.OpenAI) -> None:
    talk = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": "Who won the football world cup in 2022?"},
        {"role": "assistant", "content": "I don't know."},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ]
    assert client.chat.completions.create(model="assistant", messages=talk).model_extra["status"] == "answered"


@pytest.mark.parametrize(
    ("more", "error", "param"),
    [
        ({"model": "gpt-5"}, openai.NotFoundError, "model"),
        ({"n": 2}, openai.BadRequestError, "n"),
        ({"stop": ["."]}, openai.BadRequestError, "stop"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, openai.BadRequestError, "tools"),
        ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "response_format"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "user", "content": "x" * 8001}]}, openai.BadRequestError, "messages"),
        ({"extra_body": {"axis": "no such axis"}}, openai.BadRequestError, None),
        ({"extra_body": {"since": "2025-02-31"}}, openai.BadRequestError, None),
        ({"extra_body": {"since": "yesterday"}}, openai.BadRequestError, "since"),
        ({"stream": True, "extra_body": {"axis": "no such axis"}}, openai.BadRequestError, None),
    ],
)
def test_what_can_not_be_met_is_refused_in_openais_form(
    client: openai.OpenAI, more: dict[str, object], error: type[openai.APIStatusError], param: str | None
) -> None:
    with pytest.raises(error) as raised:
        client.chat.completions.create(**({"model": "assistant", "messages": ASKED} | more))
    assert raised.value.param == param
    assert raised.value.body["message"]


def test_models_and_embeddings(client: openai.OpenAI, root: Path) -> None:
    ids = [model.id for model in client.models.list()]
    assert ids[0] == "assistant"
    assert client.models.retrieve(ids[1]).id == ids[1]
    texts = ["隱私風險因此降低", "privacy"]
    with Workspace(root) as workspace:
        wanted = np.array(workspace.embeddings().embed_documents(texts))
    made = client.embeddings.create
    packed, plain = made(model=ids[1], input=texts), made(model=ids[1], input=texts, encoding_format="float")
    for reply in (packed, plain):
        assert np.allclose([item.embedding for item in reply.data], wanted, atol=1e-6)
    for wrong in ({"model": "other"}, {"dimensions": 7}, {"input": [[1, 2]]}, {"input": []}):
        with pytest.raises(openai.APIStatusError):
            client.embeddings.create(**({"model": ids[1], "input": texts} | wrong))


def test_langchain_uses_it_unchanged(address: str, text: str) -> None:
    model = ChatOpenAI(model="assistant", base_url=f"{address}/v1", api_key="none", max_retries=0)
    assert str(model.invoke(QUESTION).content).startswith(text)
    assert "".join(str(piece.content) for piece in model.stream(QUESTION)).startswith(text)
    embedder = httpx.get(f"{address}/v1/models").json()["data"][1]["id"]
    embeddings = OpenAIEmbeddings(
        model=embedder, base_url=f"{address}/v1", api_key="none", check_embedding_ctx_length=False
    )
    assert len(embeddings.embed_query("privacy")) > 8


def test_answers_are_what_ask_prints_and_search_finds_what_they_cite(address: str, root: Path) -> None:
    told = httpx.post(f"{address}/answers", json={"question": QUESTION, "length": "brief"}, timeout=60).json()
    with Workspace(root, engine="extractive") as workspace:
        asked = workspace.ask(QUESTION, length="brief").to_json()
    for data in (told, asked):
        data.pop("timings"), data.pop("egress")
    assert told == json.loads(json.dumps(asked))
    found = httpx.post(f"{address}/search", json={"query": "privacy survey", "limit": 3}).json()["passages"]
    assert 0 < len(found) <= 3
    assert found[0]["claim"] == "privacy-survey"
    dated = httpx.post(f"{address}/search", json={"query": "邊緣 AI", "since": "2025-06-01"}).json()["passages"]
    assert {passage["claim"] for passage in dated} == {"privacy-survey"}


def figures(address: str) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(httpx.get(f"{address}/metrics").text)
    return {
        (s.name, tuple(value for _, value in sorted(s.labels.items()))): s.value
        for family in families
        for s in family.samples
    }


def test_health_and_figures(address: str) -> None:
    assert httpx.get(f"{address}/health").json() == {"status": "ok"}
    before = figures(address)
    httpx.post(f"{address}/answers", json={"question": QUESTION}, timeout=60)
    httpx.get(f"{address}/nothing/{QUESTION}")
    after = figures(address)
    row = ("assistant_requests_total", ("/answers", "200"))
    assert after[row] == before.get(row, 0) + 1
    assert after["assistant_corpus", ("passages",)] > 5
    assert after["assistant_engine", ("", "", "extractive")] == 1
    assert after["assistant_egress_attempts", ()] == 0
    assert after["assistant_sealed", ()] == (not kernel.no_filter())
    assert not any("privacy" in value for _, labels in after for value in labels)


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"headers": {"Host": "evil.example"}}, 403, "wrong_host"),
        ({"headers": {"Origin": "http://evil.example"}}, 403, "wrong_host"),
        ({"content": b"x" * (gate.MOST_BODY + 1)}, 413, "too_large"),
        ({"content": (b"x" * 65536 for _ in range(gate.MOST_BODY // 65536 + 2))}, 413, "too_large"),
        ({"content": b"{"}, 400, None),
        ({"content": b"9" * 5000, "headers": {"content-type": "application/json"}}, 400, None),
        ({"json": ["a list"]}, 400, None),
        ({"json": {"query": ""}}, 400, None),
        ({"json": {"query": "x", "limit": 1000}}, 400, None),
        ({"method": "GET"}, 405, None),
    ],
)
def test_refusals_are_in_one_form(address: str, how: dict[str, object], status: int, code: str | None) -> None:
    reply = httpx.request(**({"method": "POST", "url": f"{address}/search"} | how))  # type: ignore[arg-type]
    assert reply.status_code == status
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code


def test_what_is_under_way_at_the_end_is_brought_to_its_end(root: Path) -> None:
    stream = {"model": "assistant", "messages": ASKED, "stream": True}
    with process(root) as (address, served):
        with httpx.stream("POST", f"{address}/v1/chat/completions", json=stream, timeout=60) as reply:
            lines = reply.iter_lines()
            assert next(lines).startswith("data:")
            served.send_signal(signal.SIGTERM)
            assert "data: [DONE]" in list(lines)
        assert served.wait(30) == 0


def test_what_is_not_ready_says_so_and_when_to_come_back(tmp_path: Path) -> None:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(application(Workspace(tmp_path)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get("/health"), await client.post("/search", json={"query": "x"})]

    for reply in asyncio.run(ask()):
        assert reply.status_code == 503
        assert reply.json()["error"]["code"] == "not_ready"
        assert "assistant refresh" in reply.json()["error"]["message"]
        assert int(reply.headers["retry-after"]) > 0
