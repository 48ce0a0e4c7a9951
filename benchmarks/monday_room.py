"""The mail room alone, through one day of a clock it is given, for `benchmarks.monday`.

After each round it writes a line of JSON (the moment, what was done, statements so far) and waits for a line back: the
process's memory is read from outside meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from activities.mail import PostOffice
from activities.ports import MailStep
from benchmarks.meter import Meter
from models.policy import policy_named
from models.tables import open_engine
from settings import Settings


class Clock:
    """Stands still within a round."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


async def until_done(step: Callable[[], Awaitable[MailStep]]) -> dict[str, int]:
    """As a mail round does it."""
    done: Counter[str] = Counter()
    more = True
    while more:
        report = await step()
        done.update(report.done)
        more = report.more
    return dict(done)


def told(meter: Meter, at: datetime, **done: dict[str, int]) -> None:
    """Say how far it is, and wait for the answer."""
    print(json.dumps({"at": at.isoformat(), "statements": meter.statements, **done}), flush=True)
    sys.stdin.readline()


async def live_through(settings: Settings, first: datetime, last: datetime) -> None:
    meter, clock, engine = Meter().everywhere(), Clock(first), open_engine(settings.database_url)
    office = PostOffice(engine, settings, clock)
    between_rounds = timedelta(seconds=policy_named(settings.policy).mail_seconds)
    told(meter, clock.at)
    while clock.at <= last:
        planned = await until_done(office.plan)
        sent = await until_done(office.send)
        told(meter, clock.at, planned=planned, sent=sent)
        clock.at += between_rounds
    await engine.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.monday_room")
    parser.add_argument("first", type=datetime.fromisoformat)
    parser.add_argument("last", type=datetime.fromisoformat)
    given = parser.parse_args()
    asyncio.run(live_through(Settings(), given.first, given.last))
