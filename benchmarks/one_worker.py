"""One worker in a process of its own, with the settings of production unless others are asked for:
`python -m benchmarks.one_worker`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import signal
from importlib import import_module

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.bare import bare_worker
from leaving import leave
from models.tables import open_engine
from worker import build_worker, slots


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.one_worker")
    for name in ("address", "database_url", "task_queue"):
        parser.add_argument(name)
    parser.add_argument("whose", choices=["ours", "bare"])
    parser.add_argument("--options", type=json.loads, default={}, help="other options of the worker, as JSON")
    parser.add_argument("--freeze", action="store_true", help="what was imported is nothing for the garbage collector")
    parser.add_argument("--slots", type=json.loads, default={}, help="others than production's, as JSON")
    parser.add_argument("--uvloop", action="store_true", help="an event loop of its own (package uvloop)")
    return parser.parse_args()


async def main(given: argparse.Namespace) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(given.address, data_converter=pydantic_data_converter)
    engine = open_engine(given.database_url)
    build = build_worker if given.whose == "ours" else bare_worker
    options = given.options | {"tuner": slots(**given.slots)}
    async with build(client, engine, given.task_queue, **options):
        if given.freeze:
            gc.collect()
            gc.freeze()
        print("ready", flush=True)
        await stop.wait()
    await engine.dispose()
    return 0


def run() -> int:
    given = asked()
    if given.uvloop:
        return int(import_module("uvloop").run(main(given)))
    return asyncio.run(main(given))


if __name__ == "__main__":
    leave(run())
