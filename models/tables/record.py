"""What is on record of partnerships. Written by the recorder only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, String, Text, UniqueConstraint, func, literal
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


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
    seats: Mapped[str] = mapped_column(Text, default=",", doc="everybody with a role: “,olena,petro,”")
    policy: Mapped[str]
    started_at: Mapped[datetime]
    silent_since: Mapped[datetime | None]
    next_wake: Mapped[datetime | None]
    source_row: Mapped[int | None]
    state: Mapped[dict[str, Any]]

    @classmethod
    def seats_somebody(cls, person: Any) -> ColumnElement[bool]:
        """The condition under which a person (an id, or a column of ids) has a role; to the letter on any database."""
        return func.replace(cls.seats, literal(",") + person + ",", "") != cls.seats

    __table_args__ = (
        Index(None, "stage", "id"),
        Index(None, "attention", "id"),
        Index(None, "confirmation", "id"),
        Index(None, "home"),
        Index(None, "partner"),
        Index(None, "coordinator"),
        Index(None, "seats", "id"),
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
