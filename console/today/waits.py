"""What was told and still stands, for one person: read by a fixed number of queries, however much there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import Acts, acts_for_municipality
from console.access.viewer import Viewer
from console.today.scope import led, own, roles_here
from models.asked import Asked, asked
from models.partnership import Partnership
from models.policy import COORDINATOR
from models.stage import Stage
from models.tables import PartnershipRow
from models.urgency import Urgency

PAGE = 12
"""So many partnerships a page asks a coordinator about."""

MOST_OWN = 60
"""So many of an officer's own are looked through: those that ask most."""

MOST_COUNTED = 1_000

LEVELS = (Urgency.DECIDE, Urgency.STALLED, Urgency.QUIET)


class Wanted(BaseModel):
    """What of it is asked for: one municipality, one level, everybody's of the area, what comes after a page."""

    place: str | None = Field(None, max_length=64)
    level: int | None = Field(None, ge=0, le=2)
    all: bool = False
    after: str | None = Field(None, max_length=200, pattern=r"^\d\|[0-9T:.+-]{10,40}\|.{1,64}$")


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody: a told watch of a partnership, and as what they are asked."""

    p: Partnership
    asked: Asked
    role: str
    acts: Acts
    seated: bool
    """Whether the seat is the person's own, so that it is theirs to hand over."""

    @property
    def name(self) -> tuple[str, str]:
        return self.p.id, self.asked.watch.name


@dataclass(frozen=True)
class Own:
    """An officer's partnerships: those that wait to be accepted, what was told of the others, all of them."""

    partnerships: tuple[Partnership, ...]
    waiting: tuple[Waiting, ...]

    @property
    def unaccepted(self) -> tuple[Partnership, ...]:
        return tuple(p for p in self.partnerships if p.confirmation != "accepted")


@dataclass(frozen=True)
class Led:
    """A coordinator's page: what waits, how much of each level in all (at most 1,000 are counted), and what the next
    page goes on after (none: there is none)."""

    waiting: tuple[Waiting, ...]
    counts: dict[int, int]
    after: str | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def more_than_counted(self) -> bool:
        return self.total >= MOST_COUNTED


async def own_waiting(connection: AsyncConnection, viewer: Viewer) -> Own:
    """What waits for somebody as officer or deputy: one query, none for those who are neither."""
    if not viewer.is_officer:
        return Own((), ())
    query = (
        select(PartnershipRow.state)
        .where(PartnershipRow.stage != Stage.ENDED.value, own(viewer))
        .order_by(PartnershipRow.urgency, PartnershipRow.silent_rank, PartnershipRow.id)
        .limit(MOST_OWN)
    )
    read = [Partnership.model_validate(state) for state in await connection.scalars(query)]
    mine = tuple(p for p in read if roles_here(viewer, p))
    return Own(mine, tuple(each for p in mine for each in _of_own(viewer, p)))


async def led_waiting(connection: AsyncConnection, viewer: Viewer, wanted: Wanted) -> Led:
    """What waits for somebody as a coordinator: two queries, none for those who coordinate nothing."""
    if not (viewer.coordinates or viewer.is_operator):
        return Led((), {}, None)
    where = [PartnershipRow.escalated.is_not(None), led(viewer, all_of_them=wanted.all)]
    if wanted.place:
        where.append(PartnershipRow.at_any([wanted.place]))
    counts = await _counts(connection, where)
    rows = await _page(connection, where, wanted) if counts else []
    shown = [Partnership.model_validate(row.state) for row in rows[:PAGE]]
    after = _after(rows[PAGE - 1]) if len(rows) > PAGE else None
    return Led(tuple(each for p in shown for each in _of_led(viewer, p)), counts, after)


async def led_by_others(connection: AsyncConnection, viewer: Viewer) -> int:
    """How much waits in somebody's area for other coordinators; at most 1,000 are counted."""
    if not viewer.coordinates:
        return 0
    where = [PartnershipRow.escalated.is_not(None), led(viewer, all_of_them=True)]
    return sum((await _counts(connection, where)).values())


async def _counts(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    """By level, of the worst thousand."""
    worst = select(PartnershipRow.escalated).where(*where).order_by(*_ORDER).limit(MOST_COUNTED).subquery()
    query = select(worst.c.escalated, func.count().label("n")).group_by(worst.c.escalated)
    return {row.escalated: row.n for row in await connection.execute(query)}


async def _page(connection: AsyncConnection, where: Sequence[ColumnElement[bool]], wanted: Wanted) -> Sequence[Any]:
    query = select(PartnershipRow.state, *_ORDER).where(*where).order_by(*_ORDER).limit(PAGE + 1)
    if wanted.level is not None:
        query = query.where(_of_level(wanted.level))
    if (after := _read_after(wanted.after)) is not None:
        query = query.where(tuple_(*_ORDER) > after)
    rows: Sequence[Any] = (await connection.execute(query)).all()
    return rows


_ORDER: Any = (PartnershipRow.escalated, PartnershipRow.escalated_since, PartnershipRow.id)


def _of_level(level: int) -> ColumnElement[bool]:
    """A look is what is neither a decision nor stalled."""
    return PartnershipRow.escalated >= level if level == Urgency.QUIET else PartnershipRow.escalated == level


def _after(row: Any) -> str:
    return f"{row.escalated}|{row.escalated_since.isoformat()}|{row.id}"


def _read_after(said: str | None) -> tuple[int, datetime, str] | None:
    if said is None:
        return None
    level, since, id = said.split("|", 2)
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        return None
    return (int(level), at, id) if at.tzinfo else None


def _of_own(viewer: Viewer, p: Partnership) -> Iterator[Waiting]:
    roles = roles_here(viewer, p)
    acts = Acts(operates=viewer.is_operator, coordinates=False, for_municipality=True)
    for each in asked(p):
        mine = sorted(roles & each.roles, reverse=True)
        if mine:
            yield Waiting(p, each, mine[0], acts, _sits(viewer, p))


def _of_led(viewer: Viewer, p: Partnership) -> Iterator[Waiting]:
    acts = Acts(operates=viewer.is_operator, coordinates=True, for_municipality=acts_for_municipality(viewer, p))
    for each in asked(p):
        if COORDINATOR in each.roles:
            yield Waiting(p, each, COORDINATOR, acts, p.coordinator == viewer.id)


def _sits(viewer: Viewer, p: Partnership) -> bool:
    return any(viewer.id in (party.officer, party.deputy) for party in p.parties)


def together(*several: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Everything that waits, each thing once, the worst first."""
    found = {each.name: each for waiting in reversed(several) for each in waiting}
    return tuple(sorted(found.values(), key=lambda each: each.asked.worst_first))
