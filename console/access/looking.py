"""Who is looking at a page: found by the browser's cookie, with four queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request
from sqlalchemy import case, exists, func, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import grants_of
from console.access.sessions import cookie_in, csrf_of, person_of
from console.access.viewer import Viewer
from console.labels import Language, chosen
from console.people import PersonView
from console.web.needs import Record
from models.stage import Stage
from models.tables import PartnershipRow, PersonRow, PlaceRow


class SignedOut(Exception):
    """Nobody is signed in here (any more): a page leads to where one signs in, and a form keeps what was typed."""


async def viewer_of(request: Request, record: Record) -> Viewer | None:
    """Who is signed in in this browser; none: nobody. Remembered with the request, for whatever goes wrong later."""
    cookie = cookie_in(request.cookies, request.app.state.edge.settings.pages_at)
    row = await person_of(record, cookie, datetime.now(UTC)) if cookie else None
    request.state.viewer = await viewing(record, row, request, csrf_of(cookie)) if row and cookie else None
    viewer: Viewer | None = request.state.viewer
    return viewer


async def needed_viewer(viewer: Annotated[Viewer | None, Depends(viewer_of)]) -> Viewer:
    """Who is signed in. Raises `SignedOut`."""
    if viewer is None:
        raise SignedOut
    return viewer


async def operating_viewer(viewer: Annotated[Viewer, Depends(needed_viewer)]) -> Viewer:
    """An operator who is signed in. Raises `SignedOut`; for everybody else there is no such page (404)."""
    if not viewer.is_operator:
        raise HTTPException(404, "There is nothing at this address.")
    return viewer


MaybeViewer = Annotated[Viewer | None, Depends(viewer_of)]
TheViewer = Annotated[Viewer, Depends(needed_viewer)]
TheOperator = Annotated[Viewer, Depends(operating_viewer)]


async def viewing(connection: AsyncConnection, row: Any, request: Request, csrf: str) -> Viewer:
    """A person as a viewer: what they are trusted with, and where they sit."""
    return await known_as(connection, row, csrf, language_of(request, row.language))


async def known_by_id(connection: AsyncConnection, person: str) -> Viewer | None:
    """Somebody in whose name something goes on while they do not look; none: their account is closed."""
    query = select(PersonRow.__table__).where(PersonRow.id == person, PersonRow.active)
    row = (await connection.execute(query)).one_or_none()
    return await known_as(connection, row, "", chosen(row.language, None)) if row is not None else None


async def known_as(connection: AsyncConnection, row: Any, csrf: str, language: Language) -> Viewer:
    seats, grants = await _seats(connection, row.id), await grants_of(connection, row.id)
    return Viewer(
        person=PersonView.model_validate({name: getattr(row, name, []) for name in PersonView.model_fields}),
        grants=grants,
        leads=None in seats,
        seats_in=frozenset(place for place, is_open in seats.items() if place and is_open),
        csrf=csrf,
        language=language,
        zone=ZoneInfo(row.time_zone),
        sits=any(place is not None for place in seats),
        in_oblasts=await _in_oblasts(connection, [each.of for each in grants if each.scope == "oblast" and each.of]),
    )


async def _in_oblasts(connection: AsyncConnection, oblasts: Sequence[str]) -> dict[str, list[str]]:
    """The places of these oblasts: one query, none where there are none."""
    found: dict[str, list[str]] = {}
    if oblasts:
        query = select(PlaceRow.oblast_uk, PlaceRow.id).where(PlaceRow.oblast_uk.in_(oblasts))
        for oblast, place in await connection.execute(query.order_by(PlaceRow.id)):
            found.setdefault(str(oblast), []).append(place)
    return found


def language_of(request: Request, own: str | None = None) -> Language:
    """The language of a page: as asked for, the reader's own, or the browser's."""
    return chosen(request.query_params.get("lang") or own, request.headers.get("accept-language"))


async def _seats(connection: AsyncConnection, person: str) -> dict[str | None, bool]:
    """The places in whose seats somebody sits, with whether a partnership of theirs has not ended; none among them:
    they lead one that has not. Two queries, however many they are."""
    row = PartnershipRow
    is_open = func.max(case((row.stage_rank != Stage.ENDED.rank, 1), else_=0)).label("is_open")
    home = select(row.home.label("place"), is_open).where(or_(row.officer == person, row.deputy == person))
    theirs = or_(row.partner_officer == person, row.partner_deputy == person)
    partner = select(row.partner.label("place"), is_open).where(theirs)
    lead = select(null().label("place"), literal(1)).where(
        exists(select(1).where(row.coordinator == person, row.stage_rank != Stage.ENDED.rank))
    )
    asked: Any = union_all(home.group_by(row.home), partner.group_by(row.partner), lead)
    found = (await connection.execute(asked)).all()
    seats: dict[str | None, bool] = {}
    for place, still in [*found, *await _further(connection, person)]:
        seats[place] = seats.get(place, False) or bool(still)
    return seats


async def _further(connection: AsyncConnection, person: str) -> list[tuple[str, bool]]:
    """Those in which they sit for a third party or a later one."""
    columns = (PartnershipRow.state["parties"].label("parties"), PartnershipRow.stage_rank)
    rows = await connection.execute(select(*columns).where(PartnershipRow.more_people_with(person)))
    return [
        (party["place"], row.stage_rank != Stage.ENDED.rank)
        for row in rows
        for party in row.parties[2:]
        if person in (party.get("officer"), party.get("deputy"))
    ]
