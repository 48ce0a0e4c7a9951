"""When a reader's mail goes: their hours, the other side's where both are asked to act, and holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.mail_presence import Directory
from mailroom.hours import Hours
from mailroom.seats import OPERATOR
from mailroom.slot import Digest, Slot, Waiting, slot
from mailroom.slot import Reader as SlotReader
from models.tables import DeliveryRow, HoldRow, MailRow, PlaceRow


class Moments:
    """Finds moments for mails. `day` is the length of the policy's day."""

    def __init__(self, directory: Directory, day: timedelta) -> None:
        self._directory = directory
        self.day = day

    async def ready(
        self, connection: AsyncConnection, person: Row[Any], rows: Sequence[Row[Any]], now: datetime
    ) -> tuple[Sequence[Row[Any]], Slot | None]:
        """Which of a reader's waiting deliveries no hold keeps back, and when the mail with them goes."""
        held = await held_places(connection, {row.place for row in rows if row.place}, now)
        free = [row for row in rows if row.place not in held]
        if not free:
            return free, None
        hours = await self.hours(connection, person, [row.place for row in free], now)
        at_once = person.id == OPERATOR
        waiting = [
            Waiting(row.created_at, row.at_once or at_once, await self._others(connection, row, now)) for row in free
        ]
        reader = SlotReader(person.id, hours, Digest(person.digest), person.digest_day)
        return free, slot(reader, waiting, await _last_mail(connection, person.id), now, self.day)

    async def hours(
        self, connection: AsyncConnection, person: Row[Any], places: Iterable[str | None], now: datetime
    ) -> Hours:
        """When one person can be mailed; these municipalities' own calendars count."""
        kept = {place for place in places if place}
        return (await self._directory.hours(connection, [person], {person.id: kept}))[person.id]

    async def _others(self, connection: AsyncConnection, row: Row[Any], now: datetime) -> tuple[Hours, ...]:
        """The hours of those on other sides who are told of the same notice and asked to act as well."""
        if not row.both_sides:
            return ()
        query = select(DeliveryRow.person, DeliveryRow.place).where(
            DeliveryRow.partnership == row.partnership,
            DeliveryRow.episode == row.episode,
            DeliveryRow.rung == row.rung,
            DeliveryRow.withdrawn_at.is_(None),
            DeliveryRow.place.is_not(None),
            DeliveryRow.place != row.place,
        )
        others = (await connection.execute(query)).all()
        people = (await self._directory.people(connection, [each.person for each in others], now)).rows
        places = {each.person: {each.place} for each in others}
        hours = await self._directory.hours(connection, [people[each] for each in places], places)
        return tuple(hours.values())


async def held_places(connection: AsyncConnection, places: Collection[str], now: datetime) -> set[str]:
    """Those of the municipalities to whose people all mail is held just now."""
    if not places:
        return set()
    query = select(HoldRow.place, HoldRow.oblast).where(
        HoldRow.lifted_at.is_(None), HoldRow.begins <= now, HoldRow.ends > now
    )
    holds = (await connection.execute(query)).all()
    if not holds:
        return set()
    held, oblasts = {hold.place for hold in holds}, {hold.oblast for hold in holds if hold.oblast}
    rows = await connection.execute(select(PlaceRow.id, PlaceRow.oblast_uk).where(PlaceRow.id.in_(places)))
    return {row.id for row in rows if row.id in held or row.oblast_uk in oblasts}


async def _last_mail(connection: AsyncConnection, person: str) -> datetime | None:
    """When a person last got a mail of reminders."""
    last: datetime | None = await connection.scalar(
        select(func.max(MailRow.settled_at)).where(
            MailRow.person == person, MailRow.kind == "reminder", MailRow.status.in_(("sent", "unknown"))
        )
    )
    return last
