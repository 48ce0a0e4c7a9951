"""A portfolio lives on a policy whose day is a tenth of a second, while its worker is killed at seeded moments and
its database takes no writes for a while. Afterwards everything is on record, once."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from benchmarks.relive import key, relive
from console.record import RecordedRevisions
from embedded.temporal_server import DevelopmentServer
from models.lifecycle import Start
from models.tables import NoticeRow
from tests.workflows.living import Living, beginning
from tests.workflows.test_shell import hanging
from workflows import client as engine_client

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
PARTNERSHIPS, CONTACTS, KILLS = 8, 6, 3
LIVED_SECONDS = 12.0


@dataclass
class WorkerProcess:
    """`worker.py` as a process of its own, killed and started again."""

    environment: dict[str, str]
    process: asyncio.subprocess.Process | None = field(default=None)

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "worker.py"), env=self.environment, cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def end(self, sign: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        return await self.process.wait()

    async def kill(self) -> None:
        await self.end(signal.SIGKILL)
        await self.start()


@asynccontextmanager
async def worker_process(environment: dict[str, str]) -> AsyncIterator[WorkerProcess]:
    worker = WorkerProcess(environment)
    await worker.start()
    try:
        yield worker
    finally:
        assert await worker.end(signal.SIGTERM) == 0, "a worker told to stop ends in order"


def _environment(server: DevelopmentServer, engine: AsyncEngine, queue: str, home: Path) -> dict[str, str]:
    ours = {
        "MOSTY_HOME": str(home),
        "MOSTY_DATABASE_URL": str(engine.url),
        "MOSTY_TASK_QUEUE": queue,
        "MOSTY_POLICY": "faults@1",
        "TEMPORAL_ADDRESS": server.address,
    }
    return os.environ | ours


def _start() -> Start:
    return beginning("faults@1", stage="activities", parties=({"place": "UA1", "officer": "o"}, {"place": "pl-1"}))


async def _live(life: Living, chance: random.Random) -> None:
    """Contacts at uneven gaps, then silence."""
    for number in range(CONTACTS):
        await asyncio.sleep(chance.uniform(0, 2 * LIVED_SECONDS / CONTACTS))
        await life.again(f"contact-{number}", "record_contact", contact=f"k{number}", how="call")


async def _misfortunes(worker: WorkerProcess, engine: AsyncEngine, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.5, LIVED_SECONDS / KILLS))
        await worker.kill()
    async with hanging(engine):
        await asyncio.sleep(2)
    await worker.kill()


async def _settled(life: Living) -> None:
    """Wait until the last rung of the silence is told and recorded."""
    async with asyncio.timeout(60):
        while (row := await life.row()).attention != "stalled" or row.revision < (await life.snapshot()).revision:
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("seed", [1])
async def test_nothing_is_lost_or_doubled_while_workers_are_killed(
    temporal_server: DevelopmentServer, temporal_client: Client, engine: AsyncEngine, task_queue: str,
    tmp_path: Path, seed: int,
) -> None:  # fmt: skip
    chance = random.Random(seed)
    starts = [_start() for _ in range(PARTNERSHIPS)]
    lives = [Living(temporal_client, engine, start.id) for start in starts]
    async with worker_process(_environment(temporal_server, engine, task_queue, tmp_path)) as worker:
        for start in starts:
            await engine_client.start(temporal_client, start, task_queue, RecordedRevisions(engine))
        async with asyncio.TaskGroup() as group:
            for life in lives:
                group.create_task(_live(life, random.Random(chance.random())))
            group.create_task(_misfortunes(worker, engine, chance))
        for start, life in zip(starts, lives, strict=True):
            await _settled(life)
            await _check(start, life, engine)


async def _check(start: Start, life: Living, engine: AsyncEngine) -> None:
    lines = await life.timeline()
    assert [line.revision for line in lines] == list(range(1, len(lines) + 1))
    commands = [line.command_id for line in lines if line.kind == "record_contact"]
    assert commands == [f"contact-{number}" for number in range(CONTACTS)], "each contact once, none lost"
    state, expected = relive(start, lines)
    assert state.model_dump(exclude={"recent"}) == (await life.snapshot()).model_dump(exclude={"recent"})
    async with engine.connect() as connection:
        rows = await connection.execute(select(NoticeRow).where(NoticeRow.partnership == life.id))
        assert sorted(key(row) for row in rows) == sorted(map(key, expected)), "every notice once, none missing"
    assert any(each.rung == 3 for each in expected)
