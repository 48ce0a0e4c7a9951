"""The rows of a page and how many fit in all: two queries, however many partnerships there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from console.lists.filters import Sort
from console.lists.narrowing import Narrowed
from console.lists.sorting import Cursor, beyond, cursor_at, order
from models.tables import PartnershipRow
from models.tables.asking import unindexed

COUNTED = 10_000
"""So many are counted; beyond them there are more."""

FEW = 3_000
"""So many that fit are sorted at once; more of them are taken in the order of an index until a page is full."""


@dataclass(frozen=True)
class Wanted:
    """Which page, in which order."""

    sort: Sort = Sort.WORST
    cursor: Cursor | None = None
    limit: int = 50

    @property
    def back(self) -> bool:
        return self.cursor is not None and self.cursor.back


@dataclass(frozen=True)
class Rows:
    """A page's rows, and the cursors of the pages beside it (none: there is no such page)."""

    rows: Sequence[Any]
    before: str | None
    after: str | None


async def counted(connection: AsyncConnection, narrowed: Narrowed) -> tuple[int, bool]:
    """How many fit, up to 10,000, and whether there are more."""
    leader = narrowed.leader
    if leader is None:
        fitting: Any = _up_to(narrowed.row_by_row())
    else:
        rest = narrowed.row_by_row(but=leader)
        each = (_up_to([way, *rest]).subquery() for way in narrowed.ways(leader))
        fitting = union(*(select(way.c.id) for way in each)).limit(COUNTED + 1)
    found = await connection.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    return min(found, COUNTED), found > COUNTED


def _up_to(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(PartnershipRow.id).where(*conditions).limit(COUNTED + 1)


async def paged(
    connection: AsyncConnection,
    narrowed: Narrowed,
    columns: Sequence[Any],
    wanted: Wanted,
    total: int,
) -> Rows:
    """The rows of a page, with these columns and their ranks."""
    page = (_few if total <= FEW else _many)(narrowed, wanted).subquery()
    query = select(*columns, *_ranks(PartnershipRow)).join(page, page.c.id == PartnershipRow.id)
    rows = list(await connection.execute(query.order_by(*order(wanted.sort, PartnershipRow, back=wanted.back))))
    return _between(rows, wanted)


def _between(found: list[Any], wanted: Wanted) -> Rows:
    """A page is read with one row more than it shows, which says whether there is another."""
    rows, another = found[: wanted.limit], len(found) > wanted.limit
    if wanted.back:
        rows.reverse()
    before, after = (another, True) if wanted.back else (wanted.cursor is not None, another)
    return Rows(
        rows,
        before=cursor_at(rows[0], wanted.sort, back=True) if rows and before else None,
        after=cursor_at(rows[-1], wanted.sort, back=False) if rows and after else None,
    )


def _many(narrowed: Narrowed, wanted: Wanted) -> Select[Any]:
    """The ids of a page, taken in the order of an index until it is full."""
    fitting = select(PartnershipRow.id).where(*narrowed.row_by_row())
    if wanted.cursor is not None:
        fitting = fitting.where(beyond(wanted.sort, wanted.cursor))
    return fitting.order_by(*order(wanted.sort, PartnershipRow, back=wanted.back)).limit(wanted.limit + 1)


def _few(narrowed: Narrowed, wanted: Wanted) -> Select[Any]:
    """The ids of a page, from everything that fits."""
    leader, ranks = narrowed.leader, [getattr(PartnershipRow, name) for name in wanted.sort.columns]
    beside = [unindexed(beyond(wanted.sort, wanted.cursor))] if wanted.cursor is not None else []
    if leader is None:
        fitting: Any = select(*ranks).where(*narrowed.row_by_row(), *beside)
    else:
        rest = narrowed.row_by_row(but=leader)
        fitting = union(*(select(*ranks).where(way, *rest, *beside) for way in narrowed.ways(leader)))
    found = fitting.subquery()
    return select(found.c.id).order_by(*order(wanted.sort, found.c, back=wanted.back)).limit(wanted.limit + 1)


def _ranks(of: Any) -> tuple[ColumnElement[Any], ...]:
    return (of.urgency, of.stage_rank, of.silent_rank, of.wake_rank, of.started_at)
