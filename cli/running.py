"""How a command runs: its settings, its way to the record and the engine, and the exit status of what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from cli.output import complain
from console.problems import Away, Invalid
from models.base import Refused
from settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from console.edge import Edge

T = TypeVar("T")

REFUSED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


def run(work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Do some work on the settings; a refusal is a sentence on standard error and exit status 1."""
    try:
        return asyncio.run(work(read_settings()))
    except Invalid as invalid:
        complain(invalid.message)
        raise typer.Exit(WRONG_USAGE) from None
    except (Refused, Away) as refused:
        complain(refused.message)
    except SettingsError as wrong:
        complain(str(wrong))
    except KeyboardInterrupt:
        complain("Interrupted. A command that was already sent may have been taken.")
        raise typer.Exit(INTERRUPTED) from None
    raise typer.Exit(REFUSED)


@asynccontextmanager
async def record(settings: Settings) -> AsyncIterator[AsyncConnection]:
    """A connection to the record, for looking. The engine is not touched."""
    from console.database import opened

    async with opened(settings.database_url) as engine, engine.connect() as connection:
        yield connection


@asynccontextmanager
async def edge(settings: Settings) -> AsyncIterator[Edge]:
    """The record, and a way to the engine that connects when it is first needed."""
    from console.database import check_there
    from console.edge import Edge, LazyClient
    from models.tables import open_engine

    check_there(settings.database_url)
    database = open_engine(settings.database_url, pool_size=2)
    try:
        yield Edge(settings, database, LazyClient(settings))
    finally:
        await database.dispose()
