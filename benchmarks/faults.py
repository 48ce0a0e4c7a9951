"""Nothing lost, nothing doubled, whatever fails: `python -m benchmarks.faults --seed 1 --crashes 200`.

A portfolio lives on a policy whose day is a tenth of a second, on Temporal's real server and PostgreSQL, with two
workers. By a seeded schedule workers, Temporal's server, PostgreSQL (under both) and the mail server are killed, held
still and away. Commands are given under one id until they are answered.

The oracle is a pure function of the trace: the pure engine is led through every recorded timeline and has to arrive at
the recorded state and notices, none early; every command given is there once; what those notices tell whom, held
against the mail server's log, is the mails' account. A rung that is due and untold at the end is lost.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import report
from benchmarks.crash_mail_evidence import evidence
from benchmarks.crash_mail_lives import GONE, told_to
from benchmarks.crash_mail_oracle import About, Telling, judge
from benchmarks.crash_mail_schedule import Moody
from benchmarks.faults_lives import Life, portfolio
from benchmarks.faults_run import Run, run_through
from benchmarks.faults_schedule import misfortunes
from benchmarks.grown_up import grown_up
from benchmarks.relive import Early, key, relive
from benchmarks.running import run
from leaving import leave
from models.partnership import Partnership
from models.tables import NoticeRow, PartnershipRow, TimelineRow
from models.watch import Notice

PARTNERSHIPS = 12
MOST_NAMED = 20


@dataclass
class Found:
    """What was found, a line for each fault, and what had to be told to whom."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    expected: set[Telling] = field(default_factory=set)
    ends: set[About] = field(default_factory=set)
    commands: int = 0
    notices: int = 0


async def measure(seed: int, crashes: int, count: int) -> tuple[report.Figures, Sequence[str]]:
    began = perf_counter()
    async with grown_up() as scene, Moody(seed, GONE) as smtp:
        run = Run(scene, smtp, portfolio(seed, count))
        await run_through(run, seed, misfortunes(seed, crashes))
        found = Found()
        async with scene.engine.connect() as connection:
            for life in run.lives:
                await _look_at(connection, life, found)
        seen = await evidence(scene.engine, smtp, found.expected, found.ends, run.crashes, _is_a_reminder)
    verdict = judge(seen)
    lost, doubled = [*found.lost, *verdict.lost], [*found.doubled, *verdict.doubled]
    named = {"lost": lost, "doubled": doubled, "early": found.early, "unmarked": verdict.unmarked}
    named |= {"uninvited": verdict.uninvited}
    figures: dict[str, float | int] = {
        "crashes": run.crashes,
        "expected": found.commands + found.notices + verdict.expected,
        **{name: len(lines) for name, lines in named.items()},
        "in_doubt": len(verdict.in_doubt),
        "unexplained": verdict.unexplained,
        "commands": found.commands,
        "notices": found.notices,
        "tellings": verdict.expected,
        "mails": len(seen.mails),
        "seed": seed,
        "seconds": round(perf_counter() - began, 1),
        **dict(sorted(run.struck.items())),
    }
    return figures, [f"{name}: {line}" for name, lines in named.items() for line in lines[:MOST_NAMED]]


async def _look_at(connection: AsyncConnection, life: Life, found: Found) -> None:
    """Hold one partnership's record against its commands and the pure engine."""
    p = life.start.id
    lines = (
        await connection.execute(
            select(TimelineRow.__table__).where(TimelineRow.partnership == p).order_by(TimelineRow.revision)
        )
    ).all()
    _commands(life, lines, found)
    rows = (await connection.execute(select(NoticeRow.__table__).where(NoticeRow.partnership == p))).all()
    try:
        state, notices = relive(life.start, lines)
    except Early as early:
        found.early.append(f"{p}: {early}")
        return
    except AssertionError as broken:
        found.lost.append(f"{p}: the timeline does not follow from itself: {broken}")
        return
    _notices(p, notices, rows, found)
    recorded = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == p))
    if Partnership.model_validate(recorded).revision != state.revision:
        found.lost.append(f"{p}: the record stands at another revision than its timeline")
    wake = state.next_wake()
    if wake is not None and wake < datetime.now(UTC):
        found.lost.append(f"{p}: due at {wake} and not told")
    for notice in notices:
        about = About(p, notice.episode, notice.rung)
        if notice.rung == 0:
            found.ends.add(about)
        found.expected |= {(about, person) for person in told_to(state, notice)}


def _commands(life: Life, lines: Sequence[Row[tuple[object, ...]]], found: Found) -> None:
    """Every command that was answered is on the timeline once."""
    there = Counter(line.command_id for line in lines if line.command_id)
    found.commands += len(life.given) + 1
    for command_id in [life.start.command_id, *life.given]:
        times = there[command_id]
        if times == 0 and command_id not in life.refused:
            found.lost.append(f"{life.start.id}: the command {command_id}")
        if times > 1:
            found.doubled.append(f"{life.start.id}: the command {command_id}")


def _notices(p: str, notices: Sequence[Notice], rows: Sequence[Row[tuple[object, ...]]], found: Found) -> None:
    """The notices on record are those that follow."""
    expected, recorded = Counter(map(key, notices)), Counter(map(key, rows))
    found.notices += expected.total()
    found.lost += [f"{p}: the notice {each}" for each in expected - recorded]
    found.doubled += [f"{p}: the notice {each}" for each in recorded - expected]


def _is_a_reminder(mail: Row[tuple[object, ...]]) -> bool:
    kind: str = mail.kind
    return kind == "reminder"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the schedule and the lives")
    parser.add_argument("--crashes", type=int, default=200, help="parts killed")
    parser.add_argument("--open", type=int, default=PARTNERSHIPS, help="partnerships")
    given = parser.parse_args()
    figures, faults = run(measure(given.seed, given.crashes, given.open))
    print(report.table(figures, dict.fromkeys(("lost", "doubled", "early", "unmarked", "uninvited", "unexplained"), 0)))
    print("\n".join(faults))
    print(f"Written to {report.write('faults', figures)}")
    return 1 if faults or figures["unexplained"] else 0


if __name__ == "__main__":
    leave(main())
