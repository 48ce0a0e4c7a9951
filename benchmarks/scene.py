"""Where benchmarks run: a development server and a record of their own, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.bare import ROWS
from benchmarks.databases import create_tables, database
from benchmarks.meter import Meter
from console.record import RecordedRevisions
from embedded.temporal_binary import ensure_binary
from embedded.temporal_server import TIME_SKIPPING, DevelopmentServer, free_port, start_server
from models.tables import Table, open_engine
from settings import Settings
from worker import register_search_attributes


@dataclass
class Scene:
    """A server and a database. The edges and the worker have an engine each, as in life, and each its meter;
    `aside` is for looking at what they did."""

    server: DevelopmentServer
    client: Client
    home: Path
    edge: AsyncEngine
    recorder: AsyncEngine
    aside: AsyncEngine
    read: Meter = field(default_factory=Meter)
    written: Meter = field(default_factory=Meter)
    task_queue: str = field(default_factory=lambda: f"bench-{uuid4().hex[:8]}")

    @property
    def revisions(self) -> RecordedRevisions:
        return RecordedRevisions(self.edge)


@asynccontextmanager
async def scene(*, postgres: bool = False) -> AsyncIterator[Scene]:
    """A server on a file, time skipping allowed, and an empty record: SQLite, or a PostgreSQL started for it."""
    binary = await ensure_binary(Settings().cache, print)
    with tempfile.TemporaryDirectory(prefix="mosty-bench-") as folder:
        home = Path(folder)
        starting = start_server(binary, home, port=free_port(), with_ui=False, dynamic_config=TIME_SKIPPING)
        async with await starting as server, database(home, postgres=postgres) as url:
            client = await Client.connect(server.address, data_converter=pydantic_data_converter)
            await register_search_attributes(client)
            made = Scene(server, client, home, open_engine(url), open_engine(url), open_engine(url))
            await create_tables(made.recorder, Table.metadata, ROWS.metadata)
            made.read.on(made.edge)
            made.written.on(made.recorder)
            yield made
            for engine in (made.edge, made.recorder, made.aside):
                await engine.dispose()
