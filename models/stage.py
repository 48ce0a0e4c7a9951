"""Stages: how far the work has come. Gates say what is missing and advise; a person may pass one with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from models.base import TextId, refuse
from models.command import Command, Situation
from models.outreach import Topic

if TYPE_CHECKING:
    from models.partnership import Partnership


class Stage(StrEnum):
    SELF_ANALYSIS = "self_analysis"
    OUTREACH = "outreach"
    DIALOGUE = "dialogue"
    AGREEMENT = "agreement"
    ACTIVITIES = "activities"
    ENDED = "ended"

    @property
    def rank(self) -> int:
        return list(Stage).index(self)

    @property
    def between_partners(self) -> bool:
        """Whether there are two sides to be in contact."""
        return self in (Stage.DIALOGUE, Stage.AGREEMENT, Stage.ACTIVITIES)


def entered(kind: str, facts: Mapping[str, Any]) -> Stage | None:
    """The stage that a line of the timeline enters; none where the stage stays as it was."""
    match kind:
        case "started" | "imported":
            return Stage(facts.get("stage", Stage.SELF_ANALYSIS))
        case "advance":
            return Stage(facts["to"])
        case "end":
            return Stage.ENDED
        case _:
            return None


def missing(p: Partnership, to: Stage) -> tuple[str, ...]:
    """What the gate of a stage still asks for, in words; nothing where it stands open."""
    return tuple(words for met, words in _gate(p, to) if not met)


def _gate(p: Partnership, to: Stage) -> tuple[tuple[bool, str], ...]:
    match to:
        case Stage.OUTREACH:
            return (
                (bool(p.profile.about(Topic.NEED)), "a need"),
                (bool(p.profile.about(Topic.OFFER)), "an offer"),
                (any(party.officer for party in p.parties), "a named officer"),
            )
        case Stage.DIALOGUE:
            return ((any(party.officer for party in p.parties), "a named officer"),)
        case Stage.AGREEMENT:
            return (
                (len(_heard(p)) > 1, "contact in which both sides were heard"),
                (p.next_step is not None or bool(p.meetings), "an agreed next step"),
            )
        case Stage.ACTIVITIES:
            formal = p.agreement is not None and (p.agreement.solidarity or p.standing.in_force)
            return (
                (formal, "an agreement signed by every party (or a solidarity partnership)"),
                (p.plan_year is not None, "a plan for the year"),
            )
        case _:
            return ()


def _heard(p: Partnership) -> set[str]:
    return {key for contact in p.contacts for key in contact.heard}


class Advance(Command):
    """Go to another stage. Forward, its gate is checked: what is missing is named, and a reason passes it anyway.
    Back, a reason is needed. From dialogue on there are two parties, with no way round."""

    kind: Literal["advance"] = "advance"
    to: Stage
    reason: TextId | None = Field(default=None, description="the id of a text that says why the gate is passed")

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if self.to is p.stage:
            refuse("same_stage", f"The partnership is at the stage {p.stage} already.")
        if self.to is Stage.ENDED:
            refuse("use_end", "A partnership is ended by “end”, with a reason.")
        if self.to.between_partners and len(p.parties) < 2:
            refuse("no_partner", f"The stage {self.to} needs two parties; choose a candidate or add a party first.")
        if self.reason is None:
            self._check(p)
        return p.but(stage=self.to, stage_since=s.now)

    def _check(self, p: Partnership) -> None:
        if self.to.rank < p.stage.rank:
            refuse("reason_needed", f"Going back from {p.stage} to {self.to} needs a reason.")
        lacking = missing(p, self.to)
        if lacking:
            refuse(
                "gate",
                f"The gate to {self.to} still asks for: {'; '.join(lacking)}. Give a reason to pass it anyway.",
            )
