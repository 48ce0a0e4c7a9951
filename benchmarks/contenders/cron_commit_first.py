"""Cron with SQL, naive: what is due is marked and committed, then the mails are sent. A crash loses what is left."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.contenders.common import Ground, SqlEdge, due, mark_told, write_to

edge = SqlEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    engine = ground.engine()
    ready()
    while True:
        now_due = due(engine, ground.quiet)
        for key, episode in now_due:
            mark_told(engine, key, episode)
        for key, episode in now_due:
            write_to(key, episode, ground.smtp_port)
        time.sleep(1)
