"""One process of a contender: `python -m benchmarks.contenders.part NAME work`, or `… edge`.

An edge takes a line of JSON and answers with one: the seconds that it took.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from threading import Thread
from time import perf_counter
from typing import Any, cast

from benchmarks.contenders.common import Contender, Edge, Ground

MODULES = {
    "cron": "cron",
    "cron_commit_first": "cron_commit_first",
    "cron_send_first": "cron_send_first",
    "procrastinate": "procrastinating",
    "apscheduler": "scheduled_jobs",
    "celery": "celery_tasks",
    "dbos": "dbos_swept",
    "dbos_parked": "dbos_parked",
    "dbosify": "dbosified",
    "textbook": "temporal_textbook",
    "bare": "temporal_bare",
    "ours": "temporal_ours",
}


def contender(name: str) -> Contender:
    return cast(Contender, import_module(f"benchmarks.contenders.{MODULES[name]}"))


def main() -> None:
    name, role = sys.argv[1:]
    ground, chosen = Ground.given(), contender(name)
    if role == "work":
        Thread(target=_end_with_the_benchmark, daemon=True).start()
        chosen.work(ground, _ready)
    else:
        serve(chosen.edge(ground))


def serve(edge: Edge) -> None:
    """Answer line by line until the input ends."""
    _ready()
    for line in sys.stdin:
        began = perf_counter()
        _act(edge, json.loads(line))
        print(json.dumps({"seconds": perf_counter() - began}), flush=True)


def _act(edge: Edge, asked: dict[str, Any]) -> None:
    acts: dict[str, Callable[[], None]] = {
        "begin": lambda: edge.begin(asked["keys"], datetime.fromisoformat(asked["heard"])),
        "contact": lambda: edge.contact(asked["key"]),
    }
    acts[asked["act"]]()


def _end_with_the_benchmark() -> None:
    """It holds the other end of the input, however it ends; a worker's own processes are of its group."""
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)


def _ready() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    main()
