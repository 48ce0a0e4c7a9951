"""Who looked at a partnership: one row a person and day, however often. A log, which changes nothing of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.edge import Edge
from models.tables import LookRow, PersonRow

MOST_SHOWN = 40


@dataclass(frozen=True)
class Look:
    """Somebody looked on a day (of UTC)."""

    name: str
    day: date


async def note_look(edge: Edge, connection: AsyncConnection, viewer: Viewer, partnership: str, now: datetime) -> None:
    """Keep that somebody looked today: one look into an index; the first time of a day one row. Whoever speaks with
    the installation's own token is nobody in particular. A record that takes nothing just now keeps nobody from
    looking."""
    if viewer.person is None:
        return
    row = {"partnership": partnership, "person": viewer.id, "day": now.date()}
    same = [getattr(LookRow, name) == value for name, value in row.items()]
    if await connection.scalar(select(LookRow.day).where(*same)) is not None:
        return
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    with suppress(SQLAlchemyError, OSError, TimeoutError):
        async with edge.database.begin() as writing:
            await writing.execute(dialect.insert(LookRow).values(row).on_conflict_do_nothing())


async def looks_at(
    connection: AsyncConnection, partnership: str, since: datetime, most: int = MOST_SHOWN
) -> list[Look]:
    """Who looked since then, the newest first: one query."""
    query = (
        select(PersonRow.name, LookRow.day)
        .join(PersonRow, PersonRow.id == LookRow.person)
        .where(LookRow.partnership == partnership, LookRow.day >= since.date())
        .order_by(LookRow.day.desc(), PersonRow.name)
        .limit(most)
    )
    return [Look(row.name, row.day) for row in await connection.execute(query)]
