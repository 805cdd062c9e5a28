"""Files that the page gives and takes, beside what gradio does: reports and pictures go out, documents come in."""

import re
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse

from assistant.errors import AssistantError
from assistant.ui.pictures import BusyError

if TYPE_CHECKING:
    from assistant.ui.desk import Desk

DOCUMENT = re.compile(r"[0-9a-f]{16}")
RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}(?:-\d{1,4})?")
TYPES = {"html": "text/html", "md": "text/markdown", "json": "application/json"}


def add(app: FastAPI, desk: "Desk") -> None:
    """Add the routes to an application. The shield has to list them as well."""

    @app.get("/reports/{run}/report.{form}")
    def report(run: str, form: str) -> FileResponse:
        """Return a finished run's report in one of its forms; 404 for anything else."""
        file = desk.assistant.workspace.reports / run / f"report.{form}"
        if not RUN.fullmatch(run) or form not in TYPES or not file.is_file():
            raise HTTPException(404)
        return FileResponse(file, media_type=f"{TYPES[form]}; charset=utf-8")

    @app.get("/corpus/{document}/page-{number}.png")
    async def picture(document: str, number: int) -> Response:
        """Return a page of a live PDF as a picture; 404 where there is none to give, 503 where too many wait."""
        if not DOCUMENT.fullmatch(document):
            raise HTTPException(404)
        try:
            drawn = await desk.pictures.page(document, number)
        except AssistantError:
            raise HTTPException(404) from None
        except BusyError:
            raise HTTPException(503, headers={"retry-after": "2"}) from None
        # What the corpus says is kept in the workspace and nowhere else, not in the browser's cache either.
        return Response(drawn, media_type="image/png", headers={"cache-control": "no-store"})

    @app.post("/corpus/inbox")
    async def take(name: str, request: Request, n: int = 0) -> dict[str, str]:
        """Take the body as a file of the corpus and return what became of it.

        Only the page itself may: a form of another site can't send this type, and the shield refuses its origin.
        """
        if request.headers.get("content-type") != "application/octet-stream":
            raise HTTPException(415)
        return {"outcome": (await desk.library.take(name, request.stream(), first=n == 0)).outcome}
