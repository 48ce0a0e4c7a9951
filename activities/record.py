"""The recorder: one guarded transaction per recording, at most three statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.ports import Record, Recording
from activities.projection import projected
from models.engine import Change
from models.stage import entered
from models.tables import NoticeRow, PartnershipRow, TimelineRow


class Recorder(Record):
    """Writes recordings to a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    @activity.defn(name="record")
    async def record(self, recording: Recording) -> None:
        async with self._engine.begin() as connection:
            for statement in self._statements(recording):
                await connection.execute(statement)

    def _statements(self, recording: Recording) -> Iterator[Executable]:
        p = recording.state
        yield self._projection(projected(recording))
        if recording.changes:
            yield self._once(TimelineRow, [_line(p.id, change) for change in recording.changes])
        notices = [{"partnership": p.id} | dict(notice) for change in recording.changes for notice in change.notices]
        if notices:
            yield self._once(NoticeRow, [row | {"roles": list(row["roles"])} for row in notices])

    def _projection(self, row: dict[str, Any]) -> Executable:
        insert = self._insert(PartnershipRow).values(row)
        newer = {name: insert.excluded[name] for name in row if name != "id"}
        statement: Executable = insert.on_conflict_do_update(
            index_elements=["id"], set_=newer, where=PartnershipRow.revision < insert.excluded.revision
        )
        return statement

    def _once(self, table: type, rows: list[dict[str, Any]]) -> Executable:
        statement: Executable = self._insert(table).values(rows).on_conflict_do_nothing()
        return statement


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
