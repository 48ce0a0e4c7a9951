"""How the contenders on Temporal are reached and run."""

from __future__ import annotations

import asyncio
import signal
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.contenders.common import Ground
from models.tables import open_engine

AT_ONCE = 24

BuildWorker = Callable[[Client, AsyncEngine, str], AbstractAsyncContextManager[Any]]
"""Given the task queue as well."""


def queue(ground: Ground) -> str:
    """The task queue of this round: no worker is given tasks of an earlier one."""
    return f"contender-{ground.mark}"


async def connected(ground: Ground) -> tuple[Client, AsyncEngine]:
    client = await Client.connect(ground.temporal, data_converter=pydantic_data_converter)
    return client, open_engine(f"postgresql+asyncpg://{ground.database}")


class TemporalEdge(ABC):
    """An edge whose calls are awaited in a loop of its own."""

    def __init__(self, ground: Ground) -> None:
        self._loop = asyncio.new_event_loop()
        self.queue = queue(ground)
        self.client, self.engine = self._done(connected(ground))
        self._done(self.prepare())

    def begin(self, keys: list[str], heard: datetime) -> None:
        self._done(self._each(keys, heard))

    def contact(self, key: str) -> None:
        self._done(self.hear(key))

    @abstractmethod
    async def prepare(self) -> None:
        """Make the tables."""

    @abstractmethod
    async def one(self, key: str, heard: datetime) -> None:
        """Begin one."""

    @abstractmethod
    async def hear(self, key: str) -> None:
        """A contact, until it is on record."""

    async def _each(self, keys: list[str], heard: datetime) -> None:
        left = iter(keys)

        async def one_after_another() -> None:
            for key in left:
                await self.one(key, heard)

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))

    def _done(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(call)


def works(build: BuildWorker, ground: Ground, ready: Callable[[], None]) -> None:
    """Run a worker until it is ended."""
    asyncio.run(_works(build, ground, ready))


async def _works(build: BuildWorker, ground: Ground, ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client, engine = await connected(ground)
    async with build(client, engine, queue(ground)):
        ready()
        await stop.wait()


async def until_true(condition: Callable[[], Awaitable[bool]]) -> None:
    while not await condition():  # noqa: ASYNC110 - a database tells nobody
        await asyncio.sleep(0.005)
