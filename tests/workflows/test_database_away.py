"""PostgreSQL hangs, then is gone: commands are accepted all the same, and recorded when it is back."""

import asyncio

import pytest
from temporalio.client import Client

from console.record import RecordedRevisions
from models.tables import Table, open_engine
from tests.workflows.gate import gate_before
from tests.workflows.living import Living, beginning
from worker import build_worker
from workflows import client as engine_client

pytestmark = [pytest.mark.server, pytest.mark.postgres]


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_database_that_hangs_and_then_is_gone_delays_the_record_only(
    temporal_client: Client, database_url: str, task_queue: str
) -> None:
    async with gate_before(database_url) as (gate, url):
        engine = open_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)
        start = beginning()
        async with build_worker(temporal_client, engine, task_queue):
            await engine_client.start(temporal_client, start, task_queue, RecordedRevisions(engine))
            life = Living(temporal_client, engine, start.id)
            gate.hang()
            assert not (await life.do("set_languages", languages=["uk"])).recorded
            await gate.shut()
            assert not (await life.do("set_languages", languages=["uk", "en"])).recorded
            await gate.open()
            async with asyncio.timeout(90):
                while (await life.row()).revision < 3:
                    await asyncio.sleep(0.2)
            lines = [(line.revision, line.kind) for line in await life.timeline()]
            assert lines == [(1, "started"), (2, "set_languages"), (3, "set_languages")]
        await engine.dispose()
