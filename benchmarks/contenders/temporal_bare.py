"""The floor: the bare workflow of `benchmarks.bare`, which tells of silence by a row and writes to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from benchmarks.bare import ROWS, BareRecord, BareWorkflow, bare_worker
from benchmarks.contenders.common import Ground
from benchmarks.contenders.temporal_common import TemporalEdge, works
from benchmarks.databases import create_tables
from workflows.client import until_recorded


class BareEdge(TemporalEdge):
    async def prepare(self) -> None:
        await create_tables(self.engine, ROWS.metadata)

    async def one(self, key: str, heard: datetime) -> None:
        await self.client.start_workflow(
            BareWorkflow.run,
            args=[key, heard],
            id=f"bare/{key}",
            task_queue=self.queue,
            task_timeout=timedelta(seconds=5),
        )

    async def hear(self, key: str) -> None:
        handle = self.client.get_workflow_handle(f"bare/{key}")
        revision = await handle.execute_update("contact", True, result_type=int)
        await until_recorded(key, revision, BareRecord(self.engine))


edge = BareEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    works(bare_worker, ground, ready)
