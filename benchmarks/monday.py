"""A Monday with 5,000 due notices for 400 people: `python -m benchmarks.monday` (`make bench-monday`).

The notices came up over the weekend; the mail room lives through the Monday by a clock of its own, in rounds of ten
minutes from 06:00 to midnight in Kyiv, on the default policy, with a real SMTP server on loopback. It is the only thing
in its process, whose memory is read after each round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.record import Recorder
from benchmarks import invented, report
from benchmarks.databases import create_tables, database
from benchmarks.loopback import Accepted, Loopback
from benchmarks.memory import megabytes
from benchmarks.running import run
from models.partnership import Partnership
from models.tables import DeliveryRow, MailRow, NoticeRow, Table, open_engine

NOTICES, PEOPLE = 5_000, 400
KYIV = ZoneInfo("Europe/Kyiv")
FIRST = datetime(2026, 10, 5, 6, 0, tzinfo=KYIV)
LAST = datetime(2026, 10, 6, 0, 0, tzinfo=KYIV)
"""A Monday without a clock change near, in rounds from the first moment to the last."""

OPENS, CLOSES = time(9), time(18)
"""The hours of people who said nothing of theirs, on their own clocks."""

WEEKEND = timedelta(hours=54)
AN_HOUR = 6
"""Rounds."""

ELSEWHERE = ("Europe/Warsaw", "Europe/Berlin", "Europe/Lisbon", "America/Toronto")
"""Where one in twenty lives."""

COORDINATORS = 20
"""One person in so many is a coordinator; they share a third of the notices."""

GOALS: report.Figures = {"max_mails_per_person": 1, "outside_hours": 0, "undelivered": 0, "peak_rss_mb": 200}


@dataclass(frozen=True)
class Portfolio:
    """Who is told of what: notices by number, people by number, the coordinators first."""

    notices: int
    people: int

    @property
    def coordinators(self) -> int:
        return max(1, self.people // COORDINATORS)

    def person(self, number: int) -> str:
        return f"coordinator-{number}" if number < self.coordinators else f"officer-{number}"

    def officer(self, notice: int) -> str:
        """Officers take turns, a little otherwise each time: everybody has some of each rung."""
        officers = self.people - self.coordinators
        return self.person(self.coordinators + (notice + notice // officers) % officers)

    def coordinator(self, notice: int) -> str:
        return self.person(notice % self.coordinators)

    def rung(self, notice: int) -> int:
        """Of twelve notices four are for the coordinator, one of them at once; two for officer and deputy, the others
        for the officer."""
        return (3, 1, 1, 3, 2, 1, 3, 1, 1, invented.DECISION, 2, 1)[notice % 12]

    @property
    def zones(self) -> Mapping[str, str]:
        """Everybody's time zone."""
        return {self.person(number): self.zone(number) for number in range(self.people)}

    def zone(self, number: int) -> str:
        elsewhere = number % 20 == 19
        return ELSEWHERE[number // 20 % len(ELSEWHERE)] if elsewhere else KYIV.key


async def put_on_record(engine: AsyncEngine, portfolio: Portfolio) -> None:
    """People who were welcomed long ago, and notices that came up over the weekend."""
    added = FIRST - timedelta(days=400)
    numbers = range(portfolio.people)
    rows = [invented.person(portfolio.person(n), n, added, time_zone=portfolio.zone(n)) for n in numbers]
    await create_tables(engine, Table.metadata)
    await invented.add_places(engine)
    await invented.add_people(engine, rows, [row["id"] for row in rows])
    recorder = Recorder(engine)
    for number in range(portfolio.notices):
        at = FIRST - WEEKEND + WEEKEND * (number / portfolio.notices)
        await invented.tell(
            recorder, _partnership(portfolio, number, at), invented.notice(1, portfolio.rung(number), at)
        )


def _partnership(portfolio: Portfolio, number: int, at: datetime) -> Partnership:
    towns = invented.TOWNS
    home = {
        "place": towns[number % len(towns)],
        "officer": portfolio.officer(number),
        "deputy": portfolio.officer(number + 1),
    }
    both_ours = number % 20 == 0
    partner = (
        {"place": towns[(number + 1) % len(towns)], "officer": portfolio.officer(number + 2)}
        if both_ours
        else {"place": invented.ABROAD[number % len(invented.ABROAD)]}
    )
    return invented.partnership(f"most-{number}", at, portfolio.coordinator(number), home, partner)


@asynccontextmanager
async def mail_room(url: str, port: int) -> AsyncIterator[Process]:
    given = {"MOSTY_DATABASE_URL": url, "MOSTY_SMTP_PORT": str(port), "MOSTY_SECRET": "invented, for invented links"}
    command = [sys.executable, "-m", "benchmarks.monday_room", FIRST.isoformat(), LAST.isoformat()]
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | given, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass(frozen=True)
class Round:
    """How the room's process stood after a round; the first one is before any."""

    statements: int
    rss_mb: float
    peak_mb: float


async def live_through(url: str, port: int) -> Sequence[Round]:
    """The room's Monday. Raises RuntimeError where it ends early."""
    rounds: list[Round] = []
    async with mail_room(url, port) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        async for line in process.stdout:
            said = json.loads(line)
            rounds.append(Round(said["statements"], megabytes(process.pid), megabytes(process.pid, "VmHWM")))
            process.stdin.write(b"\n")
            await process.stdin.drain()
        if await process.wait():
            raise RuntimeError(f"The mail room ended after {len(rounds)} rounds.")
    return rounds


@dataclass(frozen=True)
class Day:
    """What is on record at the end: mails as (Message-ID, person, when it left), and what no mail carried."""

    mails: Sequence[tuple[str, str, datetime]]
    undelivered: int


async def on_record(engine: AsyncEngine) -> Day:
    left = select(MailRow.message_id, MailRow.person, MailRow.settled_at).where(
        MailRow.kind == "reminder", MailRow.status == "sent"
    )
    carried = DeliveryRow.mail.in_(select(MailRow.message_id).where(MailRow.status == "sent"))
    alone = select(func.count()).select_from(DeliveryRow).where(or_(DeliveryRow.mail.is_(None), ~carried))
    waiting = select(func.count()).select_from(NoticeRow).where(NoticeRow.handled_at.is_(None))
    async with engine.connect() as connection:
        mails = [(row.message_id, row.person, row.settled_at) for row in await connection.execute(left)]
        return Day(mails, (await connection.scalar(alone) or 0) + (await connection.scalar(waiting) or 0))


def spread(moments: Sequence[datetime]) -> int:
    """Minutes from the first to the last."""
    return round((max(moments) - min(moments)).total_seconds() / 60) if moments else 0


def counted(day: Day, zones: Mapping[str, str], accepted: Sequence[Accepted]) -> dict[str, float | int]:
    """The mails of a day; `zones` are the people's. Raises RuntimeError where the server took others than recorded."""
    if sorted((key, person) for key, person, _ in day.mails) != sorted((m.message_id, m.person) for m in accepted):
        raise RuntimeError(f"{len(day.mails)} mails are on record as sent; the server took {len(accepted)}, or others.")
    each, moments = Counter(person for _, person, _ in day.mails), [at for _, _, at in day.mails]
    by_reader = [at.astimezone(ZoneInfo(zones[person])) for _, person, at in day.mails]
    return {
        "mails": len(day.mails),
        "max_mails_per_person": max(each.values(), default=0),
        "spread_minutes": spread(moments),
        "spread_minutes_kyiv": spread([at for _, person, at in day.mails if zones[person] == KYIV.key]),
        "outside_hours": sum(not OPENS <= at.time() < CLOSES for at in by_reader),
        "most_at_once": max(Counter(moments).values(), default=0),
        "undelivered": day.undelivered,
    }


def memory(rounds: Sequence[Round]) -> dict[str, float | int]:
    """The room's memory: at the start, after an hour of rounds, at the end, and the most there was."""
    return {
        "peak_rss_mb": round(rounds[-1].peak_mb, 1),
        "rss_start_mb": round(rounds[0].rss_mb, 1),
        "rss_hour_mb": round(rounds[min(AN_HOUR, len(rounds) - 1)].rss_mb, 1),
        "rss_end_mb": round(rounds[-1].rss_mb, 1),
        "statements": rounds[-1].statements,
    }


async def measure(notices: int, people: int, *, postgres: bool) -> dict[str, float | int]:
    portfolio = Portfolio(notices, people)
    with tempfile.TemporaryDirectory(prefix="mosty-monday-") as folder:
        async with database(Path(folder), postgres=postgres) as url, Loopback() as server:
            engine = open_engine(url)
            await put_on_record(engine, portfolio)
            began = perf_counter()
            rounds = await live_through(url, server.port)
            seconds = round(perf_counter() - began, 1)
            day = await on_record(engine)
            await engine.dispose()
    figures = {"notices": notices, "people": people} | counted(day, portfolio.zones, server.accepted) | memory(rounds)
    return figures | {"rounds": len(rounds) - 1, "seconds": seconds}


def in_words(figures: report.Figures) -> str:
    return (
        f"{figures['notices']} notices for {figures['people']} people became {figures['mails']} mails, at most "
        f"{figures['max_mails_per_person']} for one person and {figures['most_at_once']} in one round, within "
        f"{figures['spread_minutes']} minutes ({figures['spread_minutes_kyiv']} for those in Kyiv's zone); "
        f"{figures['outside_hours']} came outside their reader's hours, {figures['undelivered']} notices by no mail."
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.monday", description=__doc__)
    parser.add_argument("--notices", type=int, default=NOTICES)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    figures = run(measure(given.notices, given.people, postgres=given.database == "postgresql"))
    print(in_words(figures))
    print(report.table(figures, GOALS))
    print(f"Written to {report.write('monday', {**figures, 'database': given.database})}")


if __name__ == "__main__":
    main()
