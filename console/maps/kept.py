"""What was counted is kept for a while, so that a hundred thousand partnerships are not counted for every look."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

FRESH_SECONDS = 60.0
"""Something is counted anew when somebody looks at it after so long; meanwhile it is shown as it is."""

OLDEST_SECONDS = 300.0
"""Nothing is shown that is older. When it was counted stands beside it."""

MOST_KEPT = 60

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class _Counted(Generic[V]):
    value: V
    at: float


class Kept(Generic[K, V]):
    """What was looked at last, by what was asked; each is counted once for all who ask at the same time."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[K, _Counted[V]] = OrderedDict()
        self._counting: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, count: Callable[[], Awaitable[V]]) -> V:
        """What was counted at most five minutes ago. `count` goes on when whoever asked has left: it needs a
        connection of its own."""
        kept = self._kept.get(key)
        age = self._clock() - kept.at if kept else OLDEST_SECONDS
        if kept is None or age >= OLDEST_SECONDS:
            return await asyncio.shield(self._counted(key, count))
        if age >= FRESH_SECONDS:
            self._counted(key, count)
        self._kept.move_to_end(key)
        return kept.value

    async def close(self) -> None:
        """End what is being counted."""
        for task in list(self._counting.values()):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task

    def _counted(self, key: K, count: Callable[[], Awaitable[V]]) -> asyncio.Task[V]:
        if key not in self._counting:
            task = asyncio.create_task(self._count(key, count))
            self._counting[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        return self._counting[key]

    async def _count(self, key: K, count: Callable[[], Awaitable[V]]) -> V:
        started = self._clock()
        value = await count()
        self._kept[key] = _Counted(value, started)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return value

    def _done(self, key: K, task: asyncio.Task[V]) -> None:
        del self._counting[key]
        if not task.cancelled():
            task.exception()  # whoever waits is told; nobody else needs to be
