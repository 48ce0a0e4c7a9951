"""A coordinator proposes what should become of a partnership; the municipality decides.

A proposal changes nothing by itself. While it is open the officer is asked by a watch of its own, and it goes by
itself once the facts have overtaken it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from models.base import Fact, Id, Instant, PersonId, Role, TextId, refuse
from models.care import MakeDormant, Revive
from models.command import Command, Situation
from models.lifecycle import End, WhyEnded

if TYPE_CHECKING:
    from models.partnership import Partnership

What = Literal["revive", "rest", "end"]


class Proposal(Fact):
    """An open proposal: what should happen, since when it waits for an answer, and who made it (by id). In which
    words and for what reason is on the timeline."""

    id: Id
    what: What
    at: Instant
    by: PersonId | None = None


class Propose(Command):
    """A coordinator proposes to revive the partnership, to let it rest, or to end it; the municipality decides.
    Refused: from anybody else, while another proposal is open, before the partnership is accepted, and what makes
    no sense now (reviving what does not rest, rest for what rests or has no partner yet)."""

    kind: Literal["propose"] = "propose"
    proposal: Id
    what: What
    why: WhyEnded | None = None
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        _by_a_coordinator(s)
        if p.confirmation != "accepted":
            refuse("not_accepted", "No officer has accepted this partnership yet, so nobody could answer a proposal.")
        if p.proposal is not None:
            refuse("proposal_open", "Another proposal waits for its answer; withdraw it first.")
        if self.why is not None and self.what != "end":
            refuse("why_only_for_end", "Only a proposal to end names why the partnership should end.")
        proposal = Proposal(id=self.proposal, what=self.what, at=s.now, by=s.actor.person)
        if _overtaken(p, proposal):
            refuse("no_sense_now", f"A proposal to {self.what} makes no sense now: {_why_not(p, self.what)}.")
        return p.but(proposal=proposal)


class AnswerProposal(Command):
    """The municipality decides, by its officer or deputy. Accepted, the partnership is revived, rests or ends under
    the rules of those commands (one whose agreement is in force does not end); declined, all stays as it is."""

    kind: Literal["answer_proposal"] = "answer_proposal"
    proposal: Id
    accept: bool
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        proposal = _open(p, self.proposal)
        if s.actor.role not in (Role.OFFICER, Role.DEPUTY):
            refuse("not_the_municipality", "The municipality decides: its officer or deputy answers a proposal.")
        answered = p.but(proposal=None)
        return _proposed(proposal).decide(answered, s) if self.accept else answered


class WithdrawProposal(Command):
    """The coordinator no longer proposes it."""

    kind: Literal["withdraw_proposal"] = "withdraw_proposal"
    proposal: Id

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        _open(p, self.proposal)
        _by_a_coordinator(s)
        return p.but(proposal=None)


def without_overtaken(p: Partnership) -> Partnership:
    """The partnership without a proposal that the facts have overtaken."""
    return p.but(proposal=None) if p.proposal is not None and _overtaken(p, p.proposal) else p


def _overtaken(p: Partnership, proposal: Proposal) -> bool:
    match proposal.what:
        case "revive":
            return p.ended or p.dormant_since is None
        case "rest":
            return p.dormant_since is not None or not p.stage.between_partners
        case "end":
            return p.ended


def _why_not(p: Partnership, what: What) -> str:
    if what == "revive":
        return "the partnership does not rest"
    return "it rests already" if p.dormant_since is not None else "only a partnership with a partner can rest"


def _proposed(proposal: Proposal) -> Command:
    match proposal.what:
        case "revive":
            return Revive()
        case "rest":
            return MakeDormant()
        case "end":
            return End(why="other")


def _open(p: Partnership, proposal: str) -> Proposal:
    if p.proposal is None or p.proposal.id != proposal:
        refuse("unknown_proposal", "This proposal is not open (any more); look at the partnership's page.")
    return p.proposal


def _by_a_coordinator(s: Situation) -> None:
    if s.actor.role not in (Role.COORDINATOR, Role.OPERATOR):
        refuse("not_the_coordinator", "A coordinator proposes, and withdraws what was proposed.")
