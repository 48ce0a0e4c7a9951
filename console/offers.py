"""Offers of seats: from whom to whom, with which note, and what became of each. Read here, made in handovers.py.

What is offered by one person to another at one time is one offer: one mail, one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import What, audited
from console.people import HeldRole, PersonName, people_named
from console.seats import Seat, seats_named
from models.base import Refused
from models.tables import HandoverRow, TextRow

SHORTEST = 4
"""So many characters of an offer's id, at least."""

NAMED = 3
"""So many seats are named in a sentence."""

DONE = ("accepted", "declined", "withdrawn")


class OfferedSeat(Seat):
    """A seat in an offer, and what became of it: proposed, accepted, declined, withdrawn."""

    id: str
    state: str


class Offered(BaseModel):
    """Seats offered by one person to another at one time. `id` is the first seat's; `state` is proposed while one of
    them waits for an answer."""

    id: str
    giver: PersonName
    heir: PersonName
    note: str
    proposed_by: str
    proposed_at: datetime
    state: str
    seats: list[OfferedSeat]


async def offered(connection: AsyncConnection, handover: str) -> Offered:
    """An offer, by the id of any of its seats or how that begins. Refused: there is no such one."""
    return (await _views(connection, await together(connection, handover)))[0]


async def offers(connection: AsyncConnection, person: str | None = None, *, open_only: bool = True) -> list[Offered]:
    """Offers, the newest first: to or by one person (an id), or everybody's."""
    query = select(HandoverRow).order_by(HandoverRow.proposed_at.desc(), HandoverRow.partnership, HandoverRow.id)
    if person is not None:
        query = query.where(or_(HandoverRow.heir == person, HandoverRow.giver == person))
    found = await _views(connection, (await connection.execute(query)).all())
    return [each for each in found if each.state == "proposed" or not open_only]


async def together(connection: AsyncConnection, handover: str) -> Sequence[Any]:
    """The rows of an offer, the first one first. Refused: there is no such one, or several begin like that."""
    named = HandoverRow.id == handover
    if len(handover) >= SHORTEST:
        named |= HandoverRow.id.startswith(handover, autoescape=True)
    offers = {_offer_of(row): row for row in await connection.execute(ordered().where(named))}
    if not offers:
        raise Refused("unknown_handover", f"There is no offer “{handover[:64]}”; “mosty handovers list” names them.")
    if len(offers) > 1:
        raise Refused("ambiguous", f"“{handover}” may be several offers; write more of the id.")
    ((giver, heir, proposed_at),) = offers
    same = (HandoverRow.giver == giver, HandoverRow.heir == heir, HandoverRow.proposed_at == proposed_at)
    rows: Sequence[Any] = (await connection.execute(ordered().where(*same))).all()
    return rows


_BECAME: Mapping[str, What] = {
    "accepted": "handover accepted",
    "declined": "handover declined",
    "withdrawn": "handover withdrawn",
}


async def decide(connection: AsyncConnection, row: Any, state: str, who: str) -> None:
    """What became of one offered seat; only the first answer counts."""
    now = datetime.now(UTC)
    decided = await connection.execute(
        update(HandoverRow)
        .where(HandoverRow.id == row.id, HandoverRow.state == "proposed")
        .values(state=state, decided_at=now)
    )
    if decided.rowcount:
        await audited(connection, who, _BECAME[state], row.id, {"state": "proposed"}, {"state": state})


def ordered() -> Select[Any]:
    """Offered seats in the order in which an offer has them."""
    return select(HandoverRow).order_by(HandoverRow.partnership, HandoverRow.id)


async def _views(connection: AsyncConnection, rows: Iterable[Any]) -> list[Offered]:
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[_offer_of(row)].append(row)
    people = await people_named(connection, (person for giver, heir, _ in grouped for person in (giver, heir)))
    seats = await _seats(connection, [row for group in grouped.values() for row in group])
    notes = await _notes(connection, [group[0].note for group in grouped.values()])
    return [_view(group, people, seats, notes) for group in grouped.values()]


def _offer_of(row: Any) -> tuple[str, str, datetime]:
    """What the seats of one offer have in common."""
    return row.giver, row.heir, row.proposed_at


def _view(
    rows: Sequence[Any],
    people: Mapping[str, PersonName],
    seats: Mapping[str, OfferedSeat],
    notes: Mapping[str, str],
) -> Offered:
    first = rows[0]
    states = {row.state for row in rows}
    return Offered(
        id=first.id,
        giver=people[first.giver],
        heir=people[first.heir],
        note=notes.get(first.note, ""),
        proposed_by=first.proposed_by,
        proposed_at=first.proposed_at,
        state=next(state for state in ("proposed", *DONE) if state in states),
        seats=[seats[row.id] for row in rows],
    )


async def _seats(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, OfferedSeat]:
    roles = [HeldRole(partnership=row.partnership, role=row.role, party=row.party) for row in rows]
    named = await seats_named(connection, roles)
    return {
        row.id: OfferedSeat(**seat.model_dump(), id=row.id, state=row.state)
        for row, seat in zip(rows, named, strict=True)
    }


async def _notes(connection: AsyncConnection, ids: Sequence[str | None]) -> dict[str, str]:
    wanted = [each for each in ids if each]
    rows = await connection.execute(select(TextRow.id, TextRow.body).where(TextRow.id.in_(wanted)))
    return {row.id: row.body for row in rows}


def few(seats: Sequence[Seat]) -> str:
    """The first seats of many, in a sentence."""
    named = "; ".join(f"{seat.role} in {seat.title} ({seat.partnership[:8]})" for seat in seats[:NAMED])
    return named + (f"; and {len(seats) - NAMED} more" if len(seats) > NAMED else "")
