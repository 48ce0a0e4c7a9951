"""What somebody else changed while a form stood open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.partnership.names import Names
from console.partnership.sentences import sentence
from console.timeline import CONTACTS, TimelineLine, counted
from models.tables import TimelineRow

NOT_BY_PEOPLE = ("told", "fault", "unread_signal")
"""What the engine does by itself, which changes nothing that a form could rest on."""

MOST_SAID = 8


async def changes_since(connection: AsyncConnection, names: Names, revision: int) -> list[str]:
    """What people and programs changed after a revision, in sentences, the newest first: one query."""
    mine = (TimelineRow.partnership == names.p.id, TimelineRow.revision > revision)
    query = (
        select(TimelineRow.__table__)
        .where(*mine, TimelineRow.kind.not_in(NOT_BY_PEOPLE))
        .order_by(TimelineRow.revision.desc())
        .limit(MOST_SAID)
    )
    return [sentence(_line(row, names), names) for row in await connection.execute(query)]


def _line(row: Row[Any], names: Names) -> TimelineLine:
    keys = [party.key for party in names.p.parties]
    return TimelineLine(
        revision=row.revision,
        at=row.at,
        kind=row.kind,
        role=row.actor_role,
        party=row.actor_party,
        person=None,
        command_id=row.command_id,
        facts=row.facts,
        names={},
        texts={},
        counted=counted(row.facts, keys) if row.kind in CONTACTS else None,
    )
