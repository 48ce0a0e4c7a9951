"""APScheduler 3: a job for each town in its SQLAlchemy job store, in one process. The job looks whether its town is
still quiet; after a contact it puts itself off. Late jobs run (`misfire_grace_time` none); by default they are dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.contenders.common import AT_ONCE, Ground, SqlEdge, mark_told, quiet_since, write_to

GROUND = Ground.given()
ENGINE = GROUND.engine()
SCHEDULER = BackgroundScheduler(
    jobstores={"default": SQLAlchemyJobStore(engine=ENGINE), "own": MemoryJobStore()},
    executors={"default": ThreadPoolExecutor(AT_ONCE)},
    job_defaults={"misfire_grace_time": None},
    timezone=UTC,
)


def remind(key: str) -> None:
    heard, episode, told = quiet_since(ENGINE, key)
    if heard + GROUND.quiet > datetime.now(UTC):
        _put_off(key, heard)
    elif told < episode:
        write_to(key, episode, GROUND.smtp_port)
        mark_told(ENGINE, key, episode)


def look() -> None:
    """Nothing; that it runs makes the scheduler look into its store, where the edge's process put jobs."""


def _put_off(key: str, heard: datetime) -> None:
    SCHEDULER.add_job(remind, "date", run_date=heard + GROUND.quiet, args=[key], id=key, replace_existing=True)


class SchedulerEdge(SqlEdge):
    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        SCHEDULER.start(paused=True)

    def begin(self, keys: list[str], heard: datetime) -> None:
        super().begin(keys, heard)
        for key in keys:
            _put_off(key, heard)


edge = SchedulerEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    SCHEDULER.start()
    SCHEDULER.add_job(look, "interval", seconds=1, id="look", jobstore="own")
    ready()
    threading.Event().wait()
