"""One storm: so many come due at one moment, or one shortly after the other, and a worker tells of them."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import Process
from contextlib import AsyncExitStack, nullcontext
from datetime import UTC, datetime, timedelta
from time import perf_counter

from benchmarks.beside import Beside
from benchmarks.grown_up import GrownUp, Whose, working
from benchmarks.many import begin_many, on_record, told, until
from benchmarks.memory import megabytes
from benchmarks.report import Numbers

STARTS_A_SECOND = 30.0
"""As slow as starting may be; so long before the storm it begins."""

BEFORE_SECONDS = 20.0
"""For a worker's start, and commands in calm times."""

DRAINED_A_SECOND = 15.0
"""As slow as a storm may be."""

PATIENCE_SECONDS = 60.0


async def due_at_once(
    scene: GrownUp,
    whose: Whose,
    numbers: range,
    *settings: str,
    apart: timedelta = timedelta(0),
    beside: int | None = None,
    workers: int = 1,
) -> Numbers:
    """`rate` is told of a second, from the moment they are due until the last is on record; `mb` a worker's memory
    after, `cpu_ms` its processor time for each, start included.

    With `beside`, the first of their numbers, others are given commands meanwhile. The workers, with `settings` other
    than production's, were started anew since all began."""
    count = len(numbers)
    longest = count * max(scene.slower / DRAINED_A_SECOND, apart.total_seconds()) + PATIENCE_SECONDS
    before = await told(scene, whose)
    async with working(scene, whose):
        others = None if beside is None else await Beside.begin(scene, longest, beside)
        due = await _begun(scene, whose, numbers, apart)
    async with AsyncExitStack() as stack:
        for _ in range(workers):
            worker = await stack.enter_async_context(working(scene, whose, *settings))
        if others:
            await others.calm()
        await _until(due)
        began = perf_counter()
        async with others.meanwhile() if others else nullcontext():
            await until(lambda: told(scene, whose), before + count, longest)
            seconds = perf_counter() - began
        figures: Numbers = {
            "rate": round(count / seconds, 1),
            "mb": round(megabytes(worker.pid), 1),
            "cpu_ms": round(_processor_seconds(worker) / count * 1_000, 1),
        }
    return figures | (others.figures() if others else {})


async def _begun(scene: GrownUp, whose: Whose, numbers: range, apart: timedelta) -> datetime:
    """Start them, until each is on record; when the first is due."""
    begins = (len(numbers) / STARTS_A_SECOND + BEFORE_SECONDS) * scene.slower
    there, due = await on_record(scene, whose), datetime.now(UTC) + timedelta(seconds=begins)
    started = await begin_many(scene, whose, numbers, due, apart)
    await until(lambda: on_record(scene, whose), there + len(numbers), begins)
    print(f"{whose}: {len(numbers)} open, {started:.0f} started a second; due at {due:%H:%M:%S} UTC.", flush=True)
    return due


async def _until(moment: datetime) -> None:
    left = (moment - datetime.now(UTC)).total_seconds()
    assert left >= 0, f"{-left:.0f} s late: starting took longer than was thought"
    await asyncio.sleep(left)


def _processor_seconds(worker: Process) -> float:
    with open(f"/proc/{worker.pid}/stat", encoding="ascii") as stat:
        user, system = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
