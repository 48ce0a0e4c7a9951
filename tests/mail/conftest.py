"""A mail room with its record, its people and a real SMTP server, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.mail import PostOffice
from activities.ports import MailStep, Recording
from activities.record import Recorder
from embedded.temporal_server import free_port
from models.engine import Change, Entry
from models.partnership import Partnership
from models.tables import DeliveryRow, MailRow, NoticeRow, PersonRow, PlaceRow, Table, open_engine
from models.watch import Attention, Notice
from settings import Settings
from tests.mail.lives import NOW

PEOPLE = ("olena", "danylo", "kateryna", "petro")
PLACES = {"UA01": ("Зразківська громада", "Zrazkove hromada"), "de-1": ("Мустерштадт", "Musterstadt")}


class Provider:
    """A real SMTP server on loopback that does what a test asks of it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.answer: str | None = None
        self.drops_the_line = False
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # the server's own name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer is not None:
            return self.answer
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        if self.drops_the_line:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return f"250 2.0.0 Taken as {len(self.received)}"

    @property
    def recipients(self) -> list[str]:
        return sorted(message["To"].addresses[0].username for message in self.received)


def text_of(message: EmailMessage) -> str:
    """A message's plain words."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class Room:
    """A mail room, and a look at its record."""

    def __init__(self, engine: AsyncEngine, provider: Provider, **settings: Any) -> None:
        self.engine = engine
        self.provider = provider
        self.now = NOW
        self.settings = Settings(smtp_port=provider.port, **settings)
        self.office = PostOffice(engine, self.settings, clock=lambda: self.now)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def plan(self) -> MailStep:
        return await self.office.plan()

    async def send(self) -> MailStep:
        return await self.office.send()

    async def round(self) -> None:
        await self.plan()
        await self.send()

    async def record(self, p: Partnership, *notices: Notice) -> None:
        """Record a partnership as the workflow does, with what is to be told."""
        entry = Entry(revision=p.revision + 1, at=self.now, kind="told")
        p = p.but(revision=entry.revision)
        change = Change(entry=entry, notices=notices)
        await Recorder(self.engine).record(Recording(state=p, attention=Attention.OK, changes=(change,)))

    async def change(self, table: type[Table], key: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            column = table.__table__.c.id
            await connection.execute(update(table).where(column == key).values(**values))

    async def rows(self, table: type[Table], *order: Any) -> Sequence[Row[Any]]:
        async with self.engine.connect() as connection:
            return (await connection.execute(select(table.__table__).order_by(*order))).all()

    async def mails(self) -> dict[str, str]:
        """Each person's reminders by status, in order of planning: `{"olena": "sent withdrawn"}`."""
        found: dict[str, list[str]] = {}
        for row in await self.rows(MailRow, MailRow.planned_at, MailRow.message_id):
            if row.kind == "reminder":
                found.setdefault(row.person, []).append(row.status)
        return {person: " ".join(statuses) for person, statuses in found.items()}

    async def outcomes(self) -> dict[tuple[int, int], str | None]:
        """What became of each notice, by (episode, rung)."""
        rows = await self.rows(NoticeRow, NoticeRow.episode, NoticeRow.rung)
        return {(row.episode, row.rung): row.outcome for row in rows}

    async def reminders(self) -> list[Row[Any]]:
        return [row for row in await self.rows(MailRow, MailRow.planned_at) if row.kind == "reminder"]

    async def waiting(self) -> list[tuple[int, int, str]]:
        """What waits for whom: (episode, rung, person)."""
        rows = await self.rows(DeliveryRow, DeliveryRow.episode, DeliveryRow.rung, DeliveryRow.person)
        return [(r.episode, r.rung, r.person) for r in rows if r.mail is None and r.withdrawn_at is None]

    async def add(self, table: type[Table], **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(insert(table).values(**values))

    async def deliveries(self) -> list[tuple[int, int, str, str]]:
        rows = await self.rows(DeliveryRow, DeliveryRow.episode, DeliveryRow.rung, DeliveryRow.person)
        return [(row.episode, row.rung, row.person, row.role) for row in rows]


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """A record of the test's own with invented people and places."""
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
        for name in PEOPLE:
            await connection.execute(insert(PersonRow).values(person_row(name)))
            await connection.execute(insert(MailRow).values(welcome_row(name)))
        for key, (uk, en) in PLACES.items():
            await connection.execute(insert(PlaceRow).values(id=key, name_uk=uk, name_en=en))
    yield engine
    await engine.dispose()


def person_row(name: str, created_at: datetime = NOW, **said: Any) -> dict[str, Any]:
    """Somebody invented who gets each mail at once, in Kyiv's office hours."""
    usual = {
        "id": name,
        "name": f"{name.title()} Вигадана",
        "email": f"{name}@example.org",
        "language": "uk",
        "time_zone": "Europe/Kyiv",
        "active": True,
        "created_at": created_at,
        "digest": "at_once",
    }
    return usual | said


def welcome_row(name: str) -> dict[str, Any]:
    """The welcome they got a month ago."""
    at = NOW - timedelta(days=30)
    return {
        "message_id": f"<welcome-{name}@example.org>",
        "kind": "welcome",
        "person": name,
        "address": f"{name}@example.org",
        "language": "uk",
        "subject": "",
        "body": "",
        "status": "sent",
        "planned_at": at,
        "send_after": at,
        "settled_at": at,
    }


@pytest.fixture
def room(engine: AsyncEngine, provider: Provider) -> Room:
    return Room(engine, provider)
