"""How a partnership comes into the engine's care and leaves it: start, confirm, accept, policy, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.agreement import Agreement
from models.base import Actor, Fact, Id, Instant, PersonId, Role, TextId, refuse
from models.command import Command, Situation, happened
from models.party import MOST_PARTIES, NewParty
from models.policy import policy_named
from models.stage import Stage
from models.watch import Carry, Ladder

if TYPE_CHECKING:
    from models.partnership import Partnership

MOST_DIFFERENCES = 4
"""A partnership may differ from its policy in so many ladders: its state stays small."""

WhyEnded = Literal["completed", "no_reply", "not_renewed", "political", "merged", "not_a_partnership", "other"]
"""Why a partnership ends."""


class Start(Fact):
    """The facts a partnership begins with.

    `began` is when the partners' own history began, where that is earlier than today. An imported one brings its
    agreement and stage, needs confirmation, and arms nothing. A reopened one names the `previous` it goes on from.
    """

    id: Id
    actor: Actor
    command_id: Id
    parties: tuple[NewParty, ...] = Field(min_length=1, max_length=MOST_PARTIES)
    coordinator: PersonId | None = None
    policy: Id = "default@1"
    differences: dict[str, Ladder] = Field(default_factory=dict, max_length=MOST_DIFFERENCES)
    began: Instant | None = None
    stage: Stage = Stage.SELF_ANALYSIS
    agreement: Agreement | None = None
    imported: bool = False
    previous: Id | None = None
    source_row: int | None = None


class AdoptPolicy(Command):
    """Go over to another policy, with a carry for each ladder: keep elapsed (the default), keep due, restart.
    The level never falls, and what was told is not told again. Refused: a policy with another length of day."""

    kind: Literal["adopt_policy"] = "adopt_policy"
    policy: Id
    differences: dict[str, Ladder] = Field(default_factory=dict, max_length=MOST_DIFFERENCES)
    carries: dict[str, Carry] = Field(default_factory=dict)
    carry: Carry = Carry.KEEP_ELAPSED

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        unknown = set(self.carries) - set(s.policy.ladders)
        if unknown:
            refuse("unknown_ladder", f"There is no ladder “{sorted(unknown)[0]}”.")
        if policy_named(self.policy).day_seconds != s.policy.day_seconds:
            refuse("other_day", f"A day of “{self.policy}” has another length; what runs already keeps its days.")
        return p.on_policy(self.policy, self.differences, lambda name: self.carries.get(name, self.carry), s.now)


class Confirm(Command):
    """A coordinator has checked the imported data. Nothing is armed yet."""

    kind: Literal["confirm"] = "confirm"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.confirmation != "imported":
            refuse("already_confirmed", f"The data are {p.confirmation} already.")
        if s.actor.role not in (Role.COORDINATOR, Role.OPERATOR):
            refuse("not_the_coordinator", "A coordinator confirms imported data; the officer responsible accepts.")
        return p.but(confirmation="confirmed")


class Accept(Command):
    """The officer responsible takes the partnership on: from now on it is watched.

    The last known contact becomes a fact (unknown: silence counts from today), and every armed watch is
    acknowledged for the policy's grace, so that each begins with its lowest rung, to the officer."""

    kind: Literal["accept"] = "accept"
    last_contact: Instant | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.confirmation == "accepted":
            refuse("already_accepted", "The partnership is accepted already.")
        if p.suspension is not None:
            refuse("suspended", "Reminders are paused; resume them first.")
        _by_the_officer(p, s)
        since = happened(self.last_contact, s, p, "The last contact")
        parties = tuple(each.but(counted_from=since) for each in p.parties)
        accepted = p.but(parties=parties, confirmation="accepted", accepted_at=s.now)
        until = s.now + s.policy.acceptance_grace * s.policy.day
        for watch in accepted.watches():
            accepted = accepted.acknowledged(watch.name, until)
        return accepted


def _by_the_officer(p: Partnership, s: Situation) -> None:
    officers = {each.officer for each in p.parties if each.officer}
    if not officers:
        refuse("no_officer", "Nobody is named as officer of any party; name the person responsible first.")
    if s.actor.role is not Role.OFFICER or s.actor.person not in officers:
        refuse("not_the_officer", "Only the officer responsible accepts a partnership.")


class End(Command):
    """The partnership ends, with a reason. Where an agreement is in force the decision of the competent body is
    named (or the agreement was expired or terminated before)."""

    kind: Literal["end"] = "end"
    why: WhyEnded
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if p.standing.in_force and p.confirmation == "accepted":
            refuse(
                "agreement_in_force",
                "The agreement is in force: record its expiry or the competent body's decision to terminate it first.",
            )
        return p.but(stage=Stage.ENDED, stage_since=s.now)
