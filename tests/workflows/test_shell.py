"""The shell on a real server and the world's clock: repeats, signals, bugs, a database that hangs, hand-over."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from models import engine as rules
from models.base import Refused
from models.stage import Advance
from tests.workflows.conftest import Begin
from tests.workflows.living import OFFICER, Living, beginning
from worker import build_worker

pytestmark = pytest.mark.server


async def kinds(life: Living) -> list[str]:
    return [row.kind for row in await life.timeline()]


async def until(life: Living, kind: str) -> None:
    """Wait until the timeline has an entry of a kind."""
    async with asyncio.timeout(30):
        while kind not in await kinds(life):
            await asyncio.sleep(0.02)


async def test_a_second_use_of_a_command_id_is_answered_as_the_first_time(begin: Begin) -> None:
    life = await begin(beginning())
    first = await life.again("once", "add_text", topic="need", text="t1")
    await life.do("set_languages", languages=["uk", "en"])
    assert await life.again("once", "add_text", topic="need", text="t1") == first
    assert await life.again("once", "end", why="other") == first, "the id decides, whatever comes with it"
    assert await kinds(life) == ["started", "add_text", "set_languages"]


async def test_a_refusal_leaves_no_trace(begin: Begin) -> None:
    life = await begin(beginning())
    with pytest.raises(Refused, match="a need; an offer"):
        await life.do("advance", to="outreach")
    assert await kinds(life) == ["started"]
    assert (await life.snapshot()).revision == 1


async def test_unknown_and_ended_partnerships_are_refused_in_a_sentence(begin: Begin) -> None:
    life = await begin(beginning())
    await life.do("end", why="other")
    with pytest.raises(Refused, match="has ended"):
        await life.do("set_languages", languages=["uk"])
    with pytest.raises(Refused, match="There is no partnership"):
        await Living(life.client, life.engine, "nobody").do("set_languages", languages=["uk"])


async def test_signals_machines_send_are_taken_noted_or_named_never_fatal(begin: Begin) -> None:
    life = await begin(beginning())
    command = {"kind": "set_languages", "languages": ["de"]}
    envelope = {"command_id": "m1", "actor": {"role": "machine"}, "command": command}
    await life.handle.signal("no_such_signal", args=["x", "y", "z"])
    await life.handle.signal("set_languages", {"a": "secret words"})
    await life.handle.signal("advance", envelope | {"command": {"kind": "advance", "to": "outreach"}})
    await life.handle.signal("set_languages", envelope)
    await life.handle.signal("set_languages", envelope)
    await until(life, "set_languages")
    await life.do("add_text", topic="need", text="t1")
    noted = [row for row in await life.timeline() if row.kind == "unread_signal"]
    assert [row.facts["signal"] for row in noted] == ["no_such_signal", "set_languages", "advance"]
    assert "gate" in noted[2].facts["error"]
    assert all("secret" not in str(row.facts) for row in noted)
    assert (await kinds(life)).count("set_languages") == 1


async def test_a_bug_in_a_rule_is_named_and_its_repair_finds_the_partnership_alive(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin(beginning())
    run = (await life.handle.describe()).run_id

    def broken(*_: object) -> None:
        raise KeyError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(Advance, "decide", broken)
        with pytest.raises(Refused, match="bug in a rule") as failed:
            await life.do("advance", to="outreach", reason="t1")
        assert failed.value.code == "bug"
        await life.do("add_text", topic="need", text="t1")
    assert (await life.handle.describe()).run_id != run, "replay must not meet the bug again"
    await life.do("advance", to="outreach", reason="t1")
    assert await kinds(life) == ["started", "fault", "add_text", "advance"]


async def test_a_faulted_wake_is_tried_again_a_day_later(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(rules, "fire", _broken_fire)
        life = await begin(beginning("faults@1"))
        await until(life, "fault")
        await life.do("set_languages", languages=["uk"])
        faulted = await life.snapshot()
    assert faulted.fault is not None
    await until(life, "told")
    assert (await life.snapshot()).fault is None

    lines = await life.timeline()
    told = next(line for line in lines if line.kind == "told")
    last = max(line.at for line in lines if line.kind == "fault")
    assert told.at >= last + faulted.policy.day
    _, due = rules.fire(faulted, told.at)  # on a busy machine days of a tenth of a second pass meanwhile
    assert due is not None
    expected = [(notice.watch, notice.rung, notice.roles) for notice in due.notices]
    assert expected[0][0] == "self_analysis"
    assert (await life.told())[: len(expected)] == expected


def _broken_fire(*_: object) -> None:
    raise ZeroDivisionError


@asynccontextmanager
async def hanging(engine: AsyncEngine) -> AsyncIterator[None]:
    """The database takes no writes while this holds its lock."""
    connection = sqlite3.connect(Path(str(engine.url.database)), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_accepted_while_the_database_hangs_and_recorded_when_it_is_back(begin: Begin) -> None:
    life = await begin(beginning())
    async with hanging(life.engine):
        sent = await life.do("set_languages", languages=["uk"])
        assert not sent.recorded
        assert await kinds(life) == ["started"]
    await until(life, "set_languages")
    assert [row.revision for row in await life.timeline()] == [1, 2]


async def test_a_bug_while_the_database_hangs_still_ends_its_run_at_once(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin(beginning())
    run = (await life.handle.describe()).run_id
    async with hanging(life.engine):
        await life.do("set_languages", languages=["uk"])
        with monkeypatch.context() as patch:
            patch.setattr(Advance, "decide", _broken_fire)
            with pytest.raises(Refused, match="bug in a rule"):
                await life.do("advance", to="outreach", reason="t1")
        assert (await life.handle.describe()).run_id != run
    await until(life, "fault")
    assert await kinds(life) == ["started", "set_languages", "fault"]


async def test_hundreds_of_commands_from_many_senders_over_many_runs(begin: Begin) -> None:
    life = await begin(beginning(stage="dialogue", parties=({"place": "UA1", "officer": "o"}, {"place": "pl-1"})))
    first = (await life.handle.describe()).run_id

    async def sender(name: str) -> None:
        for number in range(15):
            await life.again(f"{name}-{number}", "record_contact", contact=f"{name}-{number}", how="call")

    async def machine() -> None:
        for number in range(15):
            command = {"kind": "set_rhythm", "rhythm": "monthly"}
            envelope = {"command_id": f"m-{number}", "actor": {"role": "machine"}, "command": command}
            await life.handle.signal("set_rhythm", envelope)
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        for name in ("a", "b", "c", "d", "e"):
            group.create_task(sender(name))
        group.create_task(machine())
    await life.do("set_languages", languages=["uk"])
    lines = await life.timeline()
    assert [line.revision for line in lines] == list(range(1, 93))
    wanted = {f"{name}-{number}" for name in "abcde" for number in range(15)} | {f"m-{n}" for n in range(15)}
    assert wanted <= {line.command_id for line in lines}
    async with asyncio.timeout(30):  # the quiet moment in which it continues as new may be still to come
        while (await life.handle.describe()).run_id == first:
            await asyncio.sleep(0.02)


async def test_hand_over_starts_every_open_run_anew(begin: Begin) -> None:
    life = await begin(beginning())
    run = (await life.handle.describe()).run_id
    await life.handle.signal("hand_over")
    await life.do("set_languages", languages=["uk"])
    assert (await life.handle.describe()).run_id != run
    assert await kinds(life) == ["started", "set_languages"]


async def test_nothing_of_an_import_is_armed_until_the_officer_accepts(begin: Begin) -> None:
    parties = ({"place": "UA1"}, {"place": "pl-1"})
    life = await begin(beginning("faults@1", imported=True, stage="activities", parties=parties))
    assert (await life.row()).next_wake is None
    await life.do("confirm")
    with pytest.raises(Refused, match="Nobody is named as officer"):
        await life.do("accept", OFFICER)
    await life.do("name_person", role="officer", person="olena", party="p1")
    assert (await life.row()).next_wake is None
    with pytest.raises(Refused, match="Only the officer"):
        await life.do("accept")
    await life.do("accept", OFFICER)
    assert (await life.row()).next_wake is not None


async def test_a_worker_restarted_goes_on_where_the_last_one_stopped(
    temporal_client: Client, engine: AsyncEngine, task_queue: str
) -> None:
    from console.record import RecordedRevisions
    from workflows import client as engine_client

    start = beginning("faults@1")
    async with build_worker(temporal_client, engine, task_queue):
        await engine_client.start(temporal_client, start, task_queue, RecordedRevisions(engine))
    life = Living(temporal_client, engine, start.id)
    await life.handle.signal("hand_over")
    async with build_worker(temporal_client, engine, task_queue):
        await until(life, "told")
    assert (await kinds(life))[0] == "started"
