"""Cron with SQL, naive the other way: the mails are sent, and then all are marked. A crash repeats what was sent."""

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
            write_to(key, episode, ground.smtp_port)
        for key, episode in now_due:
            mark_told(engine, key, episode)
        time.sleep(1)
