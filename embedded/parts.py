"""The parts of a run, each as a block that starts it and ends it: database, worker, web pages."""

import asyncio
import logging
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import uvicorn
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from fastapi import FastAPI
from fastapi.params import Depends
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from temporalio.client import Client

from embedded.problem import Problem
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
POLL_SECONDS = 0.02
LOG_BYTES = 5_000_000
WORKER_SECONDS = 45.0  # a little more than the worker's own patience with what it has in hand


@dataclass(frozen=True)
class Engine:
    """What a run puts together; `prepare` goes before the pages answer, `begin` is what it does once they do;
    `readers` is what a request for caught mail depends on."""

    connect: Callable[[Settings], Awaitable[Client]]
    serve: Callable[[Settings, Client, asyncio.Event], Awaitable[None]]
    create_app: Callable[[Settings], FastAPI]
    prepare: Callable[[Settings, Client, Callable[[str], None]], Coroutine[Any, Any, None]]
    begin: Callable[[Settings, Client], Awaitable[object]]
    migrate: Callable[[Settings], None]
    log: Callable[[Settings], None]
    readers: Sequence[Depends] = ()


def log_to_file(settings: Settings) -> None:
    """The worker's structured log, in `{home}/mosty.log`: the terminal is for the person at it."""
    from logs import log_structured

    log_structured()
    root = logging.getLogger()
    kept = RotatingFileHandler(settings.home / "mosty.log", maxBytes=LOG_BYTES, backupCount=2)
    kept.setFormatter(root.handlers[0].formatter)
    root.handlers[:] = [kept]


def migrate(settings: Settings) -> None:
    """Bring the database to the newest form. Raises Problem where it cannot be used.

    migrations/env.py takes the address from the option `sqlalchemy.url` where it is set, as here.
    """
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", settings.database_url.replace("%", "%%"))
    config.attributes["configure_logger"] = False
    try:
        _look_into_sqlite(settings.database_url)
        command.upgrade(config, "head")
    except (SQLAlchemyError, sqlite3.Error, CommandError, ImportError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Problem(f"The database {_shown(settings)} cannot be used: {reason}.") from error


def _look_into_sqlite(address: str) -> None:
    """Refuse a broken file before a pool of connections stumbles over it."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database:
        with closing(sqlite3.connect(url.database)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()


def _shown(settings: Settings) -> str:
    try:
        return make_url(settings.database_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "of MOSTY_DATABASE_URL"  # not shown: whatever it is, it may hold a password


@contextmanager
def web_socket(host: str, port: int) -> Iterator[socket.socket]:
    """Take the web port first, so that a run does not begin what it cannot finish."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            raise Problem(
                f"The web port {port} of {host} cannot be taken: {error.strerror}. "
                "End what uses it, or choose another with MOSTY_PORT."
            ) from error
        yield bound


@asynccontextmanager
async def running_worker(engine: Engine, settings: Settings, client: Client) -> AsyncIterator[asyncio.Task[None]]:
    """The worker; at the end it finishes what it has in hand."""
    stop = asyncio.Event()

    async def serve() -> None:
        await engine.serve(settings, client, stop)

    task = asyncio.create_task(serve(), name="worker")
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait([task], timeout=WORKER_SECONDS)
        task.cancel()


class _Web(uvicorn.Server):
    """uvicorn without signals of its own: the run decides what ends when."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def running_web(app: FastAPI, bound: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """The web pages on a socket already bound; the block begins when they answer."""
    from console.slow_clients import Impatient

    config = uvicorn.Config(
        app, http=Impatient, log_config=None, log_level="warning", access_log=False, timeout_graceful_shutdown=5
    )
    server = _Web(config)
    task = asyncio.create_task(server.serve(sockets=[bound]), name="web")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(POLL_SECONDS)
        yield task
    finally:
        server.should_exit = True
        await asyncio.wait([task])
