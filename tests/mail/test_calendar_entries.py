"""Calendar entries follow the record: new, moved, cancelled, back again; on both databases, by two at once."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.calendar_entries import FORGOTTEN, keep_entries
from activities.ports import Recording
from activities.record import Recorder
from mailroom.dates_of import uid_of
from models.care import Suspension, WhyPaused
from models.contact import Meeting
from models.partnership import Partnership
from models.stage import Stage
from models.tables import CalendarEntryRow, CalendarKeptRow, PartnershipRow
from models.watch import Attention, Pause
from tests.mail.lives import DAY, NOW, ago, living, partnership_with

MEETING = Meeting(id="g1", at=ago(-20))
PLANNED = living(meetings=(MEETING,), silent=0, stage_since=ago(100), revision=1)
THE_MEETING = uid_of("most-1", "meeting:g1")


async def record(engine: AsyncEngine, *partnerships: Partnership) -> None:
    for p in partnerships:
        await Recorder(engine).record(Recording(state=p, attention=Attention.OK, changes=()))


def next_of(p: Partnership, **facts: Any) -> Partnership:
    return p.but(revision=p.revision + 1, **facts)


async def entries(engine: AsyncEngine) -> dict[str, Row[Any]]:
    async with engine.connect() as connection:
        return {row.uid: row for row in await connection.execute(select(CalendarEntryRow.__table__))}


async def kept(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(CalendarKeptRow.__table__))
        return {row.partnership: row.revision for row in rows}


async def the_meeting(engine: AsyncEngine) -> tuple[int, bool]:
    """Its sequence, and whether it is cancelled."""
    row = (await entries(engine))[THE_MEETING]
    return row.sequence, row.cancelled_at is not None


async def test_a_new_date_is_kept_once(engine: AsyncEngine) -> None:
    await record(engine, PLANNED)
    assert await keep_entries(engine, NOW) == 1
    before = await entries(engine)
    assert {each.kind: (each.starts, each.all_day, each.sequence) for each in before.values()} == {
        "meeting": (MEETING.at, False, 0),
        "contact": (ago(-180), True, 0),
        "review": (ago(100 - 365), True, 0),
    }
    assert await keep_entries(engine, NOW + DAY) == 0
    assert await entries(engine) == before


async def test_what_stays_as_it_was_keeps_its_version_when_something_else_changes(engine: AsyncEngine) -> None:
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    before = await entries(engine)
    await record(engine, next_of(PLANNED, coordinator="petro"))
    assert await keep_entries(engine, NOW + DAY) == 1
    assert await entries(engine) == before


async def test_a_moved_date_is_the_same_entry_in_its_next_version(engine: AsyncEngine) -> None:
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    await record(engine, next_of(PLANNED, meetings=(MEETING.but(at=ago(-30)),)))
    await keep_entries(engine, NOW + DAY)
    row = (await entries(engine))[THE_MEETING]
    assert (row.starts, row.sequence, row.changed_at, row.cancelled_at) == (ago(-30), 1, NOW + DAY, None)


async def test_a_changed_fact_is_a_new_version(engine: AsyncEngine) -> None:
    p = partnership_with("clearance").but(revision=1)
    await record(engine, p)
    await keep_entries(engine, ago(20))
    ladder = p.policy.ladders["clearance"]
    rungs = tuple(rung.but(days=rung.days + 1) for rung in ladder.rungs)
    await record(engine, next_of(p, differences={"clearance": ladder.but(rungs=rungs)}))
    await keep_entries(engine, ago(10))
    row = (await entries(engine))[uid_of("most-1", "clearance")]
    assert (row.facts, row.starts, row.sequence) == ({"days": 31}, ago(0), 1)


async def test_called_off_and_agreed_again_and_each_time_a_new_version(engine: AsyncEngine) -> None:
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    off = next_of(PLANNED, meetings=())
    await record(engine, off)
    await keep_entries(engine, NOW + DAY)
    assert await the_meeting(engine) == (1, True)
    still_off = next_of(off)
    await record(engine, still_off)
    await keep_entries(engine, NOW + 2 * DAY)
    assert await the_meeting(engine) == (1, True)
    await record(engine, next_of(still_off, meetings=(MEETING,)))
    await keep_entries(engine, NOW + 3 * DAY)
    assert await the_meeting(engine) == (2, False)
    assert len(await entries(engine)) == 3


@pytest.mark.parametrize(("seconds", "cancelled"), [(-1, True), (0, False), (1, False)])
async def test_what_has_passed_is_not_cancelled_by_being_gone(
    engine: AsyncEngine, seconds: int, cancelled: bool
) -> None:
    """A meeting that was held is recorded as contact and leaves the plans; calendars keep it."""
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    await record(engine, next_of(PLANNED, meetings=()))
    await keep_entries(engine, MEETING.at + timedelta(seconds=seconds))
    assert await the_meeting(engine) == (int(cancelled), cancelled)


async def test_with_the_partnership_its_dates_end(engine: AsyncEngine) -> None:
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    await record(engine, next_of(PLANNED, stage=Stage.ENDED))
    await keep_entries(engine, NOW + DAY)
    assert {row.cancelled_at for row in (await entries(engine)).values()} == {NOW + DAY}


async def test_a_pause_takes_deadlines_away_and_its_end_brings_them_back(engine: AsyncEngine) -> None:
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    pause = Suspension(why=WhyPaused.EVACUATION, review_at=ago(-60))
    paused = next_of(PLANNED, suspension=pause, pauses=(Pause(start=NOW),))
    await record(engine, paused)
    await keep_entries(engine, NOW + DAY)
    during = {row.kind: row.cancelled_at is None for row in (await entries(engine)).values()}
    assert during == {"meeting": True, "suspension": True, "contact": False, "review": False}
    await record(engine, next_of(paused, suspension=None, pauses=(Pause(start=NOW, end=NOW + 2 * DAY),)))
    await keep_entries(engine, NOW + 2 * DAY)
    after = {row.kind: (row.cancelled_at is None, row.sequence) for row in (await entries(engine)).values()}
    assert after == {"meeting": (True, 0), "suspension": (False, 1), "contact": (True, 2), "review": (True, 2)}


@pytest.mark.parametrize(("more", "left"), [(timedelta(0), True), (timedelta(seconds=1), False)])
async def test_what_was_cancelled_long_ago_is_no_longer_kept(engine: AsyncEngine, more: timedelta, left: bool) -> None:
    await record(engine, PLANNED)
    await keep_entries(engine, NOW)
    off = next_of(PLANNED, meetings=())
    await record(engine, off)
    await keep_entries(engine, NOW + DAY)
    await record(engine, next_of(off))
    await keep_entries(engine, NOW + DAY + FORGOTTEN + more)
    assert (THE_MEETING in await entries(engine)) is left


@pytest.mark.parametrize("confirmation", ["imported", "confirmed"])
async def test_a_partnership_nobody_has_accepted_is_not_looked_at(engine: AsyncEngine, confirmation: str) -> None:
    await record(engine, PLANNED.but(confirmation=confirmation))
    assert await keep_entries(engine, NOW) == 0
    assert await kept(engine) == {}


async def test_at_most_so_many_at_once_and_the_others_next_time(engine: AsyncEngine) -> None:
    await record(engine, *(living(id=f"most-{number:03}", revision=1) for number in range(120)))
    assert [await keep_entries(engine, NOW, limit=70) for _ in range(3)] == [70, 50, 0]
    assert len(await kept(engine)) == 120


async def test_one_that_cannot_be_read_never_stops_the_others(
    engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await record(engine, living(id="most-0", revision=1), living(id="most-1", revision=1))
    async with engine.begin() as connection:
        broken = update(PartnershipRow).where(PartnershipRow.id == "most-0").values(state={"id": "most-0"})
        await connection.execute(broken)
    with caplog.at_level(logging.ERROR):
        assert await keep_entries(engine, NOW) == 1
    assert await kept(engine) == {"most-1": 1}
    assert [record.about for record in caplog.records] == ["most-0"]


async def test_two_at_once_keep_each_change_once(engine: AsyncEngine) -> None:
    partnerships = [living(id=f"most-{number}", revision=1, meetings=(MEETING,)) for number in range(10)]
    await record(engine, *partnerships)
    assert sum(await asyncio.gather(*(keep_entries(engine, NOW) for _ in range(3)))) == 10
    await record(engine, *(next_of(p, meetings=()) for p in partnerships))
    assert sum(await asyncio.gather(*(keep_entries(engine, NOW + DAY) for _ in range(3)))) == 10
    found = [row for row in (await entries(engine)).values() if row.kind == "meeting"]
    assert {(row.sequence, row.cancelled_at) for row in found} == {(1, NOW + DAY)}


async def test_an_older_reading_never_overwrites_a_newer_one(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One round has read revision 1 and is held up; another keeps revision 2 meanwhile."""
    from activities import calendar_entries

    await record(engine, PLANNED)
    old = await calendar_entries._behind(engine, "", 10)
    await record(engine, next_of(PLANNED, meetings=(MEETING.but(at=ago(-30)),)))
    await keep_entries(engine, NOW)
    monkeypatch.setattr(calendar_entries, "_behind", lambda *_: _answered(old))
    assert await keep_entries(engine, NOW + DAY, limit=1) == 0
    assert (await entries(engine))[THE_MEETING].starts == ago(-30)
    assert await kept(engine) == {"most-1": 2}


async def _answered(rows: Any) -> Any:
    answer, rows[:] = list(rows), []
    return answer
