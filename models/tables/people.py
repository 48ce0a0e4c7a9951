"""People, when they can be reached, and who stands in for them. Names and addresses live here and nowhere else."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


class PersonRow(Table):
    """Somebody with an account. The id is all that Temporal ever sees.

    When they can be mailed: their zone, the country whose holidays they keep, their working days (ISO numbers,
    Monday 1) and quiet hours ("18:00" to "09:00", which may span midnight)."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(default="uk")
    time_zone: Mapped[str] = mapped_column(default="Europe/Kyiv")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    added_by: Mapped[str | None] = mapped_column(doc="a person's id, or operator")

    country: Mapped[str] = mapped_column(String(2), default="UA")
    working_days: Mapped[str] = mapped_column(String(7), default="12345")
    quiet_from: Mapped[str] = mapped_column(String(5), default="18:00")
    quiet_until: Mapped[str] = mapped_column(String(5), default="09:00")
    digest: Mapped[str] = mapped_column(default="weekly", doc="weekly, daily or at_once")
    digest_day: Mapped[int] = mapped_column(default=1, doc="of a weekly digest: ISO weekday")

    unsubscribed_at: Mapped[datetime | None] = mapped_column(doc="wants no digests; decisions still reach them")
    unreachable_at: Mapped[datetime | None] = mapped_column(doc="mail to this address came back; cleared with it")
    unreachable_why: Mapped[str | None] = mapped_column(Text)
    link_epoch: Mapped[int] = mapped_column(default=0, doc="raised to revoke every link in mails so far")
    feed_epoch: Mapped[int] = mapped_column(default=0, doc="raised to revoke the calendar feed's address")


class AbsenceRow(Table):
    """Somebody is away, on whole days of their own calendar, both included; `last_day` none: until further notice.
    Without a substitute the deputy (or the officer) of the same party stands in."""

    __tablename__ = "absences"

    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    substitute: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (Index(None, "person"),)


class HandoverRow(Table):
    """A seat is offered to an heir with a note; it changes hands when the heir accepts."""

    __tablename__ = "handovers"

    id: Mapped[str] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    role: Mapped[str] = mapped_column(doc="officer, deputy or coordinator")
    party: Mapped[str | None]
    giver: Mapped[str] = mapped_column(ForeignKey("people.id"))
    heir: Mapped[str] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str | None] = mapped_column(ForeignKey("texts.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="proposed", doc="proposed, accepted, declined, withdrawn")
    decided_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "partnership"), Index(None, "heir", "state"), Index(None, "giver", "state"))


class CorrespondentRow(Table):
    """A person at a partner abroad, without an account: where the address came from, and whether they object.

    An objection or a bounce is kept so that nobody writes there again by accident."""

    __tablename__ = "correspondents"

    id: Mapped[str] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    party: Mapped[str]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(default="en", doc="uk, en, pl, ro or de")
    source: Mapped[str] = mapped_column(Text, doc="where the address came from, in words the partner may read")
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    link_epoch: Mapped[int] = mapped_column(default=0)
    objected_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "partnership", "party"), Index(None, "email"))


class SavedViewRow(Table):
    """A list as somebody keeps it: their own name for it, and its filters and sort as an address carries them."""

    __tablename__ = "saved_views"

    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    query: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
