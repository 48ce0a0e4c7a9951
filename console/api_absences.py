"""The JSON API of absences. Operators see to everybody's; others to their own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.exceptions import HTTPException
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console.absences import AbsenceView, absences, cancel_absence, end_absence, record_absence
from console.access.calling import Caller, who_acts
from console.access.sight import person_named
from console.access.viewer import Viewer
from console.api_naming import ANSWERS, ActorBody, found, meant_id
from console.web.needs import Record, TheEdge, writing


class AbsenceBody(ActorBody):
    """From when until when somebody is away, both days included; no last day: until further notice."""

    first_day: date
    last_day: date | None = None
    substitute: str | None = Field(None, max_length=320)


router = APIRouter(prefix="/api/v1", tags=["people"], responses=ANSWERS)


@router.get("/absences")
async def list_absences(
    record: Record, caller: Caller, on: Annotated[date | None, Query()] = None
) -> list[AbsenceView]:
    """Everybody's absences, for operators, otherwise the caller's own; with a day only those that cover it."""
    return await absences(record, None if caller.is_operator else caller.id, on=on)


@router.get("/people/{person}/absences")
async def absences_of(record: Record, caller: Caller, person: str) -> list[AbsenceView]:
    """One person's absences, past ones too."""
    return await absences(record, await meant_id(record, caller, person))


@router.post("/people/{person}/absences", status_code=201)
async def add_absence(edge: TheEdge, caller: Caller, person: str, body: AbsenceBody) -> AbsenceView:
    """Somebody is away, and who stands in."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, caller, person)
        who = await who_acts(connection, caller, body.actor)
        substitute = await person_named(connection, caller, body.substitute)
        return await record_absence(connection, meant, body.first_day, body.last_day, substitute, who)


@router.post("/absences/{absence}/cancel")
async def cancel(edge: TheEdge, caller: Caller, absence: str, body: ActorBody) -> AbsenceView:
    """Take an absence back."""
    async with writing(edge) as connection:
        await _own_absence(connection, caller, absence)
        with found():
            return await cancel_absence(connection, absence, await who_acts(connection, caller, body.actor))


@router.post("/absences/{absence}/end")
async def end(edge: TheEdge, caller: Caller, absence: str, body: ActorBody) -> AbsenceView:
    """Somebody is back today."""
    async with writing(edge) as connection:
        await _own_absence(connection, caller, absence)
        with found():
            who = await who_acts(connection, caller, body.actor)
            return await end_absence(connection, absence, who, datetime.now(UTC))


async def _own_absence(connection: AsyncConnection, caller: Viewer, absence: str) -> None:
    """404 for an absence that is not the caller's to change."""
    if caller.is_operator:
        return
    if all(each.id != absence for each in await absences(connection, caller.id)):
        raise HTTPException(404, f"You have no absence “{absence[:64]}”.")
