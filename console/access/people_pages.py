"""People, for coordinators and operators: who holds which seats, whom mail reaches, who is away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from console.access.known_people import known_people
from console.access.looking import TheViewer
from console.web.frame import page
from console.web.needs import Record

router = APIRouter(include_in_schema=False)


@router.get("/people")
async def people_page(
    request: Request,
    record: Record,
    viewer: TheViewer,
    text: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """A page of people. Turned away (403): whoever coordinates nothing."""
    if not (viewer.is_operator or viewer.coordinates):
        raise HTTPException(403, "This is for coordinators and operators.")
    people, next_after = await known_people(record, viewer, text, after, datetime.now(UTC))
    return page(request, viewer, "people", "access/people.html", {"people": people, "next": next_after, "text": text})
