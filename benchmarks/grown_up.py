"""The grown-up scene: Temporal's real server, its databases and the record on one PostgreSQL that keeps every commit;
workers in processes of their own."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from benchmarks.bare import ROWS
from benchmarks.cluster import Cluster, cluster
from benchmarks.databases import create_tables
from benchmarks.postgres import DURABLE, Postgres, controlled_postgres, slow
from console.record import RecordedRevisions
from embedded.temporal_server import AT_ONCE
from models.tables import Table, open_engine

USUAL_COMMIT_MS = 3
"""By which a slower one is judged: only for how long is waited."""

Whose = Literal["ours", "bare"]


@dataclass
class GrownUp:
    """A cluster, the record, and the queues of ours and of the bare workflow."""

    postgres: Postgres
    cluster: Cluster
    client: Client
    home: Path
    url: str
    engine: AsyncEngine
    slower: float = 1.0
    """How many times as long as usual things may take."""

    queue: str = field(default_factory=lambda: f"bench-{uuid4().hex[:8]}")

    @property
    def revisions(self) -> RecordedRevisions:
        return RecordedRevisions(self.engine)

    def queue_of(self, whose: Whose) -> str:
        return self.queue if whose == "ours" else f"{self.queue}-bare"


@asynccontextmanager
async def grown_up(commit_ms: int = 0, at_once: int = AT_ONCE) -> AsyncIterator[GrownUp]:
    """Everything started, with an empty record; gone afterwards. Each commit takes `commit_ms` more than the disk needs
    (at most 100, PostgreSQL's own limit); Temporal's server works on so many timers `at_once`. Raises NoPostgres,
    Problem."""
    options = slow(commit_ms) if commit_ms else DURABLE
    with controlled_postgres(options) as postgres, tempfile.TemporaryDirectory(prefix="mosty-bench-") as folder:
        home = Path(folder)
        connection = await asyncpg.connect(f"postgresql://{postgres.address.format(database='postgres')}")
        await connection.execute("CREATE DATABASE bench")
        await connection.close()
        url = f"postgresql+asyncpg://{postgres.address.format(database='bench')}"
        async with cluster(home, postgres.address, at_once) as made:
            engine = open_engine(url)
            await create_tables(engine, Table.metadata, ROWS.metadata)
            try:
                yield GrownUp(postgres, made, await made.client(), home, url, engine, 1 + commit_ms / USUAL_COMMIT_MS)
            finally:
                await engine.dispose()


async def spawn_worker(scene: GrownUp, whose: Whose, *settings: str) -> Process:
    """A worker process; it is ready once it says so (`until_ready`)."""
    command = [sys.executable, "-m", "benchmarks.one_worker", scene.cluster.address, scene.url, scene.queue_of(whose)]
    return await asyncio.create_subprocess_exec(
        *command, whose, *settings, env=os.environ, stdin=DEVNULL, stdout=asyncio.subprocess.PIPE
    )


async def until_ready(process: Process) -> None:
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode().strip()
    assert said == "ready", f"the worker did not start: {said}"


@asynccontextmanager
async def working(scene: GrownUp, whose: Whose, *settings: str) -> AsyncIterator[Process]:
    """A worker for as long as the block lasts, with other settings than production's where some are given."""
    process = await spawn_worker(scene, whose, *settings)
    try:
        await until_ready(process)
        yield process
    finally:
        await ended(process)


async def ended(process: Process) -> None:
    """End a worker in order, or at once after a while."""
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(20):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
