"""Celery with Redis: beat scans every second and gives a task for each silence that is due (a countdown of months is
known to repeat with Redis); tasks are acknowledged late. What was given and not done for some seconds is given
again."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import TemporaryDirectory

from celery import Celery
from celery.signals import worker_ready
from sqlalchemy import Column, DateTime, Integer, String, Table, text

from benchmarks.contenders.common import METADATA, Ground, SqlEdge, due, execute, mark_told, write_to

GROUND = Ground.given()
ENGINE = GROUND.engine()
GIVEN = Table(
    "given",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("episode", Integer, primary_key=True),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
)

NOTE = text("INSERT INTO given VALUES (:key, :episode, 'epoch', NULL) ON CONFLICT DO NOTHING")
GIVE = text(
    "UPDATE given SET given_at = now() WHERE sent_at IS NULL AND given_at < now() - interval '5 seconds' "
    "RETURNING key, episode"
)
HOLD = text("SELECT sent_at FROM given WHERE key = :key AND episode = :episode FOR UPDATE")
MARK = text("UPDATE given SET sent_at = now() WHERE key = :key AND episode = :episode")

app = Celery("contender", broker=GROUND.broker)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_default_queue=GROUND.mark,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    worker_redirect_stdouts=False,
    beat_schedule={"scan": {"task": "scan", "schedule": 1.0}},
)


@app.task(name="scan")
def scan() -> None:
    for key, episode in due(ENGINE, GROUND.quiet):
        execute(ENGINE, NOTE, key=key, episode=episode)
        mark_told(ENGINE, key, episode)
    with ENGINE.begin() as connection:
        given = connection.execute(GIVE).all()
    for row in given:
        remind.delay(row.key, row.episode)


@app.task(name="remind")
def remind(key: str, episode: int) -> None:
    values = {"key": key, "episode": episode}
    with ENGINE.begin() as connection:
        if connection.scalar(HOLD, values) is None:
            write_to(key, episode, GROUND.smtp_port)
            connection.execute(MARK, values)


edge = SqlEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    words = "-q worker --beat --concurrency 4 --loglevel ERROR --without-gossip --without-mingle --schedule"
    with TemporaryDirectory(prefix="contender-") as folder:
        worker_ready.connect(lambda **_: ready(), weak=False)  # its processes are there by then
        app.worker_main([*words.split(), f"{folder}/beat"])
