"""Ladders and watches without a partnership, for tests of their mechanics."""

from __future__ import annotations

from datetime import datetime

from models.watch import (
    Attention,
    Book,
    Clock,
    Ladder,
    Pause,
    Rung,
    Timekeeper,
    Watch,
    fire,
)
from tests.models.lives import T0, day

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


def told_on_time(upto: float, watch: Watch | None = None) -> Book:
    watch, book = watch or running(), EMPTY
    while (wake := due(watch, book)) is not None and wake <= day(upto):
        book, _ = fire([watch], book, NO_PAUSE, wake)
    return book
