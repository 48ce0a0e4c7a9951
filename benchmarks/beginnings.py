"""The partnership that benchmarks begin, and commands to it: pure, so that every engine can be given the same."""

from __future__ import annotations

from random import Random
from uuid import UUID

from benchmarks.trace import Step
from models.base import Actor, Role
from models.engine import Envelope
from models.lifecycle import Start
from models.party import NewParty
from models.stage import Stage

COORDINATOR = Actor(role=Role.COORDINATOR, person="coordinator-1")
OFFICER = Actor(role=Role.OFFICER, person="officer-1", party="p1")


def beginning(key: str, policy: str = "reference@1") -> Start:
    """Two parties that are at their agreement; nothing but contact is watched."""
    home = NewParty(place="UA46060370000065608", officer="officer-1", deputy="deputy-1")
    return Start(
        id=key,
        actor=COORDINATOR,
        command_id=key.replace("-", ""),
        parties=(home, NewParty(place="place-2")),
        coordinator="coordinator-1",
        policy=policy,
        stage=Stage.AGREEMENT,
    )


def envelope(step: Step) -> Envelope:
    given = {"command_id": step.command_id, "actor": OFFICER, "command": {"kind": step.command, **step.facts}}
    return Envelope.model_validate(given)


def a_key(number: int) -> str:
    """An id as real partnerships have; the same number is the same id."""
    return str(UUID(int=Random(number).getrandbits(128)))
