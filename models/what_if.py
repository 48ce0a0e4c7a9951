"""What if these ladders were others? The same rules, asked twice of one state: as it is, and as it would be.

Nothing is changed. What was told already is not told again, and no level falls: that is how a policy is adopted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.base import refuse
from models.explain import forecast
from models.lifecycle import MOST_DIFFERENCES
from models.partnership import Partnership
from models.policy import policy_named
from models.watch import Attention, Carry, Ladder, Notice


@dataclass(frozen=True)
class Telling:
    """One thing that would be told: of which watch, when, to which roles. `attention` is what it raises."""

    watch: str
    at: datetime
    roles: tuple[str, ...]
    attention: Attention

    @classmethod
    def of(cls, notice: Notice) -> Telling:
        return cls(notice.watch, notice.at, notice.roles, notice.attention)


@dataclass(frozen=True)
class Comparison:
    """What would be told of one partnership if nobody acted: under its ladders, and under the other ones."""

    today: tuple[Telling, ...]
    then: tuple[Telling, ...]

    @property
    def differs(self) -> bool:
        return self.today != self.then

    def at_once(self, now: datetime) -> int:
        """How many things more would be told in the very moment of the change."""
        return sum(each.at <= now for each in self.then) - sum(each.at <= now for each in self.today)


def differences(p: Partnership, ladders: Mapping[str, Ladder]) -> dict[str, Ladder]:
    """What a partnership's policy would differ in with these ladders; one that is its policy's own is no difference.

    Refused: a ladder that its policy does not have or cannot have, more differences than a partnership may carry."""
    base = policy_named(p.policy_name)
    base.with_differences(ladders)
    wanted = {**p.differences, **ladders}
    differing = {name: ladder for name, ladder in wanted.items() if ladder != base.ladders[name]}
    if len(differing) > MOST_DIFFERENCES:
        names = ", ".join(sorted(set(differing) - set(ladders)))
        refuse(
            "too_many_differences",
            f"A partnership may differ from its policy in {MOST_DIFFERENCES} ladders; this one does in: {names}.",
        )
    return differing


def adopted(p: Partnership, ladders: Mapping[str, Ladder], carry: Carry, now: datetime) -> Partnership:
    """The partnership as it would be with these ladders instead of its own. Refused as `differences` says."""
    return p.on_policy(p.policy_name, differences(p, ladders), lambda _: carry, now)


def compared(p: Partnership, ladders: Mapping[str, Ladder], carry: Carry, now: datetime, until: datetime) -> Comparison:
    """What would be told until a moment, as it is and with these ladders. Refused as `differences` says."""
    return Comparison(told(p, until, now), told(adopted(p, ladders, carry, now), until, now))


def told(p: Partnership, until: datetime, now: datetime) -> tuple[Telling, ...]:
    """What would be told until a moment if nobody acted, in order."""
    return tuple(Telling.of(notice) for notice in forecast(p, until, now))
