"""A worker, a record and a way to begin partnerships, on a clock that skips or on the world's."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from console.record import RecordedRevisions
from models.lifecycle import Start
from models.tables import Table, open_engine
from tests.workflows.living import Living
from worker import build_worker, register_search_attributes
from workflows import client as engine_client

Begin = Callable[[Start], Awaitable[Living]]


@pytest.fixture
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    """A record of the test's own."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('record') / 'mosty.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
async def begin_skipping(time_env: TimeSkipper, engine: AsyncEngine, task_queue: str) -> AsyncIterator[Begin]:
    """Begin partnerships whose clocks skip: `living.days(90)` lets ninety days pass."""
    await register_search_attributes(time_env.client)
    async with build_worker(time_env.client, engine, task_queue):

        async def begin(start: Start) -> Living:
            with time_env.with_time_skipping_disabled():
                await engine_client.start(time_env.client, start, task_queue, RecordedRevisions(engine))
            return Living(time_env.client, engine, start.id, time_env)

        yield begin


@pytest.fixture
async def begin(temporal_client: Client, engine: AsyncEngine, task_queue: str) -> AsyncIterator[Begin]:
    """Begin partnerships on the world's clock."""
    await register_search_attributes(temporal_client)
    async with build_worker(temporal_client, engine, task_queue):

        async def begin(start: Start) -> Living:
            await engine_client.start(temporal_client, start, task_queue, RecordedRevisions(engine))
            return Living(temporal_client, engine, start.id)

        yield begin
