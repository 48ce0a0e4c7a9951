"""Mail workers killed while they send: `python -m benchmarks.crash_mail --seed 1` (`make crash-mail SEED=1`).

Worker processes with real mail rounds, a real database and a real SMTP server on loopback. By a schedule that the seed
draws, each worker is killed before sending, after sending, after recording or anywhere; the server is slow, turns mail
away for now or for good, drops the line or is away; for half of the deaths two workers are at it at once. Afterwards
everything comes to rest, and the tables are held against the script and the server's log.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Row

from benchmarks import report
from benchmarks.crash_mail_evidence import evidence
from benchmarks.crash_mail_lives import GONE, Script, was_welcomed
from benchmarks.crash_mail_oracle import Evidence, Verdict, judge
from benchmarks.crash_mail_run import Run, run_through
from benchmarks.crash_mail_schedule import Moody, Point, deaths
from benchmarks.postgres import NoPostgres
from benchmarks.running import run
from benchmarks.scene import Scene, scene
from leaving import leave

CRASHES = 24
MOST_NAMED = 20


@dataclass(frozen=True)
class Found:
    """What a run showed."""

    verdict: Verdict
    figures: dict[str, float | int]
    database: str

    def __str__(self) -> str:
        figures, points = self.figures, ", ".join(f"{self.figures[str(each)]} {_plain(each)}" for each in Point)
        said = [
            f"Seed {figures['seed']} on {self.database}, {figures['seconds']} s.",
            f"{figures['crashes']} workers were killed: {points}.",
            f"The server took {figures['accepted']} of {figures['mails']} mails, refused {figures['failed']} for good, "
            f"and was away {figures['away']} times.",
            f"{figures['expected']} tellings were expected; {figures['in_doubt']} mails are marked as in doubt.",
        ]
        for name, found in self.verdict.faults.items():
            said += [f"{name}: {len(found)}", *(f"  {each}" for each in found[:MOST_NAMED])]
        return "\n".join(said)


def _plain(point: Point) -> str:
    return point.replace("_", " ")


async def measure(seed: int, crashes: int, database: str | None) -> Found:
    """As asked; where no database is named and there is no PostgreSQL, on SQLite."""
    try:
        async with scene(postgres=database != "sqlite") as made:
            return await crash(made, seed, crashes)
    except NoPostgres as reason:
        if database is not None:
            raise
        print(f"On SQLite: {reason}")
        return await measure(seed, crashes, "sqlite")


async def crash(made: Scene, seed: int, crashes: int) -> Found:
    began = perf_counter()
    async with Moody(seed, GONE) as server:
        run = Run(made, server, Script(seed))
        await run_through(run, seed, deaths(seed, crashes))
        script, crashed = run.script, run.died.total()
        seen = await evidence(run.engine, server, script.expected, script.ends, crashed, _is_of_the_run)
    seconds = round(perf_counter() - began, 1)
    verdict = judge(seen)
    figures = {"crashes": seen.crashes} | _judged(verdict) | _happened(run, seen, seed) | {"seconds": seconds}
    return Found(verdict, figures, made.edge.dialect.name)


def _is_of_the_run(mail: Row[Any]) -> bool:
    return mail.kind != "welcome" or not was_welcomed(mail.person)


def _judged(verdict: Verdict) -> dict[str, float | int]:
    return {
        "expected": verdict.expected,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "in_doubt": len(verdict.in_doubt),
        "unmarked": len(verdict.unmarked),
        "uninvited": len(verdict.uninvited),
        "unexplained": verdict.unexplained,
    }


def _happened(run: Run, seen: Evidence, seed: int) -> dict[str, float | int]:
    return {
        "seed": seed,
        "mails": len(seen.mails),
        "accepted": len(seen.accepted),
        "failed": sum(mail.status == "failed" for mail in seen.mails.values()),
        "two_at_once": run.two_at_once,
        "away": run.away,
        **{str(point): run.died[point] for point in Point},
        **{f"server_{mood}": count for mood, count in sorted(run.server.met.items())},
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash_mail", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the schedule")
    parser.add_argument("--crashes", type=int, default=CRASHES, help="workers killed")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="default: PostgreSQL where there is one")
    given = parser.parse_args()
    found = run(measure(given.seed, given.crashes, given.database))
    print(found)
    print(f"Written to {report.write('crash_mail', {**found.figures, 'database': found.database})}")
    return 0 if found.verdict.sound else 1


if __name__ == "__main__":
    leave(main())
