"""MCP by the SDK's own client, over both transports."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from assistant.library import Workspace
from tests.api.conftest import serving
from tests.support import kernel, small_workspace

QUESTION = "邊緣 AI 有哪些隱私上的好處？"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    root = small_workspace.make(tmp_path).root
    with Workspace(root) as workspace:
        workspace.refresh()
    return root


@asynccontextmanager
async def over(transport: str, root: Path) -> AsyncIterator[Client]:
    if transport == "stdio":
        words = ["-m", "assistant", "mcp", "--engine", "extractive", "--workspace", str(root)]
        started = StdioServerParameters(command=sys.executable, args=words, cwd=str(kernel.ROOT))
        async with Client(stdio_client(started)) as client:
            yield client
    else:
        with serving(root) as address:
            async with Client(f"{address}/mcp") as client:
                yield client


async def call(client: Client, name: str, **given: object) -> dict[str, Any]:
    result = await client.call_tool(name, given)
    assert not result.is_error, result.content
    told: dict[str, Any] = result.structured_content or json.loads(result.content[0].text)
    return told


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_the_tools_do_what_they_say(transport: str, own: Path) -> None:
    asyncio.run(_use(transport, own))


async def _use(transport: str, root: Path) -> None:
    async with over(transport, root) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"answer", "search", "read_passage", "list_questions", "observe"}
        assert all(tool.description for tool in tools.values())
        assert [n for n, tool in tools.items() if not tool.annotations.read_only_hint] == ["observe"]

        listed = (await call(client, "list_questions"))["questions"]
        assert QUESTION in [question["question"] for question in listed]
        answer = await call(client, "answer", question=QUESTION)
        assert answer["status"] == "answered"
        cited = answer["citations"][0]
        passage = await call(client, "read_passage", passage_id=cited["passage_id"])
        assert cited["quote"] in passage["text"]
        assert passage["around"]

        note = "量子隧道感測器在產線上以邊緣 AI 判讀，良率升到 99.2%。"
        filed = await call(client, "observe", text=note, source="現場", date="2026-11-20")
        assert (root / "corpus" / filed["document"]).is_file()
        found = (await call(client, "search", query="量子隧道感測器 良率", limit=1))["passages"]
        assert note in found[0]["text"]

        for name, given in (
            ("read_passage", {"passage_id": "none"}),
            ("search", {"query": "x", "axis": "none"}),
            ("observe", {"text": "x", "date": "yesterday"}),
        ):
            refused = await client.call_tool(name, given)
            assert refused.is_error
            assert "Traceback" not in refused.content[0].text
