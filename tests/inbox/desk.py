"""Mail as people and machines write it, and a desk that heeds it. Rules and record are real; the engine is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.imap import Arrived
from activities.inbox import InboxReader
from activities.inbox_heed import Heeder
from activities.ports import MailStep, Recording
from activities.record import Recorder
from mailroom.addresses import partnership_address
from models import engine as rules
from models.command import Command
from models.engine import Envelope
from models.partnership import Partnership
from models.tables import (
    CorrespondentRow,
    DeliveryRow,
    IncomingRow,
    MailRow,
    NoticeRow,
    PartnershipRow,
    Table,
)
from models.watch import Attention, Notice
from settings import Settings
from tests.mail.lives import NOW, living

SECRET = "a-secret-of-the-tests"
OURS = "mosty@association.example"
HERE = partnership_address(OURS, "most-1", SECRET.encode())
"""The address of the partnership `most-1`."""

OFFICER = "olena@example.org"
PARTNER = "anna@musterstadt.example"
DANYLO = "danylo@example.org"

REMINDER = "<3f1f0c2e-0000-5000-8000-000000000001@association.example>"
QUESTION = "<3f1f0c2e-0000-5000-8000-000000000002@association.example>"
WELCOME = "<3f1f0c2e-0000-5000-8000-000000000003@association.example>"


def letter(
    author: str = PARTNER,
    to: Sequence[str] = (OFFICER,),
    cc: Sequence[str] = (HERE,),
    text: str = "Dear Olena, we are looking forward to the summer school.",
    at: datetime | None = NOW - timedelta(hours=2),
    message_id: str | None = "<one@musterstadt.example>",
    **headers: str,
) -> EmailMessage:
    """What a partner writes to the officer, with a copy to the partnership's address. Further headers are named with
    underscores: `Auto_Submitted`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = author
    message["To"] = ", ".join(to)
    if cc:
        message["Cc"] = ", ".join(cc)
    message["Subject"] = "Summer school"
    if at is not None:
        message["Date"] = at
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def answer(text: str, author: str = OFFICER, to: str = REMINDER, **more: Any) -> EmailMessage:
    """An answer to a mail of ours."""
    usual: dict[str, Any] = {"cc": (), "message_id": "<two@example.org>", "In_Reply_To": to, "References": to}
    return letter(author, (OURS,), text=text, **(usual | more))


def absence(text: str = "I am out of the office until 15 August 2026.", **more: Any) -> EmailMessage:
    usual = {
        "Subject": "Automatic reply: Reminder",
        "Auto_Submitted": "auto-replied",
        "message_id": "<away@example.org>",
    }
    return answer(text, **(usual | more))


def report(
    about: str,
    recipient: str = OFFICER,
    action: str = "failed",
    status: str = "5.1.1",
    to: str = OURS,
    message_id: str = "<dsn@mx.example>",
) -> bytes:
    """A delivery status notification as mail servers write it."""
    return f"""From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Fri, 31 Jul 2026 08:30:00 +0000
Message-ID: {message_id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user here

--b
Content-Type: text/rfc822-headers

From: {OURS}
Message-ID: {about}
Subject: Reminder

--b--
""".replace("\n", "\r\n").encode()


class Desk:
    """Heeds mail on a record. Commands are decided by the rules and recorded at once, as the engine would; before
    that a test may have its say."""

    def __init__(self, engine: AsyncEngine, **settings: Any) -> None:
        self.engine = engine
        self.now = NOW
        self.given: list[Envelope] = []
        self.before_giving: Callable[[Envelope], None] = lambda envelope: None
        self.settings = Settings(mail_from=OURS, secret=SecretStr(SECRET), **settings)
        self.reader = self.new_reader()
        self.heeder = Heeder(engine, self.give, lambda: self.now, ours=OURS, zone="Europe/Kyiv", secret=SECRET.encode())
        self._uid = 0

    def new_reader(self) -> InboxReader:
        """As after a restart."""
        return InboxReader(self.engine, self.settings, self.give, clock=lambda: self.now)

    async def give(self, partnership: str, envelope: Envelope) -> None:
        self.before_giving(envelope)
        p = await self.partnership(partnership)
        if envelope.command_id in p.recent:
            return
        changed, change = rules.handle(p, envelope, self.now)
        await Recorder(self.engine).record(Recording(state=changed, attention=Attention.OK, changes=(change,)))
        self.given.append(envelope)

    async def heed(self, message: EmailMessage | bytes, at: datetime | None = None) -> list[str]:
        """The verdicts on a message that arrives now, or at that moment."""
        self._uid += 1
        return await self.heeder.heed(Arrived(self._uid, at or self.now, as_sent(message)))

    async def read(self) -> MailStep:
        return await self.reader.read()

    async def begin(self, p: Partnership | None = None, *notices: Notice) -> Partnership:
        """A partnership of two towns on record, its partner's person known by address."""
        p = (p or living()).but(revision=1)
        entry = rules.Entry(revision=1, at=self.now, kind="started")
        change = rules.Change(entry=entry, notices=notices)
        await Recorder(self.engine).record(Recording(state=p, attention=Attention.OK, changes=(change,)))
        return p

    async def correspond(self, email: str = PARTNER, party: str = "p2", partnership: str = "most-1") -> None:
        await self.add(
            CorrespondentRow,
            id=f"{partnership}-{email}"[:64],
            partnership=partnership,
            party=party,
            name="Anna Erfunden",
            email=email,
            source="the town's page",
            added_by="olena",
            added_at=NOW,
        )

    async def sent(self, message_id: str = REMINDER, **said: Any) -> None:
        """A mail of ours that left an hour ago."""
        usual: dict[str, Any] = {
            "message_id": message_id,
            "kind": "reminder",
            "person": "olena",
            "address": OFFICER,
            "language": "uk",
            "subject": "",
            "body": "",
            "status": "sent",
            "planned_at": NOW - timedelta(hours=1),
            "send_after": NOW - timedelta(hours=1),
            "settled_at": NOW - timedelta(hours=1),
        }
        await self.add(MailRow, **(usual | said))

    async def carried(self, notice: Notice, partnership: str = "most-1", mail: str = REMINDER) -> None:
        """A mail of ours carried this notice to the officer."""
        name = {"partnership": partnership, "episode": notice.episode, "rung": notice.rung}
        await self.add(
            DeliveryRow, **name, person="olena", channel="mail", role="officer", place="UA01", mail=mail, created_at=NOW
        )
        async with self.engine.begin() as connection:
            this = [NoticeRow.__table__.c[column] == value for column, value in name.items()]
            await connection.execute(update(NoticeRow).where(*this).values(handled_at=NOW, outcome="told"))

    async def partnership(self, partnership: str = "most-1") -> Partnership:
        async with self.engine.connect() as connection:
            state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
        return Partnership.model_validate(state)

    async def heard(self, party: str) -> datetime | None:
        """When a party was last heard by a contact."""
        contacts = (await self.partnership()).contacts
        return max((contact.at for contact in contacts if party in contact.heard), default=None)

    @property
    def commands(self) -> list[Command]:
        return [envelope.command for envelope in self.given]

    async def add(self, table: type[Table], **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(insert(table).values(**values))

    async def rows(self, table: type[Table], *order: Any) -> Sequence[Row[Any]]:
        async with self.engine.connect() as connection:
            return (await connection.execute(select(table.__table__).order_by(*order))).all()

    async def incoming(self) -> list[tuple[str, str, str | None]]:
        """What is on record of messages: partnership, verdict, party."""
        rows = await self.rows(IncomingRow, IncomingRow.at, IncomingRow.partnership, IncomingRow.message)
        return [(row.partnership, row.verdict, row.party) for row in rows]


def as_sent(message: EmailMessage | bytes) -> bytes:
    return message if isinstance(message, bytes) else message.as_bytes(policy=SMTP)
