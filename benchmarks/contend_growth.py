"""How each contender grows with the towns that are open: `python -m benchmarks.contend_growth --open 100,400,1200`.

One contender after the other; at each number of open towns, none of them due, its worker's memory, the bytes on disk,
what its databases do while nothing happens, and the seconds from a kill until the first of ten that come due is told
of. `python -m benchmarks.pictures` draws it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from time import perf_counter

from benchmarks import report
from benchmarks.contend import redis
from benchmarks.contend_ground import Ring, moment, ring
from benchmarks.contend_parts import FAR, IDLE_SECONDS, STATISTICS_SECONDS, keys_of, killed
from benchmarks.grown_up import grown_up
from benchmarks.many import until
from benchmarks.report import Numbers
from benchmarks.running import run

SIZES = (100, 400, 1_200)
NAMES = ("ours", "bare", "dbosify", "dbos_parked", "procrastinate", "cron")
SETTLE_SECONDS = 30.0
SLOWEST_STARTS = 5.0
"""A second."""

FILE = "contenders_growth"


async def measure(names: Sequence[str], sizes: Sequence[int], figures: Numbers) -> None:
    async with grown_up() as scene, redis() as broker:
        for name in names:
            began = perf_counter()
            try:
                async with ring(scene, name, broker, "growth") as made:
                    await _grow(made, sizes, figures)
            except (AssertionError, TimeoutError, OSError) as error:
                print(f"{name} did not go through: {type(error).__name__} {error}", flush=True)
            print(f"{name}: {perf_counter() - began:.0f} s", flush=True)


async def _grow(made: Ring, sizes: Sequence[int], figures: Numbers) -> None:
    empty, there, extra = await made.disk(), 0, 0
    for size in sizes:
        await made.begin(keys_of(made, f"open {size}", size - there), moment(FAR))
        await until(made.on_record, size + extra, SETTLE_SECONDS + (size - there) / SLOWEST_STARTS)
        there = size
        await asyncio.sleep(STATISTICS_SECONDS)
        before = await made.transactions()
        await asyncio.sleep(IDLE_SECONDS)
        found: Numbers = {
            "memory_mb": round(await made.memory(), 1),
            "disk_kb_each": round((await made.disk() - empty) / size, 1),
            "idle_per_second": round((await made.transactions() - before) / IDLE_SECONDS, 1),
        }
        found["first_after_kill_s"], ten = await killed(made, f"killed {size}")
        extra += ten
        figures |= {f"{made.name}_{kind}_{size}": value for kind, value in found.items()}
        report.write(FILE, figures)
        print(f"{made.name}, {size} open: {found}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contend_growth", description=__doc__)
    parser.add_argument("--open", default=",".join(map(str, SIZES)), help="numbers of open towns, rising")
    parser.add_argument("--only", default=",".join(NAMES), help="which contenders")
    parser.add_argument("--more", action="store_true", help="add to what the last run found")
    given = parser.parse_args()
    figures: Numbers = json.loads(report.figures_file(FILE).read_text()) if given.more else {}
    run(measure(given.only.split(","), [int(each) for each in given.open.split(",")], figures))
    print(f"Written to {report.figures_file(FILE)}")


if __name__ == "__main__":
    main()
