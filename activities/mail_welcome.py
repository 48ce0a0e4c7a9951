"""The first mail a person gets: who added them, what this is. Reminders wait until it has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mailroom.message import Sender
from mailroom.seats import OPERATOR
from models.tables import MailRow, PartnershipRow, PersonRow

NEW = timedelta(days=90)
"""Whoever was added longer ago and has no seat yet is welcomed when they have one and something to be told."""

GREETS = MailRow.kind.in_(("welcome", "reminder")) & (MailRow.status != "withdrawn")
"""Mails after which a person has met us, or is about to."""

MOST_AT_ONCE = 100


class Welcomes:
    """Plans welcomes. `day` is the length of the policy's day: reminders begin one later."""

    def __init__(self, engine: AsyncEngine, sender: Sender, day: timedelta) -> None:
        self._engine = engine
        self._sender = sender
        self._day = day
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def plan(self, now: datetime) -> int:
        """Welcome those who were added lately and have a seat by now; how many."""
        met = exists().where(MailRow.person == PersonRow.id, GREETS)
        seated = exists().where(PartnershipRow.seats_somebody(PersonRow.id))
        query = (
            select(PersonRow.__table__)
            .where(PersonRow.active, PersonRow.id != OPERATOR, PersonRow.created_at > now - NEW, ~met, seated)
            .limit(MOST_AT_ONCE)
        )
        async with self._engine.begin() as connection:
            people = (await connection.execute(query)).all()
            for person in people:
                await self._plan(connection, person, now)
        return len(people)

    async def done(self, connection: AsyncConnection, person: Row[Any], now: datetime) -> bool:
        """Whether a person was welcomed a day ago or more, or met us before there were welcomes. If not, they are
        to be."""
        if person.id == OPERATOR:
            return True
        query = select(MailRow.kind, MailRow.settled_at).where(MailRow.person == person.id, GREETS)
        mails = (await connection.execute(query)).all()
        if any(mail.kind == "reminder" and mail.settled_at for mail in mails):
            return True
        if not any(mail.kind == "welcome" for mail in mails):
            await self._plan(connection, person, now)
        return any(mail.settled_at is not None and mail.settled_at <= now - self._day for mail in mails)

    async def _plan(self, connection: AsyncConnection, person: Row[Any], now: datetime) -> None:
        """Once; again only where it was withdrawn, because their seat had gone before it left."""
        mail = {
            "message_id": self._sender.message_id_of("welcome", person.id),
            "kind": "welcome",
            "person": person.id,
            "address": person.email,
            "language": person.language,
            "subject": "",
            "body": "",
            "status": "planned",
            "planned_at": now,
            "send_after": now,
        }
        insert = self._insert(MailRow).values(mail)
        again = {name: insert.excluded[name] for name in mail if name != "message_id"} | {"settled_at": None}
        withdrawn = MailRow.status == "withdrawn"
        await connection.execute(
            insert.on_conflict_do_update(index_elements=["message_id"], set_=again, where=withdrawn)
        )
