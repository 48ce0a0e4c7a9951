"""The seats a person holds or is offered, as welcomes and offers name them."""

from __future__ import annotations

from collections.abc import Iterator
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
    query = (
        select(PartnershipRow.state)
        .where(PartnershipRow.seats_somebody(person.id), PartnershipRow.stage != Stage.ENDED.value)
        .order_by(PartnershipRow.id)
        .limit(MOST_NAMED)
    )
    seats = []
    for state in (await connection.scalars(query)).all():
        p = Partnership.model_validate(state)
        answer = links.to("answer", person.id, p.id, epoch=person.link_epoch, now=now)
        seats.append(await _seat(connection, p, tuple(_roles(p, person.id)), person.language, answer))
    return tuple(seats)


async def offered(
    connection: AsyncConnection, handover: str | None, links: Links, heir: Row[Any], now: datetime
) -> Offer | None:
    """A handover and those offered with it; none where there is nothing left to accept."""
    first = (await connection.execute(select(HandoverRow.__table__).where(HandoverRow.id == handover))).one_or_none()
    if first is None or handover is None:
        return None
    together = select(HandoverRow.__table__).where(
        HandoverRow.giver == first.giver,
        HandoverRow.heir == first.heir,
        HandoverRow.proposed_at == first.proposed_at,
        HandoverRow.state == "proposed",
    )
    rows = (await connection.execute(together.order_by(HandoverRow.partnership).limit(MOST_NAMED))).all()
    if not rows:
        return None
    giver = await connection.scalar(select(PersonRow.name).where(PersonRow.id == first.giver))
    note = await connection.scalar(select(TextRow.body).where(TextRow.id == first.note)) if first.note else ""
    seats = []
    for row in rows:
        state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == row.partnership))
        p = Partnership.model_validate(state)
        seats.append(await _seat(connection, p, (row.role,), heir.language, ""))
    accept = links.to("offer", handover, heir.id, epoch=heir.link_epoch, now=now)
    return Offer(giver or "", note or "", tuple(seats), accept)


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
