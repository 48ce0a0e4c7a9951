"""What municipalities say of themselves, and to whom they gave a link to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


class ProfileRow(Table):
    """A municipality's profile, whole in `facts` (models.profile); `revision` grows with every edit."""

    __tablename__ = "profiles"

    place: Mapped[str] = mapped_column(ForeignKey("places.id"), primary_key=True)
    revision: Mapped[int]
    facts: Mapped[dict[str, Any]]
    as_of: Mapped[date] = mapped_column(doc="the day on which it was true, as the municipality says")
    edited_by: Mapped[str]
    edited_at: Mapped[datetime]


class ProfileShareRow(Table):
    """A link to some parts of a profile, until it ends or is revoked."""

    __tablename__ = "profile_shares"

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(ForeignKey("places.id"))
    parts: Mapped[list[Any]] = mapped_column(doc="models.profile.Part")
    language: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    __table_args__ = (Index(None, "place", "made_at"),)
