"""From a command to its row: ours beside the bare workflow, one after the other in one run, on one server.

Ours is `send` until it returns on record. Bare is the Update until its row is read by the same polling. Both wait for
one transaction of the same database; both workers share a process and its settings, and the caller has another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter

from benchmarks import bare
from benchmarks.bare import BareRecord
from benchmarks.lives import a_key, beginning, envelope
from benchmarks.scene import Scene
from benchmarks.trace import Step
from benchmarks.workers import bare_queue, workers
from workflows.client import new_id, send, start

PAIRS = 120
WARM_PARTNERSHIPS, COLD_PARTNERSHIPS = 6, 16
UNCOUNTED = 12
REST = 0.1
"""Seconds between two measurements, in which the workflow's last task is done."""

Contact = Callable[[], Awaitable[object]]


@dataclass
class Pairs:
    """Seconds of each pair."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.bare)

    def after(self, count: int) -> Pairs:
        return Pairs(self.ours[count:], self.bare[count:])

    def in_words(self) -> str:
        told = [
            f"{median(each) * 1e3:.0f} / {quantiles(each, n=20)[-1] * 1e3:.0f} ms" for each in (self.ours, self.bare)
        ]
        return f"ours {told[0]}, bare {told[1]} (median / 95th of {len(self.ours)} pairs)"


async def warm(scene: Scene, pairs: int) -> Pairs:
    """With every workflow in the worker's memory."""
    async with workers(scene, cached=300):
        callers = [await _begun(scene, number) for number in range(WARM_PARTNERSHIPS)]
        return (await _measured(callers, UNCOUNTED + pairs)).after(UNCOUNTED)


async def cold(scene: Scene, pairs: int) -> Pairs:
    """With none in memory: by the time one is asked again, the others have taken the places it had. Each has a
    history of its own length, as both would after so many contacts."""
    async with workers(scene, cached=300):
        callers = [await _begun(scene, number) for number in range(100, 100 + COLD_PARTNERSHIPS)]
        for number, pair in enumerate(callers):
            for _ in range(number % 5):
                for contact in pair:
                    await contact()
    async with workers(scene, cached=2):
        await _measured(callers, COLD_PARTNERSHIPS)  # to this worker's sticky queue
        return await _measured(callers, pairs)


async def _begun(scene: Scene, number: int) -> tuple[Contact, Contact]:
    """A partnership and a bare workflow; how each is told of a contact."""
    key, bare_key, record = a_key(number), f"bare/{a_key(number)}", BareRecord(scene.edge)
    await start(scene.client, beginning(key), scene.task_queue, scene.revisions)
    await bare.begin(scene.client, bare_key, bare_queue(scene.task_queue), record)

    async def ours() -> None:
        facts = {"contact": new_id(), "how": "meeting", "text": new_id()}
        sent = await send(scene.client, key, envelope(Step(0, new_id(), "record_contact", facts)), scene.revisions)
        assert sent.recorded, "not on record within the patience of `send`"

    async def floor() -> None:
        sent = await bare.contact(scene.client, bare_key, record)
        assert sent.recorded, "not on record within the patience of `send`"

    return ours, floor


async def _measured(callers: list[tuple[Contact, Contact]], count: int) -> Pairs:
    pairs = Pairs()
    for number in range(count):
        ours, floor = callers[number % len(callers)]
        order = [(pairs.ours, ours), (pairs.bare, floor)]
        for seconds, contact in order if number % 2 else reversed(order):
            seconds.append(await _timed(contact))
    return pairs


async def _timed(contact: Contact) -> float:
    await asyncio.sleep(REST)
    began = perf_counter()
    await contact()
    return perf_counter() - began
