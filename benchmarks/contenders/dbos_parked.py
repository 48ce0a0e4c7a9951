"""DBOS, a workflow for each town: it waits for a message, and sends the mail as a step when none comes in time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSClient
from sqlalchemy import text

from benchmarks.contenders.common import METADATA, Ground, each_at_once, execute, mark_told, quiet_since, write_to
from benchmarks.contenders.dbos_common import launched

GROUND = Ground.given()
ENGINE = GROUND.engine()
QUEUE = "towns"
FAR = 365 * 86_400.0
A_LITTLE = timedelta(milliseconds=1)
HEARD = text(
    "INSERT INTO towns VALUES (:key, :heard, :episode, 0) "
    "ON CONFLICT (key) DO UPDATE SET heard = excluded.heard, episode = excluded.episode"
)


@DBOS.step()
async def moment() -> float:
    return datetime.now(UTC).timestamp()


@DBOS.step(retries_allowed=True, max_attempts=100)
async def record(key: str, heard: float, episode: int) -> None:
    values = {"key": key, "heard": datetime.fromtimestamp(heard, UTC), "episode": episode}
    await asyncio.to_thread(lambda: execute(ENGINE, HEARD, **values))


@DBOS.step(retries_allowed=True, max_attempts=100)
async def tell(key: str, episode: int) -> None:
    await asyncio.to_thread(write_to, key, episode, GROUND.smtp_port)
    await asyncio.to_thread(mark_told, ENGINE, key, episode)


@DBOS.workflow(name="town", max_recovery_attempts=None)
async def town(key: str, heard: float) -> None:
    """One town's life."""
    episode, told = 1, 0
    await record(key, heard, episode)
    while True:
        left = heard + GROUND.quiet.total_seconds() - await moment() if told < episode else FAR
        said = await DBOS.recv_async("contact", timeout_seconds=max(0.0, left)) if left > 0 else None
        if said is not None:
            heard, episode = float(said), episode + 1
            await record(key, heard, episode)
        elif told < episode:
            await tell(key, episode)
            told = episode


class ParkedEdge:
    def __init__(self, ground: Ground) -> None:
        METADATA.create_all(ENGINE)
        self._client = DBOSClient(system_database_url=ground.url)

    def begin(self, keys: list[str], heard: datetime) -> None:
        each_at_once(keys, lambda key: self._one(key, heard))

    def contact(self, key: str) -> None:
        now = datetime.now(UTC)
        self._client.send(key, now.timestamp(), "contact")
        while quiet_since(ENGINE, key)[0] < now - A_LITTLE:
            time.sleep(0.005)

    def _one(self, key: str, heard: datetime) -> None:
        options = {"workflow_name": "town", "queue_name": QUEUE, "workflow_id": key}
        self._client.enqueue(options, key, heard.timestamp())


edge = ParkedEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    launched(ground)
    DBOS.register_queue(QUEUE)
    ready()
    threading.Event().wait()
