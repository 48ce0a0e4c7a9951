"""What people would use instead, side by side: `python -m benchmarks.contend --open 40 --rounds 3`.

One PostgreSQL that keeps every commit. In each round every contender has its turn, with one worker and a real SMTP
server on loopback, in another order each time, so that what disturbs the machine meets all alike; medians are kept.
See docs/performance.md for what each figure is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import report
from benchmarks.contend_figures import summed_up, tables
from benchmarks.contend_ground import ring
from benchmarks.contend_mail import struck_at_our_mail
from benchmarks.contend_parts import one_round
from benchmarks.contenders.part import MODULES
from benchmarks.grown_up import GrownUp, grown_up
from benchmarks.report import Numbers
from benchmarks.running import run
from embedded.temporal_server import LOOPBACK, free_port

OPEN, CRASHES, SEED, ROUNDS = 40, 3, 1, 3
KEPT = "contenders_rounds"

Kept = dict[str, dict[str, Numbers]]
"""What each round of each contender found."""


async def measure(names: Sequence[str], rounds: range, count: int, crashes: int, seed: int, kept: Kept) -> None:
    """Adds what each round finds to what is kept, and writes it down after each turn."""
    async with grown_up() as scene, redis() as broker:
        for number in rounds:
            for name in _in_another_order(names, number):
                began = perf_counter()
                try:
                    found = await _turn(scene, name, broker, number, (count, crashes, seed))
                except (AssertionError, TimeoutError, OSError, ValueError, RuntimeError) as error:
                    print(f"{name} did not go through: {type(error).__name__} {error}", flush=True)
                    continue
                kept.setdefault(name, {})[str(number)] = found
                _write(kept, count, crashes, seed)
                print(f"{number + 1}: {name} ({perf_counter() - began:.0f} s): {found}", flush=True)


async def _turn(scene: GrownUp, name: str, broker: str, number: int, given: tuple[int, int, int]) -> Numbers:
    count, crashes, seed = given
    async with ring(scene, name, broker, str(number)) as made:
        found = await one_round(made, count, crashes, seed + number)
    if name == "ours" and crashes:
        found |= await struck_at_our_mail(seed + number, crashes)
    return found | {"load": round(os.getloadavg()[0], 1)}


def _in_another_order(names: Sequence[str], number: int) -> list[str]:
    first = number * 5 % len(names)
    return [*names[first:], *names[:first]]


def _write(kept: Kept, count: int, crashes: int, seed: int) -> None:
    asked: Numbers = {"open": count, "crashes": crashes, "seed": seed, "rounds": max(map(len, kept.values()))}
    report.write("contenders", {**asked, **summed_up(kept)})
    report.figures_file(KEPT).write_text(json.dumps(kept, indent=1) + "\n")


@asynccontextmanager
async def redis() -> AsyncIterator[str]:
    """Celery's broker, every command on its disk; none where it is not installed."""
    if shutil.which("redis-server") is None:
        yield ""
        return
    port = free_port()
    words = f"--port {port} --bind {LOOPBACK} --save '' --appendonly yes --appendfsync everysec".split()
    with TemporaryDirectory(prefix="contender-redis-") as folder:
        server = await asyncio.create_subprocess_exec(
            "redis-server", *words, "--dir", folder, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            yield f"redis://{LOOPBACK}:{port}/0"
        finally:
            server.terminate()
            await server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contend", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="towns; three times as many in the storm")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each contender")
    parser.add_argument("--crashes", type=int, default=CRASHES, help="kills of each worker while it writes, each round")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default=",".join(MODULES), help="some of the contenders")
    parser.add_argument("--more", action="store_true", help="add to the rounds of the last run")
    given = parser.parse_args()
    names = given.only.split(",")
    kept: Kept = json.loads(report.figures_file(KEPT).read_text()) if given.more else {}
    first = max((int(each) + 1 for found in kept.values() for each in found), default=0)
    rounds = range(first, first + given.rounds)
    run(measure(names, rounds, given.open, given.crashes, given.seed, kept))
    print(tables(kept))
    print(f"Written to {report.figures_file('contenders')}")


if __name__ == "__main__":
    main()
