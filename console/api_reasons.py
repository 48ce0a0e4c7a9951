"""The JSON API's answers about mail: why somebody was told or was not, and a mail as it would be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query

from console.access.calling import Caller
from console.access.sight import acts_of
from console.api import NOT_FOUND, Seen
from console.api_naming import meant_id
from console.previewing import PreviewView, previewed
from console.reading import state_of
from console.web.needs import Record, TheEdge
from console.why import WhyView, why_told

Spoken = Annotated[Literal["uk", "en"] | None, Query(description="None: the reader's own.")]

router = APIRouter(tags=["mail"], responses=NOT_FOUND)


@router.get("/api/v1/partnerships/{partnership}/why")
async def why(
    record: Record,
    caller: Caller,
    seen: Seen,
    person: Annotated[str, Query(max_length=320)],
    language: Spoken = None,
) -> WhyView:
    """Why this person (an id, address or name) was told what they were told, or was not, in plain words: anybody for
    operators, otherwise the caller alone."""
    return await why_told(record, seen, await meant_id(record, caller, person), datetime.now(UTC), language)


@router.get("/api/v1/partnerships/{partnership}/mails/preview")
async def preview(
    edge: TheEdge,
    record: Record,
    caller: Caller,
    seen: Seen,
    watch: Annotated[str | None, Query(max_length=160)] = None,
    rung: Annotated[int, Query(ge=1, le=12)] = 1,
    language: Spoken = None,
) -> PreviewView:
    """The mail of one rung of what is watched, as the first person it reaches would get it. Nothing is sent. For those
    who act in the partnership."""
    acts = await acts_of(record, caller, await state_of(record, seen))
    if not (acts.operates or acts.coordinates or acts.for_municipality):
        raise HTTPException(403, "Mails are shown to those who act in this partnership.")
    return await previewed(record, seen, datetime.now(UTC), edge.settings.pages_at, watch, rung, language)
