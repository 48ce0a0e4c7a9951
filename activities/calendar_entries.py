"""Keeps the dates of partnerships as calendar entries, so that feeds can say what is new, moved or cancelled.

Entries follow the record: a partnership recorded anew is compared with what was kept of it. The comparison takes the
partnership by a guarded write, so that two mail rounds at once keep each change once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mailroom.dates_of import Entry, dates_of, uid_of
from models.partnership import Partnership
from models.tables import CalendarEntryRow, CalendarKeptRow, PartnershipRow

PAGE = 50

FORGOTTEN = timedelta(days=365 + 90)
"""So long after its date or its cancellation what is gone is no longer kept: feeds show it for 90 days."""

log = logging.getLogger(__name__)


async def keep_entries(engine: AsyncEngine, now: datetime, limit: int = 200) -> int:
    """Bring the calendar entries of up to `limit` partnerships to what is on record; how many were.

    A partnership whose dates cannot be told is logged and left for the next time; it never stops the others."""
    kept, after = 0, ""
    while kept < limit:
        page = await _behind(engine, after, min(PAGE, limit - kept))
        for row in page:
            kept += await _safely_kept(engine, row, now)
        if not page:
            break
        after = page[-1].id
    return kept


async def _behind(engine: AsyncEngine, after: str, most: int) -> Sequence[Row[Any]]:
    """Accepted partnerships whose entries are older than their record."""
    query = (
        select(PartnershipRow.id, PartnershipRow.revision, PartnershipRow.state)
        .outerjoin(CalendarKeptRow, CalendarKeptRow.partnership == PartnershipRow.id)
        .where(
            PartnershipRow.confirmation == "accepted",
            or_(CalendarKeptRow.revision.is_(None), CalendarKeptRow.revision < PartnershipRow.revision),
            PartnershipRow.id > after,
        )
        .order_by(PartnershipRow.id)
        .limit(most)
    )
    async with engine.connect() as connection:
        return (await connection.execute(query)).all()


async def _safely_kept(engine: AsyncEngine, row: Row[Any], now: datetime) -> bool:
    try:
        entries = dates_of(Partnership.model_validate(row.state))
        async with engine.begin() as connection:
            if not await _taken(connection, row):
                return False
            await _keep(connection, row.id, entries, now)
            return True
    except (SQLAlchemyError, OSError):
        raise
    except Exception:
        log.exception("calendar entries could not be kept", extra={"about": row.id})
        return False


async def _taken(connection: AsyncConnection, row: Row[Any]) -> bool:
    """Whether this revision is ours to keep: another round may have kept it, or a later one, meanwhile."""
    dialect: Callable[..., Any] = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    mark = dialect(CalendarKeptRow).values(partnership=row.id, revision=row.revision)
    newer = CalendarKeptRow.revision < mark.excluded.revision
    taken = await connection.execute(
        mark.on_conflict_do_update(
            index_elements=["partnership"], set_={"revision": mark.excluded.revision}, where=newer
        )
    )
    return bool(taken.rowcount)


async def _keep(connection: AsyncConnection, partnership: str, entries: Sequence[Entry], now: datetime) -> None:
    query = select(CalendarEntryRow.__table__).where(CalendarEntryRow.partnership == partnership)
    known = {row.uid: row for row in await connection.execute(query)}
    wanted = {uid_of(partnership, each.part): _values(each) for each in entries}
    new = [
        {"uid": uid, "partnership": partnership, "sequence": 0, "changed_at": now, "cancelled_at": None, **values}
        for uid, values in wanted.items()
        if uid not in known
    ]
    if new:
        await connection.execute(insert(CalendarEntryRow), new)
    for uid, row in known.items():
        await _follow(connection, row, wanted.get(uid), now)


async def _follow(connection: AsyncConnection, row: Row[Any], values: dict[str, Any] | None, now: datetime) -> None:
    """Bring one entry to what is wanted of it; none: it is gone. What has passed is not cancelled by being gone: a
    meeting that was held, a step that was taken."""
    if values is None and (row.cancelled_at or row.starts) < now - FORGOTTEN:
        await connection.execute(delete(CalendarEntryRow).where(CalendarEntryRow.uid == row.uid))
    elif values is None:
        if row.cancelled_at is None and row.starts > now:
            await _change(connection, row, {"cancelled_at": now}, now)
    elif row.cancelled_at is not None or any(getattr(row, name) != value for name, value in values.items()):
        await _change(connection, row, values | {"cancelled_at": None}, now)


async def _change(connection: AsyncConnection, row: Row[Any], values: dict[str, Any], now: datetime) -> None:
    version = {"sequence": row.sequence + 1, "changed_at": now}
    same = (CalendarEntryRow.uid == row.uid) & (CalendarEntryRow.sequence == row.sequence)
    await connection.execute(update(CalendarEntryRow).where(same).values(**values, **version))


def _values(entry: Entry) -> dict[str, Any]:
    return {"kind": entry.kind, "starts": entry.starts, "all_day": entry.all_day, "facts": dict(entry.facts)}
