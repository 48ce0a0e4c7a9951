"""The record: what people read. Alone here knows SQLAlchemy; the same tables on SQLite and PostgreSQL.

A partnership's own rows (partnerships, timeline, notices) are written by the recorder only. Names, addresses and
free text live in people, places and texts, where they can be corrected and erased.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcInstant(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases (SQLite keeps none of the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcInstant(), dict[str, Any]: Json, list[Any]: Json, str: String(64)}


class PartnershipRow(Table):
    """The latest recorded state of a partnership, whole in `state`, with the columns lists filter and sort by."""

    __tablename__ = "partnerships"

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    confirmation: Mapped[str]
    stage: Mapped[str]
    standing: Mapped[str]
    attention: Mapped[str]
    suspended: Mapped[bool]
    dormant: Mapped[bool]
    coordinator: Mapped[str | None]
    home: Mapped[str] = mapped_column(doc="the first party's place")
    partner: Mapped[str | None] = mapped_column(doc="the second party's place")
    policy: Mapped[str]
    started_at: Mapped[datetime]
    silent_since: Mapped[datetime | None]
    next_wake: Mapped[datetime | None]
    source_row: Mapped[int | None]
    state: Mapped[dict[str, Any]]

    __table_args__ = (
        Index(None, "stage", "id"),
        Index(None, "attention", "id"),
        Index(None, "confirmation", "id"),
        Index(None, "home"),
        Index(None, "partner"),
        Index(None, "coordinator"),
        Index(None, "next_wake"),
    )


class TimelineRow(Table):
    """One change of one partnership: one revision, one line."""

    __tablename__ = "timeline"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor_role: Mapped[str | None]
    actor_person: Mapped[str | None]
    actor_party: Mapped[str | None]
    command_id: Mapped[str | None]
    facts: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("partnership", "command_id"),)


class NoticeRow(Table):
    """Something to tell. Rung 0 closes its episode: unsent notices above `rest` are thereby withdrawn."""

    __tablename__ = "notices"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    watch: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]
    since: Mapped[datetime | None]
    due: Mapped[datetime | None]
    roles: Mapped[list[Any]]
    attention: Mapped[str]
    rest: Mapped[int]
    next_episode: Mapped[int | None]
    handled_at: Mapped[datetime | None] = mapped_column(doc="when the mail room had nothing more to do for it")
    outcome: Mapped[str | None] = mapped_column(doc="told, withdrawn, nobody, quiet")

    __table_args__ = (Index(None, "handled_at", "at"),)


class MailRow(Table):
    """One mail to one person, by Message-ID; it may carry many deliveries."""

    __tablename__ = "mails"

    message_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str] = mapped_column(String(320))
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(doc="planned, claimed, sent, failed, unknown, withdrawn")
    planned_at: Mapped[datetime]
    send_after: Mapped[datetime] = mapped_column(doc="not earlier: the next attempt, the next polite hour")
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None] = mapped_column(Text, doc="what the mail server said")

    __table_args__ = (Index(None, "status", "send_after"), Index(None, "person"))


class DeliveryRow(Table):
    """A notice for a person over a channel, at most once; `mail` is what carried it."""

    __tablename__ = "deliveries"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    mail: Mapped[str | None] = mapped_column(String(200), ForeignKey("mails.message_id"))
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["partnership", "episode", "rung"], ["notices.partnership", "notices.episode", "notices.rung"]
        ),
        Index(None, "mail"),
    )


class PersonRow(Table):
    """Somebody with an account. The id is all that Temporal ever sees."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(default="uk")
    time_zone: Mapped[str] = mapped_column(default="Europe/Kyiv")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class PlaceRow(Table):
    """A municipality, oblast or other public body, in Ukraine (by KATOTTG) or abroad."""

    __tablename__ = "places"

    id: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str | None] = mapped_column(doc="ISO 3166 alpha-2; none: not given")
    name_uk: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str | None]
    oblast_uk: Mapped[str | None]
    oblast_en: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int | None]

    __table_args__ = (Index(None, "country"), Index(None, "oblast_uk"))


class TextRow(Table):
    """Free text that commands carry by id: where it comes from, of which day, who verified it."""

    __tablename__ = "texts"

    id: Mapped[str] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    about: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(default="uk")
    author: Mapped[str | None]
    written_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="stated")
    as_of: Mapped[datetime | None]
    verified_by: Mapped[str | None]

    __table_args__ = (Index(None, "partnership", "about"),)


class ImportRow(Table):
    """A row of a source as it was read: its own text, what was unclear, and which other rows look alike."""

    __tablename__ = "import_rows"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    row: Mapped[int]
    text: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]]
    duplicates: Mapped[list[Any]]
    related: Mapped[list[Any]]
    imported_at: Mapped[datetime]

    __table_args__ = (Index(None, "source", "row"),)


class AuditRow(Table):
    """An edit of reference data: who changed what, and how it was before."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    key: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


def open_engine(url: str, pool_size: int = 8) -> AsyncEngine:
    """The database behind a URL; waits are bounded, so that one that hangs is an error within seconds."""
    if url.startswith("sqlite"):
        engine = create_async_engine(url, connect_args={"timeout": 5})
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        return engine
    limits = {"timeout": 5, "command_timeout": 5}
    return create_async_engine(url, pool_size=pool_size, max_overflow=4, pool_timeout=5, connect_args=limits)


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
