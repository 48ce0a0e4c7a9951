"""Looking after a partnership: acknowledging, pausing, putting to rest, reviewing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.base import Fact, Instant, TextId, refuse
from models.command import Command, Situation, happened
from models.watch import Pause

if TYPE_CHECKING:
    from models.partnership import Partnership

MOST_PAUSES = 24
"""So many pauses are kept apart; beyond them the two oldest are folded into one of the same length."""


class WhyPaused(StrEnum):
    HOSTILITIES = "hostilities"
    OCCUPATION = "occupation"
    EVACUATION = "evacuation"
    ELECTIONS = "elections"
    FORCE_MAJEURE = "force_majeure"
    OTHER = "other"


class Suspension(Fact):
    """Reminders are paused, why, and when a coordinator looks at it again."""

    why: WhyPaused
    review_at: Instant


class Acknowledge(Command):
    """Somebody has it in hand until a date: the watch's next rung waits for it. Never brings anything forward.

    Refused: no such watch, a date in the past or beyond the policy's longest hold, nothing more to be told."""

    kind: Literal["acknowledge"] = "acknowledge"
    watch: str = Field(max_length=160)
    until: Instant
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if self.until <= s.now:
            refuse("in_the_past", "“In hand until” is a date in the future.")
        if self.until > s.now + s.policy.longest_hold * s.policy.day:
            refuse("too_far", f"At most {s.policy.longest_hold} days can be held at a time.")
        return p.acknowledged(self.watch, self.until)


class Suspend(Command):
    """Pause every reminder for a reason, with a date on which a coordinator looks again."""

    kind: Literal["suspend"] = "suspend"
    why: WhyPaused
    review_at: Instant
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.suspension is not None:
            refuse("already_suspended", "Reminders are paused already; extend the pause instead.")
        if self.review_at <= s.now:
            refuse("in_the_past", "The review of a pause lies in the future.")
        ended = p.pauses[-1].end if p.pauses else None
        pauses = _folded((*p.pauses, Pause(start=max(s.now, ended or s.now))))
        return p.but(suspension=Suspension(why=self.why, review_at=self.review_at), pauses=pauses)


def _folded(pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
    """No more pauses than are kept apart: a clock that began before them shows the same after them as ever."""
    if len(pauses) <= MOST_PAUSES:
        return pauses
    first, second, *others = pauses
    assert first.end is not None
    return (second.but(start=second.start - (first.end - first.start)), *others)


class ExtendSuspension(Command):
    """The pause goes on: look again on another date."""

    kind: Literal["extend_suspension"] = "extend_suspension"
    review_at: Instant

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.suspension is None:
            refuse("not_suspended", "Reminders are not paused.")
        if self.review_at <= s.now:
            refuse("in_the_past", "The review of a pause lies in the future.")
        return p.but(suspension=p.suspension.but(review_at=self.review_at))


class Resume(Command):
    """Reminders go on where they stood: paused time does not count."""

    kind: Literal["resume"] = "resume"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.suspension is None:
            refuse("not_suspended", "Reminders are not paused.")
        last = p.pauses[-1]
        return p.but(suspension=None, pauses=(*p.pauses[:-1], last.but(end=max(s.now, last.start))))


class MakeDormant(Command):
    """The partnership rests: contact, dialogue, paper and review are no longer watched."""

    kind: Literal["make_dormant"] = "make_dormant"
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.dormant_since is not None:
            refuse("already_dormant", "The partnership rests already.")
        if not p.stage.between_partners:
            refuse("wrong_stage", "Only a partnership with a partner can rest; end the search instead.")
        return p.but(dormant_since=s.now)


class Revive(Command):
    """The partnership is taken up again: silence counts from now."""

    kind: Literal["revive"] = "revive"
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.dormant_since is None:
            refuse("not_dormant", "The partnership does not rest.")
        parties = tuple(each.but(counted_from=s.now) for each in p.parties)
        return p.but(dormant_since=None, parties=parties)


class RecordReview(Command):
    """The yearly review took place: go on, amend, put to rest or end. What follows is a command of its own."""

    kind: Literal["record_review"] = "record_review"
    outcome: Literal["go_on", "amend", "rest", "end"] = "go_on"
    at: Instant | None = None
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        at = happened(self.at, s, p, "The review")
        if p.reviewed_at is not None and at <= p.reviewed_at:
            refuse("older_review", "A later review is recorded already.")
        return p.but(reviewed_at=at)
