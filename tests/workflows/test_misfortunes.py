"""Rarer misfortunes: the disk is full, two deployments come up at once, clocks go back. Nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from models import engine as rules
from models.base import Actor, Role
from models.commands import COMMANDS
from models.engine import Envelope
from tests.workflows.conftest import Begin
from tests.workflows.living import beginning
from worker import register_search_attributes
from workflows.mail_round import MAIL_ROUNDS


@contextmanager
def full_disk(engine: AsyncEngine) -> Iterator[None]:
    """The database may not grow any more: what it says then is what it says of a full disk."""

    def no_more_pages(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1")  # it takes the least that there is already
        cursor.close()

    def as_many_as_there_are(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.close()

    event.listen(engine.sync_engine.pool, "checkout", no_more_pages)
    try:
        yield
    finally:
        event.remove(engine.sync_engine.pool, "checkout", no_more_pages)
        event.listen(engine.sync_engine.pool, "checkout", as_many_as_there_are)


@pytest.mark.server
async def test_with_the_disk_full_commands_are_accepted_and_recorded_once_there_is_room(begin: Begin) -> None:
    life = await begin(beginning())
    with full_disk(life.engine):
        unrecorded = False
        for number in range(60):
            sent = await life.again(f"c{number}", "set_plan", year=2020 + number % 2)
            if not sent.recorded:
                unrecorded = True
                break
        assert unrecorded, "the disk was never full"
        assert (await life.snapshot()).revision == sent.revision, "accepted all the same"
    async with asyncio.timeout(90):
        while (await life.row()).revision < sent.revision:
            await asyncio.sleep(0.2)
    lines = await life.timeline()
    assert [line.revision for line in lines] == list(range(1, sent.revision + 1))


@pytest.mark.server
async def test_two_deployments_that_come_up_at_once_find_what_the_other_made(
    temporal_client: Client, task_queue: str
) -> None:
    async with asyncio.TaskGroup() as group:
        for minutes in (10, 10, 20, 20):
            group.create_task(register_search_attributes(temporal_client))
            group.create_task(MAIL_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=minutes)))
    schedule = await temporal_client.get_schedule_handle(MAIL_ROUNDS.schedule_id(task_queue)).describe()
    assert len(schedule.schedule.spec.intervals) == 1
    await MAIL_ROUNDS.end(temporal_client, task_queue)


def test_a_clock_that_goes_back_tells_nothing_twice_and_nothing_early() -> None:
    now = datetime(2026, 5, 12, 9, tzinfo=UTC)
    start = beginning("reference@1", stage="agreement", parties=({"place": "UA1", "officer": "o"}, {"place": "pl-1"}))
    p, _ = rules.begin(start, now)
    p, told = rules.fire(p, now + timedelta(days=61))
    assert told is not None
    for back in (timedelta(days=1), timedelta(days=30), timedelta(days=365)):
        again, change = rules.fire(p, now + timedelta(days=61) - back)
        assert change is None
        wake = again.next_wake()
        assert wake is not None
        assert wake >= now + timedelta(days=74)


def test_a_contact_given_while_the_clock_is_back_is_kept_and_ends_the_silence() -> None:
    now = datetime(2026, 5, 12, 9, tzinfo=UTC)
    start = beginning("reference@1", stage="agreement", parties=({"place": "UA1", "officer": "o"}, {"place": "pl-1"}))
    p, _ = rules.begin(start, now)
    p, _ = rules.fire(p, now + timedelta(days=61))
    command = COMMANDS["record_contact"].model_validate({"contact": "k", "how": "call"})
    officer = Actor(role=Role.OFFICER, person="o", party="p1")
    envelope = Envelope.model_validate({"command_id": "c", "actor": officer, "command": command})
    p, change = rules.handle(p, envelope, now + timedelta(days=60))
    assert [notice.rung for notice in change.notices] == [0], "those who were told are told that it is over"
    assert p.next_wake() == now + timedelta(days=120)
