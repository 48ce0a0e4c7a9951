"""The recorder: one guarded transaction per recording, at most three statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Record, Recording
from activities.projection import projected
from models.engine import Change
from models.stage import entered
from models.tables import NoticeRow, PartnershipRow, Table, TimelineRow

BEHIND = "Behind"


class Recorder(Record):
    """Writes recordings to a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
        self._newest = self._projection()

    @activity.defn(name="record")
    async def record(self, recording: Recording) -> None:
        async with self._engine.begin() as connection:
            await self.write(connection, recording)

    async def write(self, connection: AsyncConnection, recording: Recording, **handled: Any) -> None:
        """A recording within a transaction; `handled` says what became of its notices already. Raises where the
        record is ahead of it."""
        p = recording.state
        await connection.execute(self._newest, projected(recording))
        lines = [_line(p.id, change) for change in recording.changes]
        if lines:
            written = await self._once(connection, TimelineRow, lines)
            if written.rowcount < len(lines):  # repeated, or in the place of others
                await _check_the_same(connection, p.id, recording.changes)
        notices = [{"partnership": p.id} | dict(notice) for change in recording.changes for notice in change.notices]
        if notices:
            rows = [row | {"roles": list(row["roles"])} | handled for row in notices]
            await self._once(connection, NoticeRow, rows)

    def _projection(self) -> Executable:
        """Written once, for composing it takes longer than the rest of a recording."""
        insert = self._insert(PartnershipRow.__table__)
        newer = {column.name: column for column in insert.excluded if column.name != "id"}
        statement: Executable = insert.on_conflict_do_update(
            index_elements=["id"], set_=newer, where=PartnershipRow.revision < insert.excluded.revision
        )
        return statement

    async def _once(
        self, connection: AsyncConnection, table: type[Table], rows: list[dict[str, Any]]
    ) -> CursorResult[Any]:
        """One statement; with a single row, as nearly always, one that need not be composed anew."""
        insert, parameters = self._insert(table.__table__), rows[0] if len(rows) == 1 else None
        once: Executable = (insert if parameters else insert.values(rows)).on_conflict_do_nothing()
        return await connection.execute(once, parameters)


async def told_apart(connection: AsyncConnection, partnership: str, changes: Sequence[Change]) -> list[int]:
    """Revisions at which something else is on record than these changes say."""
    ours = {change.entry.revision: change.entry for change in changes}
    query = select(TimelineRow.revision, TimelineRow.at, TimelineRow.kind, TimelineRow.command_id).where(
        TimelineRow.partnership == partnership, TimelineRow.revision.in_(list(ours))
    )
    there = {row.revision: (row.at, row.kind, row.command_id) for row in await connection.execute(query)}
    said = {revision: (entry.at, entry.kind, entry.command_id) for revision, entry in ours.items()}
    return [revision for revision, line in sorted(there.items()) if line != said[revision]]


async def _check_the_same(connection: AsyncConnection, partnership: str, changes: Sequence[Change]) -> None:
    """Writing the same again is nothing; writing something else at a revision that is on record is refused: this
    workflow came back from an older copy, and would overwrite what was accepted since. It is tried again until the
    workflow has caught up."""
    if apart := await told_apart(connection, partnership, changes):
        raise ApplicationError(
            f"The record is ahead of this partnership's workflow: revision {apart[0]} is another change there. "
            "Nothing was written; “mosty audit mend” lets the workflow catch up.",
            type=BEHIND,
        )


def _line(partnership: str, change: Change) -> dict[str, Any]:
    entry, actor = change.entry, change.entry.actor
    return {
        "partnership": partnership,
        "revision": entry.revision,
        "at": entry.at,
        "kind": entry.kind,
        "actor_role": actor.role if actor else None,
        "actor_person": actor.person if actor else None,
        "actor_party": actor.party if actor else None,
        "command_id": entry.command_id,
        "facts": entry.facts,
        "stage": entered(entry.kind, entry.facts),
    }
