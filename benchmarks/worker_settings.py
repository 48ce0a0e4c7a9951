"""The worker's settings, by evidence: `python -m benchmarks.worker_settings --open 600` (`make bench-settings`).

A storm for each, with commands to others meanwhile: so many partnerships due at one moment, with a worker set as
production's but for one thing. Rounds go through all of them, each time in another order, on one server and one
PostgreSQL; medians are kept.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import defaultdict
from itertools import count
from statistics import median

from benchmarks import report
from benchmarks.beside import FIRST
from benchmarks.due_at_once import due_at_once
from benchmarks.grown_up import GrownUp, grown_up
from benchmarks.report import Numbers
from benchmarks.running import run

OPEN, ROUNDS = 600, 3


def _options(**options: int) -> tuple[str, ...]:
    return ("--options", json.dumps(options))


def _slots(**slots: float) -> tuple[str, ...]:
    return ("--slots", json.dumps(slots))


SETTINGS: dict[str, tuple[str, ...]] = {
    "production": (),
    "tasks_2": _slots(fewest=2, most=2),
    "tasks_8": _slots(fewest=8, most=8),
    "tasks_32": _slots(fewest=32, most=32),
    "activities_4": _slots(activities=4),
    "activities_32": _slots(activities=32),
    "cached_50": _options(max_cached_workflows=50),
    "cached_1000": _options(max_cached_workflows=1000),
    "freeze": ("--freeze",),
    "uvloop": ("--uvloop",),
}
TWO = "two_workers"


async def measure(names: list[str], many: int, rounds: int, commit_ms: int) -> Numbers:
    found: dict[str, list[float]] = defaultdict(list)
    turns = count()
    if "uvloop" in names and importlib.util.find_spec("uvloop") is None:
        print("NOT MEASURED: uvloop is not installed here (.venv/bin/uv pip install uvloop).")
        names.remove("uvloop")
    async with grown_up(commit_ms) as scene:
        for number in range(rounds):
            for name in names[number:] + names[:number]:
                one = await _turn(scene, name, next(turns), many)
                print(number + 1, name, one, flush=True)
                for figure, value in one.items():
                    found[f"{name}_{figure}"].append(value)
    asked: Numbers = {"open": many, "rounds": rounds, "commit_ms": commit_ms}
    return asked | {name: round(median(values), 2) for name, values in found.items()}


async def _turn(scene: GrownUp, name: str, turn: int, many: int) -> Numbers:
    numbers, workers = range(turn * many, (turn + 1) * many), 2 if name == TWO else 1
    settings = SETTINGS.get(name, ())
    return await due_at_once(scene, "ours", numbers, *settings, beside=FIRST * (turn + 1), workers=workers)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker_settings", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="partnerships due at once")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--commit-ms", type=int, default=0, help="by how much each of PostgreSQL's commits is slower")
    parser.add_argument("--only", default=",".join([*SETTINGS, TWO]), help="some of the settings")
    given = parser.parse_args()
    figures = run(measure(given.only.split(","), given.open, given.rounds, given.commit_ms))
    print(report.table(figures, {}))
    print(f"Written to {report.write('settings_slow' if given.commit_ms else 'settings', figures)}")


if __name__ == "__main__":
    main()
