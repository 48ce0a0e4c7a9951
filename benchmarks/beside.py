"""Commands to partnerships that are not due, in calm times and while many others are.

Of two kinds in turn: some partnerships are `at hand`, the worker has had each in its memory since it began; of the
others, which rest, it knows nothing, as of most after a restart, and each is given one command only.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median
from time import perf_counter

from benchmarks.grown_up import GrownUp
from benchmarks.lives import a_key, envelope
from benchmarks.many import begin_many, on_record, until
from benchmarks.report import Numbers
from benchmarks.trace import Step
from workflows.client import Unavailable, new_id, send

FIRST = 10_000_000
AT_HAND = 20
CALM = 60
"""Commands of each kind in calm times."""

EVERY_SECONDS = 0.5
FAR = timedelta(days=50)


class Beside:
    """What commands beside a storm take, from `send` until it returns on record. A worker is to be started anew
    between `begin` and `calm`: then it knows none of them."""

    def __init__(self, scene: GrownUp, first: int, rested: int) -> None:
        self._scene = scene
        self._at_hand = range(first, first + AT_HAND)
        self._rested = iter(range(first + AT_HAND, first + AT_HAND + rested))
        self._took: dict[str, list[float]] = defaultdict(list)
        self._unavailable = 0

    @classmethod
    async def begin(cls, scene: GrownUp, storm_seconds: float, first: int) -> Beside:
        """Start as many as a storm that takes so long at most can need."""
        rested = CALM + int(storm_seconds / EVERY_SECONDS / 2)
        before = await on_record(scene, "ours")
        await begin_many(scene, "ours", range(first, first + AT_HAND + rested), datetime.now(UTC) + FAR)
        await until(lambda: on_record(scene, "ours"), before + AT_HAND + rested, (rested + 60) * scene.slower)
        return cls(scene, first, rested)

    async def calm(self) -> None:
        """One after another."""
        for number in self._at_hand:
            await self._contact(number, "first")
        for number in range(CALM):
            await self._contact(self._at_hand[number % AT_HAND], "at_hand_calm")
            await self._contact(next(self._rested), "rested_calm")

    @asynccontextmanager
    async def meanwhile(self) -> AsyncIterator[None]:
        """A command every half second, whether or not the one before has returned."""
        async with asyncio.TaskGroup() as group:
            going_on = group.create_task(self._go_on(group))
            yield
            going_on.cancel()

    def figures(self) -> Numbers:
        found: Numbers = {"unavailable": self._unavailable}
        for kind in ("at_hand", "rested"):
            calm, beside = sorted(self._took[f"{kind}_calm"]), sorted(self._took[f"{kind}_beside"])
            found |= {
                f"{kind}_calm_p50_ms": round(median(calm) * 1e3, 1),
                f"{kind}_p50_ms": round(median(beside) * 1e3, 1),
                f"{kind}_p95_ms": round(beside[int(len(beside) * 0.95)] * 1e3, 1),
                f"{kind}_commands": len(beside),
                f"{kind}_ratio": round(median(beside) / median(calm), 2),
            }
        return found | {"beside_ratio": max(found["at_hand_ratio"], found["rested_ratio"])}

    async def _go_on(self, group: asyncio.TaskGroup) -> None:
        for turn in count():
            group.create_task(self._contact(self._at_hand[turn % AT_HAND], "at_hand_beside"))
            await asyncio.sleep(EVERY_SECONDS)
            group.create_task(self._contact(next(self._rested), "rested_beside"))
            await asyncio.sleep(EVERY_SECONDS)

    async def _contact(self, number: int, what: str) -> None:
        step = Step(0, new_id(), "record_contact", {"contact": new_id(), "how": "meeting"})
        began = perf_counter()
        try:
            await send(self._scene.client, a_key(number), envelope(step), self._scene.revisions)
        except Unavailable:
            self._unavailable += 1
        self._took[what].append(perf_counter() - began)
