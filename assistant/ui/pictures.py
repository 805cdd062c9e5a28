"""Pictures of cited PDF pages, drawn when they are looked at and kept nowhere."""

import asyncio
from typing import TYPE_CHECKING

from assistant.corpus.isolation.limits import Limits
from assistant.corpus.isolation.process import Sheet
from assistant.corpus.isolation.workers import Workers
from assistant.errors import RefusedError
from assistant.wiring import Assistant

if TYPE_CHECKING:
    from assistant.index.journal import Place

LIMITS = Limits(cpu_seconds=10, seconds=20.0, output=16 << 20)
"""A dense page takes well under a second; of what isn't drawn by then the panel shows the text alone."""

WAITING = 16
"""Pictures that may wait for the one being drawn; whoever comes then is told to come later."""


class BusyError(Exception):
    """More pictures are asked for than can be drawn."""


class Pictures:
    """Draws pages one at a time, each in a confined process of its own that ends with it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._drawing = asyncio.Lock()
        self._waiting = 0

    async def page(self, document: str, page: int) -> bytes:
        """Return page number `page` of a live document as PNG.

        Raises RefusedError for what is no live PDF, or a page that can't be drawn, BusyError when too many wait.
        """
        if self._waiting >= WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with self._drawing:
                return await asyncio.to_thread(self._draw, document, page)
        finally:
            self._waiting -= 1

    def _draw(self, document: str, page: int) -> bytes:
        workspace = self._assistant.workspace
        place = self._place(document)
        sheet = Sheet(workspace.require_corpus() / place.path, place.path, place.digest, page)
        with Workers(workspace.framework, count=1, limits=LIMITS) as workers:
            return workers.draw(sheet)

    def _place(self, document: str) -> "Place":
        """Return where a live PDF is. What the page sent names a document, never a file."""
        for place in self._assistant.journal.places().values():
            if place.document_id == document and place.path.lower().endswith(".pdf"):
                return place
        raise RefusedError("no PDF of the corpus has this name", where=document, remedy="refresh, and ask again")
