"""What tests share: a Temporal server with time skipping, and a database of each kind."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper, WorkflowEnvironment

from benchmarks.postgres import NoPostgres, running_postgres
from embedded.parts import migrate
from embedded.temporal_binary import WAYS, find_binary
from embedded.temporal_server import TIME_SKIPPING, DevelopmentServer, free_port, start_server
from leaving import leave
from settings import Settings, read_settings

_ended: list[int] = []


def pytest_sessionfinish(exitstatus: int) -> None:
    _ended.append(int(exitstatus))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """After the last word: leave as our own processes do, so that the status is the tests'."""
    if _ended:
        leave(_ended[0])


@pytest.fixture(scope="session")
def temporal_binary() -> Path:
    """The development server's program, as `make test` found or built it."""
    binary = find_binary(Settings().cache)
    if binary is None:
        pytest.skip(f"NOT TESTED: no Temporal server here. `make test` gets one. {WAYS}")
    return binary


@pytest.fixture(scope="session")
async def temporal_server(
    temporal_binary: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DevelopmentServer]:
    """One development server for the whole run of tests, with time skipping and without pages."""
    home = tmp_path_factory.mktemp("temporal")
    async with await start_server(
        temporal_binary, home, port=free_port(), with_ui=False, dynamic_config=TIME_SKIPPING
    ) as server:
        yield server


@pytest.fixture(scope="session")
async def temporal_client(temporal_server: DevelopmentServer) -> Client:
    """A client of the server whose workflows live in real time."""
    return await Client.connect(temporal_server.address, data_converter=pydantic_data_converter)


@pytest.fixture(scope="session")
async def time_env(temporal_client: Client) -> TimeSkipper:
    """Time skipping: workflows started with its client have clocks of their own.

    Start one inside `with_time_skipping_disabled()`, then `fast_forward(handle, timedelta(days=90))`; unbounded,
    a workflow with endless timers uses up its 200 skips at once. Its workers must use its client.
    """
    return TimeSkipper(WorkflowEnvironment.from_client(temporal_client).client)


@pytest.fixture
def task_queue() -> str:
    """A task queue of the test's own."""
    return f"test-{uuid4()}"


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """A PostgreSQL for the whole run of tests; a URL's part after the scheme, with {database} in it."""
    try:
        with running_postgres() as address:
            yield address
    except NoPostgres as reason:
        pytest.skip(f"NOT TESTED on PostgreSQL: {reason}")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of the test's own, once SQLite and once PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'mosty.db'}"
    address: str = request.getfixturevalue("postgres_address")
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(f"postgresql://{address.format(database='postgres')}")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return f"postgresql+asyncpg://{address.format(database=name)}"


@pytest.fixture
def migrated_url(database_url: str, tmp_path: Path) -> str:
    """The same in its newest form."""
    migrate(read_settings(home=tmp_path, database_url=database_url))
    return database_url
