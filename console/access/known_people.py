"""People as their coordinators see them: whose seats they hold, whether mail reaches them, whether they are away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.absences import absences
from console.access.sight import coordinated
from console.access.viewer import Viewer
from models.stage import Stage
from models.tables import PartnershipRow, PersonRow

PAGE = 50

SEATS = (
    PartnershipRow.coordinator,
    PartnershipRow.officer,
    PartnershipRow.deputy,
    PartnershipRow.partner_officer,
    PartnershipRow.partner_deputy,
)
ROLE = {"coordinator": "coordinator", "officer": "officer", "deputy": "deputy", "partner_officer": "officer",
        "partner_deputy": "deputy"}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Somebody with a role in what a viewer coordinates. `seats` are counts by role, of open partnerships."""

    id: str
    name: str
    email: str
    active: bool
    unsubscribed: bool
    unreachable: bool
    seats: Counter[str] = field(default_factory=Counter)
    away: bool = False


async def known_people(
    connection: AsyncConnection, viewer: Viewer, text: str, after: str, now: datetime
) -> tuple[list[Known], str | None]:
    """A page of people by name, and after whom the next one begins: everybody for operators, otherwise whoever has a
    role in what the viewer coordinates. Three queries."""
    row = PersonRow
    columns = (row.id, row.name, row.email, row.active, row.time_zone, row.unsubscribed_at, row.unreachable_at)
    query = select(*columns).order_by(row.name, row.id)
    if not viewer.is_operator:
        theirs = select(1).select_from(PartnershipRow)
        query = query.where(exists(theirs.where(PartnershipRow.seats_somebody(row.id), coordinated(viewer))))
    found = [each for each in await connection.execute(query) if _fits(each, text)]
    begin = next((n for n, each in enumerate(found) if each.id == after), -1) + 1
    shown = found[begin : begin + PAGE]
    seats = await _seats(connection, viewer, [each.id for each in shown])
    away = {each.person.id for each in await absences(connection, on=now.date())}
    people = [_known(each, seats.get(each.id, Counter()), each.id in away) for each in shown]
    return people, shown[-1].id if len(found) > begin + PAGE else None


def _known(row: Any, seats: Counter[str], away: bool) -> Known:
    reached = {"unsubscribed": row.unsubscribed_at is not None, "unreachable": row.unreachable_at is not None}
    return Known(row.id, row.name, row.email, row.active, **reached, seats=seats, away=away)


async def _seats(connection: AsyncConnection, viewer: Viewer, people: Sequence[str]) -> dict[str, Counter[str]]:
    """How many seats these people hold in which role, in open partnerships that the viewer coordinates."""
    if not people:
        return {}
    sitting = or_(*(column.in_(people) for column in SEATS))
    query = select(*SEATS).where(sitting, coordinated(viewer), PartnershipRow.stage_rank != Stage.ENDED.rank)
    held: dict[str, Counter[str]] = {}
    for row in await connection.execute(query):
        for column, person in row._mapping.items():
            if person in people:
                held.setdefault(person, Counter())[ROLE[str(column)]] += 1
    return held


def _fits(row: Any, text: str) -> bool:
    wanted = text.strip().casefold()
    return not wanted or wanted in row.name.casefold() or wanted in row.email.casefold()
