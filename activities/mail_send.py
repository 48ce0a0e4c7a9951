"""One mail at a time: claim it on record, hand it to the mail server, record what became of it.

The claim commits before the mail leaves. A crash in between leaves it claimed; once that is older than any sending
takes, it is marked unknown: it may have been sent or not, people see that, and nothing repeats it by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import or_, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.mail_message import Sender, Unwritable
from activities.mail_plan import PAGE, is_closed
from activities.mail_text import Letter, Person, preview
from activities.mail_told import NoticeKey, Reader, first_of_thread
from activities.smtp import LONGEST_SECONDS, Outcome, Result
from models.tables import DeliveryRow, MailRow, NoticeRow, PartnershipRow

SETTLE_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts to record what became of a mail, while the database is away."""

LEASE = timedelta(seconds=LONGEST_SECONDS + 90)
"""A claim older than this belongs to nobody any more."""

LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 24
"""With pauses doubling up to six hours, about five days."""

IN_DOUBT = "The worker stopped between claiming this mail and recording it: it may have been sent, or not."


@dataclass(frozen=True)
class Claim:
    """A mail that is ours to send: its message, and when it was claimed."""

    message_id: str
    address: str
    message: EmailMessage
    at: datetime


class Outbox:
    """The planned mails, on record. `first_pause` is waited after the first failed attempt."""

    def __init__(self, engine: AsyncEngine, reader: Reader, sender: Sender, first_pause: timedelta) -> None:
        self._engine = engine
        self._reader = reader
        self._sender = sender
        self._first_pause = first_pause

    async def mark_unknown(self, now: datetime) -> int:
        """Give up on claims nobody holds any more; how many there were."""
        async with self._engine.begin() as connection:
            lapsed = await connection.execute(
                update(MailRow)
                .where(MailRow.status == "claimed", MailRow.claimed_at < now - LEASE)
                .values(status="unknown", settled_at=now, answer=IN_DOUBT)
            )
        return lapsed.rowcount

    async def waiting(self, now: datetime) -> AsyncIterator[str]:
        """Message-IDs that may be sent by now, the longest waiting first. A suspended partnership's mails wait,
        except about the suspension itself."""
        name = (MailRow.send_after, MailRow.message_id)
        query = _sendable().where(MailRow.status == "planned", MailRow.send_after <= now)
        page: Sequence[Any] = ()
        while True:
            further = query.where(tuple_(*name) > tuple(page[-1])) if page else query
            async with self._engine.connect() as connection:
                page = (await connection.execute(further.order_by(*name).limit(PAGE))).all()
            for row in page:
                yield row.message_id
            if len(page) < PAGE:
                return

    async def claim(self, message_id: str, now: datetime) -> Claim | str:
        """The mail, written as the record is now; or why it is not sent: taken, withdrawn, failed."""
        async with self._engine.begin() as connection:
            taken = await connection.execute(
                update(MailRow)
                .where(MailRow.message_id == message_id, MailRow.status == "planned")
                .values(status="claimed", claimed_at=now)
            )
            if taken.rowcount == 0:
                return "taken"
            return await self._ready(connection, message_id, now)

    async def _ready(self, connection: AsyncConnection, message_id: str, now: datetime) -> Claim | str:
        key, to = await _delivery_of(connection, message_id)
        reading = await self._reader.read(connection, key)
        if await is_closed(connection, key):
            return await _put(connection, message_id, status="withdrawn", settled_at=now)
        if not any(recipient.person == to for recipient in reading.told.recipients):
            return await _hand_back(connection, message_id, key, now)
        person = reading.people[to]
        first = await first_of_thread(connection, key, to)
        letter = preview(reading.told, person, now, earlier=first.subject if first else None)
        await _put(connection, message_id, **_written(person, letter))
        try:
            thread = [first.message_id] if first else []
            message = self._sender.message(letter, person, message_id, now, thread)
            return Claim(message_id, message["To"].addresses[0].addr_spec, message, now)
        except Unwritable as reason:
            return await _put(connection, message_id, status="failed", settled_at=now, answer=str(reason))

    async def settle(self, claim: Claim, outcome: Outcome, now: datetime) -> str:
        """Record what became of a claimed mail; patient while the database is away. Answers its new status."""
        for pause in SETTLE_PAUSES:
            try:
                return await self._settle(claim, outcome, now)
            except (SQLAlchemyError, OSError):
                await asyncio.sleep(pause)
        return await self._settle(claim, outcome, now)

    async def _settle(self, claim: Claim, outcome: Outcome, now: datetime) -> str:
        async with self._engine.begin() as connection:
            ours = (
                MailRow.message_id == claim.message_id,
                MailRow.claimed_at == claim.at,
                MailRow.status.in_(("claimed", "unknown")),
            )
            await connection.execute(
                update(MailRow).where(*ours).values(attempts=MailRow.attempts + 1, answer=outcome.answer)
            )
            attempts = await connection.scalar(select(MailRow.attempts).where(*ours)) or 0
            became = self._became(outcome.result, attempts, now)
            await connection.execute(update(MailRow).where(*ours).values(became))
        return str(became["status"])

    def _became(self, result: Result, attempts: int, now: datetime) -> dict[str, Any]:
        if result is Result.LATER and attempts < MOST_ATTEMPTS:
            return {"status": "planned", "claimed_at": None, "send_after": now + self._pause(attempts)}
        status = {Result.SENT: "sent", Result.UNKNOWN: "unknown"}.get(result, "failed")
        return {"status": status, "settled_at": now}

    def _pause(self, attempts: int) -> timedelta:
        doubled: timedelta = self._first_pause * 2.0 ** (attempts - 1)
        return min(doubled, LONGEST_PAUSE)


def _sendable() -> Any:
    """Mails joined with what they are about, where that is not silenced."""
    about = (
        (NoticeRow.partnership == DeliveryRow.partnership)
        & (NoticeRow.episode == DeliveryRow.episode)
        & (NoticeRow.rung == DeliveryRow.rung)
    )
    return (
        select(MailRow.send_after, MailRow.message_id)
        .join(DeliveryRow, DeliveryRow.mail == MailRow.message_id)
        .join(NoticeRow, about)
        .join(PartnershipRow, PartnershipRow.id == DeliveryRow.partnership)
        .where(or_(PartnershipRow.suspended.is_(False), NoticeRow.watch == "suspension"))
        .distinct()
    )


async def _delivery_of(connection: AsyncConnection, message_id: str) -> tuple[NoticeKey, str]:
    found = await connection.execute(
        select(DeliveryRow.partnership, DeliveryRow.episode, DeliveryRow.rung, DeliveryRow.person)
        .where(DeliveryRow.mail == message_id)
        .limit(1)
    )
    row = found.one()
    return NoticeKey(row.partnership, row.episode, row.rung), row.person


async def _hand_back(connection: AsyncConnection, message_id: str, key: NoticeKey, now: datetime) -> str:
    """This person is no longer to be told: withdraw the mail, and let the notice be planned for who is."""
    if key.rung > 0:
        await connection.execute(update(NoticeRow).where(key.of(NoticeRow)).values(handled_at=None, outcome=None))
    return await _put(connection, message_id, status="withdrawn", settled_at=now)


async def _put(connection: AsyncConnection, message_id: str, **values: Any) -> str:
    await connection.execute(update(MailRow).where(MailRow.message_id == message_id).values(values))
    return str(values.get("status", "claimed"))


def _written(person: Person, letter: Letter) -> dict[str, Any]:
    return {
        "address": person.email,
        "language": letter.language,
        "subject": letter.subject,
        "body": letter.body,
    }
