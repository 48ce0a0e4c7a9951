"""What the last audit found, as people read it, and whether audits come when they should."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.places import places_named
from console.reading import title
from models.partnership import Partnership
from models.policy import Policy
from models.tables import AuditFindingRow, AuditRunRow, PartnershipRow

MENDABLE = frozenset({"lost", "stranger", "lagging", "behind", "differs", "no_wake", "overdue"})
"""What mending heals; all else needs a person."""

SHOWN = 200


class FindingView(BaseModel):
    """One finding; `title` none: of no partnership, or of one that is not on record."""

    id: int
    code: str
    partnership: str | None
    title: str | None
    facts: dict[str, Any]
    mended: str | None
    mended_at: datetime | None

    @property
    def mendable(self) -> bool:
        return self.code in MENDABLE and self.mended is None


class AuditView(BaseModel):
    """An audit that has finished, with the first of its findings; all of them are counted by code."""

    run: str
    began_at: datetime
    ended_at: datetime
    open: int
    running: int
    examined: int
    counts: dict[str, Any]
    by_code: dict[str, int]
    findings: list[FindingView]

    @property
    def total(self) -> int:
        return sum(self.by_code.values())


class Heartbeat(BaseModel):
    """Whether audits come in time: for something outside that watches the watcher."""

    in_time: bool
    ended_at: datetime | None
    due_by: datetime | None
    findings: int


async def last_audit(connection: AsyncConnection, most: int = SHOWN) -> AuditView | None:
    """The newest audit that has finished; none: there was none yet."""
    finished = select(AuditRunRow.__table__).where(AuditRunRow.ended_at.is_not(None))
    run = (await connection.execute(finished.order_by(AuditRunRow.ended_at.desc()).limit(1))).one_or_none()
    if run is None:
        return None
    facts = {name: getattr(run, name) for name in AuditView.model_fields if hasattr(run, name)}
    return AuditView.model_validate(
        facts
        | {
            "run": run.id,
            "counts": run.counts,
            "by_code": await _by_code(connection, run.id),
            "findings": await _findings(connection, run.id, most),
        }
    )


async def heartbeat(connection: AsyncConnection, policy: Policy, now: datetime) -> Heartbeat:
    return heartbeat_of(await last_audit(connection, most=0), policy, now)


def heartbeat_of(last: AuditView | None, policy: Policy, now: datetime) -> Heartbeat:
    """In time: the last audit ended no longer ago than rounds are apart, and a tenth of that for its own work."""
    if last is None:
        return Heartbeat(in_time=False, ended_at=None, due_by=None, findings=0)
    due_by = last.ended_at + policy.between_audits * 1.1 + timedelta(minutes=1)
    return Heartbeat(in_time=now <= due_by, ended_at=last.ended_at, due_by=due_by, findings=last.total)


async def _by_code(connection: AsyncConnection, run: str) -> dict[str, int]:
    counted = select(AuditFindingRow.code, func.count().label("many")).where(AuditFindingRow.run == run)
    rows = await connection.execute(counted.group_by(AuditFindingRow.code).order_by(AuditFindingRow.code))
    return {row.code: row.many for row in rows}


async def _findings(connection: AsyncConnection, run: str, most: int) -> list[FindingView]:
    query = select(AuditFindingRow.__table__).where(AuditFindingRow.run == run).order_by(AuditFindingRow.id)
    rows = list(await connection.execute(query.limit(most)))
    titles = await titles_of(connection, {row.partnership for row in rows if row.partnership})
    facts = [dict(row._mapping) | {"title": titles.get(row.partnership)} for row in rows]
    return [FindingView.model_validate(each) for each in facts]


async def titles_of(connection: AsyncConnection, partnerships: Iterable[str]) -> Mapping[str, str]:
    """What partnerships are called; those that are not on record, or cannot be read, are left out."""
    query = select(PartnershipRow.id, PartnershipRow.state).where(PartnershipRow.id.in_(list(partnerships)))
    read = {row.id: p for row in await connection.execute(query) if (p := _read(row.state)) is not None}
    places = await places_named(connection, (party.place for p in read.values() for party in p.parties))
    return {id: title(p, places) for id, p in read.items()}


def _read(state: Any) -> Partnership | None:
    try:
        return Partnership.model_validate(state)
    except ValueError:
        return None
