"""The seats a person holds, as people call them: which partnership, whose officer, deputy or coordinator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.listing import known_place, title_of
from console.people import HeldRole, roles_of
from console.places import PlaceView, places_named
from models.tables import PartnershipRow


class Seat(HeldRole):
    """A role with the partnership's title and the name of the municipality it is held for (none: a coordinator)."""

    title: str
    place: str | None = None


async def seats_held(connection: AsyncConnection, person: str) -> list[Seat]:
    """The seats of one person in partnerships that have not ended: three queries, however many."""
    return await seats_named(connection, await roles_of(connection, person))


async def seats_named(connection: AsyncConnection, roles: Sequence[HeldRole]) -> list[Seat]:
    """Roles with names, in their order."""
    parties = await _parties(connection, (role.partnership for role in roles))
    places = await places_named(connection, (place for each in parties.values() for place in each.values()))
    return [_seat(role, parties.get(role.partnership, {}), places) for role in roles]


async def titles(connection: AsyncConnection, partnerships: Iterable[str]) -> dict[str, str]:
    """What partnerships are called, by id."""
    parties = await _parties(connection, partnerships)
    places = await places_named(connection, (place for each in parties.values() for place in each.values()))
    return {partnership: _title(each, places) for partnership, each in parties.items()}


def _seat(role: HeldRole, parties: Mapping[str, str], places: Mapping[str, PlaceView]) -> Seat:
    place = parties.get(role.party) if role.party else None
    named = known_place(places, place).name if place else None
    return Seat(**role.model_dump(), title=_title(parties, places), place=named)


def _title(parties: Mapping[str, str], places: Mapping[str, PlaceView]) -> str:
    return title_of([known_place(places, place) for place in parties.values()])


async def _parties(connection: AsyncConnection, partnerships: Iterable[str]) -> dict[str, dict[str, str]]:
    """Of each partnership its parties' keys with their places."""
    wanted = sorted(set(partnerships))
    if not wanted:
        return {}
    query = select(PartnershipRow.id, PartnershipRow.state["parties"].label("parties"))
    rows: Any = await connection.execute(query.where(PartnershipRow.id.in_(wanted)))
    return {row.id: {party["key"]: party["place"] for party in row.parties} for row in rows}
