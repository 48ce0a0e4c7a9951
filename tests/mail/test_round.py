"""The round on a real server: its two steps, and the schedule that keeps it coming."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, ScheduleActionStartWorkflow

from tests.mail.conftest import Provider, Room
from tests.mail.lives import living
from tests.mail.test_plan import notice
from worker import build_worker
from workflows import rounds
from workflows.mail_round import MAIL_ROUNDS, MailRound, Round

pytestmark = pytest.mark.server


async def test_a_round_plans_and_sends(
    temporal_client: Client, engine: AsyncEngine, provider: Provider, task_queue: str
) -> None:
    room = Room(engine, provider, policy="faults@1")  # whose hours are always open: this clock is the world's
    await room.record(living(), notice())
    async with build_worker(temporal_client, engine, task_queue, room.settings):
        done = await temporal_client.execute_workflow(MailRound.run, id=task_queue, task_queue=task_queue)
    assert done == Round(planned={"told": 1, "dated": 1}, sent={"sent": 1})
    assert provider.recipients == ["olena"]


async def test_the_schedule_is_created_once_and_moved_when_its_interval_changes(
    temporal_client: Client, task_queue: str
) -> None:
    handle = temporal_client.get_schedule_handle(MAIL_ROUNDS.schedule_id(task_queue))
    try:
        for minutes in (10, 10, 20):
            await MAIL_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=minutes))
        (interval,) = (await handle.describe()).schedule.spec.intervals
        assert interval.every == timedelta(minutes=20)
    finally:
        await handle.delete()


async def test_a_paused_schedule_stays_paused(temporal_client: Client, task_queue: str) -> None:
    handle = temporal_client.get_schedule_handle(MAIL_ROUNDS.schedule_id(task_queue))
    try:
        await MAIL_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=10))
        await handle.pause()
        await MAIL_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=20))
        description = await handle.describe()
        assert description.schedule.state.paused
    finally:
        await handle.delete()


async def test_a_schedule_of_an_older_version_comes_before_partnerships_from_now_on(
    temporal_client: Client, task_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = temporal_client.get_schedule_handle(MAIL_ROUNDS.schedule_id(task_queue))
    try:
        for priority in (None, rounds.ROUNDS):
            monkeypatch.setattr(rounds, "ROUNDS", priority)
            await MAIL_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=10))
        action = (await handle.describe()).schedule.action
        assert isinstance(action, ScheduleActionStartWorkflow)
        assert action.priority.priority_key == rounds.ROUNDS
    finally:
        await handle.delete()
