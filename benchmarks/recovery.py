"""A worker killed with many partnerships open: `python -m benchmarks.recovery --open 1000,10000`.

On Temporal's real server and PostgreSQL. At each number of open partnerships the worker process is killed (SIGKILL) and
another started at once; the seconds from that start to the workflow's answer to a command are measured, three ways: to
a partnership that the killed worker had in memory (`cached`), to one whose task it had in its hands when it died
(`in_hand`), and to one it had not seen (`unseen`). `ready` is when the new worker says it listens, `longest_recorded`
when the last of these commands was on record.

How things grow is read on the way, into `growth.json`: the worker's memory, the bytes on disk of Temporal's databases
and of the record, each per open partnership.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import asyncpg

from benchmarks import report
from benchmarks.cluster import DATABASES
from benchmarks.grown_up import GrownUp, ended, grown_up, spawn_worker, until_ready
from benchmarks.lives import a_key, envelope
from benchmarks.many import begin_many, begin_recorded, on_record, until
from benchmarks.memory import megabytes
from benchmarks.report import Numbers
from benchmarks.running import run
from benchmarks.trace import Step
from models.engine import Answer
from workflows.client import Unavailable, new_id, send, until_recorded, workflow_id

SIZES = (1_000, 10_000)
ROUNDS = 3
FAR = timedelta(days=50)
STARTS_A_SECOND = 15.0
HELD_SECONDS = 0.7

RECORDED_ABOVE = 10_000
"""More than so many are put on record at once, as what is restored, and begin without a recording each: a quarter of an
hour for 90,000 instead of an hour. What they cost on disk is a little less."""

WAYS = ("cached", "in_hand", "unseen")


async def measure(sizes: list[int]) -> tuple[Numbers, Numbers]:
    recovery: Numbers = {"rounds": ROUNDS}
    growth: Numbers = {}
    async with grown_up() as scene:
        worker, there = await _started(scene), 0
        try:
            for size in sizes:
                growth[f"starts_{size}"] = round(await _opened(scene, range(there, size)), 1)
                there = size
                growth |= await _grown(scene, worker, size)
                worker, found = await _killed(scene, worker, size)
                recovery |= found
                print(f"{size} open: {', '.join(f'{name} {value}' for name, value in found.items())}")
        finally:
            await ended(worker)
    return recovery, growth


async def _opened(scene: GrownUp, numbers: range) -> float:
    """Open so many more; how many a second were started. Comes back when the worker is at rest."""
    due = datetime.now(UTC) + FAR
    if numbers.stop > RECORDED_ABOVE:
        rate = await begin_recorded(scene, numbers, due)
    else:
        rate = await begin_many(scene, "ours", numbers, due)
    await until(lambda: on_record(scene, "ours"), numbers.stop, len(numbers) / STARTS_A_SECOND + 60)
    while True:  # a command to the last waits behind the first tasks of all
        with suppress(Unavailable):
            await _command(scene, a_key(numbers.stop - 1))
            return rate


async def _started(scene: GrownUp) -> Process:
    worker = await spawn_worker(scene, "ours")
    await until_ready(worker)
    return worker


async def _killed(scene: GrownUp, worker: Process, size: int) -> tuple[Process, Numbers]:
    """Each way some times; medians, in seconds since the new worker's start."""
    taken: dict[str, list[float]] = {name: [] for name in (*WAYS, "ready", "recorded")}
    for number in range(ROUNDS):
        for place, way in enumerate(WAYS):
            key = a_key(size - 1 - (number * len(WAYS) + place))
            worker, once = await _once(scene, worker, way, key)
            taken["ready"].append(once.ready)
            taken["recorded"].append(once.recorded)
            taken[way].append(once.answered)
    found: Numbers = {f"{name}_{size}_s": round(median(taken[name]), 2) for name in (*WAYS, "ready")}
    found[f"longest_{size}_s"] = round(max(max(taken[way]) for way in WAYS), 2)
    found[f"longest_recorded_{size}_s"] = round(max(taken["recorded"]), 2)
    return worker, found


@dataclass
class Once:
    """Seconds from the new worker's start until it listened, the command was answered, and it was on record."""

    ready: float
    answered: float
    recorded: float


async def _once(scene: GrownUp, worker: Process, way: str, key: str) -> tuple[Process, Once]:
    if way != "unseen":
        await _command(scene, key)  # the worker has it in memory
    if way == "cached":
        await asyncio.sleep(HELD_SECONDS)  # and is done with it
    held = None
    if way == "in_hand":
        worker.send_signal(signal.SIGSTOP)
        held = asyncio.create_task(_asked(scene, key))
        await asyncio.sleep(HELD_SECONDS)
    worker.kill()
    await worker.wait()
    began = perf_counter()
    new = await spawn_worker(scene, "ours")
    asked = held or asyncio.create_task(_asked(scene, key))
    await until_ready(new)
    ready = perf_counter() - began
    revision = await asked
    answered = perf_counter() - began
    while not (await until_recorded(key, revision, scene.revisions)).recorded:
        pass
    return new, Once(ready, answered, perf_counter() - began)


async def _asked(scene: GrownUp, key: str) -> int:
    """Give a command; the revision that the workflow answers with, on record or not yet."""
    given = envelope(_step())
    handle = scene.client.get_workflow_handle(workflow_id(key))
    answer: Answer = await handle.execute_update(given.command.kind, given, id=given.command_id, result_type=Answer)
    return answer.revision


async def _command(scene: GrownUp, key: str) -> None:
    await send(scene.client, key, envelope(_step()), scene.revisions)


def _step() -> Step:
    return Step(0, new_id(), "record_contact", {"contact": new_id(), "how": "meeting"})


async def _grown(scene: GrownUp, worker: Process, size: int) -> Numbers:
    connection = await asyncpg.connect(f"postgresql://{scene.postgres.address.format(database='postgres')}")
    try:
        sizes = {name: await connection.fetchval("SELECT pg_database_size($1)", name) for name in (*DATABASES, "bench")}
    finally:
        await connection.close()
    total = sum(sizes.values())
    return {
        f"worker_mb_{size}": round(megabytes(worker.pid), 1),
        f"disk_kb_each_{size}": round(total / size / 1024, 1),
        f"temporal_kb_each_{size}": round(sizes["temporal"] / size / 1024, 1),
        f"visibility_kb_each_{size}": round(sizes["temporal_visibility"] / size / 1024, 1),
        f"record_kb_each_{size}": round(sizes["bench"] / size / 1024, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--open", default=",".join(map(str, SIZES)), help="numbers of open partnerships, rising")
    sizes = [int(each) for each in parser.parse_args().open.split(",")]
    recovery, growth = run(measure(sizes))
    goals = {f"longest_{size}_s": 3.0 for size in sizes} | {f"disk_kb_each_{sizes[-1]}": 40}
    print(report.table(recovery | growth, goals))
    print(f"Written to {report.write('recovery', recovery)} and {report.write('growth', growth)}")


if __name__ == "__main__":
    main()
