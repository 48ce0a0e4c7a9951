"""A portfolio that lives while parts fail: partnerships in contact and silent by turns, each command given until it is
answered, under the same id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from benchmarks import invented
from benchmarks.crash_mail_lives import COORDINATORS, DEPUTIES, OFFICERS
from benchmarks.grown_up import GrownUp
from models.base import Actor, Refused, Role
from models.engine import Envelope
from models.lifecycle import Start
from models.party import NewParty
from models.policy import policy_named
from models.stage import Stage
from workflows.client import Unavailable, send, start

POLICY = "faults@1"
A_DAY = policy_named(POLICY).day

SILENCES = ((20, 50), (62, 70), (76, 84), (90, 120))
"""Days until the next contact: before any rung, and after each of the three."""

PASSING = (Unavailable, RPCError, SQLAlchemyError, OSError, RuntimeError, TimeoutError)
"""What a client meets while something is away; whether the command was taken is then not known."""

NOT_YET = "unknown_partnership"


@dataclass
class Life:
    """One partnership: the facts it began with, and the ids of its commands in order, answered and refused ones."""

    start: Start
    given: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def portfolio(seed: int, count: int) -> list[Life]:
    return [Life(_beginning(Random(f"{seed}/{number}"), number)) for number in range(count)]


def _beginning(chance: Random, number: int) -> Start:
    home, other = chance.sample(OFFICERS[:20], 2)
    town, second = chance.sample(invented.TOWNS, 2)
    abroad = chance.random() < 0.8
    partner = NewParty(place=chance.choice(invented.ABROAD)) if abroad else NewParty(place=second, officer=other)
    coordinator = chance.choice(COORDINATORS)
    return Start(
        id=f"faults-{number:04}",
        actor=Actor(role=Role.COORDINATOR, person=coordinator),
        command_id=f"start-{number}",
        parties=(NewParty(place=town, officer=home, deputy=chance.choice(DEPUTIES)), partner),
        coordinator=coordinator,
        policy=POLICY,
        stage=Stage.AGREEMENT,
    )


async def live(scene: GrownUp, life: Life, chance: Random, over: asyncio.Event) -> None:
    """Begin, then contact after contact at uneven gaps, up to the end; afterwards silence."""
    await _until_answered(lambda: _begin(scene, life), over)
    while not over.is_set():
        days = chance.uniform(*chance.choice(SILENCES))
        with suppress(TimeoutError):
            async with asyncio.timeout(days * A_DAY / timedelta(seconds=1)):
                await over.wait()
        if not over.is_set():
            await _contact(scene, life, len(life.given))


async def _begin(scene: GrownUp, life: Life) -> None:
    await start(scene.client, life.start, scene.queue, scene.revisions)


async def _contact(scene: GrownUp, life: Life, number: int) -> None:
    officer = Actor(role=Role.OFFICER, person=life.start.parties[0].officer, party="p1")
    command_id = f"{life.start.id}-{number}"
    given = {
        "command_id": command_id,
        "actor": officer,
        "command": {"kind": "record_contact", "contact": f"k{number}", "how": "call"},
    }
    envelope = Envelope.model_validate(given)
    life.given.append(command_id)

    async def attempt() -> None:
        try:
            await send(scene.client, life.start.id, envelope, scene.revisions, repeated=True)
        except Refused as refused:
            if refused.code == NOT_YET:  # begun, and not on record yet
                raise Unavailable(refused.message) from None
            life.refused.append(command_id)

    await _until_answered(attempt, None)


async def _until_answered(attempt: object, over: asyncio.Event | None) -> None:
    """Again and again until there is an answer."""
    assert callable(attempt)
    while True:
        try:
            await attempt()
            return
        except PASSING:
            await asyncio.sleep(0.5)


def people_of(lives: Sequence[Life]) -> list[str]:
    seats = {life.start.coordinator for life in lives}
    for life in lives:
        seats |= {person for party in life.start.parties for person in (party.officer, party.deputy)}
    return sorted(filter(None, seats))
