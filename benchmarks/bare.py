"""The floor: a bare workflow that hears contact, tells of silence and writes a row per change, and nothing else.

It has an Update, one timer and one activity, and the promises that come for free with those. It refuses nothing,
knows no command twice, keeps no timeline, never continues as new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from worker import production, workflow_runner
from workflows.client import TASK_TIMEOUT, Sent, until_recorded

RUNGS = (60, 74, 88)
A_WRITE = timedelta(seconds=5)

ROWS = Table("bare", MetaData(), Column("id", String(64), primary_key=True), Column("revision", Integer))


@dataclass
class Row:
    id: str
    revision: int


@workflow.defn(name="Bare")
class BareWorkflow:
    @workflow.init
    def __init__(self, key: str, heard: datetime | None = None) -> None:
        self._revision, self._rung, self._heard = 1, 0, heard or workflow.now()
        self._timer: asyncio.Task[None] | None = None

    @workflow.update
    def contact(self, hears_both: bool) -> int:
        self._revision += 1
        if hears_both:
            self._rung, self._heard = 0, workflow.now()
        return self._revision

    @workflow.run
    async def run(self, key: str, heard: datetime | None = None) -> None:
        written = 0
        while True:
            left = self._left()
            if left is not None and left <= timedelta(0):
                self._rung, self._revision = self._rung + 1, self._revision + 1
            elif written < self._revision:
                written = self._revision
                await workflow.execute_activity("write", Row(key, written), start_to_close_timeout=A_WRITE)
            else:
                await self._wait(left, written)

    def _left(self) -> timedelta | None:
        """Until the next rung; none when all are told."""
        return self._heard + timedelta(days=RUNGS[self._rung]) - workflow.now() if self._rung < len(RUNGS) else None

    async def _wait(self, left: timedelta | None, written: int) -> None:
        if left is not None and self._timer is None:
            self._timer = asyncio.create_task(self._ring(left))
        armed = self._timer
        await workflow.wait_condition(lambda: self._revision > written or self._timer is not armed)

    async def _ring(self, after: timedelta) -> None:
        await workflow.sleep(after)
        self._timer = None


class BareRecord:
    """The bare workflow's one activity, and the reader that waits for it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    @activity.defn(name="write")
    async def write(self, row: Row) -> None:
        insert = self._insert(ROWS).values(id=row.id, revision=row.revision)
        async with self._engine.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["id"], set_={"revision": insert.excluded.revision})
            )

    async def revision(self, key: str) -> int | None:
        async with self._engine.connect() as connection:
            return await connection.scalar(select(ROWS.c.revision).where(ROWS.c.id == key))

    async def revision_of(self, key: str, command_id: str) -> int | None:
        return None  # it keeps no commands


def bare_worker(client: Client, engine: AsyncEngine, task_queue: str, **options: Any) -> Worker:
    """A worker of the bare workflow, set as ours is."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[BareWorkflow],
        activities=[BareRecord(engine).write],
        workflow_runner=workflow_runner(),
        **(production() | options),
    )


async def begin(client: Client, key: str, task_queue: str, record: BareRecord) -> None:
    await client.start_workflow(BareWorkflow.run, key, id=key, task_queue=task_queue, task_timeout=TASK_TIMEOUT)
    await until_recorded(key, 1, record)


async def contact(client: Client, key: str, record: BareRecord, *, hears_both: bool = True) -> Sent:
    """An Update, and the wait until its row is read, by the reader and the polling that `send` uses."""
    handle: WorkflowHandle[BareWorkflow, None] = client.get_workflow_handle(key)
    revision = await handle.execute_update(BareWorkflow.contact, hears_both)
    return await until_recorded(key, revision, record)
