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

from sqlalchemy import exists, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.mail_plan import PAGE
from activities.mail_write import Nothing, NotNow, Writer, Written
from activities.smtp import LONGEST_SECONDS, Outcome, Result
from mailroom.message import Unwritable
from models.tables import CorrespondentRow, DeliveryRow, MailRow, NoticeRow, PersonRow

SETTLE_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts to record what became of a mail, while the database is away."""

LEASE = timedelta(seconds=LONGEST_SECONDS + 90)
"""A claim older than this belongs to nobody any more."""

LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 24
"""With pauses doubling up to six hours, about five days."""

LONG = 7
"""The attempt whose pause follows a refusal: some six hours where rounds are ten minutes apart."""

MOST_REFUSALS = 3
"""A server that says no for good is asked again twice: some say so of what passes."""

IN_DOUBT = "The worker stopped between claiming this mail and recording it: it may have been sent, or not."


@dataclass(frozen=True)
class Claim:
    """A mail that is ours to send: its message, and when it was claimed."""

    message_id: str
    address: str
    message: EmailMessage
    at: datetime

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].casefold()


class Outbox:
    """The planned mails, on record. `first_pause` is waited after the first failed attempt."""

    def __init__(self, engine: AsyncEngine, writer: Writer, first_pause: timedelta) -> None:
        self._engine = engine
        self._writer = writer
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

    async def waiting(self, now: datetime) -> AsyncIterator[tuple[str, str]]:
        """Message-IDs and addresses of what may be sent by now, the longest waiting first."""
        name = (MailRow.send_after, MailRow.message_id)
        query = select(*name, MailRow.address).where(MailRow.status == "planned", MailRow.send_after <= now)
        page: Sequence[Any] = ()
        while True:
            further = query.where(tuple_(*name) > tuple(page[-1][:2])) if page else query
            async with self._engine.connect() as connection:
                page = (await connection.execute(further.order_by(*name).limit(PAGE))).all()
            for row in page:
                yield row.message_id, row.address
            if len(page) < PAGE:
                return

    async def claim(self, message_id: str, now: datetime) -> Claim | str:
        """The mail, written as the record is now; or why it is not sent: taken, withdrawn, failed, waiting."""
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
        try:
            written = await self._writer.write(connection, message_id, now)
        except Unwritable as reason:
            await self._give_up(connection, message_id, str(reason), now)
            return await _put(connection, message_id, status="failed", settled_at=now, answer=str(reason))
        if isinstance(written, NotNow):
            await _put(connection, message_id, status="planned", claimed_at=None, send_after=written.until)
            return "waiting"
        if isinstance(written, Nothing):
            return await _put(connection, message_id, status="withdrawn", settled_at=now)
        await _put(connection, message_id, **_as_sent(written))
        return Claim(message_id, written.address, written.message, now)

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
            counted = 0 if outcome.server_trouble else 1
            await connection.execute(
                update(MailRow).where(*ours).values(attempts=MailRow.attempts + counted, answer=outcome.answer)
            )
            attempts = await connection.scalar(select(MailRow.attempts).where(*ours))
            if attempts is None:
                return "taken"
            became = self._later(now, self._first_pause) if not counted else self._became(outcome.result, attempts, now)
            await connection.execute(update(MailRow).where(*ours).values(became))
            if became["status"] == "failed":
                await self._give_up(connection, claim.message_id, outcome.answer, now)
        return str(became["status"])

    def _became(self, result: Result, attempts: int, now: datetime) -> dict[str, Any]:
        most = {Result.LATER: MOST_ATTEMPTS, Result.REFUSED: MOST_REFUSALS}.get(result, 0)
        if attempts < most:
            return self._later(now, self._pause(attempts if result is Result.LATER else LONG))
        status = {Result.SENT: "sent", Result.UNKNOWN: "unknown"}.get(result, "failed")
        return {"status": status, "settled_at": now}

    def _later(self, now: datetime, pause: timedelta) -> dict[str, Any]:
        return {"status": "planned", "claimed_at": None, "send_after": now + pause}

    def _pause(self, attempts: int) -> timedelta:
        doubled: timedelta = self._first_pause * 2.0 ** (attempts - 1)
        return min(doubled, LONGEST_PAUSE)

    async def _give_up(self, connection: AsyncConnection, message_id: str, answer: str, now: datetime) -> None:
        """The address takes no mail: that is on record, and what the mail carried is planned for somebody else."""
        mail = (await connection.execute(select(MailRow.__table__).where(MailRow.message_id == message_id))).one()
        if mail.kind == "partner":
            gone = update(CorrespondentRow).where(CorrespondentRow.id == mail.correspondent).values(bounced_at=now)
        else:
            gone = update(PersonRow).where(PersonRow.id == mail.person, PersonRow.email == mail.address)
            gone = gone.values(unreachable_at=now, unreachable_why=answer)
        await connection.execute(gone)
        await plan_again(connection, message_id)


async def plan_again(connection: AsyncConnection, message_id: str) -> None:
    """The notices that a mail carried in vain are planned again, for whoever can be reached."""
    carried = exists().where(
        DeliveryRow.mail == message_id,
        DeliveryRow.partnership == NoticeRow.partnership,
        DeliveryRow.episode == NoticeRow.episode,
        DeliveryRow.rung == NoticeRow.rung,
    )
    await connection.execute(update(NoticeRow).where(NoticeRow.rung > 0, carried).values(handled_at=None, outcome=None))


async def _put(connection: AsyncConnection, message_id: str, **values: Any) -> str:
    await connection.execute(update(MailRow).where(MailRow.message_id == message_id).values(values))
    return str(values.get("status", "claimed"))


def _as_sent(written: Written) -> dict[str, Any]:
    return {
        "address": written.address,
        "language": written.letter.language,
        "subject": written.letter.subject,
        "body": written.letter.body,
        "html": written.letter.html,
    }
