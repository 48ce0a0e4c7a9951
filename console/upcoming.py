"""What comes next: for every partnership by its next wake, or everything armed of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.places import places_named
from console.reading import state_of, title
from models.explain import WatchView, explain
from models.partnership import Partnership
from models.tables import PartnershipRow


class DueLine(BaseModel):
    """The next thing a watch tells: which rung, whom, when, and how it stands until then."""

    partnership: str
    title: str
    watch: str
    rung: int
    roles: list[str]
    attention: str
    due: datetime
    since: datetime
    held: bool
    deferred_by_meeting: bool


class DuePage(BaseModel):
    """What is due, the earliest first, and of how many partnerships something is."""

    total: int
    items: list[DueLine]


async def due(connection: AsyncConnection, now: datetime, days: int | None, limit: int, offset: int = 0) -> DuePage:
    """The next wake of every partnership that has one within some days (none: ever): three queries."""
    conditions: list[ColumnElement[bool]] = [PartnershipRow.next_wake.is_not(None)]
    if days is not None:
        conditions.append(PartnershipRow.next_wake <= now + timedelta(days=days))
    total = await connection.scalar(select(func.count()).select_from(PartnershipRow).where(*conditions))
    query = select(PartnershipRow.state).where(*conditions).order_by(PartnershipRow.next_wake, PartnershipRow.id)
    states = await connection.scalars(query.limit(limit).offset(offset))
    partnerships = [Partnership.model_validate(state) for state in states]
    places = await places_named(connection, (party.place for p in partnerships for party in p.parties))
    items = [line for p in partnerships if (line := next(_lines(p, title(p, places), now), None))]
    return DuePage(total=total or 0, items=items)


async def due_of(connection: AsyncConnection, partnership: str, now: datetime, days: int | None) -> DuePage:
    """What every watch of one partnership tells next. Refused: no such one."""
    p = await state_of(connection, partnership)
    places = await places_named(connection, (party.place for party in p.parties))
    until = now + timedelta(days=days) if days is not None else None
    items = [line for line in _lines(p, title(p, places), now) if until is None or line.due <= until]
    return DuePage(total=len(items), items=items)


def _lines(p: Partnership, named: str, now: datetime) -> Iterator[DueLine]:
    """The next rung of each armed watch, the earliest first."""
    coming = [watch for watch in explain(p, now).watches if watch.next_due is not None]
    for watch in sorted(coming, key=lambda each: (each.next_due or now, each.name)):
        yield _line(p, named, watch)


def _line(p: Partnership, named: str, watch: WatchView) -> DueLine:
    rung = next(each for each in watch.rungs if not each.told)
    assert watch.next_due is not None
    return DueLine(
        partnership=p.id,
        title=named,
        watch=watch.name,
        rung=rung.rung,
        roles=list(rung.roles),
        attention=rung.attention,
        due=watch.next_due,
        since=watch.since,
        held=watch.held_until is not None,
        deferred_by_meeting=watch.deferred_by_meeting,
    )
