"""What goes wrong, and when, drawn by a seed: whom it strikes, whether it is killed or held still, for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Part(StrEnum):
    """What can be struck."""

    WORKER = "worker"  # one of two, each running workflows, the record and the mail room
    TEMPORAL = "temporal"
    POSTGRES = "postgres"  # under Temporal and the record alike
    SMTP = "smtp"


class Blow(StrEnum):
    """How it is struck."""

    KILL = "kill"  # and it comes back
    PAUSE = "pause"  # held still for a while


WEIGHTS: dict[tuple[Part, Blow], int] = {
    (Part.WORKER, Blow.KILL): 60,
    (Part.WORKER, Blow.PAUSE): 6,
    (Part.TEMPORAL, Blow.KILL): 10,
    (Part.TEMPORAL, Blow.PAUSE): 4,
    (Part.POSTGRES, Blow.KILL): 10,
    (Part.POSTGRES, Blow.PAUSE): 4,
    (Part.SMTP, Blow.KILL): 6,
}

LONGEST_AWAY = {Part.WORKER: 1.0, Part.TEMPORAL: 3.0, Part.POSTGRES: 2.0, Part.SMTP: 6.0}
"""Seconds until a killed part is started again."""

LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Misfortune:
    """Some seconds after the last one a part is struck, and is away for a while. `which` tells workers apart."""

    after: float
    part: Part
    blow: Blow
    away: float
    which: int


def misfortunes(seed: int, crashes: int) -> Iterator[Misfortune]:
    """Up to so many kills, with pauses between; the same seed is the same schedule."""
    chance, killed = Random(f"{seed}/misfortunes"), 0
    while killed < crashes:
        part, blow = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        killed += blow is Blow.KILL
        longest = LONGEST_PAUSE if blow is Blow.PAUSE else LONGEST_AWAY[part]
        yield Misfortune(
            after=chance.uniform(1.0, 5.0),
            part=part,
            blow=blow,
            away=chance.uniform(0, longest),
            which=chance.randrange(2),
        )
