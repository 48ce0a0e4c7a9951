"""At which stage how many partnerships stood at the end of each month.

Counted back from today: what entered a stage in a month left another one, or had just begun. Read off the timeline's
index of entered stages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.pictures.chosen import Wanted, grouped, month_of, of_watched, watched
from console.pictures.closed import Closed
from models.stage import Stage
from models.tables import PartnershipRow, TimelineRow

STAGES = tuple(stage for stage in Stage if stage is not Stage.ENDED)


@dataclass(frozen=True)
class Move:
    """So many partnerships entered a stage within a month; `before` is none where they began with it."""

    before: str | None
    stage: str
    count: int


@dataclass(frozen=True)
class Flow:
    """How many stood at each stage at the end of each month (of the current one: now), and how many ended in it."""

    months: tuple[datetime, ...]
    standing: tuple[dict[Stage, int], ...]
    ended: tuple[int, ...]


async def flow(
    connection: AsyncConnection, viewer: Viewer, wanted: Wanted, starts: list[datetime], closed: Closed, now: datetime
) -> Flow:
    """The flow of stages over the months that begin so."""

    async def moves(starts: list[datetime]) -> list[list[Move]]:
        return await _moves(connection, viewer, wanted, starts)

    rank = grouped(PartnershipRow.stage_rank, viewer)
    query = (
        select(rank.label("stage_rank"), func.count().label("number")).where(*watched(viewer, wanted)).group_by(rank)
    )
    standing = {list(Stage)[row.stage_rank].value: row.number for row in await connection.execute(query)}
    moved = await closed.or_counted("flow", viewer, wanted, starts, timedelta(0), moves, now)
    return counted_back(standing, moved, starts)


def counted_back(now: Mapping[str, int], moved: Sequence[Sequence[Move]], starts: Sequence[datetime]) -> Flow:
    """From how it is, and what moved in each month, to how it was at the end of each."""
    at = Counter(now)
    standing: list[dict[Stage, int]] = []
    for moves in reversed(moved):
        standing.append({stage: max(0, at[stage]) for stage in STAGES})
        for move in moves:
            at[move.stage] -= move.count
            if move.before is not None:
                at[move.before] += move.count
    ended = tuple(sum(move.count for move in moves if move.stage == Stage.ENDED) for moves in moved)
    return Flow(tuple(starts[:-1]), tuple(reversed(standing)), ended)


async def _moves(
    connection: AsyncConnection, viewer: Viewer, wanted: Wanted, starts: list[datetime]
) -> list[list[Move]]:
    """What moved in each month."""
    earlier = TimelineRow.__table__.alias()
    before = (
        select(earlier.c.stage)
        .where(earlier.c.partnership == TimelineRow.partnership, earlier.c.revision < TimelineRow.revision)
        .where(earlier.c.stage.is_not(None))
        .order_by(earlier.c.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    moved = (
        select(month_of(TimelineRow.at, starts).label("month"), before.label("before"), TimelineRow.stage)
        .where(TimelineRow.stage.is_not(None), TimelineRow.at >= starts[0], TimelineRow.at < starts[-1])
        .where(of_watched(TimelineRow.partnership, viewer, wanted))
        .subquery()
    )
    each = (moved.c.month, moved.c.before, moved.c.stage)
    months: list[list[Move]] = [[] for _ in starts[:-1]]
    for month, was, stage, count in await connection.execute(select(*each, func.count()).group_by(*each)):
        months[month].append(Move(was, stage, count))
    return months
