"""The round on a real server, from a real mailbox to the real engine; and the schedule that keeps it coming."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from console.record import RecordedRevisions
from mailroom.addresses import partnership_address
from models.party import NewParty
from models.stage import Stage
from models.tables import CorrespondentRow, IncomingRow, TimelineRow
from settings import Settings
from tests.inbox.conftest import Mailbox
from tests.inbox.desk import OURS, PARTNER, SECRET, letter
from tests.workflows.living import Living, beginning
from worker import build_worker, register_search_attributes, serve
from workflows import client as engine_client
from workflows.inbox_round import INBOX_ROUNDS, InboxRound
from workflows.mail_round import MAIL_ROUNDS

pytestmark = pytest.mark.server


@pytest.mark.imap
async def test_a_letter_of_the_partner_is_heard_by_the_partnership(
    temporal_client: Client, engine: AsyncEngine, mailbox: Mailbox, task_queue: str
) -> None:
    settings = Settings(mail_from=OURS, secret=SecretStr(SECRET), **mailbox.settings)
    towns = (NewParty(place="UA01", officer="olena"), NewParty(place="de-1"))
    start = beginning(parties=towns, stage=Stage.DIALOGUE, began=datetime.now(UTC) - timedelta(days=90))
    await register_search_attributes(temporal_client)
    async with build_worker(temporal_client, engine, task_queue, settings):
        await engine_client.start(temporal_client, start, task_queue, RecordedRevisions(engine))
        life = Living(temporal_client, engine, start.id)
        await _correspond(engine, life.id)
        wrote = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        here = partnership_address(OURS, life.id, SECRET.encode())
        mailbox.put(letter(cc=(here,), at=wrote), at=wrote)
        made = await temporal_client.execute_workflow(InboxRound.run, id=task_queue, task_queue=task_queue)
        (contact,) = (await life.snapshot()).contacts
    assert made == {"contact": 1}
    assert (contact.at, contact.heard) == (wrote, ("p2",))
    (entry,) = await _entries(engine, "record_contact")
    (seen,) = await _rows(engine, IncomingRow)
    assert (seen.verdict, seen.command_id) == ("contact", entry.command_id)


async def _correspond(engine: AsyncEngine, partnership: str) -> None:
    row = {
        "id": "anna",
        "partnership": partnership,
        "party": "p2",
        "name": "Anna",
        "email": PARTNER,
        "source": "a page",
    }
    async with engine.begin() as connection:
        await connection.execute(insert(CorrespondentRow).values(**row, added_by="olena", added_at=datetime.now(UTC)))


async def _rows(engine: AsyncEngine, table: Any) -> list[Any]:
    async with engine.connect() as connection:
        return list(await connection.execute(select(table.__table__)))


async def _entries(engine: AsyncEngine, kind: str) -> list[Any]:
    return [row for row in await _rows(engine, TimelineRow) if row.kind == kind]


async def test_the_schedule_is_created_once_moved_and_stays_paused(temporal_client: Client, task_queue: str) -> None:
    handle = temporal_client.get_schedule_handle(INBOX_ROUNDS.schedule_id(task_queue))
    try:
        await INBOX_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=10))
        await handle.pause()
        for minutes in (10, 20):
            await INBOX_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=minutes))
        schedule = (await handle.describe()).schedule
        assert [interval.every for interval in schedule.spec.intervals] == [timedelta(minutes=20)]
        assert schedule.state.paused
    finally:
        await INBOX_ROUNDS.end(temporal_client, task_queue)
    with pytest.raises(RPCError, match="not found"):
        await handle.describe()
    await INBOX_ROUNDS.end(temporal_client, task_queue)


@pytest.mark.parametrize(("host", "kept"), [("imap.example.org", True), (None, False)])
async def test_a_worker_keeps_the_rounds_only_where_a_mailbox_is_named(
    temporal_client: Client, tmp_path: Path, task_queue: str, host: str | None, kept: bool
) -> None:
    await INBOX_ROUNDS.keep(temporal_client, task_queue, timedelta(minutes=30))
    stop = asyncio.Event()
    stop.set()
    await serve(Settings(home=tmp_path, task_queue=task_queue, imap_host=host), temporal_client, stop)
    handle = temporal_client.get_schedule_handle(INBOX_ROUNDS.schedule_id(task_queue))
    try:
        if kept:
            (interval,) = (await handle.describe()).schedule.spec.intervals
            assert interval.every == timedelta(minutes=10)
        else:
            with pytest.raises(RPCError, match="not found"):
                await handle.describe()
    finally:
        await INBOX_ROUNDS.end(temporal_client, task_queue)
        await temporal_client.get_schedule_handle(MAIL_ROUNDS.schedule_id(task_queue)).delete()
