"""A command that waits behind others comes first; one that is answered as usual leaves nothing behind."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from console.record import RecordedRevisions
from tests.workflows.conftest import Begin
from tests.workflows.living import Living, beginning
from worker import build_worker, register_search_attributes, slots
from workflows import ahead
from workflows import client as engine_client
from workflows.ahead import AS_ALL, FIRST
from workflows.client import Unavailable, workflow_id
from workflows.mail_round import MAIL_ROUNDS
from workflows.partnership import PartnershipWorkflow, Run

pytestmark = pytest.mark.server

WAITING = 40


@pytest.fixture
async def life(temporal_client: Client, engine: AsyncEngine, task_queue: str) -> Living:
    """A partnership whose worker is gone."""
    await register_search_attributes(temporal_client)
    start = beginning()
    async with build_worker(temporal_client, engine, task_queue):
        await engine_client.start(temporal_client, start, task_queue, RecordedRevisions(engine))
    return Living(temporal_client, engine, start.id)


async def events(client: Client, partnership: str) -> list[HistoryEvent]:
    return await events_of(client, workflow_id(partnership))


async def events_of(client: Client, workflow: str) -> list[HistoryEvent]:
    return list((await client.get_workflow_handle(workflow).fetch_history()).events)


async def priorities(life: Living) -> list[int]:
    """Given to it, one after the other."""
    return [
        event.workflow_execution_options_updated_event_attributes.priority.priority_key
        for event in await events(life.client, life.id)
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED
    ]


def tasks(history: list[HistoryEvent]) -> list[datetime]:
    """When each was taken up."""
    started = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
    return [event.event_time.ToDatetime() for event in history if event.event_type == started]


async def last_task(client: Client, partnership: str) -> datetime:
    taken = tasks(await events(client, partnership))
    return taken[-1] if taken else datetime.max  # noqa: DTZ901 - as the others, without a zone


async def waiting(client: Client, task_queue: str) -> list[str]:
    """Partnerships whose first task waits for a worker."""
    lives = [beginning() for _ in range(WAITING)]
    for start in lives:
        await client.start_workflow(
            PartnershipWorkflow.run, Run(start=start), id=workflow_id(start.id), task_queue=task_queue
        )
    return [start.id for start in lives]


async def test_while_many_wait_a_command_is_answered_first(
    temporal_client: Client, engine: AsyncEngine, task_queue: str, life: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = await waiting(temporal_client, task_queue)
    monkeypatch.setitem(ahead._busy_until, temporal_client, asyncio.get_running_loop().time() + 60)
    command = asyncio.create_task(life.do("set_languages", languages=["uk"]))
    async with asyncio.timeout(30):
        while await priorities(life) != [FIRST]:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)  # until the command itself is there
        few = slots(fewest=2, most=2)
        async with build_worker(temporal_client, engine, task_queue, tuner=few, max_cached_workflows=2):
            assert (await command).recorded
            while datetime.max in (times := [await last_task(temporal_client, each) for each in others]):  # noqa: DTZ901
                await asyncio.sleep(0.1)
    assert before(await last_task(temporal_client, life.id), times) < WAITING / 2
    assert await priorities(life) == [FIRST, AS_ALL]


def before(when: datetime, others: list[datetime]) -> int:
    """How many of them."""
    return sum(time < when for time in others)


async def test_while_many_wait_a_round_comes_before_them(
    temporal_client: Client, engine: AsyncEngine, task_queue: str
) -> None:
    await register_search_attributes(temporal_client)
    others = await waiting(temporal_client, task_queue)
    await MAIL_ROUNDS.keep(temporal_client, task_queue, timedelta(hours=1))
    schedule = temporal_client.get_schedule_handle(MAIL_ROUNDS.schedule_id(task_queue))
    try:
        await MAIL_ROUNDS.hurry(temporal_client, task_queue)
        async with asyncio.timeout(30):
            while not (begun := (await schedule.describe()).info.recent_actions):
                await asyncio.sleep(0.1)
            round_id = begun[0].action.workflow_id
            few = slots(fewest=2, most=2)
            async with build_worker(temporal_client, engine, task_queue, tuner=few, max_cached_workflows=2):
                while datetime.max in (times := [await last_task(temporal_client, each) for each in others]):  # noqa: DTZ901
                    await asyncio.sleep(0.1)
    finally:
        await schedule.delete()
    assert before(tasks(await events_of(temporal_client, round_id))[0], times) < WAITING / 2


async def test_a_command_that_nobody_answers_is_let_ahead_and_then_is_as_all(
    temporal_client: Client, engine: AsyncEngine, task_queue: str, life: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "PATIENT", timedelta(seconds=0.1))
    monkeypatch.setattr(engine_client, "PATIENCE", timedelta(seconds=2))
    monkeypatch.setattr(engine_client, "AN_ATTEMPT", timedelta(seconds=1))
    try:
        with pytest.raises(Unavailable):
            await life.do("set_languages", languages=["uk"])
        assert ahead._busy_until[temporal_client] > asyncio.get_running_loop().time(), "the next comes first at once"
    finally:
        del ahead._busy_until[temporal_client]
    monkeypatch.undo()
    async with build_worker(temporal_client, engine, task_queue):
        await life.do("set_rhythm", rhythm="monthly")
    assert (await priorities(life))[:2] == [FIRST, AS_ALL]


async def test_a_command_that_is_answered_as_usual_leaves_nothing(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin(beginning())
    monkeypatch.setattr(ahead, "PATIENT", timedelta(seconds=20))
    await life.do("set_languages", languages=["uk"])
    assert await priorities(life) == []
