"""How an audit looks: everything on record against everything that runs, in pages; then those that look wrong, and
some others in turn, one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from activities.audit_judge import UNREADABLE, Finding, Looked, OnRecord, judge
from activities.record import told_apart
from models.partnership import Partnership
from models.policy import Policy
from models.tables import PartnershipRow
from models.tables.overview import OPEN, late_by_more_than
from workflows.oversight import Listed, Seen, running, seen

PAGE = 2_000
AT_A_TIME = 16
"""So many partnerships are examined at once."""


@dataclass(frozen=True)
class Compared:
    """Who is open on record, who runs, and whose two sides do not look alike."""

    open: int
    running: int
    unlike: frozenset[str]


@dataclass
class Watcher:
    """Looks at record and workflows. `beat` is called while it works."""

    engine: AsyncEngine
    client: Client
    task_queue: str
    policy: Policy
    beat: Callable[[], None] = field(default=lambda: None)

    async def compared(self) -> Compared:
        """Everything on record against everything that runs. The list is read first: what begins meanwhile is on
        record before it would be missed."""
        listed = {each.partnership: each async for each in self._listed()}
        runs, unlike, known, ended = len(listed), set[str](), 0, set[str]()
        async for row in self._rows():
            there = listed.pop(row.id, None)
            if row.open:
                known += 1
                unlike |= {row.id} if there is None or not _alike(row, there) else set()
            elif there is not None:
                ended.add(row.id)
        return Compared(known, runs, frozenset(unlike | ended | set(listed)))

    async def _listed(self) -> AsyncIterator[Listed]:
        count = 0
        async for each in running(self.client, self.task_queue):
            count += 1
            if count % PAGE == 0:
                self.beat()
            yield each

    async def _rows(self) -> AsyncIterator[Any]:
        query = select(PartnershipRow.id, PartnershipRow.stage, PartnershipRow.attention, OPEN.label("open")).order_by(
            PartnershipRow.id
        )
        async for page in _pages(self.engine, query, PAGE):
            self.beat()
            for row in page:
                yield row

    async def late(self, now: datetime, most: int) -> list[str]:
        """Partnerships whose record alone looks wrong: overdue, faulted, or armed without a moment."""
        async with self.engine.connect() as connection:
            overdue = await _ids(connection, most, late_by_more_than(self.policy.patience + self.policy.spread, now))
            faulted = await _ids(connection, most, OPEN, PartnershipRow.faulted_at.is_not(None))
        return overdue + faulted + [each async for each in self._unwoken()]

    async def _unwoken(self) -> AsyncIterator[str]:
        """Accepted partnerships without a moment for what their state says is still to be told."""
        query = (
            select(PartnershipRow.id, PartnershipRow.state)
            .where(OPEN, PartnershipRow.next_wake.is_(None), PartnershipRow.confirmation == "accepted")
            .order_by(PartnershipRow.id)
        )
        async for page in _pages(self.engine, query, PAGE // 10):
            self.beat()
            for row in page:
                if Partnership.model_validate(row.state).next_wake() is not None:
                    yield row.id
            await asyncio.sleep(0)

    async def sample(self, after: str | None, size: int) -> list[str]:
        """The open partnerships whose turn it is; from the first again after the last."""
        async with self.engine.connect() as connection:
            found = await _ids(connection, size, OPEN, PartnershipRow.id > (after or ""))
            if len(found) < size and after is not None:
                found += await _ids(connection, size - len(found), OPEN, PartnershipRow.id <= after)
        return found

    async def examined(self, partnerships: Iterable[str], clock: Callable[[], datetime]) -> list[Finding]:
        """What is wrong with these, one by one."""
        turn = asyncio.Semaphore(AT_A_TIME)

        async def one(partnership: str) -> list[Finding]:
            async with turn:
                self.beat()
                return await self._examined(partnership, clock)

        found = await asyncio.gather(*(one(each) for each in partnerships))
        return [finding for findings in found for finding in findings]

    async def _examined(self, partnership: str, clock: Callable[[], datetime]) -> list[Finding]:
        """One that cannot be read is a finding itself; a database or a server that is away stops the audit."""
        try:
            looked = await self.look(partnership)
            return list(judge(looked, clock(), self.policy.patience))
        except (SQLAlchemyError, OSError, RPCError):
            raise
        except Exception as error:
            return [Finding(UNREADABLE, partnership, {"error": type(error).__name__})]

    async def look(self, partnership: str) -> Looked:
        """One partnership: its row, its workflow, its row again."""
        async with self.engine.connect() as connection:
            before = await on_record(connection, partnership)
        workflow = await seen(self.client, partnership)
        async with self.engine.connect() as connection:
            after = await on_record(connection, partnership)
            return Looked(partnership, before, workflow, after, await _apart(connection, partnership, workflow))


async def on_record(connection: AsyncConnection, partnership: str) -> OnRecord | None:
    query = select(PartnershipRow.revision, PartnershipRow.next_wake, PartnershipRow.state)
    row = (await connection.execute(query.where(PartnershipRow.id == partnership))).one_or_none()
    return OnRecord(row.revision, row.next_wake, Partnership.model_validate(row.state)) if row else None


async def _apart(connection: AsyncConnection, partnership: str, workflow: Seen) -> tuple[int, ...]:
    unrecorded = workflow.held.unrecorded if workflow.held else ()
    return tuple(await told_apart(connection, partnership, unrecorded)) if unrecorded else ()


def _alike(row: Any, listed: Listed) -> bool:
    return (row.stage, row.attention) == (listed.stage, listed.attention) and not listed.in_trouble


async def _ids(connection: AsyncConnection, most: int, *which: ColumnElement[bool]) -> list[str]:
    query = select(PartnershipRow.id).where(*which).order_by(PartnershipRow.id).limit(most)
    return list(await connection.scalars(query))


async def _pages(engine: AsyncEngine, query: Any, size: int) -> AsyncIterator[list[Any]]:
    """The rows of a query that is ordered by id, page by page."""
    last = ""
    while True:
        async with engine.connect() as connection:
            page = list(await connection.execute(query.where(PartnershipRow.id > last).limit(size)))
        if page:
            yield page
        if len(page) < size:
            return
        last = page[-1].id
