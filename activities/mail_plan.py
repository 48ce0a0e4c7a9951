"""Notices become deliveries: who is told now, and what no longer needs telling.

One notice is one transaction. It begins by taking the notice with a guarded update, so that two mail rounds at
once plan it once; the keys of deliveries say the same a second time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.mail_told import NoticeKey, Reader, Reading, is_closed
from mailroom.seats import Recipient
from models.tables import DeliveryRow, MailRow, NoticeRow, UtcInstant

MAIL = "mail"
"""The channel of a delivery that a mail carries."""

PAGE = 100

MOST_A_YEAR = 12
"""So many times a year one ladder of a partnership is told to one person; a decision is told all the same."""


class InFlight(Exception):
    """A mail of the episode is on its way: whether its reader was told is known in the next round."""


class Planner:
    """Decides for one notice after another who is told, and writes it down. `day` is the length of the policy's day."""

    def __init__(self, engine: AsyncEngine, reader: Reader, day: timedelta) -> None:
        self._engine = engine
        self._reader = reader
        self._year = 365 * day
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def unhandled(self) -> AsyncIterator[NoticeKey]:
        """Notices nobody has dealt with. In an episode its end comes first: what is over is not planned."""
        name = (NoticeRow.partnership, NoticeRow.episode, NoticeRow.rung)
        query = select(NoticeRow.partnership, NoticeRow.episode, NoticeRow.rung).where(NoticeRow.handled_at.is_(None))
        page: Sequence[Any] = ()
        while True:
            further = query.where(tuple_(*name) > tuple(page[-1])) if page else query
            async with self._engine.connect() as connection:
                page = (await connection.execute(further.order_by(*name).limit(PAGE))).all()
            for row in page:
                yield NoticeKey(*row)
            if len(page) < PAGE:
                return

    async def plan(self, key: NoticeKey, now: datetime) -> str:
        """What became of a notice: told, nobody, withdrawn, quiet; or in_flight, taken: nothing for now."""
        try:
            async with self._engine.begin() as connection:
                taken = await connection.execute(
                    update(NoticeRow).where(key.of(NoticeRow), NoticeRow.handled_at.is_(None)).values(handled_at=now)
                )
                if taken.rowcount == 0:
                    return "taken"
                outcome = await self._decide(connection, key, now)
                await connection.execute(update(NoticeRow).where(key.of(NoticeRow)).values(outcome=outcome))
                return outcome
        except InFlight:
            return "in_flight"

    async def _decide(self, connection: AsyncConnection, key: NoticeKey, now: datetime) -> str:
        if key.rung == 0:
            return await self._close(connection, key, now)
        if await is_closed(connection, key):
            return "withdrawn"
        reading = await self._reader.read(connection, key, now)
        await self._tell(connection, key, reading, now)
        return "told" if any(recipient.roles for recipient in reading.told.recipients) else "nobody"

    async def _close(self, connection: AsyncConnection, key: NoticeKey, now: datetime) -> str:
        """An episode is over: withdraw what was not sent, and say so to those who were told."""
        rest = await connection.scalar(select(NoticeRow.rest).where(key.of(NoticeRow))) or 0
        await withdraw_unsent(connection, key, rest, now)
        if rest > 0:
            return "quiet"
        reading = await self._reader.read(connection, key, now)
        await self._tell(connection, key, reading, now)
        return "told" if reading.told.recipients else "quiet"

    async def _tell(self, connection: AsyncConnection, key: NoticeKey, reading: Reading, now: datetime) -> None:
        """Write a delivery for everybody told."""
        deliveries = [_delivery(key, recipient, reading, now) for recipient in reading.told.recipients]
        if key.rung and not reading.at_once:
            for each in deliveries:
                if await _told_enough(connection, each, reading.told.notice.watch, now - self._year):
                    each |= {"withdrawn_at": now, "why": "capped"}
        if deliveries:
            await connection.execute(self._once_or_again(deliveries))

    def _once_or_again(self, deliveries: Sequence[dict[str, Any]]) -> Any:
        """Insert; one that was taken back unsent and has a reason again waits again."""
        insert = self._insert(DeliveryRow).values(list(deliveries))
        again = {name: insert.excluded[name] for name in deliveries[0] if name not in KEY}
        return insert.on_conflict_do_update(
            index_elements=KEY,
            set_=again,
            where=(DeliveryRow.withdrawn_at.is_not(None)) & (DeliveryRow.why != "capped"),
        )


KEY = ["partnership", "episode", "rung", "person", "channel"]


async def _told_enough(connection: AsyncConnection, delivery: dict[str, Any], watch: str, since: datetime) -> bool:
    """Whether this person was told of this ladder so often since then that once more would be a flood."""
    same = (DeliveryRow.partnership == NoticeRow.partnership) & (DeliveryRow.episode == NoticeRow.episode)
    told = await connection.scalar(
        select(func.count())
        .select_from(DeliveryRow)
        .join(NoticeRow, same & (DeliveryRow.rung == NoticeRow.rung))
        .where(
            DeliveryRow.partnership == delivery["partnership"],
            DeliveryRow.person == delivery["person"],
            DeliveryRow.rung > 0,
            DeliveryRow.withdrawn_at.is_(None),
            DeliveryRow.created_at > since,
            NoticeRow.watch == watch,
        )
    )
    return (told or 0) >= MOST_A_YEAR


def keep_planned(*which: ColumnElement[bool]) -> Update:
    """Planned mails stay so until this transaction ends: a write that changes nothing, which holds on both databases,
    while what a look finds may be claimed by the next statement."""
    return update(MailRow).where(*which, MailRow.status == "planned").values(status="planned")


async def withdraw_unsent(connection: AsyncConnection, end: NoticeKey, rest: int, now: datetime) -> None:
    """Withdraw the unsent deliveries of an episode's rungs above `rest`, and the notices that nobody heard of."""
    over = (
        (DeliveryRow.partnership == end.partnership) & (DeliveryRow.episode == end.episode) & (DeliveryRow.rung > rest)
    )
    carrying = MailRow.message_id.in_(select(DeliveryRow.mail).where(over, DeliveryRow.mail.is_not(None)))
    await connection.execute(keep_planned(carrying))
    on_its_way = exists().where(over, DeliveryRow.mail == MailRow.message_id, MailRow.status == "claimed")
    if await connection.scalar(select(on_its_way)):
        raise InFlight
    planned = DeliveryRow.mail.in_(select(MailRow.message_id).where(MailRow.status == "planned"))
    await connection.execute(
        update(DeliveryRow)
        .where(over, DeliveryRow.withdrawn_at.is_(None), or_(DeliveryRow.mail.is_(None), planned))
        .values(mail=None, withdrawn_at=now, why="over")
    )
    await connection.execute(
        update(NoticeRow)
        .where(
            NoticeRow.partnership == end.partnership,
            NoticeRow.episode == end.episode,
            NoticeRow.rung > rest,
            or_(NoticeRow.outcome.is_(None), NoticeRow.outcome == "told"),
            ~_heard_of(),
        )
        .values(outcome="withdrawn", handled_at=func.coalesce(NoticeRow.handled_at, literal(now, UtcInstant())))
    )


def _heard_of() -> ColumnElement[bool]:
    """Whether some mail carried the notice, or is to carry it."""
    return exists().where(
        DeliveryRow.partnership == NoticeRow.partnership,
        DeliveryRow.episode == NoticeRow.episode,
        DeliveryRow.rung == NoticeRow.rung,
        DeliveryRow.withdrawn_at.is_(None),
    )


def _delivery(key: NoticeKey, recipient: Recipient, reading: Reading, now: datetime) -> dict[str, Any]:
    return {
        "partnership": key.partnership,
        "episode": key.episode,
        "rung": key.rung,
        "person": recipient.person,
        "channel": MAIL,
        "role": recipient.role,
        "place": recipient.place,
        "instead_of": recipient.instead_of,
        "at_once": reading.at_once,
        "both_sides": reading.both_sides and key.rung > 0,
        "created_at": now,
        "withdrawn_at": None,
        "why": None,
    }
