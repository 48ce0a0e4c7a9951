"""The engine's audit of itself: what each round compared, and what it found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


class AuditRunRow(Table):
    """One audit. Without `ended_at` it has not finished, or was cut off."""

    __tablename__ = "audit_runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    open: Mapped[int] = mapped_column(default=0, doc="partnerships on record that have not ended")
    running: Mapped[int] = mapped_column(default=0, doc="workflows that run")
    examined: Mapped[int] = mapped_column(default=0, doc="partnerships that were looked at one by one")
    sampled_to: Mapped[str | None] = mapped_column(doc="the id at which the next sample begins")
    counts: Mapped[dict[str, Any]] = mapped_column(doc="overdue wakes in buckets, notices waiting, mails by trouble")

    __table_args__ = (Index(None, "ended_at"),)


class AuditFindingRow(Table):
    """Something that is not as it should be; `mended` says what was done about it."""

    __tablename__ = "audit_findings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    run: Mapped[str] = mapped_column(ForeignKey("audit_runs.id", ondelete="CASCADE"))
    code: Mapped[str]
    partnership: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    mended: Mapped[str | None]
    mended_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "run", "code"), Index(None, "partnership"))
