"""The page of the trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.access.looking import TheViewer
from console.trail.asking import Wanted, trail
from console.web.frame import page, words_of
from console.web.needs import Record

router = APIRouter(include_in_schema=False)


@router.get("/trail")
async def trail_page(
    request: Request, record: Record, viewer: TheViewer, wanted: Annotated[Wanted, Query()]
) -> Response:
    """Who changed what, the newest first."""
    found = await trail(record, viewer, wanted)
    narrowed = {name: value for name, value in wanted.model_dump(exclude={"before"}).items() if value}
    words = words_of(request, viewer, "trail")

    def what(code: str) -> str:
        """What was done, in words; a kind of edit that the book does not know is called by its own name."""
        key = f"what.{code.replace(' ', '_')}"
        return words(key) if words.has(key) else code

    return page(request, viewer, "trail", "trail/trail.html", {"trail": found, "narrowed": narrowed, "what": what})
