"""The routes of the API: each asks the workspace one thing, in its turn."""

import base64
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.api import chat, forms
from assistant.api.errors import InvalidError
from assistant.api.metrics import Metrics
from assistant.api.work import Lanes, Work
from assistant.library import Workspace
from assistant.records import Answer, Hit
from assistant.text import tokens

if TYPE_CHECKING:
    from assistant.index.embedders import Embedder

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": forms.Error, "description": text}
    for status, text in (
        (400, "The request doesn't fit."),
        (401, "The key isn't known."),
        (403, "Another host is meant."),
        (404, "There is no such thing."),
        (408, "The request came too slowly."),
        (413, "The request is too large."),
        (429, "Too much is asked at once; Retry-After says when to come back."),
        (500, "The server failed."),
        (503, "The server isn't ready; the message says why."),
    )
}


def found(hit: Hit) -> dict[str, Any]:
    """Return a hit as `forms.Found` has it."""
    passage, reference = hit.passage, hit.passage.reference
    return {
        "passage_id": passage.id, "document": hit.path, "title": hit.title, "text": passage.text,
        "start": passage.start, "end": passage.end, "score": round(hit.score, 4), "language": passage.language,
        "kind": passage.kind, "page": passage.page, "headings": list(passage.headings), "axis": passage.axis,
        "topics": list(passage.topics), "claim": passage.claim,
        "url": reference.url if reference else None, "date": reference.date if reference else None,
        "publisher": reference.publisher if reference else None,
    }  # fmt: skip


def router(workspace: Workspace, lanes: Lanes, metrics: Metrics) -> APIRouter:
    """Return the routes over a workspace."""
    made = APIRouter(responses=REFUSALS)
    _add_chat(made, workspace, lanes.answers)
    _add_embeddings(made, workspace, lanes.lookups)
    _add_own(made, workspace, lanes)
    _add_watching(made, workspace, metrics)
    return made


def _add_chat(made: APIRouter, workspace: Workspace, work: Work) -> None:
    streamed = {"model": forms.ChatReply, "content": {"text/event-stream": {"schema": {"type": "string"}}}}

    @made.post("/v1/chat/completions", responses={200: streamed}, response_model=None)
    async def chat_completions(asked: forms.ChatRequest, request: Request) -> Response:
        """Answer the last question of a conversation, whole or as a stream of server-sent events."""
        if not asked.stream:
            return JSONResponse(await chat.reply(workspace, work, asked, request.is_disconnected))
        pieces = chat.stream(workspace, work, asked)
        first = await anext(pieces)  # what can be refused is refused with a status, before the stream begins

        async def all_pieces() -> AsyncIterator[str]:
            yield first
            async for piece in pieces:
                yield piece

        return StreamingResponse(all_pieces(), media_type="text/event-stream")

    @made.get("/v1/models", responses={200: {"model": forms.Models}}, response_model=None)
    async def models() -> Response:
        """List what can be asked for as `model`: the answering, and the embedder."""
        return JSONResponse({"object": "list", "data": list(_models(workspace).values())})

    @made.get("/v1/models/{model}", responses={200: {"model": forms.Model}}, response_model=None)
    async def model(model: str = Path(max_length=200)) -> Response:
        """Return one of the models."""
        known = _models(workspace)
        if model not in known:
            raise InvalidError(f"there is no model {model[:80]!r}", "model", status=404, code="model_not_found")
        return JSONResponse(known[model])


def _models(workspace: Workspace) -> dict[str, dict[str, Any]]:
    ids = (forms.MODEL, workspace.assistant.embedder.fingerprint)
    return {name: {"id": name, "object": "model", "created": 0, "owned_by": "this workspace"} for name in ids}


def _add_embeddings(made: APIRouter, workspace: Workspace, work: Work) -> None:
    @made.post("/v1/embeddings", responses={200: {"model": forms.EmbeddingsReply}}, response_model=None)
    async def embeddings(asked: forms.EmbeddingsRequest) -> Response:
        """Return the vectors that the index has of such texts."""
        embedder = workspace.assistant.embedder
        if asked.model != embedder.fingerprint:
            message = f"there is no embedder {asked.model[:80]!r}; ask for {embedder.fingerprint!r}"
            raise InvalidError(message, "model", status=404, code="model_not_found")
        texts = [asked.input] if isinstance(asked.input, str) else list(asked.input)
        rows = await work.call(lambda stop: _vectors(embedder, texts, asked))
        used = sum(map(tokens.count, texts))
        return JSONResponse(
            {
                "object": "list",
                "model": asked.model,
                "data": [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)],
                "usage": {"prompt_tokens": used, "total_tokens": used},
            }
        )


def _vectors(embedder: "Embedder", texts: list[str], asked: forms.EmbeddingsRequest) -> list[Any]:
    import numpy as np

    query = asked.input_type == "query"
    rows = np.stack([embedder.query(text) for text in texts]) if query else embedder.passages(texts)
    if asked.dimensions not in (None, rows.shape[1]):
        raise InvalidError(f"the vectors have {rows.shape[1]} dimensions", "dimensions", code="unsupported")
    if asked.encoding_format == "base64":
        return [base64.b64encode(row.astype("<f4").tobytes()).decode("ascii") for row in rows]
    listed: list[Any] = rows.tolist()
    return listed


def _add_own(made: APIRouter, workspace: Workspace, lanes: Lanes) -> None:
    @made.post("/answers", responses={200: {"model": Answer}}, response_model=None)
    async def answers(asked: forms.AnswersRequest, request: Request) -> Response:
        """Answer a question: the same document as `assistant ask --json` prints."""

        def ask(stop: Any) -> Answer:  # noqa: ANN401
            *_, last = workspace.events(asked.question, length=asked.length, stop=stop, **asked.only)
            answer: Answer = last.answer  # type: ignore[union-attr]
            return answer

        return JSONResponse((await lanes.answers.call(ask, request.is_disconnected)).to_json())

    @made.post("/search", responses={200: {"model": forms.SearchReply}}, response_model=None)
    async def search(asked: forms.SearchRequest) -> Response:
        """Return the passages for a query, best first."""
        hits = await lanes.lookups.call(lambda stop: workspace.search(asked.query, limit=asked.limit, **asked.only))
        return JSONResponse({"passages": [found(hit) for hit in hits]})

    @made.post("/related", responses={200: {"model": forms.SearchReply}}, response_model=None)
    async def related(asked: forms.RelatedRequest) -> Response:
        """Return the passages that speak of the same as a passage, the most alike first."""
        hits = await lanes.lookups.call(lambda stop: workspace.related(asked.passage_id, limit=asked.limit))
        return JSONResponse({"passages": [found(hit) for hit in hits]})


def _add_watching(made: APIRouter, workspace: Workspace, metrics: Metrics) -> None:
    @made.get("/health", responses={200: {"model": forms.Health}}, response_model=None)
    def health() -> Response:
        """Say that questions can be answered; 503 with the reason where they can't."""
        workspace.answerer().corpus()
        return JSONResponse({"status": "ok"})

    figures: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

    @made.get("/metrics", responses=figures, response_model=None, response_class=Response)
    def metrics_() -> Response:
        """Return the figures for Prometheus."""
        text, kind = metrics.text()
        return Response(text, headers={"content-type": kind})
