"""A reader's waiting deliveries become one mail, at the moment it may leave.

Nothing about the moment is kept: each round asks anew who waits, who they are now and whether their mail may go,
so that a changed zone, holiday, absence, hold or digest counts at once. A mail already planned is joined.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.mail_moment import Moments
from activities.mail_plan import PAGE, keep_planned
from activities.mail_presence import Directory
from activities.mail_told import NoticeKey, Reader
from activities.mail_welcome import Welcomes
from mailroom.message import Sender
from models.tables import DeliveryRow, MailRow, NoticeRow, PartnershipRow

WAITS = and_(DeliveryRow.mail.is_(None), DeliveryRow.withdrawn_at.is_(None))


class Gatherer:
    """Makes mails of deliveries."""

    def __init__(
        self,
        engine: AsyncEngine,
        reader: Reader,
        directory: Directory,
        moments: Moments,
        welcomes: Welcomes,
        sender: Sender,
    ) -> None:
        self._engine = engine
        self._reader = reader
        self._directory = directory
        self._moments = moments
        self._welcomes = welcomes
        self._sender = sender
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def readers(self) -> AsyncIterator[str]:
        """Everybody for whom something waits."""
        query = select(DeliveryRow.person).where(WAITS).distinct().order_by(DeliveryRow.person).limit(PAGE)
        last = ""
        while True:
            async with self._engine.connect() as connection:
                page = (await connection.scalars(query.where(DeliveryRow.person > last))).all()
            for person in page:
                yield person
            if len(page) < PAGE:
                return
            last = page[-1]

    async def gather(self, person: str, now: datetime) -> str:
        """What became of a reader's waiting deliveries: gathered, waiting, welcome, or handed_back (planned anew)."""
        try:
            async with self._engine.begin() as connection:
                return await self._gather(connection, person, now)
        except IntegrityError:  # another mail room made their mail in the same moment
            return "waiting"

    async def _gather(self, connection: AsyncConnection, person: str, now: datetime) -> str:
        rows = await waiting_of(connection, person)
        people = await self._directory.people(connection, [person], now)
        present = self._directory.reads(people, person, at_once=False)
        doubtful = [row for row in rows if row.rung and (not present or not row.seated or row.instead_of)]
        gone = [row for row in doubtful if not await self._is_theirs(connection, row, now)]
        if gone:
            for row in gone:
                await hand_back(connection, key_of(row), person, now)
            return "handed_back"
        if person in people.absent:
            return "waiting"
        free, slot = await self._moments.ready(connection, people.rows[person], rows, now)
        if slot is None or slot.at > now:
            return "waiting"
        if not await self._welcomes.done(connection, people.rows[person], now):
            return "welcome"
        return await self._put_in_a_mail(connection, people.rows[person], free, now)

    async def _is_theirs(self, connection: AsyncConnection, row: Row[Any], now: datetime) -> bool:
        return (await self._reader.read(connection, key_of(row), now)).recipient(row.person) is not None

    async def _put_in_a_mail(
        self, connection: AsyncConnection, person: Row[Any], rows: Sequence[Row[Any]], now: datetime
    ) -> str:
        """The person's planned mail, or a new one, takes these deliveries along. It is kept as planned until they are
        in it: whoever claims it meanwhile waits, and writes them too."""
        mine = (MailRow.person == person.id, MailRow.kind == "reminder")
        planned = await connection.scalar(keep_planned(*mine).returning(MailRow.message_id))
        message_id = planned or await self._new_mail(connection, person, rows[0], now)
        for row in rows:
            await connection.execute(
                update(DeliveryRow)
                .where(key_of(row).of(DeliveryRow), DeliveryRow.person == person.id, WAITS)
                .values(mail=message_id)
            )
        return "gathered"

    async def _new_mail(self, connection: AsyncConnection, person: Row[Any], first: Row[Any], now: datetime) -> str:
        """Planned under the Message-ID of its first delivery. Where a mail of that name has left already, and left this
        delivery behind, under the next one. Raises IntegrityError where another open mail of theirs is there by now."""
        about = (first.partnership, first.episode, first.rung, person.id)
        message_id, number = self._sender.message_id(*about), 0
        while not await self._planned(connection, person, message_id, now):
            number += 1
            message_id = self._sender.message_id(*about, str(number))
        return message_id

    async def _planned(self, connection: AsyncConnection, person: Row[Any], message_id: str, now: datetime) -> bool:
        """Whether a mail of this name is planned now: a new one, or one that was withdrawn before it left."""
        mail = {
            "message_id": message_id,
            "kind": "reminder",
            "person": person.id,
            "address": person.email,
            "language": person.language,
            "subject": "",
            "body": "",
            "html": "",
            "status": "planned",
            "planned_at": now,
            "send_after": now,
            "attempts": 0,
        }
        insert = self._insert(MailRow).values(mail)
        again = {name: insert.excluded[name] for name in mail if name != "message_id"}
        made = await connection.scalar(
            insert.on_conflict_do_update(
                index_elements=["message_id"], set_=again | {"settled_at": None}, where=MailRow.status == "withdrawn"
            ).returning(MailRow.message_id)
        )
        return made is not None


def key_of(row: Row[Any]) -> NoticeKey:
    return NoticeKey(row.partnership, row.episode, row.rung)


async def waiting_of(connection: AsyncConnection, person: str) -> Sequence[Row[Any]]:
    """What waits for a person, the longest waiting first; `seated` says whether they still have a seat there. A
    suspended partnership's notices wait apart, except about the suspension itself."""
    about = (
        (NoticeRow.partnership == DeliveryRow.partnership)
        & (NoticeRow.episode == DeliveryRow.episode)
        & (NoticeRow.rung == DeliveryRow.rung)
    )
    seated = PartnershipRow.seats_somebody(DeliveryRow.person)
    query = (
        select(DeliveryRow.__table__, seated.label("seated"))
        .join(NoticeRow, about)
        .join(PartnershipRow, PartnershipRow.id == DeliveryRow.partnership)
        .where(DeliveryRow.person == person, WAITS)
        .where(or_(PartnershipRow.suspended.is_(False), NoticeRow.watch == "suspension"))
        .order_by(DeliveryRow.created_at, DeliveryRow.partnership, DeliveryRow.episode, DeliveryRow.rung)
    )
    return (await connection.execute(query)).all()


async def hand_back(
    connection: AsyncConnection, key: NoticeKey, person: str, now: datetime, mail: str | None = None
) -> None:
    """This person is no longer to be told of a notice, which waits or is in this mail: it is planned anew, for whoever
    is. Where it waits no more, nothing is done."""
    back = await connection.execute(
        update(DeliveryRow)
        .where(key.of(DeliveryRow), DeliveryRow.person == person, DeliveryRow.withdrawn_at.is_(None))
        .where(DeliveryRow.mail.is_not_distinct_from(mail))
        .values(mail=None, withdrawn_at=now, why="not_theirs")
    )
    if key.rung > 0 and back.rowcount:
        await connection.execute(update(NoticeRow).where(key.of(NoticeRow)).values(handled_at=None, outcome=None))
