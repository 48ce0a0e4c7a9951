"""Who is looking at a page: found by the browser's cookie, with three queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import grants_of
from console.access.sessions import COOKIE, csrf_of, person_of
from console.access.viewer import Viewer
from console.labels import Language, chosen
from console.people import PersonView
from console.web.needs import Record
from models.stage import Stage
from models.tables import PartnershipRow

LONGEST_COOKIE = 100


class SignedOut(Exception):
    """Nobody is signed in here (any more): a page leads to where one signs in, and a form keeps what was typed."""


async def viewer_of(request: Request, record: Record) -> Viewer | None:
    """Who is signed in in this browser; none: nobody. Remembered with the request, for whatever goes wrong later."""
    cookie = request.cookies.get(COOKIE)
    row = await person_of(record, cookie, datetime.now(UTC)) if cookie and len(cookie) <= LONGEST_COOKIE else None
    request.state.viewer = await viewing(record, row, request, csrf_of(cookie)) if row and cookie else None
    viewer: Viewer | None = request.state.viewer
    return viewer


async def needed_viewer(viewer: Annotated[Viewer | None, Depends(viewer_of)]) -> Viewer:
    """Who is signed in. Raises `SignedOut`."""
    if viewer is None:
        raise SignedOut
    return viewer


MaybeViewer = Annotated[Viewer | None, Depends(viewer_of)]
TheViewer = Annotated[Viewer, Depends(needed_viewer)]


async def viewing(connection: AsyncConnection, row: Any, request: Request, csrf: str) -> Viewer:
    """A person as a viewer: what they are trusted with, and where they sit."""
    seats = [(seat.coordinator, seat.parties) for seat in await connection.execute(_seats(row.id))]
    return Viewer(
        person=PersonView.model_validate({name: getattr(row, name, []) for name in PersonView.model_fields}),
        grants=await grants_of(connection, row.id),
        leads=any(coordinator == row.id for coordinator, _ in seats),
        seats_in=frozenset(_places(row.id, (parties for _, parties in seats))),
        csrf=csrf,
        language=language_of(request, row.language),
        zone=ZoneInfo(row.time_zone),
    )


def language_of(request: Request, own: str | None = None) -> Language:
    """The language of a page: as asked for, the reader's own, or the browser's."""
    return chosen(request.query_params.get("lang") or own, request.headers.get("accept-language"))


def _seats(person: str) -> Any:
    columns = (PartnershipRow.coordinator, PartnershipRow.state["parties"].label("parties"))
    return select(*columns).where(PartnershipRow.seats_somebody(person), PartnershipRow.stage != Stage.ENDED.value)


def _places(person: str, parties: Iterable[Any]) -> Iterable[str]:
    for each in parties:
        for party in each or ():
            if person in (party.get("officer"), party.get("deputy")):
                yield party["place"]
