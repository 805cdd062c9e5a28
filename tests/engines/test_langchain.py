from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, FunctionMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

from assistant.engines.langchain import LocalChatModel
from assistant.errors import RefusedError
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.settings import Settings
from tests.support import tiny_gguf


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LlamaModel]:
    model = LlamaModel(inspect(tiny_gguf.write(tmp_path / "tiny.gguf")), Settings())
    yield model
    model.close()


@pytest.fixture
def chat(local: LlamaModel) -> LocalChatModel:
    return LocalChatModel(local=local)


def test_answers_a_conversation(chat: LocalChatModel) -> None:
    said = [SystemMessage("依證據回答。"), HumanMessage("嗨"), AIMessage("你好"), HumanMessage("為什麼？")]
    answer = chat.invoke(said)
    assert answer.text == tiny_gguf.DRAFT
    assert answer.response_metadata["model_name"] == "tiny.gguf"


def test_streams(chat: LocalChatModel) -> None:
    chunks = list(chat.stream("為什麼？"))
    assert len(chunks) > 5
    assert "".join(chunk.text for chunk in chunks) == tiny_gguf.DRAFT


def test_counts_what_it_used(chat: LocalChatModel, local: LlamaModel) -> None:
    usage = chat.invoke("為什麼？").usage_metadata
    assert usage is not None
    assert usage["input_tokens"] > chat.get_num_tokens("為什麼？") == local.count("為什麼？")
    assert usage["output_tokens"] == local.count(tiny_gguf.DRAFT)
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_works_inside_a_chain(chat: LocalChatModel) -> None:
    chain = ChatPromptTemplate.from_messages([("system", "依證據回答。"), ("human", "{question}")]) | chat
    assert (chain | StrOutputParser()).invoke({"question": "為什麼？"}) == tiny_gguf.DRAFT


def test_heeds_what_a_call_says(chat: LocalChatModel) -> None:
    assert chat.invoke("為什麼？", stop=["延遲"]).text == tiny_gguf.DRAFT.partition("延遲")[0]
    assert chat.bind(max_tokens=3).invoke("為什麼？").text == tiny_gguf.DRAFT[:6]
    assert LocalChatModel(local=chat.local, max_tokens=3).invoke("為什麼？").text == tiny_gguf.DRAFT[:6]


def test_a_stream_that_is_left_gives_the_model_back(chat: LocalChatModel) -> None:
    stream = chat.stream("為什麼？")
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert chat.invoke("為什麼？").text == tiny_gguf.DRAFT


async def collect(chat: LocalChatModel) -> str:
    return "".join([chunk.text async for chunk in chat.astream("為什麼？")])


def test_streams_to_asynchronous_callers(chat: LocalChatModel) -> None:
    import asyncio

    assert asyncio.run(collect(chat)) == tiny_gguf.DRAFT


def test_refuses_what_it_can_not_take(chat: LocalChatModel) -> None:
    with pytest.raises(RefusedError, match="FunctionMessage"):
        chat.invoke([FunctionMessage(content="x", name="f")])
    with pytest.raises(RefusedError, match="window"):
        chat.invoke("長" * 500)
