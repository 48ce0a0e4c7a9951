"""How soon a partnership wants to be looked at: the order of every list that begins with the worst."""

from __future__ import annotations

from enum import IntEnum

from models.stage import Stage
from models.watch import Attention


class Urgency(IntEnum):
    """Smaller is sooner. What has ended asks for nothing any more."""

    DECIDE = 0
    STALLED = 1
    QUIET = 2
    OK = 3
    ENDED = 4


def urgency(attention: Attention, stage: Stage) -> Urgency:
    return Urgency.ENDED if stage is Stage.ENDED else Urgency[attention.name]
