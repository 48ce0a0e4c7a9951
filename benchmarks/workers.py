"""A process with a worker of ours and one of the bare workflow, on one database: `python -m benchmarks.workers`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.bare import bare_worker
from benchmarks.scene import Scene
from models.tables import open_engine
from worker import build_worker

READY = "ready"


@asynccontextmanager
async def workers(scene: Scene, cached: int) -> AsyncIterator[None]:
    """Both workers in a process of their own, which keeps so many workflows in memory for each."""
    given = [scene.server.address, str(scene.edge.url.render_as_string(hide_password=False)), scene.task_queue]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.workers", *given, str(cached), env=os.environ, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert (await process.stdout.readline()).decode().strip() == READY, "the workers did not start"
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def bare_queue(task_queue: str) -> str:
    return f"{task_queue}-bare"


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers")
    for name in ("address", "database_url", "task_queue"):
        parser.add_argument(name)
    parser.add_argument("cached", type=int)
    given = parser.parse_args()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(given.address, data_converter=pydantic_data_converter)
    engine, options = open_engine(given.database_url), {"max_cached_workflows": given.cached}
    async with (
        build_worker(client, engine, given.task_queue, **options),
        bare_worker(client, engine, bare_queue(given.task_queue), **options),
    ):
        print(READY, flush=True)
        await stop.wait()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
