"""Pictures that are kept for a while, so that counting a hundred thousand partnerships is not done for every look."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from console.maps.picture import Picture, Wanted

FRESH_SECONDS = 60.0
"""A picture is counted anew when somebody looks at it after so long; meanwhile it is shown as it is."""

OLDEST_SECONDS = 300.0
"""None is shown that is older. When it was counted stands beside it."""

MOST_KEPT = 60

Key = tuple[str, Wanted]
"""What somebody may see (the condition, as text), and what they want of it."""

Count = Callable[[], Awaitable[Picture]]


@dataclass(frozen=True)
class _Kept:
    picture: Picture
    counted: float


class KeptPictures:
    """The pictures looked at last; each is counted once for all who ask at the same time."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._counting: dict[Key, asyncio.Task[Picture]] = {}

    async def get(self, key: Key, count: Count) -> Picture:
        """A picture at most five minutes old. `count` goes on when whoever asked has left: it needs a connection of
        its own."""
        kept = self._kept.get(key)
        age = self._clock() - kept.counted if kept else OLDEST_SECONDS
        if kept is None or age >= OLDEST_SECONDS:
            return await asyncio.shield(self._counted(key, count))
        if age >= FRESH_SECONDS:
            self._counted(key, count)
        self._kept.move_to_end(key)
        return kept.picture

    async def close(self) -> None:
        """End what is being counted."""
        for task in list(self._counting.values()):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task

    def _counted(self, key: Key, count: Count) -> asyncio.Task[Picture]:
        if key not in self._counting:
            task = asyncio.create_task(self._count(key, count))
            self._counting[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        return self._counting[key]

    async def _count(self, key: Key, count: Count) -> Picture:
        started = self._clock()
        picture = await count()
        self._kept[key] = _Kept(picture, started)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return picture

    def _done(self, key: Key, task: asyncio.Task[Picture]) -> None:
        del self._counting[key]
        if not task.cancelled():
            task.exception()  # whoever waits is told; nobody else needs to be
