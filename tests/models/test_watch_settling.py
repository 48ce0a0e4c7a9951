"""What becomes of a watch that was told when facts change: settling, holding, carrying over to another ladder."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Refused
from models.watch import (
    Book,
    Carry,
    Clock,
    Memo,
    Timekeeper,
    Watch,
    acknowledge,
    carry,
    fire,
    settle,
)
from tests.models.ladders import EMPTY, NO_PAUSE, calendar, due, ladder, paused, running, told_on_time
from tests.models.lives import DAY, T0, TICK, assert_sentence, day

# -- settling -----------------------------------------------------------------------------------------------------


def test_a_watch_no_longer_armed_is_forgotten_and_its_episode_closed() -> None:
    book, closed = settle([running()], [], told_on_time(50), NO_PAUSE, NO_PAUSE, day(60))
    assert book.memos == {}
    assert [(each.episode, each.rung, each.rest, each.next_episode, each.at) for each in closed] == [
        (1, 0, 0, None, day(60))
    ]


def test_a_watch_that_said_nothing_closes_nothing() -> None:
    held = acknowledge(running(), day(90), EMPTY, NO_PAUSE)
    assert held.memos
    assert settle([running()], [], held, NO_PAUSE, NO_PAUSE, day(60)) == (Book({}), ())


def test_what_did_not_move_is_left_alone() -> None:
    book = told_on_time(50)
    assert settle([running()], [running()], book, NO_PAUSE, NO_PAUSE, day(60)) == (book, ())


def test_silence_over_closes_the_episode_and_forgets() -> None:
    book, (closed,) = settle([running()], [running(day(60))], told_on_time(50), NO_PAUSE, NO_PAUSE, day(60))
    assert (closed.rung, closed.rest, closed.next_episode) == (0, 0, None)
    assert book.memos == {}


def test_what_is_still_true_goes_on_under_a_new_number() -> None:
    book, (closed,) = settle([running()], [running(day(60))], told_on_time(95), NO_PAUSE, NO_PAUSE, day(95))
    assert (closed.episode, closed.rung, closed.rest, closed.next_episode) == (1, 0, 1, 2)
    assert book == Book({"contact": Memo(level=1, episode=2)}, episodes=2)
    assert due(running(day(60)), book) == day(105)


def test_since_moved_back_says_no_less_and_closes_nothing() -> None:
    book, closed = settle([running()], [running(day(-20))], told_on_time(30), NO_PAUSE, NO_PAUSE, day(32))
    assert (closed, book.memo("contact").level) == ((), 1)
    _, (notice,) = fire([running(day(-20))], book, NO_PAUSE, day(32))
    assert (notice.episode, notice.rung) == (1, 2)


def test_a_promise_is_kept_where_since_moves() -> None:
    book = acknowledge(running(), day(120), told_on_time(50), NO_PAUSE)
    earlier, _ = settle([running()], [running(day(-20))], book, NO_PAUSE, NO_PAUSE, day(50))
    assert due(running(day(-20)), earlier) == day(120)
    later, _ = settle([running()], [running(day(10))], book, NO_PAUSE, NO_PAUSE, day(50))
    assert due(running(day(10)), later) == day(120)


def test_a_promise_goes_with_the_silence_it_was_about() -> None:
    book = acknowledge(running(), day(120), told_on_time(50), NO_PAUSE)
    book, _ = settle([running()], [running(day(45))], book, NO_PAUSE, NO_PAUSE, day(50))
    assert book.memos == {}
    assert due(running(day(45)), book) == day(75)


def test_a_promise_made_before_anything_was_told_goes_with_the_silence_too() -> None:
    book = acknowledge(running(), day(80), EMPTY, NO_PAUSE)
    assert settle([running()], [running(day(45))], book, NO_PAUSE, NO_PAUSE, day(50)) == (EMPTY, ())


@pytest.mark.parametrize(("now", "rest"), [(day(95), 2), (day(95) - TICK, 1)])
def test_a_rung_reached_this_very_moment_stays_told(now: datetime, rest: int) -> None:
    _, (closed,) = settle([running()], [running(day(50))], told_on_time(92), NO_PAUSE, NO_PAUSE, now)
    assert closed.rest == rest


def test_a_promise_is_kept_where_since_moves_during_a_suspension() -> None:
    book = acknowledge(running(), day(120), told_on_time(50), NO_PAUSE)
    time = paused((60, None))
    book, _ = settle([running()], [running(day(-20))], book, time, time, day(70))
    assert due(running(day(-20)), book, paused((60, 160))) == day(220)


# -- acknowledging ------------------------------------------------------------------------------------------------


def test_acknowledged_the_next_rung_waits_and_later_ones_keep_their_distance() -> None:
    book = acknowledge(running(), day(70), told_on_time(30), NO_PAUSE)
    assert due(running(), book) == day(70)
    book, _ = fire([running()], book, NO_PAUSE, day(70))
    assert due(running(), book) == day(70 + 45)


def test_acknowledging_a_calendar_ladder_moves_the_rest_of_it() -> None:
    book = acknowledge(calendar(), day(5), EMPTY, NO_PAUSE)
    assert due(calendar(), book) == day(5)
    book, _ = fire([calendar()], book, NO_PAUSE, day(5))
    assert due(calendar(), book) == day(19)


@given(first=st.integers(1, 300), second=st.integers(1, 300), level=st.integers(0, 3))
def test_acknowledging_never_brings_anything_forward(first: int, second: int, level: int) -> None:
    book = Book({"contact": Memo(level=level, episode=1)})
    for until in (first, second):
        before = due(running(), book)
        book = acknowledge(running(), day(until), book, NO_PAUSE)
        after = due(running(), book)
        assert before is not None
        assert after == max(before, day(until))


@pytest.mark.parametrize(
    ("memo", "time"),
    [(Memo(level=4, episode=1), NO_PAUSE), (Memo(), paused((10, None)))],
    ids=["exhausted", "silenced"],
)
def test_there_is_nothing_to_hold_where_nothing_more_would_be_told(memo: Memo, time: Timekeeper) -> None:
    with pytest.raises(Refused) as refused:
        acknowledge(running(), day(300), Book({"contact": memo}), time)
    assert refused.value.code == "nothing_to_hold"
    assert_sentence(refused.value.message)


# -- carrying over to another ladder ------------------------------------------------------------------------------

SLOWER = Watch("contact", T0, ladder(60, 100, 200, 400))
SHORTER = Watch("contact", T0, ladder(20, 35))


@pytest.mark.parametrize(
    ("new", "how", "expected"),
    [
        (SLOWER, Carry.KEEP_ELAPSED, 100),
        (SLOWER, Carry.KEEP_DUE, 45),
        (SLOWER, Carry.RESTART, 40 + 100),
        (SHORTER, Carry.KEEP_ELAPSED, 35),  # past: told at once, the next rung only
        (SHORTER, Carry.KEEP_DUE, 45),
        (SHORTER, Carry.RESTART, 40 + 35),
    ],
)
def test_each_carry_puts_the_next_rung_where_it_says(new: Watch, how: Carry, expected: int) -> None:
    book = carry(running(), new, how, told_on_time(40), NO_PAUSE, NO_PAUSE, day(40))
    assert due(new, book) == day(expected)
    assert (book.memo("contact").level, book.memo("contact").episode) == (1, 1)


def test_a_date_still_to_come_is_where_it_was_after_a_restart() -> None:
    other = Watch("milestone", day(100), ladder(-20, 5, clock=Clock.CALENDAR), "a/b")
    book = carry(calendar(day(100)), other, Carry.RESTART, EMPTY, NO_PAUSE, NO_PAUSE, day(10))
    assert due(other, book) == day(80)


@pytest.mark.parametrize("how", Carry)
def test_what_was_told_beyond_the_new_ladder_is_not_told_again(how: Carry) -> None:
    book = carry(running(), SHORTER, how, told_on_time(95), NO_PAUSE, NO_PAUSE, day(95))
    assert due(SHORTER, book) is None
    book = carry(SHORTER, running(), Carry.KEEP_ELAPSED, book, NO_PAUSE, NO_PAUSE, day(95))
    assert due(running(), book) == day(180)


def test_keep_due_keeps_the_due_date_through_a_suspension() -> None:
    time = paused((35, None))
    book = carry(running(), SLOWER, Carry.KEEP_DUE, told_on_time(32), time, time, day(40))
    assert due(SLOWER, book, paused((35, 50))) == day(60)


def test_keep_due_does_not_make_a_planned_meetings_deferral_permanent() -> None:
    watch = running(deferred=day(80))
    book = carry(watch, SLOWER, Carry.KEEP_DUE, told_on_time(30), NO_PAUSE, NO_PAUSE, day(40))
    assert due(SLOWER, book) == day(45)


def test_keep_elapsed_undoes_the_haste_of_a_kept_due_date() -> None:
    book = carry(running(), SLOWER, Carry.KEEP_DUE, told_on_time(30), NO_PAUSE, NO_PAUSE, day(40))
    book = carry(SLOWER, running(), Carry.KEEP_ELAPSED, book, NO_PAUSE, NO_PAUSE, day(41))
    assert due(running(), book) == day(45)
    hasty = carry(
        running(), Watch("contact", T0, ladder(300, 400, 500, 600)), Carry.KEEP_DUE, EMPTY, NO_PAUSE, NO_PAUSE, day(9)
    )
    back = carry(
        Watch("contact", T0, ladder(300, 400, 500, 600)),
        running(),
        Carry.KEEP_ELAPSED,
        hasty,
        NO_PAUSE,
        NO_PAUSE,
        day(10),
    )
    assert due(running(), back) == day(30)


def test_a_hold_outlasts_a_change_of_ladder() -> None:
    held = acknowledge(running(), day(100), told_on_time(30), NO_PAUSE)
    for how in (Carry.KEEP_ELAPSED, Carry.KEEP_DUE):
        after = due(SLOWER, carry(running(), SLOWER, how, held, NO_PAUSE, NO_PAUSE, day(40)))
        assert after is not None
        assert after >= day(100)


def test_a_book_keeps_only_what_says_something() -> None:
    book = EMPTY.write("a", Memo()).write("b", Memo(shift=DAY)).write("c", Memo(level=1, episode=1))
    assert set(book.memos) == {"b", "c"}
    assert set(book.write("c", Memo()).memos) == {"b"}
