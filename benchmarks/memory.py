"""What open partnerships cost while nothing happens: `python -m benchmarks.memory --open 10000`.

A worker process with a folder of its own, and so many partnerships started through `start`. Its memory is read when
none, half and all are open; then its statements are counted for some idle seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

from benchmarks import report
from benchmarks.lives import a_key, beginning
from benchmarks.running import run
from benchmarks.scene import Scene, scene
from workflows.client import start

OPEN = 2_000
AT_ONCE = 16
IDLE_SECONDS = 30.0
SETTLE_SECONDS = 5.0
START_SECONDS = 60.0
GOALS: report.Figures = {"worker_mb": 200, "idle_statements": 0}


@asynccontextmanager
async def watched_worker(scene: Scene) -> AsyncIterator[Process]:
    """A worker of this scene in a process of its own, which answers how many statements it gave."""
    given = {
        "MOSTY_HOME": str(scene.home / "worker"),
        "MOSTY_DATABASE_URL": scene.edge.url.render_as_string(hide_password=False),
        "MOSTY_TASK_QUEUE": scene.task_queue,
        "TEMPORAL_ADDRESS": scene.server.address,
    }
    command = [sys.executable, "-m", "benchmarks.watched_worker"]
    written = scene.home / "worker.log"
    with written.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, env=os.environ | given, stdin=PIPE, stdout=PIPE, stderr=log
        )
    try:
        async with asyncio.timeout(START_SECONDS):
            while b"worker started" not in written.read_bytes():  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def statements(worker: Process) -> int:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(b"\n")
    await worker.stdin.drain()
    return int(await worker.stdout.readline())


def megabytes(pid: int | str, what: str = "VmRSS") -> float:
    """Memory of a process (Linux): `VmRSS` is what it holds, `VmHWM` the most it held, `Pss` without what it shares."""
    file = "smaps_rollup" if what == "Pss" else "status"
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"the system does not tell {what}")


async def start_many(scene: Scene, numbers: range) -> float:
    """Start partnerships, so many at once; how many a second."""
    began, left = perf_counter(), iter(numbers)

    async def one_after_another() -> None:
        for number in left:
            await start(scene.client, beginning(a_key(number)), scene.task_queue, scene.revisions)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_another())
    return len(numbers) / (perf_counter() - began)


async def measure(count: int, idle_seconds: float) -> dict[str, float | int]:
    async with scene() as made, watched_worker(made) as worker:
        await start_many(made, range(1))
        await asyncio.sleep(SETTLE_SECONDS)
        empty = megabytes(worker.pid)
        await start_many(made, range(1, count // 2))
        half = megabytes(worker.pid)
        rate = await start_many(made, range(count // 2, count))
        await asyncio.sleep(SETTLE_SECONDS)
        before = await statements(worker)
        await asyncio.sleep(idle_seconds)
        return {
            "open": count,
            "worker_mb": round(megabytes(worker.pid), 1),
            "idle_statements": await statements(worker) - before,
            "idle_seconds": idle_seconds,
            "worker_mb_empty": round(empty, 1),
            "worker_mb_half": round(half, 1),
            "worker_mb_peak": round(megabytes(worker.pid, "VmHWM"), 1),
            "worker_pss_mb": round(megabytes(worker.pid, "Pss"), 1),
            "starts_per_second": round(rate, 1),
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="partnerships")
    parser.add_argument("--idle-seconds", type=float, default=IDLE_SECONDS)
    given = parser.parse_args()
    figures = run(measure(given.open, given.idle_seconds))
    print(report.table(figures, GOALS))
    print(f"Written to {report.write('memory', figures)}")


if __name__ == "__main__":
    main()
