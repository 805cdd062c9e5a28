"""The chat in OpenAI's form. What goes out as content is checked; it comes in blocks once the check is done.

A statement that is sent can't be taken back, so the draft, which may say what the check then strikes, is streamed
only where it is asked for, and as `reasoning_content`, which clients show apart from the answer or not at all.
"""

import json
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from assistant.answering import following
from assistant.answering.answer import Done, Event, Stage, Token
from assistant.api import errors, forms
from assistant.api.errors import InvalidError
from assistant.api.work import Gone, Work
from assistant.library import Workspace
from assistant.records import Answer
from assistant.terminal import answered
from assistant.text import tokens

MOST_TURNS = 8
"""So many of a user's last messages are read for what the last one leans on."""
BEAT_S = 10.0
"""Seconds after which a stream says that it is alive: clients and proxies give up on silence, often after 60."""


def question(asked: forms.ChatRequest) -> str:
    """Return the last message of the user. Raises InvalidError for what can't be answered here."""
    if asked.model != forms.MODEL:
        raise InvalidError(
            f"there is no model {asked.model!r}; ask for {forms.MODEL!r}", "model", status=404, code="model_not_found"
        )
    if asked.response_format and asked.response_format.get("type", "text") != "text":
        raise InvalidError("only text is written", "response_format", code="unsupported")
    if asked.stop or asked.logprobs:
        name = "stop" if asked.stop else "logprobs"
        raise InvalidError(f"{name} is not supported", name, code="unsupported")
    said = (_said(asked) or [""])[-1]
    if not said or len(said) > forms.LONGEST:
        raise InvalidError(
            f"the last message of the user has to be a question of at most {forms.LONGEST} characters", "messages"
        )
    return said


def _said(asked: forms.ChatRequest) -> list[str]:
    """Return the text of each message of the user, in order."""
    contents = [message.content or "" for message in asked.messages if message.role == "user"]
    parts = [part for content in contents[-1:] if isinstance(content, list) for part in content]
    if any(part.type != "text" for part in parts):
        raise InvalidError("only parts of text are taken", "messages", code="unsupported")
    return [
        (content if isinstance(content, str) else "\n".join(part.text or "" for part in content)).strip()
        for content in contents
    ]


async def reply(workspace: Workspace, work: Work, asked: forms.ChatRequest, gone: Gone) -> dict[str, Any]:
    """Return the whole reply. Raises what `question`, `Work.call` and `Workspace.ask` raise."""
    wanted = question(asked)

    def run(stop: threading.Event) -> Answer:
        *_, last = _events(workspace, asked, wanted, stop)
        assert isinstance(last, Done)
        return last.answer

    answer = await work.call(run, gone)
    text = answered(answer)
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return _about("chat.completion") | {"choices": [choice], "usage": _usage(wanted, text), **evidence(answer)}


async def stream(workspace: Workspace, work: Work, asked: forms.ChatRequest) -> AsyncIterator[str]:
    """Yield the reply as server-sent events: the role at once, the draft if asked for, then the checked answer.

    The last piece carries the evidence. An error before the first piece is raised; one after it is an event of its
    own, as there is no other way left to tell it.
    """
    wanted = question(asked)
    written = _Pieces(asked, wanted)
    begun = False
    try:
        async with aclosing(work.each(lambda stop: _events(workspace, asked, wanted, stop), BEAT_S)) as events:
            async for event in events:
                if event is None:
                    yield ": at work\n\n"
                    continue
                for piece in written.of(event):
                    begun = True
                    yield piece
        yield "data: [DONE]\n\n"
    except Exception as error:
        if not begun:
            raise
        yield _event(errors.of(error)[1])


class _Pieces:
    """The pieces of one streamed reply."""

    def __init__(self, asked: forms.ChatRequest, wanted: str) -> None:
        self._asked = asked
        self._wanted = wanted
        self._about = _about("chat.completion.chunk")

    def of(self, event: Event) -> Iterator[str]:
        """Yield what an event of the answering is to the client, often nothing."""
        if isinstance(event, Stage) and event.name == "searching":
            yield self._piece({"role": "assistant", "content": ""})
        elif isinstance(event, Token) and self._asked.draft:
            yield self._piece({"reasoning_content": event.text})
        elif isinstance(event, Done):
            text = answered(event.answer)
            for block in re.findall(r".+?(?:\n\n|\Z)", text, re.DOTALL):
                yield self._piece({"content": block})
            yield self._piece({}, "stop", **evidence(event.answer))
            if self._asked.stream_options and self._asked.stream_options.include_usage:
                yield _event(self._about | {"choices": [], "usage": _usage(self._wanted, text)})

    def _piece(self, delta: dict[str, Any], finish: str | None = None, **more: object) -> str:
        return _event(self._about | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more})


def _events(workspace: Workspace, asked: forms.ChatRequest, wanted: str, stop: threading.Event) -> Iterator[Event]:
    """Yield the events of the answer to what is wanted, understood after what was asked before it."""
    *before, _ = _said(asked)[-MOST_TURNS:]
    meant = following.understood((*before, wanted), workspace.answerer().glossary)
    length = asked.length or ("full" if before and following.wants_more(wanted) else None)
    return workspace.events(meant, length=length, stop=stop, **asked.only)


def evidence(answer: Answer) -> dict[str, Any]:
    """Return what stands behind an answer, as `forms.Evidence` has it."""
    return {
        "question": answer.question,
        "status": answer.status,
        "citations": [asdict(citation) for citation in answer.citations],
        "gaps": list(answer.gaps),
        "engine": asdict(answer.engine),
        "corpus": asdict(answer.corpus),
        "egress": asdict(answer.egress),
    }


def _about(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid4().hex}", "object": kind, "created": int(time.time()), "model": forms.MODEL}


def _usage(asked: str, written: str) -> dict[str, int]:
    prompt, completion = tokens.count(asked), tokens.count(written)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
