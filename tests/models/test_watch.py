"""The mechanics of watches, with no partnership in sight: ladders, clocks, what is due, firing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.watch import (
    Attention,
    Book,
    Clock,
    Ladder,
    Memo,
    Rung,
    Watch,
    acknowledge,
    attention,
    fire,
    next_wake,
)
from tests.models.ladders import (
    CALENDAR,
    COORDINATOR,
    DEPUTY,
    EMPTY,
    NO_PAUSE,
    OFFICER,
    RUNNING,
    calendar,
    due,
    ladder,
    paused,
    rung,
    running,
    told_on_time,
)
from tests.models.lives import DAY, T0, TICK, day

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
