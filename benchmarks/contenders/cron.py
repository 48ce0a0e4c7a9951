"""Cron with SQL, done right: a scan every second puts what is due into an outbox, in one transaction; a sender takes
rows that nobody else holds, sends, and marks them in the same transaction. A crash between sending and marking doubles
one mail, and nothing marks it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Engine, Index, Integer, String, Table, text

from benchmarks.contenders.common import METADATA, Ground, SqlEdge, execute, write_to

edge = SqlEdge

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("episode", Integer, primary_key=True),
    Column("sent_at", DateTime(timezone=True)),
    Index("ix_outbox_unsent", "key", postgresql_where=text("sent_at IS NULL")),
)

SCAN = text(
    "WITH due AS (UPDATE towns SET told = episode WHERE heard <= :before AND told < episode RETURNING key, episode) "
    "INSERT INTO outbox (key, episode) SELECT key, episode FROM due ON CONFLICT DO NOTHING"
)
TAKE = text("SELECT key, episode FROM outbox WHERE sent_at IS NULL LIMIT 1 FOR UPDATE SKIP LOCKED")
MARK = text("UPDATE outbox SET sent_at = now() WHERE key = :key AND episode = :episode")


def work(ground: Ground, ready: Callable[[], None]) -> None:
    engine = ground.engine()
    ready()
    while True:
        execute(engine, SCAN, before=datetime.now(UTC) - ground.quiet)
        while _send_one(engine, ground.smtp_port):
            pass
        time.sleep(1)


def _send_one(engine: Engine, smtp_port: int) -> bool:
    with engine.begin() as connection:
        row = connection.execute(TAKE).one_or_none()
        if row is None:
            return False
        write_to(row.key, row.episode, smtp_port)
        connection.execute(MARK, {"key": row.key, "episode": row.episode})
        return True
