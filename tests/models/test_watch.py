"""The mechanics of watches, with no partnership in sight: ladders, clocks, firing, settling, holding, carrying."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.base import Refused
from models.watch import (
    Attention,
    Book,
    Carry,
    Clock,
    Ladder,
    Memo,
    Pause,
    Rung,
    Timekeeper,
    Watch,
    acknowledge,
    attention,
    carry,
    fire,
    next_wake,
    settle,
)
from tests.models.lives import DAY, T0, TICK, assert_sentence, day

OFFICER, DEPUTY, COORDINATOR = "officer", "deputy", "coordinator"


def rung(days: int, role: str = OFFICER, raises: str = "quiet") -> Rung:
    return Rung(days=days, roles=(role,), attention=Attention(raises))


def ladder(*days: int, clock: Clock = Clock.RUNNING, deferral: int = 0) -> Ladder:
    return Ladder(clock=clock, rungs=tuple(rung(each) for each in days), deferral=deferral)


RUNNING = Ladder(
    clock=Clock.RUNNING,
    rungs=(rung(30), rung(45, DEPUTY), rung(90, COORDINATOR, "stalled"), rung(180, COORDINATOR, "decide")),
    deferral=60,
)
CALENDAR = Ladder(clock=Clock.CALENDAR, rungs=(rung(-14, raises="ok"), rung(0), rung(14), rung(60, COORDINATOR)))
EMPTY = Book({})
NO_PAUSE = Timekeeper()


def running(since: datetime = T0, **facts: object) -> Watch:
    return Watch("contact", since, RUNNING, **facts)  # type: ignore[arg-type]


def calendar(since: datetime = T0) -> Watch:
    return Watch("milestone", since, CALENDAR, "a/b")


def paused(*spans: tuple[float, float | None]) -> Timekeeper:
    return Timekeeper(tuple(Pause(start=day(a), end=None if b is None else day(b)) for a, b in spans))


def due(watch: Watch, book: Book = EMPTY, time: Timekeeper = NO_PAUSE) -> datetime | None:
    return time.due(watch, book.memo(watch.name))


# -- ladders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rungs", "clock", "why"),
    [
        ((), Clock.RUNNING, "at least one rung"),
        ((rung(30), rung(30)), Clock.RUNNING, "must rise: 30 follows 30"),
        ((rung(45), rung(30)), Clock.CALENDAR, "must rise: 30 follows 45"),
        ((rung(30, raises="stalled"), rung(45)), Clock.RUNNING, "must not fall: quiet follows stalled"),
        ((Rung(days=3, roles=()),), Clock.CALENDAR, "must name somebody"),
        ((rung(-1), rung(3)), Clock.RUNNING, "no days before its start"),
        (tuple(rung(n) for n in range(13)), Clock.RUNNING, "at most 12"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(rungs: tuple[Rung, ...], clock: Clock, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Ladder(clock=clock, rungs=rungs)


@pytest.mark.parametrize("days", [10_000_000, -10_000_000])
def test_a_rung_beyond_every_calendar_is_refused(days: int) -> None:
    with pytest.raises(ValidationError, match="36500"):
        Rung(days=days, roles=(OFFICER,))


def test_a_ladder_with_days_before_the_date_and_attention_that_stays_can_be_climbed() -> None:
    assert [each.days for each in CALENDAR.rungs] == [-14, 0, 14, 60]
    assert len(ladder(*range(12)).rungs) == 12


# -- clocks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "offset", "reached"),
    [
        ((), 30, 30),
        (((10, 20),), 5, 5),
        (((10, 20),), 10, 10),  # exactly as the pause begins: already reached
        (((10, 20),), 11, 21),
        (((10, 20), (25, 30)), 20, 35),
        (((-20, -10),), 30, 30),  # over before it began to count
        (((-5, 5),), 1, 6),  # began to count within a pause
        (((10, None),), 10, 10),
        (((10, None),), 11, None),
    ],
)
def test_a_running_clock_reaches_an_offset_without_its_pauses(
    spans: tuple[tuple[float, float | None], ...], offset: int, reached: float | None
) -> None:
    assert paused(*spans).reach(running(), offset * DAY) == (None if reached is None else day(reached))


def test_a_calendar_clock_ignores_pauses() -> None:
    assert paused((1, 50)).reach(calendar(), 14 * DAY) == day(14)
    assert paused((1, None)).shown(calendar(), day(14)) == 14 * DAY


@given(
    cuts=st.lists(st.integers(-40, 400), max_size=10, unique=True).map(sorted),
    still_open=st.booleans(),
    since=st.integers(-60, 420),
    at=st.integers(-60, 900),
)
def test_reach_and_shown_are_inverse(cuts: list[int], still_open: bool, since: int, at: int) -> None:
    spans: list[tuple[float, float | None]] = list(zip(cuts[::2], cuts[1::2], strict=False))
    if still_open and len(cuts) % 2:
        spans.append((cuts[-1], None))
    time, watch = paused(*spans), running(day(since))
    inside = next((a for a, b in spans if a <= at and (b is None or at <= b)), None)
    shown = time.shown(watch, day(at))
    back = time.reach(watch, shown)
    if inside is None:
        assert back == day(at)
    else:  # a pause is one moment of the clock: where it began, or where the watch did
        assert back in (day(max(inside, since)), day(at))
        assert back is not None
        assert time.shown(watch, back) == shown


@given(start=st.integers(0, 300), length=st.integers(0, 300), since=st.integers(-100, 300))
def test_a_pause_is_no_time_at_all(start: int, length: int, since: int) -> None:
    watch, time = running(day(since)), paused((start, start + length))
    if since <= start:
        assert time.shown(watch, day(start)) == time.shown(watch, day(start + length))


# -- due ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", range(4))
def test_the_next_rung_is_due_after_its_days(level: int) -> None:
    days = RUNNING.rungs[level].days
    assert NO_PAUSE.due(running(), Memo(level=level)) == day(days)


def test_an_exhausted_ladder_is_never_due() -> None:
    assert NO_PAUSE.due(running(), Memo(level=4)) is None


def test_a_suspension_silences_every_watch_but_its_own() -> None:
    own = Watch("suspension", T0, CALENDAR, speaks_while_suspended=True)
    time = paused((5, None))
    assert time.due(running(), Memo()) is None
    assert time.due(calendar(), Memo()) is None
    assert time.due(own, Memo()) == day(-14)
    assert next_wake([running(), calendar(), own], EMPTY, time) == day(-14)


@pytest.mark.parametrize(
    ("deferred", "expected"),
    [(None, 30), (29, 30), (31, 31), (90, 90), (91, 90), (4000, 90)],
)
def test_a_deferral_holds_the_next_rung_back_but_only_so_far(deferred: float | None, expected: float) -> None:
    watch = running(deferred=None if deferred is None else day(deferred))
    assert due(watch) == day(expected)


def test_the_next_wake_is_the_earliest_due_or_none() -> None:
    assert next_wake([running(), calendar(day(30))], EMPTY, NO_PAUSE) == day(16)
    assert next_wake([], EMPTY, NO_PAUSE) is None
    assert next_wake([running()], Book({"contact": Memo(level=4, episode=1)}), NO_PAUSE) is None


# -- firing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "rung_told"), [(30, 1), (45, 2), (90, 3), (180, 4)])
def test_each_rung_is_told_at_its_instant_and_not_before(days: int, rung_told: int) -> None:
    book = Book({"contact": Memo(level=rung_told - 1, episode=7)} if rung_told > 1 else {}, episodes=7)
    assert fire([running()], book, NO_PAUSE, day(days) - TICK) == (book, ())
    after, (notice,) = fire([running()], book, NO_PAUSE, day(days))
    assert (notice.rung, notice.roles, notice.due, notice.since) == (
        rung_told,
        RUNNING.rungs[rung_told - 1].roles,
        day(days),
        T0,
    )
    assert after.memo("contact").level == rung_told


def test_the_episodes_number_is_drawn_at_the_first_telling_and_kept() -> None:
    book, (first,) = fire([running()], Book({}, episodes=4), NO_PAUSE, day(30))
    book, (second,) = fire([running()], book, NO_PAUSE, day(45))
    assert (first.episode, second.episode, book.episodes) == (5, 5, 5)


def test_two_watches_due_at_once_have_episodes_of_their_own() -> None:
    _, told = fire([running(), calendar(day(30))], EMPTY, NO_PAUSE, day(30))
    assert [(each.watch, each.episode) for each in told] == [("contact", 1), ("milestone:a/b", 2)]


def test_after_downtime_one_notice_tells_the_highest_rung_to_everybody_passed_over() -> None:
    book, (notice,) = fire([running()], EMPTY, NO_PAUSE, day(100))
    assert (notice.rung, notice.roles, notice.attention) == (3, (OFFICER, DEPUTY, COORDINATOR), Attention.STALLED)
    assert notice.due == day(30)
    assert fire([running()], book, NO_PAUSE, day(100)) == (book, ())


def test_told_late_a_running_ladder_keeps_its_later_rungs_distance() -> None:
    book, _ = fire([running()], EMPTY, NO_PAUSE, day(400).replace(hour=11))
    assert book.memo("contact") == Memo(level=4, shift=220 * DAY + timedelta(hours=1), episode=1)
    book, _ = fire([running()], EMPTY, NO_PAUSE, day(40))
    assert due(running(), book) == day(55)


def test_told_later_than_promised_the_distance_is_kept_from_the_telling() -> None:
    book = acknowledge(running(), day(70), told_on_time(30), NO_PAUSE)
    book, (notice,) = fire([running()], book, NO_PAUSE, day(100))
    assert (notice.rung, due(running(), book)) == (2, day(145))


def test_told_late_a_calendar_ladder_stays_on_the_worlds_dates() -> None:
    book, (notice,) = fire([calendar()], EMPTY, NO_PAUSE, day(10))
    assert notice.rung == 2
    assert due(calendar(), book) == day(14)


def test_pauses_over_and_planned_meetings_past_the_rungs_behind_are_told_in_one() -> None:
    watch = running(deferred=day(95))
    assert fire([watch], EMPTY, NO_PAUSE, day(90) - TICK)[1] == ()
    _, (notice,) = fire([watch], EMPTY, NO_PAUSE, day(90))  # thirty days, and at most sixty more
    assert (notice.rung, notice.roles) == (3, (OFFICER, DEPUTY, COORDINATOR))


def test_attention_is_the_highest_told_of_armed_watches() -> None:
    assert attention([], EMPTY) is Attention.OK
    book = Book({"contact": Memo(level=3, episode=1), "milestone:a/b": Memo(level=2, episode=2)})
    assert attention([running(), calendar()], book) is Attention.STALLED
    assert attention([calendar()], book) is Attention.QUIET
    assert attention([running()], Book({"contact": Memo(level=9)})) is Attention.DECIDE


# -- settling -----------------------------------------------------------------------------------------------------


def told_on_time(upto: float, watch: Watch | None = None) -> Book:
    watch, book = watch or running(), EMPTY
    while (wake := due(watch, book)) is not None and wake <= day(upto):
        book, _ = fire([watch], book, NO_PAUSE, wake)
    return book


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
