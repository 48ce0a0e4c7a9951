"""Reminders told in each month, and how many were answered: within 30 days the matter was settled, or somebody took it
in hand. By whom is not counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.pictures.chosen import Wanted, month_of, of_watched, plainly
from console.pictures.closed import Closed
from models.tables import NoticeRow, TimelineRow

ANSWERED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Reminders:
    """Told in each month, and answered of those. `open` months are so young that answers may still come."""

    months: tuple[datetime, ...]
    told: tuple[int, ...]
    answered: tuple[int, ...]
    open: tuple[bool, ...]


async def reminders(
    connection: AsyncConnection, viewer: Viewer, wanted: Wanted, starts: list[datetime], closed: Closed, now: datetime
) -> Reminders:
    """The reminders of the months that begin so."""

    async def counted(starts: list[datetime]) -> list[tuple[int, int]]:
        return await _counted(connection, viewer, wanted, starts)

    months = await closed.or_counted("reminders", viewer, wanted, starts, ANSWERED_WITHIN, counted, now)
    return Reminders(
        months=tuple(starts[:-1]),
        told=tuple(told for told, _ in months),
        answered=tuple(answered for _, answered in months),
        open=tuple(end + ANSWERED_WITHIN > now for end in starts[1:]),
    )


async def _counted(
    connection: AsyncConnection, viewer: Viewer, wanted: Wanted, starts: list[datetime]
) -> list[tuple[int, int]]:
    """Told and answered in each month."""
    answered = or_(_settled(connection.dialect.name), _in_hand(connection.dialect.name))
    reminded = (
        select(month_of(NoticeRow.handled_at, starts).label("month"), case((answered, 1), else_=0).label("answered"))
        .where(NoticeRow.rung > plainly(0), NoticeRow.outcome == plainly("told"))
        .where(NoticeRow.handled_at >= starts[0], NoticeRow.handled_at < starts[-1])
        .where(of_watched(NoticeRow.partnership, viewer, wanted))
        .subquery()
    )
    query = select(reminded.c.month, func.count(), func.sum(reminded.c.answered)).group_by(reminded.c.month)
    found = {month: (told, answered) for month, told, answered in await connection.execute(query)}
    return [found.get(number, (0, 0)) for number in range(len(starts) - 1)]


def _settled(dialect: str) -> ColumnElement[bool]:
    end = NoticeRow.__table__.alias()
    return exists().where(
        end.c.partnership == NoticeRow.partnership,
        end.c.episode == NoticeRow.episode,
        end.c.rung == 0,
        end.c.at <= _later(NoticeRow.at, dialect),
    )


def _in_hand(dialect: str) -> ColumnElement[bool]:
    return exists().where(
        and_(
            TimelineRow.partnership == NoticeRow.partnership,
            TimelineRow.kind == plainly("acknowledge"),
            TimelineRow.at >= NoticeRow.at,
            TimelineRow.at <= _later(NoticeRow.at, dialect),
            TimelineRow.facts["watch"].as_string() == NoticeRow.watch,
        )
    )


def _later(column: Any, dialect: str) -> ColumnElement[Any]:
    """In SQL: so many days after a moment, to the second, as each database reckons."""
    days = ANSWERED_WITHIN.days
    if dialect == "sqlite":
        return func.datetime(column, f"+{days} days")
    return column + func.make_interval(0, 0, 0, days)  # type: ignore[no-any-return]
