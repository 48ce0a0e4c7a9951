"""The dedicated mailbox: each round reads what is new in it, message by message, and heeds what belongs to us."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.client import Client

from activities.imap import Arrived, MailboxTrouble, Position, mailbox_name, read_new
from activities.inbox_heed import Heeder
from activities.inbox_judge import Give
from activities.mail import Step
from activities.ports import Inbox, MailStep
from mailroom.message import Sender
from models.engine import Envelope
from models.tables import MailboxRow, PartnershipRow, TimelineRow
from settings import Settings
from signing import secret_of
from workflows.client import Sent, Unavailable, send

MOST_TRIES = 3
"""So many rounds begin with a message that cannot be heeded; then it is passed over, so that the rest is not lost."""

AWAY = (OSError, OperationalError, InterfaceError, PoolTimeout, Unavailable)
"""The database or the engine cannot be reached: no fault of the message."""

log = logging.getLogger(__name__)


class InboxReader(Inbox):
    """Reads the mailbox that the settings name; none named, there is nothing to read. `give` gives a command to a
    partnership, `clock` says what time it is.

    How far it read is on record after each message. A message that raises is where the round ends; the next begins
    with it. After three rounds it is passed over, and logged as an error. The rounds are counted in memory: a new
    process tries three times again, which costs nothing but time."""

    def __init__(
        self,
        engine: AsyncEngine,
        settings: Settings,
        give: Give,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._tries: Counter[tuple[int, int]] = Counter()
        self._heeder = Heeder(
            engine,
            give,
            clock,
            ours=Sender(settings.mail_from).address,
            zone=settings.time_zone,
            secret=secret_of(settings),
        )
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    @activity.defn(name="read_inbox")
    async def read(self) -> MailStep:
        step = Step()
        if self._settings.imap_host is None:
            return step.report(more=False)
        try:
            batch = await asyncio.to_thread(read_new, self._settings, await self._position())
        except MailboxTrouble as trouble:
            log.warning("the mailbox cannot be read", extra={"reason": str(trouble)})
            step.count("mailbox_away")
            return step.report(more=False)
        for arrived in batch.messages:
            here = Position(batch.behind.uid_validity, arrived.uid)
            if not await self._passed(arrived, here, step):
                return step.report(more=False)
            await self._move(here)
            if step.full:
                return step.report(more=True)
        await self._move(batch.behind)
        return step.report(more=batch.more)

    async def _passed(self, arrived: Arrived, here: Position, step: Step) -> bool:
        """Heed one message. Whether the reader goes on behind it."""
        name = (here.uid_validity, here.last_uid)
        try:
            for verdict in await self._heeder.heed(arrived):
                step.count(verdict)
        except AWAY:
            raise
        except Exception:
            self._tries[name] += 1
            over = self._tries[name] >= MOST_TRIES
            say = "a message is passed over: it could not be heeded" if over else "a message could not be heeded yet"
            log.exception(say, extra={"uid": here.last_uid, "tries": self._tries[name]})
            step.count("passed_over" if over else "troubled")
            if not over:
                return False
        self._tries.pop(name, None)
        return True

    async def _position(self) -> Position | None:
        query = select(MailboxRow.uid_validity, MailboxRow.last_uid).where(
            MailboxRow.name == mailbox_name(self._settings)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Position(row.uid_validity, row.last_uid) if row else None

    async def _move(self, to: Position) -> None:
        """The mailbox is read up to here; never back, where two read at once."""
        row = {"name": mailbox_name(self._settings), "read_at": self._clock(), **vars(to)}
        insert = self._insert(MailboxRow).values(row)
        ahead = or_(MailboxRow.uid_validity != to.uid_validity, MailboxRow.last_uid <= to.last_uid)
        moved = insert.on_conflict_do_update(
            index_elements=["name"], set_={key: row[key] for key in row if key != "name"}, where=ahead
        )
        async with self._engine.begin() as connection:
            await connection.execute(moved)


class _Recorded:
    """What `send` reads of the record."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def revision(self, partnership: str) -> int | None:
        return await self._scalar(select(PartnershipRow.revision).where(PartnershipRow.id == partnership))

    async def revision_of(self, partnership: str, command_id: str) -> int | None:
        this = (TimelineRow.partnership == partnership, TimelineRow.command_id == command_id)
        return await self._scalar(select(TimelineRow.revision).where(*this))

    async def _scalar(self, query: Any) -> int | None:
        async with self._engine.connect() as connection:
            found: int | None = await connection.scalar(query)
            return found


def giving(client: Client, engine: AsyncEngine) -> Give:
    """Commands go to their partnerships through the engine; one given before is answered from the record."""
    recorded = _Recorded(engine)

    async def give(partnership: str, envelope: Envelope) -> Sent:
        return await send(client, partnership, envelope, recorded, repeated=True)

    return give


async def nowhere(partnership: str, envelope: Envelope) -> Sent:
    """For a reader that is not connected to the engine: what it would give waits."""
    raise Unavailable("This reader is not connected to the engine.")
