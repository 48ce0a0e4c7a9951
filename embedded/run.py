"""`make run`: everything on this machine in one go, and everything ended in order at Ctrl-C.

One process holds the worker, the web pages and the mail catcher; Temporal's development server is a second
one with a session of its own, so that it ends last. All state is in the home folder.
"""

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any

from pydantic import SecretStr
from temporalio.client import Client

from embedded.banner import NO_MAIL_SERVER, banner, has_mail_server
from embedded.catcher import catcher_pages, mail_catcher
from embedded.home import held_home, make_secret
from embedded.parts import Engine, log_to_file, migrate, running_web, running_worker, web_socket
from embedded.problem import Problem
from embedded.temporal_binary import ensure_binary
from embedded.temporal_server import DevelopmentServer, free_port, start_server, tell
from leaving import leave
from settings import Settings, SettingsError, read_settings

Tell = Callable[[str], None]


async def live(settings: Settings, engine: Engine, say: Tell) -> None:
    """Start every part, and keep them until this is cancelled; then end them, Temporal's server last.

    Raises Problem when a part cannot start, or ends by itself.
    """
    async with AsyncExitStack() as held:
        bound = held.enter_context(web_socket(settings.web_host, settings.port))
        server = await _temporal(held, settings, say)
        await asyncio.to_thread(engine.migrate, settings)
        catches = not has_mail_server(settings)
        settings = await _catching(held, settings) if catches else settings
        client = await _connected(engine, settings)
        worker = await held.enter_async_context(running_worker(engine, settings, client))
        await _prepared(held, engine, settings, client, worker, say)
        app = engine.create_app(settings)
        app.include_router(catcher_pages(settings.home), dependencies=list(engine.readers))
        web = await held.enter_async_context(running_web(app, bound))
        begun = asyncio.create_task(_begin(engine, settings, client, say), name="begin")
        held.callback(begun.cancel)
        say(banner(settings, server.ui if server else None, catches=catches))
        await _until_one_ends([worker, web], server, settings)


async def _connected(engine: Engine, settings: Settings) -> Client:
    try:
        return await engine.connect(settings)
    except RuntimeError as error:
        where = settings.temporal_address or settings.temporal_config_file
        raise Problem(f"No Temporal server answers at {where}: {error}.") from error


async def _temporal(held: AsyncExitStack, settings: Settings, say: Tell) -> DevelopmentServer | None:
    if settings.temporal_address:
        say(f"Using the Temporal server at {settings.temporal_address} (TEMPORAL_ADDRESS).")
        return None
    binary = await ensure_binary(settings.cache, say)
    return await held.enter_async_context(await start_server(binary, settings.home))


async def _catching(held: AsyncExitStack, settings: Settings) -> Settings:
    """Start the catcher; settings that send mail to it."""
    port = await held.enter_async_context(mail_catcher(settings.home, free_port(settings.smtp_port)))
    plain = {"smtp_tls": "none", "smtp_username": None, "smtp_password": None}
    return settings.model_copy(update={"smtp_port": port, **plain})


async def _prepared(
    held: AsyncExitStack, engine: Engine, settings: Settings, client: Client, worker: asyncio.Task[None], say: Tell
) -> None:
    """What has to be there before the pages are; trouble with it is said, and all else goes on."""
    preparing = asyncio.create_task(engine.prepare(settings, client, say), name="prepare")
    held.callback(preparing.cancel)
    await asyncio.wait([preparing, worker], return_when=asyncio.FIRST_COMPLETED)
    if preparing.done() and (error := preparing.exception()):
        say(f"The register was not loaded: {error or type(error).__name__}. `mosty import register` tries again.")


async def _begin(engine: Engine, settings: Settings, client: Client, say: Tell) -> None:
    try:
        await engine.begin(settings, client)
    except Exception as error:
        say(f"What a run begins with was not finished: {error or type(error).__name__}. All else goes on.")


async def _until_one_ends(
    tasks: list[asyncio.Task[None]], server: DevelopmentServer | None, settings: Settings
) -> None:
    watch: list[asyncio.Task[Any]] = list(tasks)
    if server:
        watch.append(asyncio.create_task(server.ended(), name="Temporal's server"))
    done, _ = await asyncio.wait(watch, return_when=asyncio.FIRST_COMPLETED)
    ended = done.pop()
    error = ended.exception()
    reason = f": {error or type(error).__name__}" if error else ""
    raise Problem(
        f"The run ends because {ended.get_name()} ended{reason}. The logs in {settings.home} say more."
    ) from error


async def until_stopped(life: Coroutine[Any, Any, None], say: Tell) -> None:
    """Run `life` until it ends, or until Ctrl-C or SIGTERM, which cancel it once."""
    task = asyncio.create_task(life)

    def stop() -> None:
        if not task.cancelling():
            say("Stopping …")
            task.cancel()

    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop)
    with suppress(asyncio.CancelledError):
        await task


def run(settings: Settings, engine: Engine) -> None:
    """Hold the home folder and live in it until stopped. Raises Problem."""
    with held_home(settings.home):
        missing = [name for name in ("token", "secret") if getattr(settings, name) is None]
        made = {name: SecretStr(make_secret(settings.home, name)) for name in missing}
        settings = settings.model_copy(update=made)
        engine.log(settings)
        asyncio.run(until_stopped(live(settings, engine, tell), tell))


def register_engine() -> Engine:
    """The engine with the register of agreements loaded before its pages answer."""
    return _engine(_letting_in(_load_register), _nothing)


def demo_engine() -> Engine:
    """The engine, which begins with living the invented partnerships."""
    from embedded.demo import live as live_demo

    return _engine(_letting_in(_nothing_first), live_demo)


async def _load_register(settings: Settings, client: Client, say: Tell) -> None:
    from imports.load import load_register

    def progress(done: int, new: int) -> None:
        if done == 1 or done % 50 == 0 or done == new:
            say(f"Loading the register of agreements: {done} of {new}.")

    await load_register(settings, client, progress=progress)


Prepare = Callable[[Settings, Client, Tell], Coroutine[Any, Any, None]]


def _letting_in(prepare: Prepare) -> Prepare:
    """Prepare so, and then say how whoever sits here signs in."""

    async def prepared(settings: Settings, client: Client, say: Tell) -> None:
        from console.access.first import link_for_operator

        await prepare(settings, client, say)
        say(f"Sign in here (good once, for twelve hours): {await link_for_operator(settings)}")

    return prepared


async def _nothing(settings: Settings, client: Client) -> None:
    """Nothing to begin with."""


async def _nothing_first(settings: Settings, client: Client, say: Tell) -> None:
    """Nothing to prepare."""


def _engine(
    prepare: Prepare,
    begin: Callable[[Settings, Client], Awaitable[object]],
) -> Engine:
    from fastapi.params import Depends

    from connecting import connect
    from console.access.looking import operating_viewer
    from console.app import create_app
    from worker import runtime, serve

    async def connected(settings: Settings) -> Client:
        return await connect(settings, runtime(settings))

    readers = [Depends(operating_viewer)]
    return Engine(connected, serve, create_app, prepare, begin, migrate, log_to_file, readers)


def demo_settings() -> Settings:
    """The settings with a home, a database and a fast policy of the demo's own.

    Its mail goes to the catcher whatever is set: its people are invented.
    """
    usual = read_settings()
    home = usual.home / "demo"
    return read_settings(
        home=home,
        database_url=f"sqlite+aiosqlite:///{home / 'mosty.db'}",
        policy="demo@1",
        **NO_MAIL_SERVER,
    )


def main() -> int:
    """Run everything on this machine until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m embedded.run", description=main.__doc__)
    parser.add_argument("--demo", action="store_true", help="invented partnerships on a fast clock")
    demo: bool = parser.parse_args().demo
    try:
        settings = demo_settings() if demo else read_settings()
        run(settings, demo_engine() if demo else register_engine())
    except (Problem, SettingsError) as problem:
        tell(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    leave(main())
