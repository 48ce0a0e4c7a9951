"""How alembic reaches the database: by the URL it is given, or by the settings'."""

import asyncio
from typing import Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy import Connection

from models.tables import Table, UtcInstant, open_engine
from settings import Settings


def _url() -> str:
    return context.config.get_main_option("sqlalchemy.url") or str(Settings().database_url)


def _plainly(kind: str, item: object, _: object) -> str | Literal[False]:
    """Migrations outlive our types: they name the database's own."""
    if kind == "type" and isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _online() -> None:
    engine = open_engine(_url())
    try:
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":  # which changes a table by making it anew, under its references
                await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                await connection.commit()
            await connection.run_sync(_migrate)
            await connection.commit()
    finally:
        await engine.dispose()


def _offline() -> None:
    context.configure(url=_url(), target_metadata=Table.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _offline()
elif (given := context.config.attributes.get("connection")) is not None:
    _migrate(given)
else:
    asyncio.run(_online())
