"""Everything due at once: `python -m benchmarks.storm --open 10000`.

So many partnerships whose silence is to be told of at one moment, on Temporal's real server and PostgreSQL, with one
worker; and the same of the bare workflow, in the same run. `rate` is notices on record a second, from the moment they
are due until the last is there. Meanwhile some partnerships that are not due are given commands, as in calm times
before: `send` until it returns on record.

Then 3,000 at most once more as production has them: as far apart as 10,000 are that the default policy spreads over
half an hour (`spread_…`).
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from benchmarks import report
from benchmarks.grown_up import GrownUp, Whose, grown_up, working
from benchmarks.lives import a_key, envelope
from benchmarks.many import begin_many, on_record, told, until
from benchmarks.trace import Step
from models.policy import DEFAULT_1
from workflows.client import new_id, send

OPEN = 10_000
STARTS_A_SECOND = 60.0
"""As slow as starting may be; so long before the storm it begins."""

SPREAD_MOST = 3_000
"""Nine minutes of them."""

DRAINED_A_SECOND = 5.0
BYSTANDERS = range(10_000_000, 10_000_020)
CALM = 60
APART = DEFAULT_1.spread / OPEN
GOALS: report.Figures = {"beside_ratio": 2.0, "spread_beside_ratio": 2.0}

Numbers = dict[str, float | int]


async def measure(count: int) -> Numbers:
    async with grown_up() as scene:
        figures: Numbers = {"open": count}
        for whose in ("bare", "ours"):
            figures |= {f"{whose}_{name}": value for name, value in (await _storm(scene, whose, count)).items()}
        figures |= {f"spread_{name}": value for name, value in (await _spread(scene, min(count, SPREAD_MOST))).items()}
    figures["spread_beside_ratio"] = round(figures["spread_beside_p50_ms"] / figures["spread_calm_p50_ms"], 2)
    figures["ratio"] = round(figures["ours_rate"] / figures["bare_rate"], 2)
    figures["beside_ratio"] = round(figures["ours_beside_p50_ms"] / figures["ours_calm_p50_ms"], 2)
    return figures


async def _storm(scene: GrownUp, whose: Whose, count: int) -> Numbers:
    async with working(scene, whose):
        begins = count / STARTS_A_SECOND + 30
        due = datetime.now(UTC) + timedelta(seconds=begins)
        started = await begin_many(scene, whose, range(count), due)
        await until(lambda: on_record(scene, whose), count, begins)
        print(f"{whose}: {count} open, {started:.0f} started a second; the storm is at {due:%H:%M:%S} UTC.")
        beside = await _Beside.begin(scene) if whose == "ours" else None
        left = (due - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(0.0, left))
        storm = asyncio.create_task(beside.go_on()) if beside else None
        seconds = await until(lambda: told(scene, whose), count, count / DRAINED_A_SECOND + 60)
        if storm and beside:
            storm.cancel()
            with suppress(asyncio.CancelledError):
                await storm
    figures: Numbers = {"rate": round(count / seconds, 1), "seconds": round(seconds, 1), "starts": round(started, 1)}
    return figures | (beside.figures() if beside else {})


async def _spread(scene: GrownUp, count: int) -> Numbers:
    """So many due one after another, as far apart as in production."""
    async with working(scene, "ours"):
        beside = await _Beside.begin(scene, BYSTANDERS.stop)
        before, there = await told(scene, "ours"), await on_record(scene, "ours")
        begins = count / STARTS_A_SECOND + 30
        due = datetime.now(UTC) + timedelta(seconds=begins)
        await begin_many(scene, "ours", range(OPEN * 100, OPEN * 100 + count), due, APART)
        await until(lambda: on_record(scene, "ours"), there + count, begins)
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        commands = asyncio.create_task(beside.go_on())
        seconds = await until(lambda: told(scene, "ours"), before + count, count / DRAINED_A_SECOND + 60)
        commands.cancel()
        with suppress(asyncio.CancelledError):
            await commands
    return {"rate": round(count / seconds, 1)} | beside.figures()


class _Beside:
    """Commands to partnerships that are not due."""

    def __init__(self, scene: GrownUp, first: int) -> None:
        self._scene = scene
        self._numbers = range(first, first + len(BYSTANDERS))
        self._calm: list[float] = []
        self._stormy: list[float] = []

    @classmethod
    async def begin(cls, scene: GrownUp, first: int = BYSTANDERS.start) -> _Beside:
        """Start them and measure the calm."""
        made = cls(scene, first)
        far = datetime.now(UTC) + timedelta(days=50)
        before = await on_record(scene, "ours")
        await begin_many(scene, "ours", made._numbers, far)
        await until(lambda: on_record(scene, "ours"), before + len(made._numbers), 60)
        for number in range(CALM):
            made._calm.append(await made._contact(number))
        return made

    async def go_on(self) -> None:
        """A command every fifth of a second, for as long as the storm lasts."""
        number = 0
        while True:
            self._stormy.append(await self._contact(number))
            number += 1
            await asyncio.sleep(0.2)

    def figures(self) -> Numbers:
        calm, stormy = sorted(self._calm), sorted(self._stormy)
        return {
            "calm_p50_ms": round(median(calm) * 1e3, 1),
            "beside_p50_ms": round(median(stormy) * 1e3, 1),
            "beside_p95_ms": round(stormy[int(len(stormy) * 0.95)] * 1e3, 1),
            "beside_commands": len(stormy),
        }

    async def _contact(self, number: int) -> float:
        key = a_key(self._numbers[number % len(self._numbers)])
        step = Step(0, new_id(), "record_contact", {"contact": new_id(), "how": "meeting"})
        began = perf_counter()
        await send(self._scene.client, key, envelope(step), self._scene.revisions)
        return perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storm", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="partnerships due at once")
    figures = asyncio.run(measure(parser.parse_args().open))
    print(report.table(figures, GOALS))
    print(f"ratio {figures['ratio']} of the bare workflow's rate; the goal is at least 0.8.")
    print(f"Written to {report.write('storm', figures)}")


if __name__ == "__main__":
    main()
