"""New lines of timelines are given to the endpoints that want them, each line to each endpoint once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.tables import PartnershipRow, TimelineRow, WebhookDeliveryRow, WebhookKeptRow, WebhookRow
from models.webhook import Planned, wants

PAGE = 200

FORGOTTEN = timedelta(days=90)
"""So long a message is kept, whether or not it was sent."""


class Planner:
    """Plans the messages of a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def plan(self, now: datetime) -> Planned:
        """One page of partnerships that have something new. Without an endpoint there is nothing to plan; for one that
        rests it is kept for a while."""
        async with self._engine.connect() as connection:
            endpoints = list(await connection.execute(select(WebhookRow.__table__)))
            page = await _behind(connection) if endpoints else []
        planned = 0
        for row in page:
            async with self._engine.begin() as connection:
                planned += await self._give(connection, row, endpoints, now)
        async with self._engine.begin() as connection:
            await connection.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.created_at < now - FORGOTTEN))
            waiting = await _waiting(connection)
        return Planned(endpoints=tuple(waiting), planned=planned, more=len(page) == PAGE)

    async def _give(
        self, connection: AsyncConnection, row: Row[Any], endpoints: Sequence[Row[Any]], now: datetime
    ) -> int:
        """A partnership's new lines to everybody who wants them; those before an endpoint was there are not its."""
        if not await self._taken(connection, row):
            return 0
        since = min(endpoint.added_at for endpoint in endpoints)
        query = select(TimelineRow.revision, TimelineRow.kind, TimelineRow.at).where(
            TimelineRow.partnership == row.id,
            TimelineRow.revision > (row.kept or 0),
            TimelineRow.revision <= row.revision,
            TimelineRow.at >= since,
        )
        deliveries = [
            {"webhook": endpoint.id, "partnership": row.id, "revision": line.revision, "status": "waiting",
             "created_at": now}
            for line in await connection.execute(query.order_by(TimelineRow.revision))
            for endpoint in endpoints
            if line.at >= endpoint.added_at and wants(endpoint.kinds, line.kind)
        ]  # fmt: skip
        if deliveries:
            await connection.execute(self._insert(WebhookDeliveryRow).values(deliveries).on_conflict_do_nothing())
        return len(deliveries)

    async def _taken(self, connection: AsyncConnection, row: Row[Any]) -> bool:
        """Whether these lines are ours to give: another round may have given them meanwhile."""
        mark = self._insert(WebhookKeptRow).values(partnership=row.id, revision=row.revision)
        newer = WebhookKeptRow.revision < mark.excluded.revision
        taken = await connection.execute(
            mark.on_conflict_do_update(
                index_elements=["partnership"], set_={"revision": mark.excluded.revision}, where=newer
            )
        )
        return bool(taken.rowcount)


async def _behind(connection: AsyncConnection) -> list[Any]:
    """Partnerships with lines that were not given yet."""
    query = (
        select(PartnershipRow.id, PartnershipRow.revision, WebhookKeptRow.revision.label("kept"))
        .outerjoin(WebhookKeptRow, WebhookKeptRow.partnership == PartnershipRow.id)
        .where(or_(WebhookKeptRow.revision.is_(None), WebhookKeptRow.revision < PartnershipRow.revision))
        .order_by(PartnershipRow.id)
        .limit(PAGE)
    )
    return list(await connection.execute(query))


async def _waiting(connection: AsyncConnection) -> list[str]:
    """Endpoints that have something to be sent."""
    query = (
        select(WebhookDeliveryRow.webhook)
        .join(WebhookRow, WebhookRow.id == WebhookDeliveryRow.webhook)
        .where(WebhookDeliveryRow.status == "waiting", WebhookRow.rests_since.is_(None))
        .group_by(WebhookDeliveryRow.webhook)
        .having(func.count() > 0)
        .order_by(WebhookDeliveryRow.webhook)
    )
    return list(await connection.scalars(query))
