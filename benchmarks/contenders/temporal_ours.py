"""Ours: the production's worker and `send`. What is counted in a storm are notices on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from benchmarks.beginnings import beginning, envelope
from benchmarks.contenders.common import Ground
from benchmarks.contenders.temporal_common import TemporalEdge, works
from benchmarks.databases import create_tables
from benchmarks.trace import Step
from console.record import RecordedRevisions
from models import engine as rules
from models.tables import Table
from models.watch import Attention
from worker import build_worker
from workflows.client import new_id, send, workflow_id
from workflows.partnership import PartnershipWorkflow, Run
from workflows.visibility import visible


class OurEdge(TemporalEdge):
    async def prepare(self) -> None:
        await create_tables(self.engine, Table.metadata)

    async def one(self, key: str, heard: datetime) -> None:
        p, change = rules.begin(beginning(key), heard)
        await self.client.start_workflow(
            PartnershipWorkflow.run,
            Run(state=p, unrecorded=(change,)),
            id=workflow_id(p.id),
            task_queue=self.queue,
            task_timeout=timedelta(seconds=5),
            search_attributes=visible(p.stage, Attention.OK),
        )

    async def hear(self, key: str) -> None:
        step = Step(0, new_id(), "record_contact", {"contact": new_id(), "how": "meeting"})
        await send(self.client, key, envelope(step), RecordedRevisions(self.engine))


edge = OurEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    works(build_worker, ground, ready)
