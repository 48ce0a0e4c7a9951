"""Everything due at once: `python -m benchmarks.storm --open 10000`.

So many partnerships whose silence is to be told of at one moment, on Temporal's real server and PostgreSQL, with one
worker; and the same of the bare workflow, in the same run. `rate` is notices on record a second.

Then as many again, while partnerships that are not due are given commands, as in calm times before (`ours_beside_…`);
and 3,000 at most as production has them: as far apart as 10,000 are that the default policy spreads over half an hour
(`spread_…`).
"""

from __future__ import annotations

import argparse

from benchmarks import report
from benchmarks.beside import FIRST
from benchmarks.due_at_once import due_at_once
from benchmarks.grown_up import grown_up
from benchmarks.report import Numbers
from benchmarks.running import run
from embedded.temporal_server import AT_ONCE
from models.policy import DEFAULT_1

OPEN = 10_000
SPREAD_MOST = 3_000
"""Nine minutes of them."""

APART = DEFAULT_1.spread / OPEN
GOALS: report.Figures = {"beside_ratio": 2.0, "spread_beside_ratio": 2.0}


async def measure(count: int, spread: int, at_once: int) -> Numbers:
    figures: Numbers = {"open": count}
    async with grown_up(at_once=at_once) as scene:
        figures |= _named("bare", await due_at_once(scene, "bare", range(count)))
        figures |= _named("ours", await due_at_once(scene, "ours", range(count)))
        again = range(count, 2 * count)
        figures |= _named("ours_beside", await due_at_once(scene, "ours", again, beside=FIRST))
        if spread:
            last = range(3 * count, 3 * count + spread)
            figures |= _named("spread", await due_at_once(scene, "ours", last, apart=APART, beside=FIRST * 2))
    return figures | {
        "ratio": round(figures["ours_rate"] / figures["bare_rate"], 2),
        "beside_ratio": figures.pop("ours_beside_beside_ratio"),
    }


def _named(what: str, found: Numbers) -> Numbers:
    return {f"{what}_{name}": value for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storm", description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="partnerships due at once")
    parser.add_argument("--spread", type=int, help=f"and one after another: as many, {SPREAD_MOST} at most; 0 for none")
    parser.add_argument(
        "--at-once", type=int, default=AT_ONCE, help="timers that Temporal's server works on at one time; its own: 512"
    )
    given = parser.parse_args()
    spread = min(given.open, SPREAD_MOST) if given.spread is None else given.spread
    figures = run(measure(given.open, spread, given.at_once))
    print(report.table(figures, {name: most for name, most in GOALS.items() if name in figures}))
    print(f"ratio {figures['ratio']} of the bare workflow's rate; the goal is at least 0.8.")
    print(f"Written to {report.write('storm', figures)}")


if __name__ == "__main__":
    main()
