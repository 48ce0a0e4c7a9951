"""What is counted of the record as a whole, for the audit and for metrics: a handful of indexed queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.stage import Stage
from models.tables.mail import DeliveryRow, MailRow
from models.tables.record import NoticeRow, PartnershipRow
from models.tables.webhooks import WebhookDeliveryRow, WebhookRow

LATE = (3_600, 21_600, 86_400)
"""Seconds: the buckets of overdue wakes, each counting what is late by more than that. Wakes that are due together are
spread over half an hour, so what is due for less than an hour is in order."""

IN_DOUBT = "in_doubt"
"""The outcome of a notice that came back from Temporal's history: whether it was mailed before is not known."""

OPEN: ColumnElement[bool] = PartnershipRow.stage != Stage.ENDED


@dataclass(frozen=True)
class Overview:
    """The record at a moment, in counts. `overdue` is by seconds of lateness; `waiting_since` the oldest notice that
    nobody has dealt with; `mails` by status."""

    by_stage: dict[str, int]
    overdue: dict[int, int]
    faulted: int
    notices_waiting: int
    waiting_since: datetime | None
    notices_in_doubt: int
    deliveries_waiting: int
    mails: dict[str, int]
    webhook_messages: dict[str, int]
    webhooks_resting: int

    @property
    def open(self) -> int:
        return sum(count for stage, count in self.by_stage.items() if stage != Stage.ENDED)


async def overview(connection: AsyncConnection, now: datetime) -> Overview:
    """Count the record."""
    waiting, since = await _waiting(connection)
    return Overview(
        by_stage=await _grouped(connection, PartnershipRow.stage),
        overdue=await _overdue(connection, now),
        faulted=await _count(connection, OPEN, PartnershipRow.faulted_at.is_not(None)),
        notices_waiting=waiting,
        waiting_since=since,
        notices_in_doubt=await _count(connection, NoticeRow.outcome == IN_DOUBT),
        deliveries_waiting=await _count(connection, DeliveryRow.mail.is_(None), DeliveryRow.withdrawn_at.is_(None)),
        mails=await _grouped(connection, MailRow.status),
        webhook_messages=await _grouped(connection, WebhookDeliveryRow.status),
        webhooks_resting=await _count(connection, WebhookRow.rests_since.is_not(None)),
    )


def late_by_more_than(late: timedelta, now: datetime) -> ColumnElement[bool]:
    """The condition of open partnerships whose next wake should have been so long ago."""
    return OPEN & (PartnershipRow.next_wake < now - late)


async def _overdue(connection: AsyncConnection, now: datetime) -> dict[int, int]:
    return {late: await _count(connection, late_by_more_than(timedelta(seconds=late), now)) for late in LATE}


async def _waiting(connection: AsyncConnection) -> tuple[int, datetime | None]:
    unhandled = select(func.count(), func.min(NoticeRow.at)).where(NoticeRow.handled_at.is_(None))
    count, since = (await connection.execute(unhandled)).one()
    return count, since


async def _count(connection: AsyncConnection, *which: ColumnElement[bool]) -> int:
    return await connection.scalar(select(func.count()).where(*which)) or 0


async def _grouped(connection: AsyncConnection, column: Any) -> dict[str, int]:
    rows = await connection.execute(select(column.label("value"), func.count().label("many")).group_by(column))
    return {str(row.value): int(row.many) for row in rows}
