"""Batches on record: asked for once, worked on by one process at a time, each item with its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.batches.kinds import BatchKind
from models.base import Refused
from models.tables import BatchItemRow, BatchRow

LEASE = timedelta(minutes=2)
"""For so long one process works on a batch; it renews that while it does."""

LISTED = 30
AT_A_TIME = 500


class Batch(BaseModel):
    """Something asked of many partnerships."""

    id: str
    kind: BatchKind
    person: str
    said: dict[str, Any]
    total: int
    made_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    leased_until: datetime | None
    stopped: str | None

    def stands_still(self, now: datetime) -> bool:
        """Whether it was begun, is not over, and nobody works on it."""
        return bool(self.begun_at and not self.ended_at and (self.leased_until is None or self.leased_until < now))


@dataclass(frozen=True)
class Item:
    """One partnership of a batch."""

    number: int
    partnership: str
    facts: Mapping[str, Any]
    unclear: int = 0
    outcome: str | None = None
    code: str | None = None
    message: str | None = None


class Outcome(BaseModel):
    """What came of an item; a refusal has its code and its sentence."""

    outcome: str
    code: str | None = None
    message: str | None = None


async def make(connection: AsyncConnection, batch: Batch, items: Iterable[Item]) -> None:
    """Put a batch on record with its items; one that is there already stays as it is."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    once = dialect.insert(BatchRow).values(**batch.model_dump()).on_conflict_do_nothing()
    if not (await connection.execute(once)).rowcount:
        return
    rows = [{"batch": batch.id, **vars(item)} for item in items]
    for first in range(0, len(rows), AT_A_TIME):
        await connection.execute(insert(BatchItemRow), rows[first : first + AT_A_TIME])


async def batch_of(connection: AsyncConnection, batch: str, person: str | None) -> Batch:
    """A batch, of this person (none: anybody's). Refused: there is no such one."""
    query = select(BatchRow.__table__).where(BatchRow.id == batch)
    row = (await connection.execute(query)).one_or_none()
    if row is None or person not in (None, row.person):
        raise Refused("unknown_partnership", "There is no such batch.")
    return Batch.model_validate(row, from_attributes=True)


async def batches_of(connection: AsyncConnection, person: str) -> list[Batch]:
    """What somebody asked for lately, the newest first."""
    query = select(BatchRow.__table__).where(BatchRow.person == person, BatchRow.begun_at.is_not(None))
    rows = await connection.execute(query.order_by(BatchRow.made_at.desc()).limit(LISTED))
    return [Batch.model_validate(row, from_attributes=True) for row in rows]


async def unfinished(connection: AsyncConnection, now: datetime) -> list[str]:
    """Batches that were begun and that nobody works on."""
    free = or_(BatchRow.leased_until.is_(None), BatchRow.leased_until < now)
    query = select(BatchRow.id).where(BatchRow.begun_at.is_not(None), BatchRow.ended_at.is_(None), free)
    return list(await connection.scalars(query.order_by(BatchRow.made_at)))


async def begin(connection: AsyncConnection, batch: str, now: datetime) -> None:
    """Ask for what was only looked at so far; once."""
    asked = update(BatchRow).where(BatchRow.id == batch, BatchRow.begun_at.is_(None))
    await connection.execute(asked.values(begun_at=now))


async def claim(connection: AsyncConnection, batch: str, now: datetime) -> bool:
    """Whether this process may work on it now; nobody else does then."""
    free = or_(BatchRow.leased_until.is_(None), BatchRow.leased_until < now)
    asked = update(BatchRow).where(BatchRow.id == batch, BatchRow.begun_at.is_not(None), BatchRow.ended_at.is_(None))
    claimed = await connection.execute(asked.where(free).values(leased_until=now + LEASE, stopped=None))
    return bool(claimed.rowcount)


async def renew(connection: AsyncConnection, batch: str, now: datetime) -> None:
    await connection.execute(update(BatchRow).where(BatchRow.id == batch).values(leased_until=now + LEASE))


async def leave(connection: AsyncConnection, batch: str, why: str | None) -> None:
    """Work on it no longer, though it is not over."""
    left = update(BatchRow).where(BatchRow.id == batch)
    await connection.execute(left.values(leased_until=None, stopped=why))


async def end(connection: AsyncConnection, batch: Batch, now: datetime) -> None:
    """It is over. What was written to it stands with the partnerships now, where it can be corrected and erased."""
    said = {name: value for name, value in batch.said.items() if name != "note"}
    ended = update(BatchRow).where(BatchRow.id == batch.id)
    await connection.execute(ended.values(ended_at=now, leased_until=None, stopped=None, said=said))


async def waiting(connection: AsyncConnection, batch: str, limit: int) -> list[Item]:
    """The next items without an outcome."""
    query = select(BatchItemRow.__table__).where(BatchItemRow.batch == batch, BatchItemRow.outcome.is_(None))
    return [_item(row) for row in await connection.execute(query.order_by(BatchItemRow.number).limit(limit))]


async def settle(connection: AsyncConnection, batch: str, came: Mapping[int, Outcome]) -> None:
    """Keep what came of items; what was read for them is not needed any more."""
    for number, outcome in came.items():
        item = update(BatchItemRow).where(BatchItemRow.batch == batch, BatchItemRow.number == number)
        await connection.execute(item.values(**outcome.model_dump(), facts={}))


async def counted(connection: AsyncConnection, batch: str) -> dict[str | None, int]:
    """How many items have which outcome (none: they wait)."""
    query = select(BatchItemRow.outcome, func.count()).where(BatchItemRow.batch == batch)
    return {row[0]: row[1] for row in await connection.execute(query.group_by(BatchItemRow.outcome))}


async def refusals(connection: AsyncConnection, batch: str, limit: int) -> list[Item]:
    """Items that were refused, in their order."""
    refused = (BatchItemRow.batch == batch, BatchItemRow.outcome == "refused")
    query = select(BatchItemRow.__table__).where(*refused).order_by(BatchItemRow.number)
    return [_item(row) for row in await connection.execute(query.limit(limit))]


async def unclear(connection: AsyncConnection, batch: str, after: int, limit: int) -> Sequence[Item]:
    """Items of an import of which something is unclear, behind a number."""
    query = select(BatchItemRow.__table__).where(
        BatchItemRow.batch == batch, BatchItemRow.unclear > 0, BatchItemRow.number > after
    )
    return [_item(row) for row in await connection.execute(query.order_by(BatchItemRow.number).limit(limit))]


async def unclear_count(connection: AsyncConnection, batch: str) -> int:
    query = select(func.count()).where(BatchItemRow.batch == batch, BatchItemRow.unclear > 0)
    return await connection.scalar(query) or 0


def _item(row: Any) -> Item:
    return Item(**{name: getattr(row, name) for name in Item.__dataclass_fields__})
