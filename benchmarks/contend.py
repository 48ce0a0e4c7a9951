"""What people would use instead, side by side: `python -m benchmarks.contend --open 200`.

One run, one PostgreSQL that keeps every commit, one contender after the other, each with one worker and a real SMTP
server on loopback. See docs/performance.md for what each figure is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from statistics import median
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import report
from benchmarks.contend_ground import OURS_COUNTED, Ring, moment, ring
from benchmarks.contenders.part import MODULES
from benchmarks.grown_up import grown_up
from benchmarks.lives import a_key
from benchmarks.many import until
from embedded.temporal_server import LOOPBACK, free_port

OPEN, CRASHES, SEED = 200, 6, 1
CONTACTS = 40
FAR = 40 * 86_400.0
IDLE_SECONDS = 8.0
STATISTICS_SECONDS = 11.0
"""PostgreSQL tells of a resting connection's transactions up to ten seconds later."""

STARTS_A_SECOND = 12.0
LONGEST = 180.0
AT_ONCE_DUE = 10
REST_SECONDS = 12.0
LOST_SECONDS = 60.0

Numbers = dict[str, float | int]


async def measure(names: Sequence[str], count: int, crashes: int, seed: int) -> Numbers:
    figures: Numbers = {"open": count, "crashes": crashes, "seed": seed, "load_before": round(os.getloadavg()[0], 1)}
    async with grown_up() as scene, _redis() as broker:
        for name in names:
            began = perf_counter()
            try:
                async with ring(scene, name, broker) as made:
                    found = await _rounds(made, count, crashes, seed)
            except (AssertionError, TimeoutError, OSError, ValueError) as error:
                print(f"{name} did not go through: {type(error).__name__} {error}")
                continue
            figures |= {f"{name}_{figure}": value for figure, value in found.items()}
            report.write("contenders", figures)
            print(f"{name} ({perf_counter() - began:.0f} s): {found}", flush=True)
    return figures


async def _rounds(made: Ring, count: int, crashes: int, seed: int) -> Numbers:
    figures = await _resting(made, count)
    figures |= await _storm(made, count)
    figures["first_after_kill_s"] = await _killed(made)
    figures["of_which_start_s"] = made.start_seconds
    if made.name not in OURS_COUNTED:
        figures |= await _struck(made, count // 2, crashes, seed)
    return figures


async def _resting(made: Ring, count: int) -> Numbers:
    """Many that are not due: starts, contacts, and what they cost while nothing happens."""
    await asyncio.sleep(STATISTICS_SECONDS)  # a worker of many processes is complete by then
    memory, disk = await made.memory(), await made.disk()
    keys = _keys("resting", count)
    seconds = await made.begin(keys, moment(FAR))
    contacts = [await made.contact(key) for key in keys[:CONTACTS]]
    await asyncio.sleep(STATISTICS_SECONDS)
    before = await made.transactions()
    await asyncio.sleep(IDLE_SECONDS)
    return {
        "starts_per_second": round(count / seconds, 1),
        "contact_p50_ms": round(median(contacts) * 1e3, 1),
        "idle_transactions_per_second": round((await made.transactions() - before) / IDLE_SECONDS, 1),
        "memory_kb_each": round(max(0.0, await made.memory() - memory) * 1024 / count, 1),
        "worker_mb": round(await made.memory(), 1),
        "disk_kb_each": round((await made.disk() - disk) / count, 1),
    }


async def _storm(made: Ring, count: int) -> Numbers:
    before, due = await made.told(), moment(count / STARTS_A_SECOND + 3)
    await made.begin(_keys("storm", count), due)
    late = max(0.0, (moment(0) - due).total_seconds())
    await asyncio.sleep(max(0.0, (due - moment(0)).total_seconds()))
    seconds = await until(made.told, before + count, LONGEST)
    return {"storm_per_second": round(count / (seconds + late), 1)}


async def _killed(made: Ring) -> float:
    """The worker is killed as some come due, and started at once: seconds until the first is told of."""
    before, due = await made.told(), moment(3)
    await made.begin(_keys("killed", AT_ONCE_DUE), due)
    await asyncio.sleep(max(0.0, (due - moment(0)).total_seconds() - 0.2))
    made.kill_and_restart()
    begins = max(0.2, (due - moment(0)).total_seconds())
    seconds = await until(made.told, before + 1, LONGEST)
    await until(made.told, before + AT_ONCE_DUE, LONGEST)
    return round(max(0.0, seconds - begins), 2)


async def _struck(made: Ring, count: int, crashes: int, seed: int) -> Numbers:
    """The worker is killed again and again while it writes: what is lost, what comes twice."""
    sink, due = made.sink, moment(count / STARTS_A_SECOND + 3)
    already, before = len(sink.accepted), len(sink.mails)
    await made.begin(_keys("struck", count), due)
    chance = Random(f"{seed}/{made.name}")
    sink.fatal = {already + each for each in chance.sample(range(1, count), crashes)}
    sink.strike = made.kill_and_restart
    await _until_still(made, before + count)
    sink.fatal = set()
    came = len(sink.accepted) - already
    told = await made.told() - before
    return {"kills": sink.struck, "lost": count - told, "doubled": came - told}


async def _until_still(made: Ring, wanted: int) -> None:
    """Until all are told of and some time has passed, or nothing has come for long: then it is lost."""
    came, since = -1, perf_counter()
    while perf_counter() - since < (REST_SECONDS if await made.told() >= wanted else LOST_SECONDS):
        if len(made.sink.accepted) != came:
            came, since = len(made.sink.accepted), perf_counter()
        await asyncio.sleep(0.25)


def _keys(part: str, count: int) -> list[str]:
    chance = Random(part).randrange(10**9)
    return [a_key(chance + number) for number in range(count)]


@asynccontextmanager
async def _redis() -> AsyncIterator[str]:
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
    parser.add_argument("--open", type=int, default=OPEN, help="towns, in each of its parts")
    parser.add_argument("--crashes", type=int, default=CRASHES, help="kills of each worker while it writes")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default=",".join(MODULES), help="some of the contenders")
    given = parser.parse_args()
    names = given.only.split(",")
    figures = asyncio.run(measure(names, given.open, given.crashes, given.seed))
    print(report.beside(figures, names))
    print(f"Written to {report.figures_file('contenders')}")


if __name__ == "__main__":
    main()
