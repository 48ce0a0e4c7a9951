"""One worker in a process of its own, with the settings of production: `python -m benchmarks.one_worker`."""

from __future__ import annotations

import argparse
import asyncio
import signal

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.bare import bare_worker
from leaving import leave
from models.tables import open_engine
from worker import build_worker


async def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.one_worker")
    for name in ("address", "database_url", "task_queue"):
        parser.add_argument(name)
    parser.add_argument("whose", choices=["ours", "bare"])
    given = parser.parse_args()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(given.address, data_converter=pydantic_data_converter)
    engine = open_engine(given.database_url)
    build = build_worker if given.whose == "ours" else bare_worker
    async with build(client, engine, given.task_queue):
        print("ready", flush=True)
        await stop.wait()
    await engine.dispose()
    return 0


if __name__ == "__main__":
    leave(asyncio.run(main()))
