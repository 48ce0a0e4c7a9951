"""The mail room's tables: deliveries and mails out, messages in, holds, working calendars, calendar entries.

A delivery waits until the reader's next mail takes it along; a mail is made when it may leave."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table

OPEN = text("kind = 'reminder' AND status IN ('planned', 'claimed')")
"""A person has at most one reminder mail on its way: what comes meanwhile joins it or waits for the next."""


class DeliveryRow(Table):
    """A notice for a person over a channel, at most once; `mail` is what carried it. Neither a mail nor withdrawn:
    it waits."""

    __tablename__ = "deliveries"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    place: Mapped[str | None] = mapped_column(doc="the municipality whose seat this is; none for coordinators")
    instead_of: Mapped[str | None] = mapped_column(doc="the person who is away, gone or cannot be reached")
    at_once: Mapped[bool] = mapped_column(default=False, doc="not kept for the digest")
    both_sides: Mapped[bool] = mapped_column(default=False, doc="people of several parties are asked to act")
    mail: Mapped[str | None] = mapped_column(String(200), ForeignKey("mails.message_id"))
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(doc="of a withdrawal: over, not_theirs, capped")

    __table_args__ = (
        ForeignKeyConstraint(
            ["partnership", "episode", "rung"], ["notices.partnership", "notices.episode", "notices.rung"]
        ),
        Index(None, "mail"),
        Index(
            "ix_deliveries_waiting",
            "person",
            postgresql_where=text("mail IS NULL AND withdrawn_at IS NULL"),
            sqlite_where=text("mail IS NULL AND withdrawn_at IS NULL"),
        ),
    )


class MailRow(Table):
    """One mail to one person or correspondent, by Message-ID; a reminder may carry many deliveries."""

    __tablename__ = "mails"

    message_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(default="reminder", doc="reminder, welcome, handover, partner")
    person: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    correspondent: Mapped[str | None] = mapped_column(ForeignKey("correspondents.id"))
    about: Mapped[str | None] = mapped_column(doc="the handover, or the partnership of a mail to a partner")
    address: Mapped[str] = mapped_column(String(320))
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(doc="planned, claimed, sent, failed, unknown, withdrawn, bounced")
    planned_at: Mapped[datetime]
    send_after: Mapped[datetime] = mapped_column(doc="not earlier: the next attempt")
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None] = mapped_column(Text, doc="what the mail server said")

    __table_args__ = (
        Index(None, "status", "send_after"),
        Index(None, "person", "settled_at"),
        Index("uq_mails_open", "person", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
    )


class HoldRow(Table):
    """All mail to the people of a municipality, or of an oblast's municipalities, waits for a while."""

    __tablename__ = "mail_holds"

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str | None] = mapped_column(ForeignKey("places.id"))
    oblast: Mapped[str | None] = mapped_column(doc="an oblast's Ukrainian name")
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    made_by: Mapped[str]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "ends"),)


class CalendarDayRow(Table):
    """A dated exception of a working calendar: a country's (UA), or a municipality's by its id. Both times none: the
    day is closed; otherwise it is worked from one to the other ("09:00" to "13:00"), whatever the calendar says."""

    __tablename__ = "calendar_days"

    calendar: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    open_from: Mapped[str | None] = mapped_column(String(5))
    open_until: Mapped[str | None] = mapped_column(String(5))
    note: Mapped[str | None] = mapped_column(Text)


class MailboxRow(Table):
    """How far a mailbox was read. A new `uid_validity` starts it from the beginning."""

    __tablename__ = "mailboxes"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    uid_validity: Mapped[int]
    last_uid: Mapped[int]
    read_at: Mapped[datetime]


class IncomingRow(Table):
    """What was made of a message that came in and belongs to a partnership or to one of our mails: never its words.
    `message` is a hash of its Message-ID, so that the same message counts once however often it comes."""

    __tablename__ = "incoming"

    message: Mapped[str] = mapped_column(primary_key=True)
    partnership: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(
        doc="contact, answer, auto_reply, absence, bounce, list, loop, unknown_author; or `refused: `, why"
    )
    party: Mapped[str | None]
    mail: Mapped[str | None] = mapped_column(String(200), doc="the mail of ours that it answers")
    command_id: Mapped[str | None]

    __table_args__ = (Index(None, "partnership", "at"),)


class CalendarEntryRow(Table):
    """A date of a partnership as calendar feeds show it. `sequence` grows with every change; a cancelled one stays."""

    __tablename__ = "calendar_entries"

    uid: Mapped[str] = mapped_column(String(200), primary_key=True)
    partnership: Mapped[str]
    kind: Mapped[str]
    starts: Mapped[datetime]
    all_day: Mapped[bool]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]

    __table_args__ = (Index(None, "partnership"),)


class CalendarKeptRow(Table):
    """Up to which revision a partnership's calendar entries were kept."""

    __tablename__ = "calendar_kept"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
