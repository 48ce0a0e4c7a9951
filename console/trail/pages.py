"""The page of the trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.access.looking import TheViewer
from console.record_words import RecordWords
from console.trail.asking import Wanted, trail
from console.web.frame import page
from console.web.needs import Record

router = APIRouter(include_in_schema=False)


@router.get("/trail")
async def trail_page(
    request: Request, record: Record, viewer: TheViewer, wanted: Annotated[Wanted, Query()]
) -> Response:
    """Who changed what, the newest first."""
    found = await trail(record, viewer, wanted)
    narrowed = {name: value for name, value in wanted.model_dump(exclude={"before"}).items() if value}
    record_words = RecordWords(viewer.language, viewer.zone)
    values = {"trail": found, "narrowed": narrowed, "record_words": record_words}
    return page(request, viewer, "trail", "trail/trail.html", values)
