"""Files that the page gives and takes, beside what gradio does: reports go out, documents come in."""

import re
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse

if TYPE_CHECKING:
    from assistant.ui.desk import Desk

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

    @app.post("/corpus/inbox")
    async def take(name: str, request: Request, n: int = 0) -> dict[str, str]:
        """Take the body as a file of the corpus and return what became of it.

        Only the page itself may: a form of another site can't send this type, and the shield refuses its origin.
        """
        if request.headers.get("content-type") != "application/octet-stream":
            raise HTTPException(415)
        return {"outcome": (await desk.library.take(name, request.stream(), first=n == 0)).outcome}
