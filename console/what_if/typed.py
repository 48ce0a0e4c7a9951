"""A ladder as somebody types it: kept as it was typed until it can be climbed, and told in words where it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field, field_validator

from models.policy import COORDINATOR, DEPUTY, OFFICER, Policy
from models.watch import Attention, Carry, Clock, Ladder, Rung

ROLES = (OFFICER, DEPUTY, COORDINATOR)
MOST_RUNGS = 12
FURTHEST = 3_650
"""Days after (and before) its beginning at which a rung of a typed ladder may stand."""

Horizon = Literal[3, 12]

Choice = TypeVar("Choice", Carry, Attention)

Said = Mapping[str, Sequence[str]]


class Misfit(Exception):
    """What is wrong with a typed ladder: a code, the rung (from 1; none: the whole), and what the sentence names."""

    def __init__(self, code: str, rung: int | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code, self.rung, self.facts = code, rung, facts


class TypedRung(BaseModel):
    """One rung as typed."""

    days: str = Field("", max_length=12)
    roles: list[str] = []
    attention: str = Attention.QUIET.value


class Typed(BaseModel):
    """What is asked: another ladder under a name, how watches go over to it, how far ahead, of which region."""

    ladder: str
    rungs: list[TypedRung]
    carry: Carry = Carry.KEEP_ELAPSED
    months: Horizon = 3
    oblast: str | None = Field(None, max_length=100)

    @field_validator("rungs")
    @classmethod
    def _so_many(cls, rungs: list[TypedRung]) -> list[TypedRung]:
        return rungs[: MOST_RUNGS + 1]

    def with_rung(self) -> Typed:
        """With one rung more, to be filled in."""
        return self.model_copy(update={"rungs": [*self.rungs, TypedRung()][:MOST_RUNGS]})

    def without_rung(self, number: int) -> Typed:
        """Without the rung of this number (from 0)."""
        return self.model_copy(update={"rungs": [r for n, r in enumerate(self.rungs) if n != number]})

    def query(self) -> str:
        """As an address carries it, so that it can be kept, sent on and come back to."""
        return urlencode(list(self._said()))

    def _said(self) -> Iterator[tuple[str, str]]:
        yield "ladder", self.ladder
        for number, rung in enumerate(self.rungs):
            yield f"days-{number}", rung.days
            for role in rung.roles:
                yield f"roles-{number}", role
            yield f"attention-{number}", rung.attention
        yield "carry", self.carry
        yield "months", str(self.months)
        if self.oblast:
            yield "oblast", self.oblast


@dataclass(frozen=True)
class _Fields:
    said: Said

    def one(self, name: str) -> str:
        values = self.said.get(name) or [""]
        return values[0].strip()


def typed(said: Said, policy: Policy) -> Typed:
    """What a form or an address says; where it says no rung, the ladder as the policy has it."""
    fields = _Fields(said)
    name = fields.one("ladder")
    name = name if name in policy.ladders else next(iter(policy.ladders))
    numbers = sorted(int(key[5:]) for key in said if key.startswith("days-") and key[5:].isdecimal() and len(key) < 8)
    rungs = [_rung(fields, number) for number in numbers]
    return Typed(
        ladder=name,
        rungs=rungs or as_typed(policy.ladders[name]),
        carry=_chosen(fields.one("carry"), Carry, Carry.KEEP_ELAPSED),
        months=12 if fields.one("months") == "12" else 3,
        oblast=fields.one("oblast")[:100] or None,
    )


def as_typed(ladder: Ladder) -> list[TypedRung]:
    """A ladder as one would have typed it."""
    return [TypedRung(days=str(r.days), roles=list(r.roles), attention=r.attention) for r in ladder.rungs]


def climbable(asked: Typed, base: Ladder) -> Ladder:
    """The ladder that was typed, on the clock of the one it replaces. Raises `Misfit`, for the first thing wrong."""
    if not asked.rungs:
        raise Misfit("no_rungs")
    if len(asked.rungs) > MOST_RUNGS:
        raise Misfit("too_many", most=MOST_RUNGS)
    rungs: list[Rung] = []
    for number, said in enumerate(asked.rungs, 1):
        rung = _understood(said, number, base.clock)
        _fits(rungs, rung, number)
        rungs.append(rung)
    return Ladder(clock=base.clock, rungs=tuple(rungs), deferral=base.deferral)


def _understood(said: TypedRung, number: int, clock: Clock) -> Rung:
    days = said.days.replace("−", "-").replace(" ", "")
    if not days.removeprefix("-").isascii() or not days.removeprefix("-").isdecimal():
        raise Misfit("days", number, said=said.days)
    if not -FURTHEST <= int(days) <= FURTHEST:
        raise Misfit("too_far", number, most=FURTHEST)
    if int(days) < 0 and clock is Clock.RUNNING:
        raise Misfit("before_the_start", number)
    roles = tuple(role for role in ROLES if role in said.roles)
    if not roles:
        raise Misfit("nobody", number)
    return Rung(days=int(days), roles=roles, attention=_chosen(said.attention, Attention, Attention.QUIET))


def _fits(below: Sequence[Rung], rung: Rung, number: int) -> None:
    if not below:
        return
    if rung.days <= below[-1].days:
        raise Misfit("not_rising", number, before=below[-1].days, days=rung.days)
    if rung.attention.rank < below[-1].attention.rank:
        raise Misfit("falling", number, before=below[-1].attention, attention=rung.attention)


def _rung(fields: _Fields, number: int) -> TypedRung:
    roles = [role for role in fields.said.get(f"roles-{number}", []) if role in ROLES]
    attention = _chosen(fields.one(f"attention-{number}"), Attention, Attention.QUIET)
    return TypedRung(days=fields.one(f"days-{number}")[:12], roles=roles, attention=attention)


def _chosen(said: str, choices: type[Choice], usual: Choice) -> Choice:
    return next((each for each in choices if each == said), usual)
