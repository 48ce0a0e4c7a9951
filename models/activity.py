"""What partners do together: one shape for projects, visits, exchanges, aid, summer schools.

Only what is open travels in the state, with a count of what was held; the rest is on the timeline.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from models.base import Code, Fact, Id, Instant, TextId, refuse
from models.command import Command, Situation, happened

if TYPE_CHECKING:
    from models.partnership import Partnership

MOST_OPEN = 12
MOST_MILESTONES = 12


class ActivityType(StrEnum):
    PROJECT = "project"
    VISIT = "visit"
    EXCHANGE = "exchange"
    AID = "aid"
    SUMMER_SCHOOL = "summer_school"
    TRAINING = "training"
    EVENT = "event"
    JOINT_APPLICATION = "joint_application"


MilestoneId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.:@-]+$")]
"""An id without a slash, so that activity/milestone is one watch's name only."""


class Milestone(Fact):
    """Something due in an activity."""

    id: MilestoneId
    due: Instant


class Activity(Fact):
    """An open activity: who gives and who receives (party keys), how many take part, by what money."""

    id: Id
    type: ActivityType
    opened_at: Instant
    givers: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    participants: int | None = None
    funding: Code | None = None
    quantity: int | None = None
    milestones: tuple[Milestone, ...] = ()


class OpenActivity(Command):
    """The partners begin something together; until it is closed, they are in touch at least quarterly."""

    kind: Literal["open_activity"] = "open_activity"
    activity: Id
    type: ActivityType
    text: TextId | None = None
    givers: tuple[str, ...] = Field(default=(), max_length=8)
    receivers: tuple[str, ...] = Field(default=(), max_length=8)
    participants: int | None = Field(default=None, ge=0, le=1_000_000)
    funding: Code | None = Field(default=None, description="own, cerv, skew, interreg, donor, …")
    quantity: int | None = Field(default=None, ge=0)
    milestones: tuple[Milestone, ...] = Field(default=(), max_length=MOST_MILESTONES)

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if not p.stage.between_partners:
            refuse("wrong_stage", f"A joint activity needs a partner; the stage is {p.stage}.")
        if any(each.id == self.activity for each in p.activities):
            refuse("activity_exists", "This activity is already open.")
        if len(p.activities) >= MOST_OPEN:
            refuse("too_many_activities", f"{MOST_OPEN} activities are open; close one first.")
        if len({each.id for each in self.milestones}) < len(self.milestones):
            refuse("milestone_twice", "Two milestones of this activity have the same id.")
        for key in (*self.givers, *self.receivers):
            p.party(key)
        shown = self.model_dump(include=set(Activity.model_fields) - {"id", "opened_at", "milestones"})
        activity = Activity(id=self.activity, opened_at=s.now, milestones=self.milestones, **shown)
        return p.but(activities=(*p.activities, activity))


class SetMilestone(Command):
    """A milestone of an open activity is due on a date; an existing one is moved."""

    kind: Literal["set_milestone"] = "set_milestone"
    activity: Id
    milestone: MilestoneId
    due: Instant
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        activity = _activity(p, self.activity)
        others = tuple(each for each in activity.milestones if each.id != self.milestone)
        if len(others) >= MOST_MILESTONES:
            refuse("too_many_milestones", f"An activity has at most {MOST_MILESTONES} open milestones.")
        return _with(p, activity.but(milestones=(*others, Milestone(id=self.milestone, due=self.due))))


class ReachMilestone(Command):
    """A milestone is done, or no longer wanted."""

    kind: Literal["reach_milestone"] = "reach_milestone"
    activity: Id
    milestone: MilestoneId

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        activity = _activity(p, self.activity)
        left = tuple(each for each in activity.milestones if each.id != self.milestone)
        if len(left) == len(activity.milestones):
            refuse("unknown_milestone", "This activity has no such open milestone.")
        return _with(p, activity.but(milestones=left))


class CompleteActivity(Command):
    """The activity was held: from now on the partnership is more than paper."""

    kind: Literal["complete_activity"] = "complete_activity"
    activity: Id
    at: Instant | None = None
    participants: int | None = Field(default=None, ge=0, le=1_000_000)
    quantity: int | None = Field(default=None, ge=0)
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        held_at = happened(self.at, s, p, "The activity")
        return _closed(p, self.activity).but(held=p.held + 1, last_held_at=max(p.last_held_at or held_at, held_at))


class CancelActivity(Command):
    """The activity did not take place: funds, travel, security, people, or another reason."""

    kind: Literal["cancel_activity"] = "cancel_activity"
    activity: Id
    why: Literal["funds", "travel", "security", "people", "other"]
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        return _closed(p, self.activity)


def _activity(p: Partnership, wanted: str) -> Activity:
    for each in p.activities:
        if each.id == wanted:
            return each
    refuse("unknown_activity", "There is no such open activity.")


def _with(p: Partnership, activity: Activity) -> Partnership:
    return p.but(activities=tuple(activity if each.id == activity.id else each for each in p.activities))


def _closed(p: Partnership, wanted: str) -> Partnership:
    _activity(p, wanted)
    return p.but(activities=tuple(each for each in p.activities if each.id != wanted))
