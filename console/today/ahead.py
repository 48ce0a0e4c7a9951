"""What is coming: in the next two weeks, and the mails of the first one, if nobody acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.people import PersonName
from console.places import places_named
from console.today.scope import led
from console.today.titles import places_of, title_in
from mailroom.seats import OPERATOR, Presence, recipients
from mailroom.seats import people_named as people_in
from models.explain import forecast
from models.partnership import Partnership
from models.tables import MailRow, PartnershipRow, PersonRow
from models.tables.asking import unindexed

SOON = timedelta(days=14)
WEEK = timedelta(days=7)
MOST_COMING = 10
MOST_FORECAST = 40
"""So many partnerships of a coordinator are looked through for the mails of a week."""

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Coming:
    """A date ahead: a reminder that is due if nothing happens, or a planned meeting."""

    partnership: str
    title: str
    what: str
    subject: str | None
    at: datetime
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ahead:
    """What comes within two weeks, the earliest first, and of how many partnerships in all; where nothing does, the
    next date after that."""

    coming: tuple[Coming, ...]
    total: int
    later: Coming | None = None


@dataclass(frozen=True)
class MailAhead:
    """A mail that somebody would get if nobody acts: when it is due, about what."""

    at: datetime
    person: PersonName | None
    partnership: str
    title: str
    watch: str
    rung: int


@dataclass(frozen=True)
class FirstWeek:
    """The mails of the coming week, by day; `complete` says whether every partnership was looked through."""

    mails: tuple[MailAhead, ...]
    complete: bool


async def ahead(connection: AsyncConnection, viewer: Viewer, own: Sequence[Partnership], now: datetime) -> Ahead:
    """What is coming for somebody: in their own partnerships, and in those they coordinate."""
    mine = unindexed(led(viewer))
    coordinates = viewer.coordinates or viewer.is_operator
    others = await _due(connection, mine, now, now + SOON) if coordinates else []
    read = {p.id: p for p in (*own, *others)}
    places = await places_named(connection, (place for p in read.values() for place in places_of(p)))
    dates = sorted((each for p in read.values() for each in dates_of(p, title_in(p, places, viewer.language), now)),
                   key=lambda each: (each.at, each.title))  # fmt: skip
    soon = [each for each in dates if each.at <= now + SOON]
    total = await _count(connection, mine, now) if coordinates else len({each.partnership for each in soon})
    later = dates[0] if dates else None
    if not soon and later is None and coordinates:
        later = await _later(connection, viewer, mine, now)
    return Ahead(tuple(soon[:MOST_COMING]), max(total, len({each.partnership for each in soon})), later)


def dates_of(p: Partnership, title: str, now: datetime) -> Iterator[Coming]:
    """Every date ahead of a partnership: planned meetings, and what each watch would tell next."""
    if p.confirmation != "accepted" or p.ended:
        return
    for meeting in p.meetings:
        if meeting.at > now:
            yield Coming(p.id, title, "meeting", None, meeting.at)
    for watch in p.watches():
        memo = p.book.memo(watch.name)
        due = p.timekeeper.due(watch, memo)
        if due is not None and due > now:
            yield Coming(p.id, title, watch.kind, watch.subject, due, watch.ladder.rungs[memo.level].roles)


async def anything_mailed(connection: AsyncConnection) -> bool:
    """Whether anybody here has ever been mailed a reminder or a welcome."""
    left = select(MailRow.message_id).where(
        MailRow.kind.in_(("welcome", "reminder")), MailRow.status.in_(("sent", "bounced", "unknown"))
    )
    return await connection.scalar(left.limit(1)) is not None


async def first_week(connection: AsyncConnection, viewer: Viewer, now: datetime) -> FirstWeek:
    """The mails of the coming week about what somebody coordinates, if nobody acts: four queries."""
    read = await _due(connection, unindexed(led(viewer)), now, now + WEEK, MOST_FORECAST + 1)
    shown = read[:MOST_FORECAST]
    people = await _people(connection, shown)
    places = await places_named(connection, (place for p in shown for place in places_of(p)))
    mails = [mail for p in shown for mail in _mails(p, title_in(p, places, viewer.language), people, now)]
    return FirstWeek(tuple(sorted(mails, key=lambda mail: (mail.at, mail.title))), len(read) <= MOST_FORECAST)


def _mails(p: Partnership, title: str, people: Mapping[str, Any], now: datetime) -> Iterator[MailAhead]:
    """To whom the partnership's notices of a week would go, as people are now."""
    there = Presence.of(*(id for id, row in people.items() if row.active))
    for notice in forecast(p, now + WEEK, now):
        for each in recipients(notice.roles, p, there):
            row = people.get(each.person)
            person = PersonName(id=row.id, name=row.name) if row else None
            yield MailAhead(notice.at, person, p.id, title, notice.watch, notice.rung)


async def _people(connection: AsyncConnection, partnerships: Iterable[Partnership]) -> dict[str, Any]:
    wanted = {OPERATOR, *(person for p in partnerships for person in people_in(p))}
    query = select(PersonRow.id, PersonRow.name, PersonRow.active).where(PersonRow.id.in_(sorted(wanted)))
    return {row.id: row for row in await connection.execute(query)}


async def _due(
    connection: AsyncConnection, mine: ColumnElement[bool], now: datetime, until: datetime, most: int = MOST_COMING
) -> list[Partnership]:
    """Those that tell something next between two moments, the earliest first."""
    query = (
        select(PartnershipRow.state)
        .where(PartnershipRow.next_wake > now, PartnershipRow.next_wake <= until, mine)
        .order_by(PartnershipRow.next_wake, PartnershipRow.id)
        .limit(most)
    )
    return [Partnership.model_validate(state) for state in await connection.scalars(query)]


async def _count(connection: AsyncConnection, mine: ColumnElement[bool], now: datetime) -> int:
    soon = (PartnershipRow.next_wake > now, PartnershipRow.next_wake <= now + SOON, mine)
    some = select(PartnershipRow.id).where(*soon).limit(MOST_COUNTED).subquery()
    return await connection.scalar(select(func.count()).select_from(some)) or 0


async def _later(
    connection: AsyncConnection, viewer: Viewer, mine: ColumnElement[bool], now: datetime
) -> Coming | None:
    """The next date of all, further away than two weeks."""
    for p in await _due(connection, mine, now, now + timedelta(days=3_660), 1):
        places = await places_named(connection, places_of(p))
        return min(dates_of(p, title_in(p, places, viewer.language), now), key=lambda each: each.at, default=None)
    return None
