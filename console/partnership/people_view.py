"""The people of a partnership on every side: who is responsible, who stands in, whom one writes to at the partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.partnership.seen import Seen
from models.tables import AbsenceRow, CorrespondentRow, HandoverRow, PersonRow


@dataclass(frozen=True)
class Seat:
    """A role: who has it (none: nobody), until when they are away, to whom it is offered."""

    role: str
    party: str | None
    person: str | None = None
    away: str | None = None
    offered: str | None = None


@dataclass(frozen=True)
class Correspondent:
    """Somebody at a partner without an account: where the address is from, and why one may not write."""

    name: str
    email: str
    source: str
    why_not: str | None


@dataclass(frozen=True)
class Side:
    """A party with its people."""

    party: str
    place: str
    seats: tuple[Seat, ...]
    correspondents: tuple[Correspondent, ...]


@dataclass(frozen=True)
class People:
    sides: tuple[Side, ...]
    coordinator: Seat

    @property
    def reachable(self) -> tuple[str, ...]:
        """The parties at which somebody without an account can be written to."""
        return tuple(side.party for side in self.sides if any(not each.why_not for each in side.correspondents))


async def people_of(connection: AsyncConnection, there: Seen, now: datetime) -> People:
    """Everybody in the partnership: three queries."""
    p, today = there.p, now.astimezone(there.names.zone).date()
    seated = {person for party in p.parties for person in (party.officer, party.deputy, p.coordinator) if person}
    away = await _away(connection, there, seated, today)
    offers = await _offers(connection, there)
    known = await _correspondents(connection, p.id)

    def seat(role: str, party: str | None, person: str | None) -> Seat:
        name = there.names.person(person) if person else None
        return Seat(role, party, name, away.get(person or ""), offers.get((role, party)))

    sides = tuple(
        Side(
            party=each.key,
            place=there.names.party(each.key),
            seats=(seat("officer", each.key, each.officer), seat("deputy", each.key, each.deputy)),
            correspondents=tuple(_correspondent(row) for row in known if row.party == each.key),
        )
        for each in p.parties
    )
    return People(sides, seat("coordinator", None, p.coordinator))


async def _away(connection: AsyncConnection, there: Seen, people: set[str], today: date) -> dict[str, str]:
    """Who is away today, and until when, in words."""
    query = select(AbsenceRow.person, AbsenceRow.last_day).where(
        AbsenceRow.person.in_(sorted(people)),
        AbsenceRow.first_day <= today,
        or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= today),
    )
    words = there.names.words
    rows = await connection.execute(query)
    return {
        row.person: words("people.away", on=words.date(row.last_day)) if row.last_day else words("people.away_open")
        for row in rows
    }


async def _offers(connection: AsyncConnection, there: Seen) -> dict[tuple[str, str | None], str]:
    """Seats that are offered to somebody who has not answered yet."""
    query = (
        select(HandoverRow.role, HandoverRow.party, HandoverRow.proposed_at, PersonRow.name)
        .join(PersonRow, PersonRow.id == HandoverRow.heir)
        .where(HandoverRow.partnership == there.p.id, HandoverRow.state == "proposed")
    )
    words = there.names.words
    return {
        (row.role, row.party): words("people.offered", heir=row.name, on=there.names.day(row.proposed_at))
        for row in await connection.execute(query)
    }


async def _correspondents(connection: AsyncConnection, partnership: str) -> Sequence[Row[Any]]:
    query = select(CorrespondentRow.__table__).where(CorrespondentRow.partnership == partnership)
    return (await connection.execute(query.order_by(CorrespondentRow.party, CorrespondentRow.name))).all()


def _correspondent(row: Row[Any]) -> Correspondent:
    why_not = "objected" if row.objected_at else "bounced" if row.bounced_at else None
    return Correspondent(row.name, row.email, row.source, why_not)
