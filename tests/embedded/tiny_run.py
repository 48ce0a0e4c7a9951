"""A run whose engine is a stand-in, so that what is tried is the run itself: `python -m tests.embedded.tiny_run`."""

import asyncio
import sys
from collections.abc import Callable

from fastapi import FastAPI
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from embedded.parts import Engine
from embedded.problem import Problem
from embedded.run import run
from embedded.temporal_server import tell
from settings import Settings, SettingsError, read_settings


async def connect(settings: Settings) -> Client:
    file = settings.temporal_config_file
    return await Client.connect(**ClientConfig.load_client_connect_config(config_file=str(file) if file else None))


async def serve(settings: Settings, client: Client, stop: asyncio.Event) -> None:
    tell(f"worker on {settings.task_queue}, mail to {settings.smtp_port}")
    ended = asyncio.create_task(stop.wait())
    failed = asyncio.create_task(asyncio.to_thread((settings.home / "fail").exists))
    if await failed:
        raise RuntimeError("the worker was told to fail")
    await ended
    assert await client.service_client.check_health()
    tell("worker done, Temporal still there")


def create_app(settings: Settings) -> FastAPI:
    return FastAPI()


async def prepare(settings: Settings, client: Client, say: Callable[[str], None]) -> None:
    say("prepared")


async def begin(settings: Settings, client: Client) -> None:
    tell("begun")


def migrate(settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        raise Problem("The database cannot be used: no such thing.")


def log(settings: Settings) -> None:
    """Nothing: the log is not what is tried here."""


if __name__ == "__main__":
    try:
        run(read_settings(), Engine(connect, serve, create_app, prepare, begin, migrate, log))
    except (Problem, SettingsError) as problem:
        tell(str(problem))
        sys.exit(1)
