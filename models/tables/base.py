"""What every table is made of: moments in UTC, JSON, names of keys and indexes; and how a database is opened."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, MetaData, String, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase


class UtcInstant(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases (SQLite keeps none of the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcInstant(),
        date: Date(),
        dict[str, Any]: Json,
        list[Any]: Json,
        str: String(64),
    }


def open_engine(url: str, pool_size: int = 8) -> AsyncEngine:
    """The database behind a URL; waits are bounded, so that one that hangs is an error within seconds. Errors, which
    end in logs, do not say the values that were given."""
    if url.startswith("sqlite"):
        engine = create_async_engine(url, connect_args={"timeout": 5}, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        return engine
    limits = {"timeout": 5, "command_timeout": 5}
    return create_async_engine(
        url, pool_size=pool_size, max_overflow=4, pool_timeout=5, connect_args=limits, hide_parameters=True
    )


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON"):
        cursor.execute(statement)
    cursor.close()
