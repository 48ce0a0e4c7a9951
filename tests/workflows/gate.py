"""A gate before a database: open, hanging (nothing comes through any more), or shut (nobody is there)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from embedded.temporal_server import free_port


@dataclass
class Gate:
    """Forwards bytes between its port and the database while it is open."""

    host: str | None
    port: int
    socket: str | None
    own_port: int
    flows: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Server | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> None:
        self.flows.set()
        if self.server is None:
            self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.own_port)

    def hang(self) -> None:
        self.flows.clear()

    async def shut(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = (
            asyncio.open_unix_connection(self.socket) if self.socket else asyncio.open_connection(self.host, self.port)
        )
        inner_reader, inner_writer = await opened
        for source, sink in ((reader, inner_writer), (inner_reader, writer)):
            task = asyncio.create_task(self._flow(source, sink))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _flow(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                await self.flows.wait()
                sink.write(data)
                await sink.drain()
        except (ConnectionError, OSError):
            return
        finally:
            sink.close()
            with suppress(ConnectionError, OSError):
                await sink.wait_closed()


@asynccontextmanager
async def gate_before(url: str) -> AsyncIterator[tuple[Gate, str]]:
    """A gate before the database of a URL, and the URL through the gate."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [None])[0]
    socket = f"{folder}/.s.PGSQL.{parts.port or 5432}" if folder else None
    gate = Gate(parts.hostname, parts.port or 5432, socket, free_port())
    await gate.open()
    try:
        yield gate, f"{parts.scheme}://{parts.username}@127.0.0.1:{gate.own_port}{parts.path}"
    finally:
        await gate.shut()
