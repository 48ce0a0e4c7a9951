"""What an edge acts with: the settings, the record, and a way to the engine that is taken only when it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncEngine

from console.problems import Away
from settings import Settings

if TYPE_CHECKING:
    from temporalio.client import Client

NAMESPACE = UUID("5f0f6c9e-3a0b-4f0c-8a52-7c2f6f0f9a11")
"""In which the ids of what a command brings along are drawn from the command's own id."""

CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Edge:
    """An edge of the engine. `client` connects, or raises `Away`."""

    settings: Settings
    database: AsyncEngine
    client: Callable[[], Awaitable[Client]]


class LazyClient:
    """One connection to the engine, made when it is first needed, so that looking works while the engine is away."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        self._settings = settings
        self._client = client
        self._connecting = asyncio.Lock()

    async def __call__(self) -> Client:
        async with self._connecting:
            if self._client is None:
                self._client = await connected(self._settings)
            return self._client


def drawn(partnership: str, command_id: str, what: str) -> str:
    """The id of something that a command brings along. The same command gives the same id, so that a repeat names
    what the first one made."""
    return uuid5(NAMESPACE, f"{partnership}/{command_id}/{what}").hex[:16]


async def connected(settings: Settings, seconds: float = CONNECT_SECONDS) -> Client:
    """The engine as its configuration says. Raises `Away` where nobody answers in time."""
    from connecting import connect

    try:
        async with asyncio.timeout(seconds):
            return await connect(settings)
    except (RuntimeError, OSError, TimeoutError) as error:
        raise Away("The engine (Temporal) cannot be reached; nothing was changed. Is it running (make run)?") from error


@contextmanager
def reached() -> Iterator[None]:
    """Turn what goes wrong on the way to the engine into a sentence."""
    from temporalio.service import RPCError

    from workflows.client import Unavailable

    try:
        yield
    except Unavailable as error:
        raise Away(str(error)) from error
    except RPCError as error:
        raise Away(
            f"The engine (Temporal) answered with an error ({error.status.name.lower()}). Whether the command was "
            "taken is not known; sent again under the same command id, it counts once."
        ) from error
