"""What somebody else changed while a form stood open."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.partnership.happened import Happened, in_sentences
from console.partnership.seen import Seen
from models.tables import TimelineRow

NOT_BY_PEOPLE = ("told", "fault", "unread_signal")
"""What the engine does by itself, which changes nothing that a form could rest on."""

MOST_SAID = 8


async def changes_since(connection: AsyncConnection, there: Seen, revision: int) -> list[Happened]:
    """What people and programs changed after a revision, the newest first: one query, four more where there was
    something."""
    mine = (TimelineRow.partnership == there.p.id, TimelineRow.revision > revision)
    query = (
        select(TimelineRow.__table__)
        .where(*mine, TimelineRow.kind.not_in(NOT_BY_PEOPLE))
        .order_by(TimelineRow.revision.desc())
        .limit(MOST_SAID)
    )
    rows = (await connection.execute(query)).all()
    return await in_sentences(connection, there, rows) if rows else []
