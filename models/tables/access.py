"""Who may see and do what: what people are trusted with, how they came in, and who looked.

What is secret (a sign-in link, a cookie, a program's token) is kept as its SHA-256 only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


class GrantRow(Table):
    """What a person is trusted with beyond their seats: a role within a scope, until it is revoked."""

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(doc="operator, coordinator, officer, viewer")
    scope: Mapped[str] = mapped_column(doc="all, oblast, programme, place")
    of: Mapped[str | None] = mapped_column(doc="an oblast's Ukrainian name, a programme's or a place's id; none: all")
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "person"),)


class ProgrammeRow(Table):
    """A programme that looks after partnerships across oblasts."""

    __tablename__ = "programmes"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_uk: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))


class ProgrammePartnershipRow(Table):
    """A partnership is in a programme."""

    __tablename__ = "programme_partnerships"

    programme: Mapped[str] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    partnership: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "partnership"),)


class SignInRow(Table):
    """A sign-in link: good once, for a short while. `made_for` is mail, or local where the terminal showed it."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_for: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    onward: Mapped[str | None] = mapped_column(String(500), doc="the page of ours that somebody came from")

    __table_args__ = (Index(None, "person", "made_at"),)


class SessionRow(Table):
    """Somebody is signed in, in one browser."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of the cookie")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), doc="as it names itself, so that people tell their own apart")

    __table_args__ = (Index(None, "person"),)


class ApiTokenRow(Table):
    """A program acts for a person, within what that person may see and do."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of the token")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(100))
    writes: Mapped[bool]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_on: Mapped[date | None]

    __table_args__ = (Index(None, "person"),)


class LookRow(Table):
    """Somebody looked at a partnership's page on a day: one row, however often."""

    __tablename__ = "looks"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
