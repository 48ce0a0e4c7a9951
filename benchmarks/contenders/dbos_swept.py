"""DBOS as its authors would: a table, a scheduled sweep every second, and a queued workflow for each silence that is
due, known by an id that cannot repeat; the mail is a step, the mark another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS, SetWorkflowID

from benchmarks.contenders.common import AT_ONCE, Ground, SqlEdge, due, mark_told, write_to
from benchmarks.contenders.dbos_common import launched

GROUND = Ground.given()
ENGINE = GROUND.engine()
QUEUE = "reminders"
LOOK_SECONDS = 0.1
"""By default a queue is looked into once a second: eight at once would be eight a second."""


@DBOS.step()
def look() -> list[tuple[str, int]]:
    return due(ENGINE, GROUND.quiet)


@DBOS.step(retries_allowed=True, max_attempts=100)
def send(key: str, episode: int) -> None:
    write_to(key, episode, GROUND.smtp_port)


@DBOS.step(retries_allowed=True, max_attempts=100)
def mark(key: str, episode: int) -> None:
    mark_told(ENGINE, key, episode)


@DBOS.workflow(max_recovery_attempts=None)
def remind(key: str, episode: int) -> None:
    send(key, episode)
    mark(key, episode)


@DBOS.workflow()
def sweep(scheduled: datetime, context: Any) -> None:
    for key, episode in look():
        with SetWorkflowID(f"{key}.{episode}"):
            DBOS.enqueue_workflow(QUEUE, remind, key, episode)


edge = SqlEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    launched(ground)
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=LOOK_SECONDS)
    DBOS.apply_schedules([{"schedule_name": "sweep", "workflow_fn": sweep, "schedule": "* * * * * *", "context": None}])
    ready()
    threading.Event().wait()
