"""procrastinate: a job for each town at the moment its silence is due. The job looks whether it still is; after a
contact it puts itself off. Jobs of a worker that died are taken up again by their missing heartbeat, as its manual
says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from benchmarks.contenders.common import AT_ONCE, Ground, SqlEdge, each_at_once, mark_told, quiet_since, write_to

HEARTBEAT, STALLED = 1.0, 3.0
LOOK_SECONDS = 1.0
"""For jobs whose time has come, as often as the others look; by default every five seconds."""

GROUND = Ground.given()
ENGINE = GROUND.engine()
app = App(connector=PsycopgConnector(conninfo=f"postgresql://{GROUND.database}"))


@app.task(name="remind", retry=100)
def remind(key: str) -> None:
    heard, episode, told = quiet_since(ENGINE, key)
    if heard + GROUND.quiet > datetime.now(UTC):
        _put_off(app, key, heard)
    elif told < episode:
        write_to(key, episode, GROUND.smtp_port)
        mark_told(ENGINE, key, episode)


def _put_off(by: App, key: str, heard: datetime) -> None:
    job = by.configure_task("remind", schedule_at=heard + GROUND.quiet, lock=key, queueing_lock=key)
    with suppress(AlreadyEnqueued):
        job.defer(key=key)


class ProcrastinateEdge(SqlEdge):
    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._app = App(connector=SyncPsycopgConnector(conninfo=f"postgresql://{ground.database}"))
        self._app.open()
        if not self._app.check_connection():
            self._app.schema_manager.apply_schema()

    def begin(self, keys: list[str], heard: datetime) -> None:
        super().begin(keys, heard)
        each_at_once(keys, lambda key: _put_off(self._app, key, heard))


edge = ProcrastinateEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    asyncio.run(_work(ready))


async def _work(ready: Callable[[], None]) -> None:
    async with app.open_async():
        reviver = asyncio.create_task(_revive())
        ready()
        await app.run_worker_async(
            concurrency=AT_ONCE,
            fetch_job_polling_interval=LOOK_SECONDS,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
        )
        reviver.cancel()


async def _revive() -> None:
    """Jobs whose worker is no more, tried again."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT)
