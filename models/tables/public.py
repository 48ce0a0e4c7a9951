"""What municipalities published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table

ACTIVE: dict[str, Any] = {
    "sqlite_where": text("revoked_at IS NULL"),
    "postgresql_where": text("revoked_at IS NULL"),
}


class PublicationRow(Table):
    """One decision of a municipality, until it is revoked: a kind of fact is public (country, partner, year, source,
    as_of), of a partnership that is `shown`; its page may be found by search engines (`indexed`)."""

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    place: Mapped[str] = mapped_column(ForeignKey("places.id"))
    field: Mapped[str]
    partnership: Mapped[str] = mapped_column(default="", doc="that is shown; otherwise empty")
    published_by: Mapped[str] = mapped_column(doc="a person's id, or operator")
    published_at: Mapped[datetime]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_publications_active", "place", "field", "partnership", unique=True, **ACTIVE),
        Index(None, "revoked_at"),
        Index("ix_publications_shown", "partnership", **ACTIVE),
    )
