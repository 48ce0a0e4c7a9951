"""The JSON API's answers about mail: why somebody was told or was not, and a mail as it would be. For the operator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from console.api import NOT_FOUND, WRITING, Meant, Record, TheEdge, operators_only
from console.people import person_meant
from console.previewing import PreviewView, previewed
from console.why import WhyView, why_told

Spoken = Annotated[Literal["uk", "en"] | None, Query(description="None: the reader's own.")]

READING = {status: WRITING[status] for status in (401, 403)} | NOT_FOUND

router = APIRouter(tags=["mail"], dependencies=operators_only)


@router.get("/api/v1/partnerships/{partnership}/why", responses=READING)
async def why(
    record: Record, meant: Meant, person: Annotated[str, Query(max_length=320)], language: Spoken = None
) -> WhyView:
    """Why this person (an id, address or name) was told what they were told, or was not, in plain words."""
    named = await person_meant(record, person)
    return await why_told(record, meant, named.id, datetime.now(UTC), language)


@router.get("/api/v1/partnerships/{partnership}/mails/preview", responses=READING)
async def preview(
    edge: TheEdge,
    record: Record,
    meant: Meant,
    watch: Annotated[str | None, Query(max_length=160)] = None,
    rung: Annotated[int, Query(ge=1, le=12)] = 1,
    language: Spoken = None,
) -> PreviewView:
    """The mail of one rung of what is watched, as the first person it reaches would get it. Nothing is sent."""
    return await previewed(record, meant, datetime.now(UTC), edge.settings.pages_at, watch, rung, language)
