"""Who people are, whether they are there, and when they can be mailed, as the record is now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailroom.days import Days, Override, Worked
from mailroom.hours import Hours
from mailroom.letters import Person
from mailroom.seats import OPERATOR, Presence, people_named
from models.partnership import Partnership
from models.policy import policy_named
from models.tables import AbsenceRow, CalendarDayRow, HandoverRow, PersonRow
from settings import Settings

SOON = timedelta(days=14)
"""Somebody away who has nobody to stand in is waited for so long."""

LONGEST_CHAIN = 8


@dataclass(frozen=True)
class People:
    """Rows of people by id, and the absence of whoever is away today."""

    rows: Mapping[str, Row[Any]]
    absent: Mapping[str, Row[Any]]


class Directory:
    """Looks people up. Nothing is kept between two looks: zones, calendars and absences may have changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._policy = policy_named(settings.policy)

    async def people(self, connection: AsyncConnection, ids: Iterable[str], now: datetime) -> People:
        """These people, and those who stand in for them."""
        rows: dict[str, Row[Any]] = {}
        absent: dict[str, Row[Any]] = {}
        wanted = set(ids)
        for _ in range(LONGEST_CHAIN):
            found = await _rows(connection, wanted)
            rows |= found
            away = await self._absences(connection, found, now)
            absent |= away
            wanted = {each.substitute for each in away.values() if each.substitute} - rows.keys()
            if not wanted:
                break
        return People(rows, absent)

    async def _absences(
        self, connection: AsyncConnection, people: Mapping[str, Row[Any]], now: datetime
    ) -> dict[str, Row[Any]]:
        if not people:
            return {}
        broadly = now.date()
        query = select(AbsenceRow.__table__).where(
            AbsenceRow.person.in_(people),
            AbsenceRow.first_day <= broadly + timedelta(days=1),
            or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= broadly - timedelta(days=1)),
        )
        rows = (await connection.execute(query.order_by(AbsenceRow.recorded_at))).all()
        return {row.person: row for row in rows if self._covers(row, people[row.person], now)}

    def _covers(self, absence: Row[Any], person: Row[Any], now: datetime) -> bool:
        today = now.astimezone(self.zone(person)).date()
        return bool(absence.first_day <= today and (absence.last_day is None or today <= absence.last_day))

    async def presence(
        self, connection: AsyncConnection, p: Partnership, now: datetime, *, at_once: bool
    ) -> tuple[People, Presence]:
        """Who of those with a seat in a partnership, or an offer of one, can be told just now; digests are not for
        those who declined them."""
        heirs = await _heirs(connection, p.id)
        people = await self.people(connection, people_named(p) | set(heirs.values()), now)
        open_accounts = {key for key, row in people.rows.items() if row.active}
        there = {key for key in open_accounts if self.reads(people, key, at_once=at_once)}
        soon = {key for key in open_accounts & people.absent.keys() if self._back_soon(people, key, now)}
        substitutes = {key: row.substitute for key, row in people.absent.items() if row.substitute}
        away = frozenset(open_accounts - there)
        return people, Presence(frozenset(there), away, frozenset(soon), substitutes, heirs)

    def reads(self, people: People, person: str, *, at_once: bool) -> bool:
        """Whether a mail of this kind to this person would be read now. The operator is always there."""
        row = people.rows[person]
        if person == OPERATOR:
            return bool(row.active)
        declined = row.unsubscribed_at is not None and not at_once
        return bool(row.active) and row.unreachable_at is None and not declined and person not in people.absent

    def _back_soon(self, people: People, person: str, now: datetime) -> bool:
        row, last_day = people.rows[person], people.absent[person].last_day
        if last_day is None or row.unreachable_at is not None:
            return False
        today: date = now.astimezone(self.zone(row)).date()
        return bool(last_day - today <= SOON)

    def reader(self, row: Row[Any]) -> Person:
        """A person as letters know them."""
        return Person(row.id, row.name, row.email, row.language, self.zone(row))

    def zone(self, row: Row[Any]) -> ZoneInfo:
        try:
            return ZoneInfo(row.time_zone)
        except (KeyError, ValueError, OSError):
            return ZoneInfo(self._settings.time_zone)

    async def hours(
        self, connection: AsyncConnection, rows: Sequence[Row[Any]], places: Mapping[str, Collection[str]]
    ) -> dict[str, Hours]:
        """When each of these people can be mailed; `places` are the municipalities whose own calendars they keep."""
        calendars = {row.country for row in rows} | {place for each in places.values() for place in each}
        dated = await _overrides(connection, calendars)
        return {row.id: self._hours(row, [row.country, *sorted(places.get(row.id, ()))], dated) for row in rows}

    def _hours(self, row: Row[Any], calendars: Sequence[str], dated: Mapping[str, Mapping[date, Override]]) -> Hours:
        overrides: dict[date, Override] = {}
        for calendar in calendars:
            overrides |= dated.get(calendar, {})
        week = frozenset(int(each) for each in row.working_days if each in "1234567")
        days = Days(row.country, week, overrides, self._settings.holidays_are_worked)
        quiet_from, quiet_until = time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until)
        return Hours(self.zone(row), days, quiet_from, quiet_until, always_open=not self._policy.quiet_hours)


async def _rows(connection: AsyncConnection, ids: Collection[str]) -> dict[str, Row[Any]]:
    if not ids:
        return {}
    rows = await connection.execute(select(PersonRow.__table__).where(PersonRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def _heirs(connection: AsyncConnection, partnership: str) -> dict[tuple[str, str | None, str], str]:
    """Who is offered which seat, and has not answered yet."""
    rows = await connection.execute(
        select(HandoverRow.role, HandoverRow.party, HandoverRow.giver, HandoverRow.heir).where(
            HandoverRow.partnership == partnership, HandoverRow.state == "proposed"
        )
    )
    return {(row.role, row.party, row.giver): row.heir for row in rows}


async def _overrides(connection: AsyncConnection, calendars: Collection[str]) -> dict[str, dict[date, Override]]:
    rows = await connection.execute(select(CalendarDayRow.__table__).where(CalendarDayRow.calendar.in_(calendars)))
    found: dict[str, dict[date, Override]] = {}
    for row in rows:
        worked = (
            Worked(time.fromisoformat(row.open_from), time.fromisoformat(row.open_until))
            if row.open_from and row.open_until
            else None
        )
        found.setdefault(row.calendar, {})[row.day] = worked
    return found
