"""Our own workflow and recorder on DBOS: the very same code, with DBOSify in the place of Temporal's library. It has no
mail room, which stands on Temporal's schedules; what is counted in a storm are notices on record, as with ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import uuid4

from benchmarks.contenders.swapped import PYDANTIC  # first: from here on `temporalio` is DBOSify

# isort: split

from dbos import DBOSClient
from dbosify.client import Client
from dbosify.worker import Worker

from activities.record import Recorder
from benchmarks.beginnings import beginning, envelope
from benchmarks.contenders.common import Ground
from benchmarks.trace import Step
from console.record import RecordedRevisions
from models import engine as rules
from models.engine import Answer
from models.tables import Table, open_engine
from models.watch import Attention
from workflows.partnership import PartnershipWorkflow, Run
from workflows.visibility import visible

QUEUE = "ours"
AT_ONCE = 8


class DbosifiedEdge:
    def __init__(self, ground: Ground) -> None:
        self._loop = asyncio.new_event_loop()
        self._engine = open_engine(f"postgresql+asyncpg://{ground.database}")
        self._done(self._prepare())
        listening = DBOSClient(
            system_database_url=ground.url, dbos_system_schema="dbosify_default", use_listen_notify=True
        )
        self._client = Client(listening, data_converter=PYDANTIC)  # by itself it would look once a second for an answer

    def begin(self, keys: list[str], heard: datetime) -> None:
        self._done(self._each(keys, heard))

    def contact(self, key: str) -> None:
        self._done(self._hear(key))

    async def _prepare(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)

    async def _each(self, keys: list[str], heard: datetime) -> None:
        left = iter(keys)

        async def one_after_another() -> None:
            for key in left:
                await self._one(key, heard)

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))

    async def _one(self, key: str, heard: datetime) -> None:
        p, change = rules.begin(beginning(key), heard)
        await self._client.start_workflow(
            PartnershipWorkflow.run,
            Run(state=p, unrecorded=(change,)),
            id=f"partnership/{p.id}",
            task_queue=QUEUE,
            search_attributes=visible(p.stage, Attention.OK),
        )

    async def _hear(self, key: str) -> None:
        command = uuid4().hex[:16]
        step = Step(0, command, "record_contact", {"contact": uuid4().hex[:16], "how": "meeting"})
        handle = self._client.get_workflow_handle(f"partnership/{key}")
        answer = await handle.execute_update("record_contact", envelope(step), id=command, result_type=Answer)
        record = RecordedRevisions(self._engine)
        while (await record.revision(key) or 0) < answer.revision:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.005)

    def _done(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(call)


edge = DbosifiedEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    asyncio.run(_work(ground, ready))


async def _work(ground: Ground, ready: Callable[[], None]) -> None:
    engine = open_engine(f"postgresql+asyncpg://{ground.database}")
    worker = Worker(
        ground.url,
        task_queue=QUEUE,
        workflows=[PartnershipWorkflow],
        activities=[Recorder(engine).record],
        data_converter=PYDANTIC,
    )
    async with worker:
        ready()
        await asyncio.Event().wait()
