"""The recorder, on both databases: guarded, once, at most three statements and one commit."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ports import Recording
from activities.record import Recorder
from models import engine as rules
from models.base import Actor, Role
from models.engine import Change, Envelope
from models.lifecycle import Start
from models.partnership import Partnership
from models.tables import NoticeRow, PartnershipRow, Table, TimelineRow, open_engine
from models.tables.record import NEVER
from models.watch import Attention

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTOR = Actor(role=Role.COORDINATOR, person="kateryna")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    yield engine
    await engine.dispose()


def recording(state: Partnership, *changes: Change) -> Recording:
    return Recording(state=state, attention=Attention.OK, next_wake=state.next_wake(), changes=changes)


def begun() -> tuple[Partnership, Change]:
    parties = [{"place": "UA1", "officer": "olena"}, {"place": "pl-1"}]
    raw = {"id": "x", "actor": ACTOR, "command_id": "c0", "parties": parties, "stage": "dialogue"}
    return rules.begin(Start.model_validate(raw), NOW)


def quiet_then_heard() -> tuple[Recording, Recording]:
    """A silence that was told, and the contact that ended it."""
    state, started = begun()
    state, told = rules.fire(state, NOW + timedelta(days=50))
    assert told is not None
    first = recording(state, started, told)
    command = {"kind": "record_contact", "contact": "k1", "how": "call"}
    envelope = Envelope.model_validate({"command_id": "c1", "actor": ACTOR, "command": command})
    state, heard = rules.handle(state, envelope, NOW + timedelta(days=51))
    return first, recording(state, heard)


async def rows(engine: AsyncEngine, table: type[Table]) -> list[dict[str, Any]]:
    async with engine.connect() as connection:
        return sorted((dict(row) for row in (await connection.execute(select(table))).mappings()), key=str)


async def everything(engine: AsyncEngine) -> list[list[dict[str, Any]]]:
    return [await rows(engine, table) for table in (PartnershipRow, TimelineRow, NoticeRow)]


async def test_state_timeline_and_notices_are_recorded(engine: AsyncEngine) -> None:
    for each in quiet_then_heard():
        await Recorder(engine).record(each)
    (row,) = await rows(engine, PartnershipRow)
    assert (row["revision"], row["stage"], row["home"], row["partner"]) == (3, "dialogue", "UA1", "pl-1")
    assert Partnership.model_validate(row["state"]).contacts[0].id == "k1"
    assert row["silent_since"] == NOW + timedelta(days=51)
    assert [line["kind"] for line in await rows(engine, TimelineRow)] == ["started", "told", "record_contact"]
    assert [line["stage"] for line in await rows(engine, TimelineRow)] == ["dialogue", None, None]
    assert {(n["episode"], n["rung"], tuple(n["roles"])) for n in await rows(engine, NoticeRow)} == {
        (1, 1, ("officer",)),
        (1, 0, ()),
    }


async def test_lists_sort_by_ranks_and_know_every_place(engine: AsyncEngine) -> None:
    first, _ = quiet_then_heard()
    await Recorder(engine).record(first.but(attention=Attention.QUIET))
    (row,) = await rows(engine, PartnershipRow)
    assert (row["urgency"], row["stage_rank"], row["more_places"]) == (2, 2, None)
    assert row["silent_rank"] == int(NOW.timestamp())
    assert row["wake_rank"] == int(first.next_wake.timestamp() if first.next_wake else 0)
    parties = [{"place": place} for place in ("UA1", "pl-1", "de-1", "lt-1")]
    raw = {"id": "y", "actor": ACTOR, "command_id": "c0", "parties": parties}
    state, started = rules.begin(Start.model_validate(raw), NOW)
    await Recorder(engine).record(Recording(state=state, attention=Attention.OK, changes=(started,)))
    async with engine.connect() as connection:
        asked = select(PartnershipRow.id, PartnershipRow.silent_rank, PartnershipRow.wake_rank)
        for places in (["lt-1"], ["de-1", "UA2"], ["UA1"], ["pl-1"], ["UA2"]):
            found = set((await connection.execute(asked.where(PartnershipRow.at_any(places)))).scalars())
            assert ("y" in found, "x" in found) == (places != ["UA2"], places in (["UA1"], ["pl-1"]))
        last = (await connection.execute(asked.where(PartnershipRow.id == "y"))).one()
    assert (last.silent_rank, last.wake_rank) == (NEVER, NEVER)


async def test_recording_again_changes_nothing(engine: AsyncEngine) -> None:
    first, second = quiet_then_heard()
    for each in (first, second):
        await Recorder(engine).record(each)
    once = await everything(engine)
    for each in (second, first, first, second):
        await Recorder(engine).record(each)
    assert await everything(engine) == once


async def test_an_older_state_never_replaces_a_newer_one_but_its_entries_arrive(engine: AsyncEngine) -> None:
    first, second = quiet_then_heard()
    await Recorder(engine).record(second)
    await Recorder(engine).record(first)
    (row,) = await rows(engine, PartnershipRow)
    assert row["revision"] == 3
    assert len(await rows(engine, TimelineRow)) == 3


async def test_a_recording_is_at_most_three_statements_and_one_commit(engine: AsyncEngine) -> None:
    first, second = quiet_then_heard()
    await Recorder(engine).record(first)
    statements: list[str] = []
    commits: list[object] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda _c, _cu, text, *_: statements.append(text))
    event.listen(engine.sync_engine, "commit", commits.append)
    await Recorder(engine).record(second)
    assert len(statements) == 3
    assert len(commits) == 1


async def test_a_failed_recording_leaves_nothing_behind(engine: AsyncEngine) -> None:
    first, _ = quiet_then_heard()
    async with engine.begin() as connection:
        await connection.run_sync(NoticeRow.metadata.tables["deliveries"].drop)
        await connection.run_sync(NoticeRow.metadata.tables["notices"].drop)
    with pytest.raises(Exception, match="notices"):
        await Recorder(engine).record(first)
    assert await rows(engine, PartnershipRow) == []
    assert await rows(engine, TimelineRow) == []
