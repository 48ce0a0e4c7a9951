"""The worker's settings, by evidence: `python -m benchmarks.worker_settings --open 600` (`make bench-settings`).

A storm for each: so many partnerships due at one moment, with a worker set as production's but for one thing. Rounds go
through all of them, each time in another order, on one server and one PostgreSQL; medians are kept. `rate` is notices
on record a second, `cpu_ms` the worker's own processor time for each of them, start included, `mb` its memory after.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
from asyncio.subprocess import Process
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median

from benchmarks import report
from benchmarks.grown_up import GrownUp, grown_up, working
from benchmarks.many import begin_many, on_record, told, until
from benchmarks.memory import megabytes

OPEN, ROUNDS = 600, 3
STARTS_A_SECOND = 20.0
DRAINED_A_SECOND = 5.0


def _options(**options: int) -> tuple[str, ...]:
    return ("--options", json.dumps(options))


SETTINGS: dict[str, tuple[str, ...]] = {
    "production": (),
    "tasks_3": _options(max_concurrent_workflow_tasks=3),
    "tasks_32": _options(max_concurrent_workflow_tasks=32),
    "cached_50": _options(max_cached_workflows=50),
    "cached_1000": _options(max_cached_workflows=1000),
    "activities_32": _options(max_concurrent_activities=32),
    "freeze": ("--freeze",),
    "uvloop": ("--uvloop",),
}
TWO = "two_workers"

Numbers = dict[str, float | int]


async def measure(many: int, rounds: int) -> Numbers:
    found: dict[str, list[float]] = defaultdict(list)
    names, blocks = [*SETTINGS, TWO], count()
    if importlib.util.find_spec("uvloop") is None:
        print("NOT MEASURED: uvloop is not installed here (.venv/bin/uv pip install uvloop).")
        names.remove("uvloop")
    async with grown_up() as scene:
        for number in range(rounds):
            for name in names[number:] + names[:number]:
                for figure, value in (await _storm(scene, name, next(blocks) * many, many)).items():
                    found[f"{name}_{figure}"].append(value)
                print(
                    number + 1, name, {key: each[-1] for key, each in found.items() if key.startswith(name)}, flush=True
                )
    return {"open": many, "rounds": rounds} | {name: round(median(values), 1) for name, values in found.items()}


async def _storm(scene: GrownUp, name: str, first: int, many: int) -> Numbers:
    async with AsyncExitStack() as stack:
        for _ in range(2 if name == TWO else 1):
            worker = await stack.enter_async_context(working(scene, "ours", *SETTINGS.get(name, ())))
        recorded, before = await on_record(scene, "ours"), await told(scene, "ours")
        due = datetime.now(UTC) + timedelta(seconds=many / STARTS_A_SECOND + 10)
        await begin_many(scene, "ours", range(first, first + many), due)
        await until(lambda: on_record(scene, "ours"), recorded + many, many / STARTS_A_SECOND + 10)
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        seconds = await until(lambda: told(scene, "ours"), before + many, many / DRAINED_A_SECOND + 60)
        found = {"rate": round(many / seconds, 1), "mb": round(megabytes(worker.pid), 1)}
        return found if name == TWO else found | {"cpu_ms": round(_processor_seconds(worker) / many * 1_000, 1)}


def _processor_seconds(worker: Process) -> float:
    with open(f"/proc/{worker.pid}/stat", encoding="ascii") as stat:
        user, system = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker_settings", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="partnerships due at once")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    figures = asyncio.run(measure(given.open, given.rounds))
    print(report.table(figures, {}))
    print(f"Written to {report.write('settings', figures)}")


if __name__ == "__main__":
    main()
