"""Notices become deliveries and mails: who is told now, and what no longer needs telling.

One notice is one transaction. It begins by taking the notice with a guarded update, so that two mail rounds at
once plan it once; the keys of deliveries and Message-IDs say the same a second time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.mail_message import Sender
from activities.mail_people import Recipient
from activities.mail_text import Letter, Person, preview
from activities.mail_told import NoticeKey, Reader, Reading, first_of_thread
from models.tables import DeliveryRow, MailRow, NoticeRow, UtcInstant

MAIL = "mail"
"""The channel of a delivery that a mail carries."""

PAGE = 100


class InFlight(Exception):
    """A mail of the episode is on its way: whether its reader was told is known in the next round."""


class Planner:
    """Decides for one notice after another who is told, and writes it down."""

    def __init__(self, engine: AsyncEngine, reader: Reader, sender: Sender) -> None:
        self._engine = engine
        self._reader = reader
        self._sender = sender
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
        reading = await self._reader.read(connection, key)
        told = await self._tell(connection, key, reading, now)
        return "told" if any(recipient.roles for recipient in told) else "nobody"

    async def _close(self, connection: AsyncConnection, key: NoticeKey, now: datetime) -> str:
        """An episode is over: withdraw what was not sent, and say so to those who were told."""
        rest = await connection.scalar(select(NoticeRow.rest).where(key.of(NoticeRow))) or 0
        await _withdraw(connection, key, rest, now)
        if rest > 0:
            return "quiet"
        told = await self._tell(connection, key, await self._reader.read(connection, key), now)
        return "told" if told else "quiet"

    async def _tell(
        self, connection: AsyncConnection, key: NoticeKey, reading: Reading, now: datetime
    ) -> Sequence[Recipient]:
        """Write a delivery and a mail for everybody told."""
        mails, deliveries = [], []
        for recipient in reading.told.recipients:
            person = reading.people[recipient.person]
            first = await first_of_thread(connection, key, person.id)
            letter = preview(reading.told, person, now, earlier=first.subject if first else None)
            message_id = self._sender.message_id(key.partnership, key.episode, key.rung, person.id)
            mails.append(_mail(message_id, person, letter, now))
            deliveries.append(_delivery(key, recipient, message_id, now))
        if mails:
            await connection.execute(self._once_or_again(mails))
            await connection.execute(self._insert(DeliveryRow).values(deliveries).on_conflict_do_nothing())
        return reading.told.recipients

    def _once_or_again(self, mails: Sequence[dict[str, Any]]) -> Any:
        """Insert; one that was withdrawn unsent and has a reason again is planned again."""
        insert = self._insert(MailRow).values(list(mails))
        again = {name: insert.excluded[name] for name in mails[0] if name != "message_id"}
        return insert.on_conflict_do_update(
            index_elements=["message_id"], set_=again | {"settled_at": None}, where=MailRow.status == "withdrawn"
        )


async def is_closed(connection: AsyncConnection, key: NoticeKey) -> bool:
    """Whether the notice's episode ended, or went back to a lower rung, after it was told."""
    end = replace(key, rung=0)
    rest = await connection.scalar(select(NoticeRow.rest).where(end.of(NoticeRow)))
    return rest is not None and rest < key.rung


async def _withdraw(connection: AsyncConnection, end: NoticeKey, rest: int, now: datetime) -> None:
    """Withdraw the unsent mails of an episode's rungs above `rest`, and the notices that nobody heard of."""
    over = (
        (DeliveryRow.partnership == end.partnership) & (DeliveryRow.episode == end.episode) & (DeliveryRow.rung > rest)
    )
    mails = MailRow.message_id.in_(select(DeliveryRow.mail).where(over))
    if await connection.scalar(select(exists().where(mails, MailRow.status == "claimed"))):
        raise InFlight
    await connection.execute(
        update(MailRow).where(mails, MailRow.status == "planned").values(status="withdrawn", settled_at=now)
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
    """Whether some mail about the notice is other than withdrawn."""
    return exists().where(
        DeliveryRow.partnership == NoticeRow.partnership,
        DeliveryRow.episode == NoticeRow.episode,
        DeliveryRow.rung == NoticeRow.rung,
        DeliveryRow.mail == MailRow.message_id,
        MailRow.status != "withdrawn",
    )


def _mail(message_id: str, person: Person, letter: Letter, now: datetime) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "person": person.id,
        "address": person.email,
        "language": letter.language,
        "subject": letter.subject,
        "body": letter.body,
        "status": "planned",
        "planned_at": now,
        "send_after": now,
        "attempts": 0,
    }


def _delivery(key: NoticeKey, recipient: Recipient, message_id: str, now: datetime) -> dict[str, Any]:
    return {
        "partnership": key.partnership,
        "episode": key.episode,
        "rung": key.rung,
        "person": recipient.person,
        "channel": MAIL,
        "role": recipient.role,
        "mail": message_id,
        "created_at": now,
    }
