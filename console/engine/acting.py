"""What an operator does in the engine room: audit now, mend, decide about notices in doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.audit import audited
from console.edge import Edge, reached
from console.health import health
from console.problems import Away
from models.base import Refused
from models.tables import AuditRunRow, NoticeRow
from models.tables.overview import IN_DOUBT

if TYPE_CHECKING:
    from models.auditing import AuditReport
    from workflows.audit import Mends

EVERYBODY = 10_000_000

PATIENCE = 15.0
"""Seconds in which database and engine have to answer before an audit or a mending, which take longer themselves."""


async def audit(edge: Edge, *, thoroughly: bool = False) -> AuditReport:
    """Audit now, and wait for it. Raises `Away` where no worker could do it."""
    from models.auditing import AuditAsk
    from workflows.audit import audit_now

    await _worker_there(edge)
    ask = AuditAsk(most=EVERYBODY, sample=EVERYBODY) if thoroughly else AuditAsk()
    with reached():
        return await audit_now(await edge.client(), edge.settings.task_queue, ask)


async def mend(edge: Edge, *, dry: bool) -> Mends:
    """Mend what the last audit found, or say what would be done. Refused: there was no audit yet, somebody mends."""
    from temporalio.exceptions import WorkflowAlreadyStartedError

    from models.auditing import MendAsk
    from workflows.audit import mend_now

    run = await _last_run(edge.database)
    await _worker_there(edge)
    try:
        with reached():
            return await mend_now(await edge.client(), edge.settings.task_queue, MendAsk(run=run, dry=dry))
    except WorkflowAlreadyStartedError:
        raise Refused("mending", "Somebody is mending at this moment. Wait until that is done.") from None


async def renew_runs(edge: Edge) -> int:
    """Have every open partnership go on in a new run, on the code that runs now; how many."""
    from workflows.oversight import renew_runs as renewed

    with reached():
        return await renewed(await edge.client(), edge.settings.task_queue)


async def decide_doubts(database: AsyncEngine, who: str, *, tell: bool, partnership: str | None = None) -> int:
    """Have the notices in doubt told (again, if they were mailed before), or leave them as told; how many."""
    mine = (NoticeRow.outcome == IN_DOUBT) & (NoticeRow.partnership == partnership if partnership else True)
    decided = {"handled_at": None, "outcome": None} if tell else {"outcome": "told"}
    async with database.begin() as connection:
        count = (await connection.execute(update(NoticeRow).where(mine).values(**decided))).rowcount
        if count:
            facts = {"notices": count, "partnership": partnership, "at": datetime.now(UTC).isoformat()}
            await audited(connection, who, "tell again" if tell else "leave as told", "notices in doubt", {}, facts)
    return count


async def _last_run(database: AsyncEngine) -> str:
    query = select(AuditRunRow.id).where(AuditRunRow.ended_at.is_not(None)).order_by(AuditRunRow.ended_at.desc())
    async with database.connect() as connection:
        run = await connection.scalar(query.limit(1))
    if run is None:
        raise Refused("no_audit", "There was no audit yet. “mosty audit run” does one now.")
    return run


async def _worker_there(edge: Edge) -> None:
    """Without a worker the question would wait for ever."""
    found = await health(edge, PATIENCE)
    if not found.ready:
        raise Away(" ".join(filter(None, (found.database, found.engine))))
