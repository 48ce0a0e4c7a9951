"""A changed rule is deployed while partnerships run: old and new side by side, then a new run for everybody."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import workflow
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer, Worker

from benchmarks.relive import relive
from console.record import RecordedRevisions
from embedded.temporal_server import DevelopmentServer
from models.base import Refused
from models.lifecycle import Start
from models.tables import TimelineRow
from tests.replay.record_histories import runs_of
from tests.workflows.living import Living, beginning
from worker import activities, register_search_attributes, workflow_runner
from workflows import client as engine_client
from workflows.oversight import renew_runs
from workflows.partnership import PartnershipWorkflow, Run

pytestmark = pytest.mark.server


@workflow.defn(name="Partnership")
class Changed(PartnershipWorkflow):
    """The next version: a yearly rhythm is refused. Runs that began before keep to the rules they began with."""

    @workflow.init
    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._rules = 1

    @workflow.run
    async def run(self, run: Run) -> None:
        self._rules = 2 if workflow.patched("rules-2") else 1
        await super().run(run)

    @workflow.query
    def rules(self) -> int:
        return self._rules

    def _read(self, name: str, args):  # type: ignore[no-untyped-def]
        envelope = super()._read(name, args)
        if self._rules == 2 and getattr(envelope.command, "rhythm", None) == "yearly":
            raise ApplicationError("No longer yearly.", "not_yearly", type="Refused", non_retryable=True)
        return envelope


class House:
    """One server, one record, one task queue; workers of either version."""

    def __init__(self, server: DevelopmentServer, engine: AsyncEngine, task_queue: str) -> None:
        self.server, self.engine, self.task_queue = server, engine, task_queue
        self.client: Client

    async def connected(self, identity: str = "us") -> Client:
        return await Client.connect(self.server.address, data_converter=pydantic_data_converter, identity=identity)

    async def worker(self, version: type[PartnershipWorkflow]) -> Worker:
        """Another process, as far as the server can tell: with a connection of its own."""
        client = await self.connected(version.__name__)
        return Worker(
            client,
            task_queue=self.task_queue,
            workflows=[version],
            activities=activities(self.engine, None, client),
            workflow_runner=workflow_runner(),
        )

    async def begin(self) -> tuple[Start, Living]:
        start = beginning()
        await engine_client.start(self.client, start, self.task_queue, RecordedRevisions(self.engine))
        return start, Living(self.client, self.engine, start.id)

    async def lines(self, life: Living) -> list[TimelineRow]:
        query = select(TimelineRow.__table__).where(TimelineRow.partnership == life.id).order_by(TimelineRow.revision)
        async with self.engine.connect() as connection:
            return list(await connection.execute(query))  # type: ignore[arg-type]


@pytest.fixture
async def house(temporal_server: DevelopmentServer, engine: AsyncEngine, task_queue: str) -> House:
    house = House(temporal_server, engine, task_queue)
    house.client = await house.connected()
    await register_search_attributes(house.client)
    return house


async def rules_of(life: Living) -> int:
    return await life.handle.query(Changed.rules)


async def test_old_and_new_side_by_side_then_everybody_on_the_new_rules(house: House) -> None:
    async with AsyncExitStack() as running:
        old = await running.enter_async_context(await house.worker(PartnershipWorkflow))
        before = [await house.begin() for _ in range(4)]
        async with await house.worker(Changed):
            meanwhile = [await house.begin() for _ in range(4)]
            lives = [life for _, life in before + meanwhile]
            for number in range(3):
                await asyncio.gather(*(life.do("add_text", topic="need", text=f"t{number}") for life in lives))
            await old.shutdown()

            for _, life in before:
                await life.do("set_rhythm", rhythm="yearly")
            assert [await rules_of(life) for _, life in before] == [1] * 4, "what began before keeps its rules"
            assert await renew_runs(house.client, house.task_queue) == len(lives)
            for life in lives:
                async with asyncio.timeout(20):
                    while await rules_of(life) != 2:
                        await asyncio.sleep(0.05)
                with pytest.raises(Refused, match="yearly"):
                    await life.do("set_rhythm", rhythm="yearly")
                await life.do("set_rhythm", rhythm="monthly")

            for start, life in before + meanwhile:
                p, _ = relive(start, await house.lines(life))
                assert p.but(recent={}) == (await life.snapshot()).but(recent={}), "nothing was lost or doubled"
            histories = [history for life in lives for history in await runs_of(house.client, life)]
            assert workers_of(histories) == {"PartnershipWorkflow", "Changed"}, "both versions worked on them"
            await every_run_replays_on_the_new_version(histories)


def workers_of(histories: list[WorkflowHistory]) -> set[str]:
    """Who worked on these runs."""
    events = (event for history in histories for event in history.events)
    return {event.workflow_task_completed_event_attributes.identity for event in events} - {""}


async def every_run_replays_on_the_new_version(histories: list[WorkflowHistory]) -> None:
    replayer = Replayer(workflows=[Changed], workflow_runner=workflow_runner(), data_converter=pydantic_data_converter)
    for history in histories:
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        assert result.replay_failure is None
