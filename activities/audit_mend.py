"""Mending: each finding is looked at anew, and what is still wrong is healed from what the other side knows.

Record and workflow are each other's copy. A lost workflow begins anew from its recorded state; a record that came back
from yesterday is written again from Temporal's history; a workflow that came back from yesterday catches up with its
record. Nothing is deleted, and mending again changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.service import RPCError

from activities import audit_judge
from activities.audit_judge import (
    BEHIND,
    DIFFERS,
    LAGGING,
    LOST,
    NO_WAKE,
    OVERDUE,
    STRANGER,
    Finding,
    Looked,
    judge,
)
from activities.audit_look import Watcher
from activities.audit_restore import Restorer
from models.auditing import MendAsk, Mended, MendStep
from models.catching_up import Held
from models.partnership import REMEMBERED_COMMANDS, Partnership
from models.tables import AuditFindingRow, TimelineRow
from workflows.oversight import begin_anew, let_catch_up, stir

STEP = 50

log = logging.getLogger(__name__)

RESTARTED, RECORDED, CAUGHT_UP, WOKEN = "restarted", "recorded", "caught_up", "woken"
GONE, NOT_MENDED = "gone", "not_mended"

REMEDY: Mapping[str, str] = {
    LOST: RESTARTED,
    STRANGER: RECORDED,
    LAGGING: RECORDED,
    DIFFERS: RECORDED,
    NO_WAKE: RECORDED,
    BEHIND: CAUGHT_UP,
    OVERDUE: WOKEN,
}


class Mender:
    """Mends what a watcher sees."""

    def __init__(self, watcher: Watcher, clock: Callable[[], datetime]) -> None:
        self._watcher = watcher
        self._clock = clock
        self._restorer = Restorer(watcher.engine, watcher.client, clock)

    async def mend(self, ask: MendAsk) -> MendStep:
        """Some findings of an audit, in the order found."""
        query = (
            select(AuditFindingRow.id, AuditFindingRow.code, AuditFindingRow.partnership)
            .where(AuditFindingRow.run == ask.run, AuditFindingRow.id > ask.after, AuditFindingRow.mended_at.is_(None))
            .order_by(AuditFindingRow.id)
            .limit(STEP)
        )
        async with self._watcher.engine.connect() as connection:
            rows = list(await connection.execute(query))
        mended = [await self._one(row.id, row.code, row.partnership, dry=ask.dry) for row in rows]
        return MendStep(mended=tuple(mended), more=len(rows) == STEP)

    async def _one(self, finding: int, code: str, partnership: str | None, *, dry: bool) -> Mended:
        self._watcher.beat()
        facts: dict[str, int] = {}
        if partnership is None or code not in REMEDY:
            became = NOT_MENDED
        else:
            looked = await self._watcher.look(partnership)
            there = [each for each in judge(looked, self._clock(), self._watcher.policy.patience) if each.code == code]
            became = REMEDY[code] if there else GONE
            if there and not dry:
                became, facts = await self._healed(there[0], looked)
        if not dry:
            await self._note(finding, became)
        return Mended(finding=finding, partnership=partnership, code=code, became=became, facts=facts)

    async def _healed(self, finding: Finding, looked: Looked) -> tuple[str, dict[str, int]]:
        """One that cannot be mended never stops the others; a database or a server that is away stops everything."""
        try:
            return REMEDY[finding.code], await self._heal(finding, looked)
        except (SQLAlchemyError, OSError, RPCError):
            raise
        except Exception:
            log.exception("a finding could not be mended", extra={"partnership": looked.partnership})
            return NOT_MENDED, {}

    async def _heal(self, finding: Finding, looked: Looked) -> dict[str, int]:
        match finding.code:
            case audit_judge.LOST:
                return await self._begin_anew(looked)
            case audit_judge.BEHIND:
                assert looked.after is not None
                await let_catch_up(self._watcher.client, await self._remembering(looked.after.state))
            case audit_judge.OVERDUE:
                await stir(self._watcher.client, looked.partnership)
            case _:
                assert looked.workflow.held is not None
                return await self._restorer.restore(looked.workflow.held)
        return {}

    async def _begin_anew(self, looked: Looked) -> dict[str, int]:
        """From the recorded state; or from what the closed workflow still says it held, where that is newer."""
        assert looked.after is not None
        held, recorded, facts = looked.workflow.held, looked.after.state, dict[str, int]()
        if held is None or held.state.revision < recorded.revision:
            held = Held(state=await self._remembering(recorded))
        elif recorded.revision < held.recorded:
            facts = await self._restorer.restore(held)
        await begin_anew(self._watcher.client, held, self._watcher.task_queue)
        return facts

    async def _remembering(self, recorded: Partnership) -> Partnership:
        """The recorded state with its last commands, which it leaves to the timeline: a repeat counts once."""
        async with self._watcher.engine.connect() as connection:
            return recorded.but(recent=await _last_commands(connection, recorded.id))

    async def _note(self, finding: int, became: str) -> None:
        noted = update(AuditFindingRow).where(AuditFindingRow.id == finding)
        async with self._watcher.engine.begin() as connection:
            await connection.execute(noted.values(mended=became, mended_at=self._clock()))


async def _last_commands(connection: AsyncConnection, partnership: str) -> dict[str, int]:
    query = (
        select(TimelineRow.command_id, TimelineRow.revision)
        .where(TimelineRow.partnership == partnership, TimelineRow.command_id.is_not(None))
        .order_by(TimelineRow.revision.desc())
        .limit(REMEMBERED_COMMANDS)
    )
    rows = list(await connection.execute(query))
    return {row.command_id: row.revision for row in reversed(rows)}
