"""Figures of many partnerships: as they were lived, for whoever may see them, about nobody in particular."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from console.access.viewer import Viewer
from console.pictures.chosen import Wanted, enough, month_starts, oblasts
from console.pictures.closed import Closed
from console.pictures.flow import Flow, Move, counted_back, flow
from console.pictures.regions import OTHERS, Region, put_together, regions
from console.pictures.reminders import Reminders, reminders
from models.stage import Stage
from models.watch import Attention
from tests.console.fixtures import Shelf
from tests.console.pictures.lived import KYIV, KYIVSKA, LVIVSKA, MINISTRY, NOW, PLACES, SUMSKA, Past, mailed, on, viewer

STARTS = month_starts(NOW, 6, KYIV)
EVERYBODY = viewer("oksana", MINISTRY)


async def flowed(record: Shelf, who: Viewer, closed: Closed | None = None, **wanted: object) -> Flow:
    async with record.engine.connect() as connection:
        asked = Wanted.model_validate(wanted)
        return await flow(connection, who, asked, STARTS, closed or Closed(), NOW)


async def reminded(record: Shelf, who: Viewer, **wanted: object) -> Reminders:
    async with record.engine.connect() as connection:
        return await reminders(connection, who, Wanted.model_validate(wanted), STARTS, Closed(), NOW)


def at(shown: Flow, stage: Stage) -> list[int]:
    return [standing[stage] for standing in shown.standing]


async def three_lives(record: Shelf) -> None:
    """March to August: one climbs and ends, one climbs and falls back, one is imported and not accepted."""
    first = await Past(record, "first").begin("2026-02-03", "UA-К0", "outreach")
    await first.do("2026-04-10", "advance", to="dialogue", reason="t")
    await first.do("2026-06-30", "end", why="other")
    second = await Past(record, "second").begin("2026-04-30", "UA-Л0", "dialogue")
    await second.do("2026-05-31", "advance", to="agreement", reason="t")
    await second.do("2026-07-02", "advance", to="dialogue", reason="t")
    await Past(record, "third").begin("2026-03-01", "UA-Л1", "activities", imported=True)


# -- months -----------------------------------------------------------------------------------------------------------


def test_months_begin_at_midnight_of_the_zone_through_summer_time_and_new_year() -> None:
    starts = month_starts(datetime(2026, 1, 31, 22, 30, tzinfo=UTC), 3, KYIV)
    assert [f"{start:%Y-%m-%d %H:%M %z}" for start in starts] == [
        "2025-12-01 00:00 +0200",
        "2026-01-01 00:00 +0200",
        "2026-02-01 00:00 +0200",
        "2026-03-01 00:00 +0200",
    ]
    assert [f"{start:%m %z}" for start in month_starts(on("2026-04-15"), 2, KYIV)] == [
        "03 +0200",
        "04 +0300",
        "05 +0300",
    ]


@pytest.mark.parametrize(("said", "meant"), [("24", 24), (6, 6)])
def test_a_period_is_chosen_from_a_few(said: object, meant: int) -> None:
    assert Wanted.model_validate({"months": said, "oblast": " "}) == Wanted(months=meant)  # type: ignore[arg-type]


# -- the flow of stages -----------------------------------------------------------------------------------------------


async def test_the_flow_is_what_was_lived(record: Shelf) -> None:
    await three_lives(record)
    shown = await flowed(record, EVERYBODY)
    assert [month.month for month in shown.months] == [3, 4, 5, 6, 7, 8]
    assert at(shown, Stage.OUTREACH) == [1, 0, 0, 0, 0, 0]
    assert at(shown, Stage.DIALOGUE) == [0, 2, 1, 0, 1, 1]
    assert at(shown, Stage.AGREEMENT) == [0, 0, 1, 1, 0, 0]
    assert at(shown, Stage.ACTIVITIES) == [0] * 6
    assert shown.ended == (0, 0, 0, 1, 0, 0)


async def test_the_flow_is_of_what_somebody_may_see(record: Shelf) -> None:
    await three_lives(record)
    for who in (viewer("oksana", ("coordinator", "oblast", LVIVSKA)), viewer("oksana", seats_in=["UA-Л0"])):
        shown = await flowed(record, who)
        assert at(shown, Stage.DIALOGUE) == [0, 1, 0, 0, 1, 1]
        assert shown.ended == (0,) * 6
    assert at(await flowed(record, EVERYBODY, oblast=LVIVSKA), Stage.DIALOGUE) == [0, 1, 0, 0, 1, 1]
    nothing = await flowed(record, viewer("oksana"))
    assert all(not any(standing.values()) for standing in nothing.standing)


async def test_months_that_are_over_are_counted_once_a_day_for_whoever_sees_everything(record: Shelf) -> None:
    await three_lives(record)
    closed = Closed()
    said: list[str] = []
    event.listen(record.engine.sync_engine, "before_cursor_execute", lambda _c, _cu, sql, *_: said.append(sql))
    first = await flowed(record, EVERYBODY, closed)
    assert "CASE" in said[-1], "six months are told apart"
    assert await flowed(record, EVERYBODY, closed) == first
    assert "timeline" in said[-1]
    assert "CASE" not in said[-1], "July is over for a fortnight: only August is counted again"
    second = await Past(record, "late").begin("2026-08-14", "UA-С0", "dialogue")
    assert second.p.stage is Stage.DIALOGUE
    assert at(await flowed(record, EVERYBODY, closed), Stage.DIALOGUE) == [0, 2, 1, 0, 1, 2]


def test_counting_back_undoes_what_moved() -> None:
    moved = [[Move(None, "outreach", 5)], [Move("outreach", "dialogue", 3), Move("dialogue", "ended", 1)]]
    shown = counted_back({"outreach": 2, "dialogue": 2, "ended": 1}, moved, STARTS[:3])
    assert at(shown, Stage.OUTREACH) == [5, 2]
    assert at(shown, Stage.DIALOGUE) == [0, 2]
    assert shown.ended == (0, 1)


# -- regions ----------------------------------------------------------------------------------------------------------


async def quiet_lives(record: Shelf) -> None:
    """Every municipality has one of February, which is quiet by summer; half of them were heard in July."""
    for number, (place, _, _) in enumerate(PLACES):
        past = await Past(record, f"p{number}").begin("2026-02-01", place, "dialogue")
        await past.told("2026-03-20")
        if number % 2:
            await past.do("2026-04-10", "record_contact", contact="k", how="visit")


async def test_regions_count_what_asks_for_something(record: Shelf) -> None:
    await quiet_lives(record)
    async with record.engine.connect() as connection:
        found = await regions(connection, EVERYBODY, Wanted())
        mine = await regions(connection, viewer("oksana", ("coordinator", "oblast", SUMSKA)), Wanted())
    assert [(each.name_uk, each.total, each.asking) for each in found] == [
        (KYIVSKA, 4, 2),
        (LVIVSKA, 4, 2),
        (SUMSKA, 4, 2),
    ]
    assert found[0].by_attention == {Attention.QUIET: 2, Attention.OK: 2}
    assert [each.name_uk for each in mine] == [SUMSKA]


def region(name: str, places: int, quiet: int = 1) -> Region:
    return Region(name, name, Counter(quiet=quiet, ok=places), {f"{name}{n}" for n in range(places)})


def test_regions_of_few_municipalities_are_put_together_and_left_out_where_they_are_still_few() -> None:
    assert [each.name_uk for each in put_together([region("a", 3), region("b", 2)])] == ["a"]
    (shown, others) = put_together([region("b", 2), region("a", 3, quiet=4), region("c", 1)])
    assert (shown.name_uk, others.name_uk, others.total) == ("a", OTHERS, 5)
    assert [each.name_uk for each in put_together([region("a", 3, 1), region("b", 3, 2), region("c", 4, 1)])] == [
        "b",
        "c",
        "a",
    ]
    assert put_together([region(OTHERS, 5)])[0].name_uk == OTHERS


async def test_of_fewer_than_three_municipalities_there_are_no_figures(record: Shelf) -> None:
    for number, (place, _, _) in enumerate(PLACES[:3]):
        await Past(record, f"p{number}").begin("2026-02-01", place)
        await Past(record, f"q{number}").begin("2026-02-01", place)
        async with record.engine.connect() as connection:
            assert await enough(connection, EVERYBODY, Wanted()) is (number == 2)
            assert not await enough(connection, EVERYBODY, Wanted(oblast=LVIVSKA))


async def test_regions_are_chosen_by_name_in_either_language(record: Shelf) -> None:
    async with record.engine.connect() as connection:
        found = await oblasts(connection)
    assert (KYIVSKA, KYIVSKA) in found
    assert found == sorted(found)


# -- reminders --------------------------------------------------------------------------------------------------------


async def test_reminders_are_told_in_a_month_and_answered_by_contact_or_by_taking_it_in_hand(record: Shelf) -> None:
    silent = await Past(record, "silent").begin("2026-02-01", "UA-К0")
    await silent.told("2026-03-20")
    heard = await Past(record, "heard").begin("2026-02-01", "UA-К1")
    await heard.told("2026-03-20")
    await heard.do("2026-04-18", "record_contact", contact="k", how="visit")
    late = await Past(record, "late").begin("2026-02-01", "UA-К2")
    await late.told("2026-03-20")
    await late.do("2026-04-20", "record_contact", contact="k", how="visit")
    held = await Past(record, "held").begin("2026-02-01", "UA-Л0")
    await held.told("2026-03-20")
    await held.do("2026-03-21", "acknowledge", watch="dialogue", until=on("2026-07-01"))
    other = await Past(record, "other").begin("2026-02-01", "UA-Л1")
    await other.do("2026-03-01", "set_next_step", text="t", due=on("2026-09-01"))
    await other.told("2026-03-20")
    await other.do("2026-03-21", "acknowledge", watch="next_step", until=on("2026-08-20"))
    await mailed(record)
    shown = await reminded(record, EVERYBODY)
    assert (shown.told, shown.answered) == ((5, 0, 0, 0, 0, 0), (2, 0, 0, 0, 0, 0))
    assert shown.open == (False, False, False, False, True, True)
    lviv = await reminded(record, viewer("oksana", ("viewer", "oblast", LVIVSKA)))
    assert (lviv.told[0], lviv.answered[0]) == (2, 1)


async def test_what_nobody_was_told_is_no_reminder(record: Shelf) -> None:
    past = await Past(record, "silent").begin("2026-02-01", "UA-К0")
    await past.told("2026-03-20")
    assert (await reminded(record, EVERYBODY)).told == (0,) * 6


async def test_figures_take_a_fixed_number_of_statements(record: Shelf) -> None:
    await quiet_lives(record)
    said: list[str] = []
    event.listen(record.engine.sync_engine, "before_cursor_execute", lambda _c, _cu, sql, *_: said.append(sql))
    who = viewer("iryna", ("coordinator", "oblast", KYIVSKA))
    await flowed(record, who)
    await reminded(record, who)
    async with record.engine.connect() as connection:
        await regions(connection, who, Wanted())
    assert len([sql for sql in said if sql.lstrip().upper().startswith("SELECT")]) == 4


def test_what_came_in_late_is_waited_for() -> None:
    assert STARTS[-1] - NOW > timedelta(days=7)
