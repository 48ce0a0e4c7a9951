"""Record histories of lives as they run today: `python -m tests.replay.record_histories NAME [LIFE]`.

A recorded history is a promise to running partnerships. New ones are added under a new name; none is ever edited
or recorded again to make a test pass.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from console.record import RecordedRevisions
from embedded.temporal_binary import find_binary
from embedded.temporal_server import free_port, start_server
from models.base import Refused
from models.catching_up import Held
from models.tables import Table, open_engine
from settings import Settings
from tests.workflows.living import OFFICER, Living, beginning
from worker import build_worker, register_search_attributes
from workflows import ahead
from workflows import client as engine_client
from workflows.client import workflow_id
from workflows.oversight import begin_anew, let_catch_up

HISTORIES = Path(__file__).parent / "histories"


@asynccontextmanager
async def engine_running() -> AsyncIterator[tuple[Client, Living]]:
    """A server, a worker and a partnership on a policy whose day is a tenth of a second."""
    binary = find_binary(Settings().cache)
    assert binary is not None, "no development server; `make test` gets one"
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite+aiosqlite:///{folder}/mosty.db")
        async with engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)
        async with await start_server(binary, Path(folder), port=free_port(), with_ui=False) as server:
            client = await Client.connect(server.address, data_converter=pydantic_data_converter)
            await register_search_attributes(client)
            async with build_worker(client, engine, "replay"):
                start = beginning("faults@1")
                await engine_client.start(client, start, "replay", RecordedRevisions(engine))
                yield client, Living(client, engine, start.id)
        await engine.dispose()


async def whole_life(life: Living) -> None:
    """Every stage, every kind of wait, a refusal, unread signals, hand-over in the middle."""
    await life.do("add_text", topic="need", text="t1")
    await life.do("add_text", topic="offer", text="t2")
    await _refused(life, "advance", to="dialogue")
    await life.do("advance", to="outreach")
    await life.do("add_candidate", candidate="c1", place="pl-1")
    await life.do("record_letter", candidate="c1")
    await asyncio.sleep(4)
    await life.do("record_reply", candidate="c1", willing=True)
    await life.do("choose_candidate", candidate="c1")
    await life.do("advance", to="dialogue")
    await life.do("record_contact", contact="k1", how="meeting")
    await life.handle.signal("no_such_signal", "x")
    await life.do("plan_meeting", meeting="m1", at=await life.now() + timedelta(seconds=6))
    await asyncio.sleep(6)
    await life.do("record_contact", contact="k2", how="letter", author="p2", meeting="m1")
    await life.do("advance", to="agreement", reason="t3")
    await life.do("begin_drafting", agreement="interterritorial")
    await life.do("submit_for_clearance")
    await asyncio.sleep(3)
    await life.do("grant_clearance", number="879")
    await life.do("record_decision", body="council", number="1169")
    await life.do("sign", party="p1")
    await life.do("sign", party="p2")
    await life.do("set_term", ends=await life.now() + timedelta(seconds=25))
    await life.do("register", number="313")
    await life.do("advance", to="activities", reason="t4")
    await life.handle.signal("hand_over")
    await _works_and_rests(life)


async def _works_and_rests(life: Living) -> None:
    milestone = {"id": "s1", "due": (await life.now() + timedelta(seconds=2)).isoformat()}
    await life.do("open_activity", activity="a1", type="project", milestones=[milestone])
    await life.do("complete_activity", activity="a1")
    await life.do("record_contact", contact="k3", how="visit")
    await asyncio.sleep(6.5)
    await life.do("acknowledge", OFFICER, watch="contact", until=await life.now() + timedelta(seconds=3))
    await asyncio.sleep(4)
    await life.do("suspend", why="hostilities", review_at=await life.now() + timedelta(seconds=2))
    await asyncio.sleep(3)
    await life.do("resume")
    await life.do("make_dormant")
    await life.do("revive")
    await life.do("adopt_policy", policy="faults@1", carry="restart")
    await asyncio.sleep(16)
    await life.do("record_review")
    await life.do("expire")
    await life.do("end", why="not_renewed")
    await life.handle.result()


async def caught_up(life: Living) -> None:
    """Temporal came back from an older copy: a command meets another on record, and the workflow catches up."""
    await life.do("add_text", topic="need", text="t1")
    old = await life.snapshot()
    await life.do("set_languages", languages=["uk"])
    recorded = await life.snapshot()
    await life.handle.terminate()
    await begin_anew(life.client, Held(state=old), "replay")
    await life.do("set_rhythm", rhythm="monthly")
    await let_catch_up(life.client, recorded)
    await life.do("suspend", why="hostilities", review_at="2200-01-01T12:00:00Z")
    await life.do("end", why="no_reply")
    await life.handle.result()


async def let_ahead(life: Living) -> None:
    """Every command is let ahead and then is as all: priorities change between the other events."""
    ahead.PATIENT = timedelta(0)
    await life.do("add_text", topic="need", text="t1")
    await life.do("set_languages", languages=["uk"])
    await asyncio.sleep(6.5)
    await life.do("set_rhythm", rhythm="monthly")
    await life.handle.signal("hand_over")
    await life.do("end", why="no_reply")
    await life.handle.result()


async def _refused(life: Living, command: str, **facts: object) -> None:
    try:
        await life.do(command, **facts)
    except Refused:
        return
    raise AssertionError(f"{command} was not refused")


async def runs_of(client: Client, life: Living) -> list[WorkflowHistory]:
    """The history of every run of a partnership, oldest first."""
    histories: list[WorkflowHistory] = []
    described = await client.get_workflow_handle(workflow_id(life.id)).describe()
    run_id = described.raw_description.workflow_execution_info.first_run_id
    while run_id:
        history = await client.get_workflow_handle(workflow_id(life.id), run_id=run_id).fetch_history()
        histories.append(history)
        last = history.events[-1]
        run_id = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id or None
    return histories


LIVES = {"whole-life": whole_life, "caught-up": caught_up, "let-ahead": let_ahead}


async def main(name: str, lived: str = "whole-life") -> None:
    assert not list(HISTORIES.glob(f"{name}-*.json")), f"“{name}” is recorded already; choose a new name"
    async with engine_running() as (client, life):
        await LIVES[lived](life)
        for number, history in enumerate(await runs_of(client, life), start=1):
            (HISTORIES / f"{name}-{number:02}.json").write_text(history.to_json())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
