"""A person's calendar feed, read from the record, and the address it is fetched from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.people import person_meant
from glossary import glossary
from mailroom.dates_of import seen_by
from mailroom.feed import Dated, Owner, feed
from mailroom.letters import Place
from mailroom.links import Bad, Links
from models.base import Refused
from models.stage import Stage
from models.tables import CalendarEntryRow, PartnershipRow, PersonRow, PlaceRow
from settings import Settings
from signing import links_of

SHOWN = timedelta(days=90)
"""How long what has passed, or was cancelled, is still shown."""

MOST_SHOWN = 1_000
"""So many entries are in one feed; beyond them the latest dates are left out until they come nearer."""

MOST_READ = 10 * MOST_SHOWN


class FeedAddress(BaseModel):
    """Where a person's calendar is fetched from. Whoever has the address can read it; it can be revoked."""

    person: str
    url: str


class NoFeed(Exception):
    """There is nothing at this address: `code` is `unknown`, or `closed` where it was revoked or its account closed;
    `language` is its owner's where somebody is known."""

    def __init__(self, code: str, language: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.language = language


async def feed_address(connection: AsyncConnection, settings: Settings, person: str, now: datetime) -> FeedAddress:
    """The address of a person's calendar. Refused: nobody of that id, address or name, a closed account, no secret to
    sign links with."""
    meant = await person_meant(connection, person)
    if settings.secret is None:
        raise Refused("no_secret", "No secret for signing links is set. Set MOSTY_SECRET, or use make run.")
    epoch = await connection.scalar(select(PersonRow.feed_epoch).where(PersonRow.id == meant.id))
    return FeedAddress(person=meant.id, url=links_of(settings).to("feed", meant.id, epoch=epoch or 0, now=now))


async def feed_at(connection: AsyncConnection, settings: Settings, token: str, now: datetime) -> bytes:
    """The calendar that an address leads to, in four queries however many partnerships there are. Raises `NoFeed`."""
    owner = await _owner(connection, links_of(settings), token, now)
    seats = await _seats(connection, owner.id)
    entries = await _entries(connection, owner.id, seats, now)
    towns = await _towns(connection, seats, glossary(owner.language).language)
    reader = Owner(owner.language, ZoneInfo(owner.time_zone))
    return await asyncio.to_thread(feed, entries, reader, towns, settings.pages_at)


async def partnership_of_entry(connection: AsyncConnection, entry: str, among: ColumnElement[bool]) -> str | None:
    """The partnership that an entry of a calendar belongs to, among those of a condition on PartnershipRow; none where
    there is no such entry."""
    query = (
        select(CalendarEntryRow.partnership)
        .join(PartnershipRow, PartnershipRow.id == CalendarEntryRow.partnership)
        .where(CalendarEntryRow.uid == f"{entry}@mosty", among)
    )
    found: str | None = await connection.scalar(query)
    return found


async def _owner(connection: AsyncConnection, links: Links, token: str, now: datetime) -> Row[Any]:
    scope = links.read("feed", token, now)
    if isinstance(scope, Bad) or len(scope.ids) != 1:
        raise NoFeed("unknown")
    query = select(PersonRow.__table__).where(PersonRow.id == scope.ids[0])
    owner = (await connection.execute(query)).one_or_none()
    if owner is None:
        raise NoFeed("unknown")
    if not owner.active or owner.feed_epoch != scope.epoch:
        raise NoFeed("closed", owner.language)
    return owner


async def _seats(connection: AsyncConnection, person: str) -> dict[str, Row[Any]]:
    """The partnerships in which a person holds a seat now, by id."""
    parties = PartnershipRow.state["parties"].label("parties")
    columns = (PartnershipRow.id, PartnershipRow.stage, PartnershipRow.coordinator, parties)
    return {
        row.id: row for row in await connection.execute(select(*columns).where(PartnershipRow.seats_somebody(person)))
    }


async def _entries(
    connection: AsyncConnection, person: str, seats: Mapping[str, Row[Any]], now: datetime
) -> Sequence[Dated]:
    """What the person's roles let them see: of open partnerships what is ahead or passed lately; and what was
    cancelled lately, of partnerships that have just ended as well."""
    entry, since = CalendarEntryRow, now - SHOWN
    current = and_(entry.cancelled_at.is_(None), entry.starts > since)
    query = (
        select(entry.__table__)
        .where(entry.partnership.in_(select(PartnershipRow.id).where(PartnershipRow.seats_somebody(person))))
        .where(or_(current, entry.cancelled_at > since))
        .order_by(entry.starts, entry.uid)
        .limit(MOST_READ)
    )
    rows = await connection.execute(query)
    seen = (_dated(row) for row in rows if row.partnership in seats and _sees(person, seats[row.partnership], row))
    return tuple(islice(seen, MOST_SHOWN))


def _sees(person: str, seat: Row[Any], entry: Row[Any]) -> bool:
    if seat.stage == Stage.ENDED.value and entry.cancelled_at is None:
        return False
    roles = {"coordinator"} if seat.coordinator == person else set()
    roles |= {role for party in seat.parties for role in ("officer", "deputy") if party.get(role) == person}
    return not roles.isdisjoint(seen_by(entry.kind))


def _dated(row: Row[Any]) -> Dated:
    return Dated(
        uid=row.uid,
        partnership=row.partnership,
        kind=row.kind,
        starts=row.starts,
        all_day=row.all_day,
        sequence=row.sequence,
        changed_at=row.changed_at,
        cancelled=row.cancelled_at is not None,
        facts=row.facts,
    )


async def _towns(connection: AsyncConnection, seats: Mapping[str, Row[Any]], language: str) -> dict[str, str]:
    """Each partnership's towns, by one query."""
    wanted = sorted({party["place"] for seat in seats.values() for party in seat.parties})
    query = select(PlaceRow.id, PlaceRow.name_uk, PlaceRow.name_en).where(PlaceRow.id.in_(wanted))
    names = {row.id: Place(row.name_uk, row.name_en).named(language) for row in await connection.execute(query)}
    return {
        id: " – ".join(names.get(party["place"], party["place"]) for party in seat.parties)
        for id, seat in seats.items()
    }
