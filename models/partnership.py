"""The state of one partnership: facts, memos, and nothing that could be derived from them.

It travels through Temporal for years, so it holds ids, counts and facts only, stays small (a test bounds it), and
reads what older versions wrote: fields are added with defaults, never renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from models import armed, watch
from models.activity import Activity
from models.agreement import Agreement, Standing
from models.base import Fact, Id, Instant, PersonId, refuse
from models.care import Suspension
from models.contact import Contact, Meeting
from models.dialogue import NextStep
from models.outreach import Candidate, Profile
from models.party import Party
from models.policy import Policy, Rhythm, policy_named
from models.proposal import Proposal
from models.stage import Stage
from models.watch import Attention, Book, Carry, Ladder, Memo, Pause, Timekeeper, Watch

Confirmation = Literal["imported", "confirmed", "accepted"]

REMEMBERED_COMMANDS = 20


class Fault(Fact):
    """A bug in a rule stopped a wake: what was raised, and when it is tried again."""

    at: Instant
    error: str
    retry_at: Instant


class Partnership(Fact):
    """Everything the engine knows of one partnership. `revision` grows by one with every change."""

    id: Id
    schema_version: int = 1
    revision: int = 0
    started_at: Instant
    began: Instant | None = None
    previous: Id | None = None
    imported: bool = False
    source_row: int | None = None
    confirmation: Confirmation = "accepted"
    accepted_at: Instant | None = None

    stage: Stage = Stage.SELF_ANALYSIS
    stage_since: Instant
    parties: tuple[Party, ...]
    coordinator: PersonId | None = None
    rhythm: Rhythm = Rhythm.HALF_YEARLY

    profile: Profile = Profile()
    candidates: tuple[Candidate, ...] = ()
    contacts: tuple[Contact, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    next_step: NextStep | None = None
    plan_year: int | None = None
    steering_at: Instant | None = None
    agreement: Agreement | None = None
    activities: tuple[Activity, ...] = ()
    held: int = 0
    last_held_at: Instant | None = None
    reviewed_at: Instant | None = None
    dormant_since: Instant | None = None
    suspension: Suspension | None = None
    proposal: Proposal | None = None

    policy_name: Id = "default@1"
    differences: dict[str, Ladder] = Field(default_factory=dict)
    pauses: tuple[Pause, ...] = ()
    memos: dict[str, Memo] = Field(default_factory=dict)
    episodes: int = 0
    fault: Fault | None = None
    recent: dict[str, int] = Field(default_factory=dict, description="the last command ids and their revisions")

    @property
    def standing(self) -> Standing:
        return self.agreement.standing if self.agreement else Standing.NONE

    @property
    def policy(self) -> Policy:
        return policy_named(self.policy_name).with_differences(self.differences)

    @property
    def ended(self) -> bool:
        return self.stage is Stage.ENDED

    @property
    def timekeeper(self) -> Timekeeper:
        return Timekeeper(self.pauses, self.policy.day)

    @property
    def book(self) -> Book:
        return Book(self.memos, self.episodes)

    @property
    def attention(self) -> Attention:
        """The highest attention told; being dormant or suspended hides it."""
        if self.suspension or self.dormant_since:
            return Attention.OK
        return watch.attention(self.watches(), self.book)

    def party(self, key: str) -> Party:
        """The party with this key. Refused when there is none."""
        for party in self.parties:
            if party.key == key:
                return party
        refuse("unknown_party", f"There is no party “{key}”. There are: {', '.join(p.key for p in self.parties)}.")

    def with_party(self, changed: Party) -> Partnership:
        return self.but(parties=tuple(changed if each.key == changed.key else each for each in self.parties))

    def with_book(self, book: Book) -> Partnership:
        return self.but(memos=dict(book.memos), episodes=book.episodes)

    def watches(self) -> tuple[Watch, ...]:
        """What is armed: a function of the facts alone."""
        return armed.watches(self)

    def next_wake(self) -> datetime | None:
        """When something is to be told next; a faulted wake is tried again later."""
        wake = watch.next_wake(self.watches(), self.book, self.timekeeper)
        if wake is None or self.fault is None:
            return wake
        return max(wake, self.fault.retry_at)

    def acknowledged(self, name: str, until: datetime) -> Partnership:
        """With one watch's next rung held back until an instant. Refused: not armed, nothing more to tell."""
        for each in self.watches():
            if each.name == name:
                return self.with_book(watch.acknowledge(each, until, self.book, self.timekeeper))
        names = ", ".join(each.name for each in self.watches()) or "none"
        refuse("unknown_watch", f"Nothing named “{name}” is watched here. Watched: {names}.")

    def on_policy(
        self, name: str, differences: Mapping[str, Ladder], how: Callable[[str], Carry], now: datetime
    ) -> Partnership:
        """Under another policy, each armed watch carried over; `how` answers for a ladder's name."""
        policy_named(name).with_differences(differences)
        other = self.but(policy_name=name, differences=dict(differences))
        old = {each.name: each for each in self.watches()}
        book = self.book
        for new in other.watches():
            if new.name in old and old[new.name].ladder != new.ladder:
                chosen = how(armed.ladder_name(other, new))
                book = watch.carry(old[new.name], new, chosen, book, self.timekeeper, other.timekeeper, now)
        return other.with_book(book)
