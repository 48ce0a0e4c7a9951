"""The reference partnership-year, ours beside a bare workflow: `python -m benchmarks.year` (`make bench-year`).

Counts are of the first year of a five-year life with time skipping; live bytes are of every year. Nothing skipped
comes into them, but skipping's own events make runs a little shorter: the year is lived once more on the world's
clock with days of a tenth of a second, and its figures stand beside the others.
"""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks import latency, report
from benchmarks.days import Clock, Skipped, World, year_of
from benchmarks.histories import actions, by_type, live_bytes, retained_bytes, within, written
from benchmarks.lives import Life, live_bare, live_ours, live_textbook
from benchmarks.report import Numbers
from benchmarks.running import run
from benchmarks.scene import Scene, scene
from benchmarks.trace import SEED, years

YEARS = 5
DOLLARS_PER_ACTION = 50 / 1e6
DOLLARS_PER_LIVE_BYTE_YEAR = 0.042 * 24 * 365 / 1e9
DOLLARS_PER_RETAINED_BYTE = 0.00105 * 24 * 30 / 1e9
"""List prices: 50 $ a million actions, active and retained storage by the GB-hour, runs retained for 30 days."""

GOALS: report.Figures = {
    "events": 300,
    "actions": 60,
    "live_bytes_mean": 9_000,
    "state_bytes": 2_048,
    "statements_per_change": 3,
    "commits_per_change": 1,
    "update_ratio_warm": 1.5,
    "update_ratio_cold": 1.5,
}


def counted(life: Life, clock: Clock) -> Numbers:
    """Events, actions and live bytes of a life's first year."""
    events = within(written(life.histories), life.since, year_of(clock))
    size = live_bytes(life.histories, life.since, year_of(clock))
    return {
        "events": len(events),
        "actions": actions(events).total(),
        "live_bytes_mean": round(size.mean),
        "live_bytes_max": size.largest,
    }


def live_bytes_by_year(life: Life, clock: Clock) -> Numbers:
    """The mean of every year."""
    a_year = year_of(clock)
    sizes = [live_bytes(life.histories, life.since + number * a_year, a_year) for number in range(YEARS)]
    return {f"live_bytes_year{number}": round(size.mean) for number, size in enumerate(sizes, start=1)}


def cost(life: Life, clock: Clock) -> Numbers:
    """Dollars a year at list price, over all years lived."""
    billed = actions(within(written(life.histories), life.since, YEARS * year_of(clock))).total() / YEARS
    live = live_bytes(life.histories, life.since, YEARS * year_of(clock)).mean
    kept = retained_bytes(life.histories) / YEARS
    dollars = billed * DOLLARS_PER_ACTION + live * DOLLARS_PER_LIVE_BYTE_YEAR + kept * DOLLARS_PER_RETAINED_BYTE
    return {"cost_usd_year": round(dollars, 5)}


def statements(scene: Scene, life: Life, commands: int) -> Numbers:
    """What a change cost the database. The start and every rung told are changes as well as the commands."""
    changes = 1 + commands + life.notices
    return {
        "statements_per_change": round(scene.written.statements / changes, 2),
        "commits_per_change": round(scene.written.commits / changes, 2),
        "reads_per_command": round(scene.read.statements / (1 + commands), 2),
    }


async def measure_lives(scene: Scene, seed: int) -> Numbers:
    clock, steps = Skipped(scene.client), years(YEARS, seed)
    life = await live_ours(scene, clock, steps, YEARS)
    print(_in_words(life, clock))
    found = counted(life, clock) | {
        "state_bytes": round(median(life.state_bytes)),
        "state_bytes_max": max(life.state_bytes),
    }
    found |= statements(scene, life, len(steps)) | live_bytes_by_year(life, clock) | cost(life, clock)
    for name, live in (("bare", live_bare), ("textbook", live_textbook)):
        other = await live(scene, clock, steps, YEARS)
        found |= _named(name, counted(other, clock) | cost(other, clock))
    world = World(scene.client)
    return found | _named("world", counted(await live_ours(scene, world, years(1, seed), 1), world))


def _named(whose: str, figures: Numbers) -> Numbers:
    return {f"{whose}_{name}": value for name, value in figures.items()}


def _in_words(life: Life, clock: Clock) -> str:
    events = within(written(life.histories), life.since, year_of(clock))
    kinds = ", ".join(f"{count} {name}" for name, count in actions(events).most_common())
    types = "\n".join(f"  {count:4} {name}" for name, count in by_type(events).most_common())
    return f"Ours, the first year: actions are {kinds}; events are\n{types}"


async def measure(seed: int, *, postgres: bool, pairs: int) -> Numbers:
    async with scene(postgres=postgres) as made:
        figures = await measure_lives(made, seed)
        warm = await latency.warm(made, pairs)
        cold = await latency.cold(made, max(20, pairs // 2))
    print(f"Command to row, warm: {warm.in_words()}\nCommand to row, cold: {cold.in_words()}")
    return figures | {"update_ratio_warm": round(warm.ratio, 2), "update_ratio_cold": round(cold.ratio, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="of the trace")
    parser.add_argument("--pairs", type=int, default=latency.PAIRS, help="of warm updates; half as many cold ones")
    parser.add_argument("--postgres", action="store_true", help="the record on a PostgreSQL started for it")
    given = parser.parse_args()
    figures = run(measure(given.seed, postgres=given.postgres, pairs=given.pairs))
    print(report.table(figures, GOALS))
    print(f"Written to {report.write('year', figures)}")


if __name__ == "__main__":
    main()
