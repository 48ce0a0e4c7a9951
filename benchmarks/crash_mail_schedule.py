"""What happens to mail workers and to their mail server, drawn by a seed: when each worker dies, how the server takes
each mail, when it is away."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.loopback import Loopback, accepted

LONGEST_SLOW = 2.0
"""Seconds that a slow server takes for one mail."""


class Point(StrEnum):
    """Where a worker dies."""

    BEFORE_SENDING = "before_sending"  # the claim is on record, nothing has left
    AFTER_SENDING = "after_sending"  # the server took the mail, which is not on record
    AFTER_RECORDING = "after_recording"
    ANYWHERE = "anywhere"  # before any statement or commit


MOST_PASSED = {Point.ANYWHERE: 600}
USUALLY_PASSED = 12
"""So often at most a point is come to, the last time being deadly."""


@dataclass(frozen=True)
class Death:
    """A worker dies when it comes to a point for the n-th time."""

    point: Point
    nth: int


def deaths(seed: int, count: int) -> list[Death]:
    """So many deaths. Of three in a row from the first on, each is at another of the three points of sending; every
    fourth is anywhere."""
    chance = Random(f"{seed}/deaths")
    points = [point for _ in range(count) for point in (*chance.sample(list(Point)[:3], 3), Point.ANYWHERE)]
    return [Death(point, chance.randint(1, MOST_PASSED.get(point, USUALLY_PASSED))) for point in points[:count]]


@dataclass(frozen=True)
class Outage:
    """The server is away for some seconds, some seconds after the last time."""

    after: float
    lasts: float


def outages(seed: int) -> Iterator[Outage]:
    chance = Random(f"{seed}/outages")
    while True:
        yield Outage(after=chance.uniform(15, 40), lasts=chance.uniform(3, 9))


class Mood(StrEnum):
    """How the server takes one mail."""

    TAKES = "takes"
    SLOW = "slow"
    DEFERS = "defers"  # 451 to the recipient
    DEFERS_LATE = "defers_late"  # 451 to the message
    HANGS_UP = "hangs_up"  # before the message
    REFUSES = "refuses"  # 550 to the message, though the mailbox is there
    CUTS = "cuts"  # takes the message, and the line is lost before the answer
    LOSES = "loses"  # does not take it, and the line is lost as well


WEIGHTS = {
    Mood.TAKES: 60,
    Mood.SLOW: 8,
    Mood.DEFERS: 8,
    Mood.DEFERS_LATE: 6,
    Mood.HANGS_UP: 5,
    Mood.REFUSES: 3,
    Mood.CUTS: 6,
    Mood.LOSES: 4,
}


class Moody(Loopback):
    """A server whose mood changes by the seed, with each mail. Mailboxes that are `gone` are refused for good; once it
    is `calm`, every other mail is taken."""

    def __init__(self, seed: int, gone: Sequence[str]) -> None:
        super().__init__()
        self.calm = False
        self.cut_around: set[str] = set()
        self.refused: set[str] = set()
        self.met: Counter[str] = Counter()
        self._seed = seed
        self._gone = gone
        self._tries: Counter[str] = Counter()
        self._drawn: dict[Envelope, Mood] = {}
        self._last: dict[SMTP, str] = {}

    def cut(self, line: SMTP) -> None:
        """What was under way, or just taken, may now be in doubt."""
        if line in self._last:
            self.cut_around.add(self._last[line])
        super().cut(line)

    async def handle_RCPT(  # the server's own name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        person = address.partition("@")[0]
        if person in self._gone:
            self.met["gone"] += 1
            return self._refusal(person)
        mood = self._drawn[envelope] = self._mood(address)
        self.met[mood] += 1
        if mood is Mood.DEFERS:
            return "451 4.7.1 Greylisted, come again"
        if mood is Mood.HANGS_UP:
            super().cut(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail, mood = accepted(envelope), self._drawn.pop(envelope, Mood.TAKES)
        self._last[server] = mail.message_id
        if mood is Mood.SLOW:
            await asyncio.sleep(Random(f"{self._seed}/{mail.message_id}").uniform(0.5, LONGEST_SLOW))
        if mood is Mood.DEFERS_LATE:
            return "451 4.3.0 Not now"
        if mood is Mood.REFUSES:
            return self._refusal(mail.person)
        if mood is not Mood.LOSES:
            self.accepted.append(mail)
        if mood in (Mood.CUTS, Mood.LOSES):
            self.cut(server)
        return "250 2.0.0 Taken"

    def _refusal(self, person: str) -> str:
        self.refused.add(person)
        return "550 5.1.1 No such mailbox"

    def _mood(self, address: str) -> Mood:
        self._tries[address] += 1
        if self.calm:
            return Mood.TAKES
        chance = Random(f"{self._seed}/{address}/{self._tries[address]}")
        return chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
