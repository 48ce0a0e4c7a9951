"""What a command is: a fact that somebody states, and the pure rule that decides what follows from it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ConfigDict

from models.base import Actor, Fact, Instant, PersonId, Provenance, Source, past, refuse
from models.policy import Policy

if TYPE_CHECKING:
    from models.partnership import Partnership


@dataclass(frozen=True)
class Situation:
    """In which a command is decided: who gives it, when, under which policy."""

    actor: Actor
    now: datetime
    policy: Policy


class Command(Fact):
    """A command names itself in `kind` and may say where its fact comes from. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Source = Source.STATED
    as_of: Instant | None = None
    verified_by: PersonId | None = None

    @abstractmethod
    def decide(self, p: Partnership, s: Situation) -> Partnership:
        """The partnership after this command, or `Refused`. Pure."""

    def provenance(self) -> Provenance | None:
        """Where the fact comes from, where that is more than "somebody responsible said so just now"."""
        if self.source is Source.STATED and self.as_of is None and self.verified_by is None:
            return None
        return Provenance(source=self.source, as_of=self.as_of, verified_by=self.verified_by)


Decide = Callable[["Partnership", Situation], "Partnership"]


def happened(at: datetime | None, s: Situation, p: Partnership, what: str) -> datetime:
    """When it happened: `at` or now. Refused: the future, and before the partnership began."""
    if at is None:
        return s.now
    at = past(at, s.now, what)
    if p.began is not None and at.date() < p.began.date():
        refuse("before_it_began", f"{what} ({at:%Y-%m-%d}) lies before the partnership began ({p.began:%Y-%m-%d}).")
    return at
