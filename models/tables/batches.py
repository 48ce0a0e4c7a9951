"""The same done to many partnerships: what was asked for, and what came of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


class BatchRow(Table):
    """Something asked of many partnerships at once. It goes on until each item has an outcome, whoever looks."""

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(primary_key=True, doc="drawn from the form, which asks once")
    kind: Mapped[str] = mapped_column(doc="assign, confirm, suspend, import")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    said: Mapped[dict[str, Any]]
    total: Mapped[int]
    made_at: Mapped[datetime]
    begun_at: Mapped[datetime | None] = mapped_column(doc="none: looked at, not asked for yet")
    ended_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None] = mapped_column(doc="some process works on it until then")
    stopped: Mapped[str | None] = mapped_column(doc="why it does not go on by itself: away, bug")

    __table_args__ = (Index(None, "person", "made_at"),)


class BatchItemRow(Table):
    """One partnership of a batch, and what came of it."""

    __tablename__ = "batch_items"

    batch: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(doc="of an import: the row as it was read, until it is begun")
    unclear: Mapped[int] = mapped_column(default=0, doc="of an import: so much of the row is unclear")
    outcome: Mapped[str | None] = mapped_column(doc="done, already, refused")
    code: Mapped[str | None] = mapped_column(doc="of a refusal")
    message: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "ix_batch_items_waiting",
            "batch",
            "number",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(None, "batch", "unclear", "number"),
    )
