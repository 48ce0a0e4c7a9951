"""The seats a person holds or is offered, as welcomes and offers name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.mail_told import places
from glossary import glossary
from mailroom.letters import Offer, Place, Seat
from mailroom.links import Links
from models.partnership import Partnership
from models.stage import Stage
from models.tables import HandoverRow, PartnershipRow, PersonRow, TextRow

MOST_NAMED = 20
"""So many seats are named in one mail; the pages have the others."""


async def seats_of(connection: AsyncConnection, person: Row[Any], links: Links, now: datetime) -> tuple[Seat, ...]:
    """The seats a person holds in open partnerships, each with a link to say whether that is right."""
    seats = []
    for p in await _seating(connection, person.id):
        answer = links.to("answer", person.id, p.id, epoch=person.link_epoch, now=now)
        seats.append(await _seat(connection, p, tuple(_roles(p, person.id)), person.language, answer))
    return tuple(seats)


async def offered(
    connection: AsyncConnection, handover: str | None, links: Links, heir: Row[Any], now: datetime
) -> Offer | None:
    """A handover and those offered with it; none where there is nothing left to accept."""
    rows = await _offered_together(connection, handover)
    if not rows or handover is None:
        return None
    first = rows[0]
    giver = await connection.scalar(select(PersonRow.name).where(PersonRow.id == first.giver))
    note = await connection.scalar(select(TextRow.body).where(TextRow.id == first.note)) if first.note else ""
    seats = [
        await _seat(connection, await _partnership(connection, row.partnership), (row.role,), heir.language, "")
        for row in rows
    ]
    accept = links.to("offer", handover, heir.id, epoch=heir.link_epoch, now=now)
    return Offer(giver or "", note or "", tuple(seats), accept)


async def municipalities_of(connection: AsyncConnection, person: str, handover: str | None) -> set[str]:
    """The municipalities as whose people somebody is welcomed, or offered a handover and those that go with it."""
    if handover is None:
        seated = await _seating(connection, person)
        return {party.place for p in seated for party in p.parties if person in (party.officer, party.deputy)}
    found = set()
    for row in await _offered_together(connection, handover):
        p = await _partnership(connection, row.partnership)
        found |= {party.place for party in p.parties if party.key == row.party}
    return found


async def _seating(connection: AsyncConnection, person: str) -> list[Partnership]:
    """The open partnerships in which somebody has a seat."""
    query = (
        select(PartnershipRow.state)
        .where(PartnershipRow.seats_somebody(person), PartnershipRow.stage != Stage.ENDED.value)
        .order_by(PartnershipRow.id)
        .limit(MOST_NAMED)
    )
    return [Partnership.model_validate(state) for state in (await connection.scalars(query)).all()]


async def _offered_together(connection: AsyncConnection, handover: str | None) -> Sequence[Row[Any]]:
    """What is still offered of a handover and those of the same moment."""
    first = (await connection.execute(select(HandoverRow.__table__).where(HandoverRow.id == handover))).one_or_none()
    if first is None:
        return ()
    together = select(HandoverRow.__table__).where(
        HandoverRow.giver == first.giver,
        HandoverRow.heir == first.heir,
        HandoverRow.proposed_at == first.proposed_at,
        HandoverRow.state == "proposed",
    )
    return (await connection.execute(together.order_by(HandoverRow.partnership).limit(MOST_NAMED))).all()


async def _partnership(connection: AsyncConnection, partnership: str) -> Partnership:
    state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
    return Partnership.model_validate(state)


async def _seat(
    connection: AsyncConnection, p: Partnership, roles: tuple[str, ...], language: str, answer: str
) -> Seat:
    known = await places(connection, p)
    spoken = glossary(language).language
    names = [known.get(party.place, Place(party.place)).named(spoken) for party in p.parties]
    return Seat(roles=roles, places=" – ".join(names), answer=answer)


def _roles(p: Partnership, person: str) -> Iterator[str]:
    if p.coordinator == person:
        yield "coordinator"
    for role in ("officer", "deputy"):
        if any(getattr(party, role) == person for party in p.parties):
            yield role
