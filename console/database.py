"""The record's database as edges use it: opened without being made, and named in a sentence when it cannot be used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from console.problems import Away
from models.tables import open_engine

MISSING = ("no such table", "no such column", "does not exist", "undefinedtable")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[AsyncEngine]:
    """The database for as long as the block lasts. Raises `Away` with a sentence where it cannot be used."""
    check_there(url)
    engine = open_engine(url, pool_size=2)
    try:
        with said_in_words():
            yield engine
    finally:
        await engine.dispose()


def check_there(url: str) -> None:
    """Raise `Away` where a database file is not there yet: merely looking must not make one."""
    address = make_url(url)
    file = address.database
    if address.get_backend_name() != "sqlite" or not file or file == ":memory:":
        return
    if not Path(file).is_file():
        raise Away(
            f"There is no database at {file} yet. Start Mosty first (make run), or set MOSTY_HOME to its folder."
        )


@contextmanager
def said_in_words() -> Iterator[None]:
    """Turn what a database says into a sentence."""
    try:
        yield
    except (SQLAlchemyError, ConnectionError, TimeoutError) as error:
        raise Away(sentence(error)) from error


def sentence(error: Exception) -> str:
    """What is wrong with the database, and what to do."""
    reason = str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__]
    if any(words in reason[0].casefold() for words in MISSING):
        return "The database is not in the form this version needs. Run “alembic upgrade head” (make run does so)."
    return f"The database cannot be used now: {reason[0]}. Nothing was changed; try again when it is back."
