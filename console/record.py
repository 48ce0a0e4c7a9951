"""What the edges read of the record while they wait for a command."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables import PartnershipRow, TimelineRow


class RecordedRevisions:
    """Which revisions are on record."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def revision(self, partnership: str) -> int | None:
        query = select(PartnershipRow.revision).where(PartnershipRow.id == partnership)
        async with self._engine.connect() as connection:
            return await connection.scalar(query)

    async def revision_of(self, partnership: str, command_id: str) -> int | None:
        query = select(TimelineRow.revision).where(
            TimelineRow.partnership == partnership, TimelineRow.command_id == command_id
        )
        async with self._engine.connect() as connection:
            return await connection.scalar(query)
