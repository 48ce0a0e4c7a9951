"""Webhooks: endpoints that programs elsewhere listen on, and what was sent to each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table

WAITING = text("status = 'waiting'")


class WebhookRow(Table):
    """An endpoint. Its secret is derived from the installation's, its id and its epoch, and stands nowhere."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[Any]] = mapped_column(doc="patterns of what it is told of; none: everything")
    note: Mapped[str | None] = mapped_column(String(200))
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    epoch: Mapped[int] = mapped_column(default=0, doc="raised for a new secret")
    epoch_at: Mapped[datetime | None]
    rests_since: Mapped[datetime | None]
    rests_why: Mapped[str | None] = mapped_column(String(200))


class WebhookDeliveryRow(Table):
    """One line of a timeline for one endpoint, once."""

    __tablename__ = "webhook_deliveries"

    webhook: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True)
    partnership: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(doc="waiting, delivered, failed")
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(200), doc="what the endpoint answered, or why it could not")

    __table_args__ = (
        Index("ix_webhook_deliveries_waiting", "webhook", "created_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(None, "created_at"),
    )


class WebhookKeptRow(Table):
    """Up to which revision the lines of a partnership were given to the endpoints."""

    __tablename__ = "webhook_kept"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
