"""What people would use instead, with ten thousand due at once: `python -m benchmarks.contend_storm --open 10000`.

Each contender once, on a database of its own, with one worker. Ours and the bare workflow are in
`benchmarks/storm.py`. Left out are those that begin or tell of some twenty a second, and DBOS with a sweep, whose
sweeps of each second overlap with so many.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks import report
from benchmarks.contend import redis
from benchmarks.contend_ground import ring
from benchmarks.contend_parts import storm
from benchmarks.grown_up import grown_up
from benchmarks.report import Numbers
from benchmarks.running import run

OPEN = 10_000
NAMES = ("cron", "procrastinate", "apscheduler", "celery")
STARTS_A_SECOND = 150.0

FILE = "contenders_storm"


async def measure(names: Sequence[str], count: int) -> Numbers:
    figures: Numbers = {"open": count}
    async with grown_up() as scene, redis() as broker:
        for name in names:
            try:
                async with ring(scene, name, broker, "storm") as made:
                    found = await storm(made, count, STARTS_A_SECOND)
                    found["worker_mb"] = round(await made.memory(), 1)
            except (AssertionError, TimeoutError, OSError) as error:
                print(f"{name} did not go through: {type(error).__name__} {error}", flush=True)
                continue
            print(f"{name}: {found}", flush=True)
            figures |= {f"{name}_{kind}": value for kind, value in found.items()}
            report.write(FILE, figures)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contend_storm", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="towns due at once")
    parser.add_argument("--only", default=",".join(NAMES), help="which contenders")
    given = parser.parse_args()
    figures = run(measure(given.only.split(","), given.open))
    print(report.table(figures, {}))
    print(f"Written to {report.figures_file(FILE)}")


if __name__ == "__main__":
    main()
