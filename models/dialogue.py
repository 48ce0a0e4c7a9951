"""Dialogue between the partners beside contact itself: the next step, the year's plan, the steering group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.base import Fact, Instant, TextId, refuse
from models.command import Command, Situation, happened

if TYPE_CHECKING:
    from models.partnership import Partnership


class NextStep(Fact):
    """What was agreed to do next, and until when."""

    text: TextId
    due: Instant


class SetNextStep(Command):
    """The partners agreed on a next step with a date; it replaces the one before."""

    kind: Literal["set_next_step"] = "set_next_step"
    text: TextId
    due: Instant

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if self.due <= s.now:
            refuse("in_the_past", "A next step is due in the future.")
        return p.but(next_step=NextStep(text=self.text, due=self.due))


class CompleteNextStep(Command):
    """The next step is done, or no longer wanted."""

    kind: Literal["complete_next_step"] = "complete_next_step"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.next_step is None:
            refuse("no_next_step", "No next step is agreed.")
        return p.but(next_step=None)


class SetPlan(Command):
    """The partners have a plan for a year."""

    kind: Literal["set_plan"] = "set_plan"
    year: int = Field(ge=1990, le=2200)
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if self.year > s.now.year + 5:
            refuse("too_far", "A plan more than five years ahead is not a plan for the year.")
        return p.but(plan_year=self.year)


class RecordSteeringGroup(Command):
    """The steering group was named, or met."""

    kind: Literal["record_steering_group"] = "record_steering_group"
    at: Instant | None = None
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        return p.but(steering_at=happened(self.at, s, p, "The steering group"))
