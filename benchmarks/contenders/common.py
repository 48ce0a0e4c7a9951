"""What all contenders share: the table of towns, the mail they send, and the moment that counts as quiet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from smtplib import SMTP
from typing import Any, Protocol

from sqlalchemy import Column, DateTime, Engine, Index, Integer, MetaData, String, Table, create_engine, text

METADATA = MetaData()

TOWNS = Table(
    "towns",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("heard", DateTime(timezone=True), nullable=False),
    Column("episode", Integer, nullable=False, default=1),
    Column("told", Integer, nullable=False, default=0),  # the last episode that was told of
    Index("ix_towns_heard", "heard"),
)
"""A silence is an episode: a contact begins the next one."""

AT_ONCE = 8

_BEGIN = text("INSERT INTO towns (key, heard, episode, told) VALUES (:key, :heard, 1, 0)")
_HEAR = text("UPDATE towns SET heard = :heard, episode = episode + 1 WHERE key = :key")
_DUE = text("SELECT key, episode FROM towns WHERE heard <= :before AND told < episode")
_QUIET = text("SELECT heard, episode, told FROM towns WHERE key = :key")
_TOLD = text("UPDATE towns SET told = :episode WHERE key = :key AND told < :episode")


@dataclass(frozen=True)
class Ground:
    """What a contender's processes are given, by their environment."""

    database: str
    broker: str
    temporal: str
    smtp_port: int
    quiet: timedelta
    mark: str
    """Of this round: a queue that outlives its worker is known by it."""

    @classmethod
    def given(cls) -> Ground:
        return cls(
            database=os.environ["CONTENDER_DATABASE"],
            broker=os.environ["CONTENDER_BROKER"],
            temporal=os.environ["CONTENDER_TEMPORAL"],
            smtp_port=int(os.environ["CONTENDER_SMTP_PORT"]),
            quiet=timedelta(seconds=float(os.environ["CONTENDER_QUIET_SECONDS"])),
            mark=os.environ["CONTENDER_MARK"],
        )

    def environment(self) -> dict[str, str]:
        return {
            "CONTENDER_DATABASE": self.database,
            "CONTENDER_BROKER": self.broker,
            "CONTENDER_TEMPORAL": self.temporal,
            "CONTENDER_SMTP_PORT": str(self.smtp_port),
            "CONTENDER_QUIET_SECONDS": str(self.quiet.total_seconds()),
            "CONTENDER_MARK": self.mark,
        }

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{self.database}"

    def engine(self) -> Engine:
        return create_engine(self.url, pool_size=AT_ONCE)


class Edge(Protocol):
    """How a contender is reached."""

    def begin(self, keys: list[str], heard: datetime) -> None:
        """Towns last heard from then, so many at once as it takes."""

    def contact(self, key: str) -> None:
        """A contact now; it returns once that is on record."""


class Contender(Protocol):
    """A contender: what its worker does for ever, and its edge. Both are given the same ground."""

    edge: Callable[[Ground], Edge]
    work: Callable[[Ground, Callable[[], None]], None]


class SqlEdge:
    """Where the table is the truth."""

    def __init__(self, ground: Ground) -> None:
        self._engine = ground.engine()
        METADATA.create_all(self._engine)

    def begin(self, keys: list[str], heard: datetime) -> None:
        each_at_once(keys, lambda key: self._one(key, heard))

    def contact(self, key: str) -> None:
        execute(self._engine, _HEAR, key=key, heard=datetime.now(UTC))

    def _one(self, key: str, heard: datetime) -> None:
        execute(self._engine, _BEGIN, key=key, heard=heard)


def each_at_once(keys: Iterable[str], act: Callable[[str], object]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(act, keys):
            pass


def execute(engine: Engine, statement: Any, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(statement, values)


def due(engine: Engine, quiet: timedelta) -> list[tuple[str, int]]:
    """Towns whose silence is to be told of, with its number."""
    with engine.begin() as connection:
        rows = connection.execute(_DUE, {"before": datetime.now(UTC) - quiet})
        return [(row.key, row.episode) for row in rows]


def quiet_since(engine: Engine, key: str) -> tuple[datetime, int, int]:
    """When a town was heard last, its silence's number, and the last one that was told of."""
    with engine.begin() as connection:
        row = connection.execute(_QUIET, {"key": key}).one()
        return row.heard, row.episode, row.told


def mark_told(engine: Engine, key: str, episode: int) -> None:
    execute(engine, _TOLD, key=key, episode=episode)


def write_to(town: str, episode: int, smtp_port: int) -> None:
    """Send the mail of a silence. Its Message-ID is the same each time, so that doubles are seen."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "mosty@example.org", f"{town}@example.org"
    mail["Subject"], mail["Message-ID"] = "No contact recorded", f"<{town}.{episode}@example.org>"
    mail.set_content("No contact recorded for a while.")
    with SMTP("127.0.0.1", smtp_port, timeout=10) as server:
        server.send_message(mail)
