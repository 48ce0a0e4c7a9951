"""One municipality's page: partnerships the reader may see, its people, its calendar. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Trust
from console.access.sight import visible
from console.access.viewer import Viewer
from console.people import PersonName, people_named
from console.places import PlaceView, places_named
from console.today.ahead import Coming, dates_of
from console.today.titles import places_of, title_in
from models.partnership import Partnership
from models.stage import Stage
from models.tables import AbsenceRow, CalendarDayRow, GrantRow, HoldRow, PartnershipRow

MOST_PARTNERSHIPS = 20
MOST_DATES = 8
AHEAD = timedelta(days=60)
DAYS_AHEAD = timedelta(days=120)


@dataclass(frozen=True)
class Partner:
    """A partnership of the municipality, as the page shows it."""

    id: str
    title: str
    stage: str
    standing: str
    attention: str
    confirmation: str


@dataclass(frozen=True)
class Person:
    """Somebody who looks after partnerships of the municipality: in which roles, in how many; away until when."""

    person: PersonName
    roles: tuple[str, ...]
    partnerships: int
    away: bool
    away_until: date | None
    substitute: str | None


@dataclass(frozen=True)
class Hold:
    """Mail to the municipality's people waits."""

    id: str
    ends: datetime
    whole_oblast: bool


@dataclass(frozen=True)
class Town:
    """What the page shows beside the profile."""

    partnerships: tuple[Partner, ...]
    total: int
    people: tuple[Person, ...]
    dates: tuple[Coming, ...]
    days: tuple[Any, ...]
    holds: tuple[Hold, ...]


async def town(connection: AsyncConnection, viewer: Viewer, place: PlaceView, now: datetime, *, inside: bool) -> Town:
    """What of a municipality somebody may see; `inside`: they may know its people and its calendar."""
    here = (PartnershipRow.at_any([place.id]), visible(viewer))
    query = select(PartnershipRow.state, PartnershipRow.attention).where(*here)
    order = (PartnershipRow.urgency, PartnershipRow.silent_rank, PartnershipRow.id)
    rows = (await connection.execute(query.order_by(*order).limit(MOST_PARTNERSHIPS))).all()
    read = [Partnership.model_validate(row.state) for row in rows]
    places = await places_named(connection, (each for p in read for each in places_of(p)))
    titles = {p.id: title_in(p, places, viewer.language) for p in read}
    dates = sorted((each for p in read for each in dates_of(p, titles[p.id], now)), key=lambda each: each.at)
    return Town(
        partnerships=tuple(_partner(p, titles, row.attention) for p, row in zip(read, rows, strict=True)),
        total=await _total(connection, here, len(rows)),
        people=await _people(connection, viewer, place, now) if inside else (),
        dates=tuple(each for each in dates if each.at <= now + AHEAD)[:MOST_DATES],
        days=await _days(connection, place, now) if inside else (),
        holds=await _holds(connection, place, now) if inside else (),
    )


async def _total(connection: AsyncConnection, here: Sequence[Any], shown: int) -> int:
    if shown < MOST_PARTNERSHIPS:
        return shown
    return await connection.scalar(select(func.count()).select_from(PartnershipRow).where(*here)) or 0


def _partner(p: Partnership, titles: dict[str, str], attention: str) -> Partner:
    return Partner(p.id, titles[p.id], p.stage.value, p.standing.value, attention, p.confirmation)


async def _people(connection: AsyncConnection, viewer: Viewer, place: PlaceView, now: datetime) -> tuple[Person, ...]:
    """Officers and deputies in the seats of the municipality, and those who were trusted with it."""
    roles: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await connection.execute(_seats(viewer, place.id)):
        roles[row.person][row.role] = roles[row.person].get(row.role, 0) + row.n
    granted = select(GrantRow.person).where(
        GrantRow.role == Trust.OFFICER.value, GrantRow.of == place.id, GrantRow.revoked_at.is_(None)
    )
    for person in await connection.scalars(granted):
        roles[person].setdefault("officer", 0)
    away = await _absences(connection, roles, now)
    names = await people_named(connection, [*roles, *(row.substitute for row in away.values())])
    found = [_person(person, roles[person], names, away.get(person)) for person in roles if person in names]
    return tuple(sorted(found, key=lambda each: (-each.partnerships, each.person.name)))


def _seats(viewer: Viewer, place: str) -> Any:
    """Who sits in the municipality's seats, role by role, with how many partnerships."""
    row = PartnershipRow
    sides = ((row.home, row.officer, "officer"), (row.home, row.deputy, "deputy"),
             (row.partner, row.partner_officer, "officer"), (row.partner, row.partner_deputy, "deputy"))  # fmt: skip
    return union_all(
        *(
            select(person.label("person"), literal(role).label("role"), func.count().label("n"))
            .where(side == place, person.is_not(None), row.stage != Stage.ENDED.value, visible(viewer))
            .group_by(person)
            for side, person, role in sides
        )
    )


async def _absences(connection: AsyncConnection, people: Iterable[str], now: datetime) -> dict[str, Any]:
    today = now.astimezone(UTC).date()
    query = select(AbsenceRow.__table__).where(
        AbsenceRow.person.in_(sorted(people)),
        AbsenceRow.first_day <= today,
        or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= today),
    )
    return {row.person: row for row in await connection.execute(query)}


def _person(person: str, roles: dict[str, int], names: dict[str, PersonName], absence: Any | None) -> Person:
    substitute = names.get(absence.substitute) if absence and absence.substitute else None
    return Person(
        person=names[person],
        roles=tuple(sorted(roles, reverse=True)),
        partnerships=sum(roles.values()),
        away=absence is not None,
        away_until=absence.last_day if absence else None,
        substitute=substitute.name if substitute else None,
    )


async def _days(connection: AsyncConnection, place: PlaceView, now: datetime) -> tuple[Any, ...]:
    """The exceptions of the municipality's own calendar and of its country's, to come."""
    today = now.date()
    query = (
        select(CalendarDayRow.__table__)
        .where(CalendarDayRow.calendar.in_([place.id, place.country or ""]))
        .where(CalendarDayRow.day.between(today, today + DAYS_AHEAD))
        .order_by(CalendarDayRow.day, CalendarDayRow.calendar.desc())
    )
    return tuple((await connection.execute(query)).all())


async def _holds(connection: AsyncConnection, place: PlaceView, now: datetime) -> tuple[Hold, ...]:
    of = [HoldRow.place == place.id]
    if place.oblast:
        of.append(HoldRow.oblast == place.oblast)
    query = (
        select(HoldRow.__table__)
        .where(HoldRow.lifted_at.is_(None), HoldRow.begins <= now, HoldRow.ends > now, or_(*of))
        .order_by(HoldRow.ends)
    )
    return tuple(Hold(row.id, row.ends, row.place is None) for row in await connection.execute(query))
