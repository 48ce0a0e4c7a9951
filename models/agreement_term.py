"""How long an agreement holds, how it is renewed, and how it ends.

A timer never changes formal status, and neither does a coordinator alone: whatever ends or renews an agreement
names the decision of the body that took it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.agreement import Agreement, Renewal, Term
from models.base import Instant, refuse
from models.command import Command, Situation
from models.formal_steps import FormalStep, formal_agreement, named_body

if TYPE_CHECKING:
    from models.partnership import Partnership


class SetTerm(Command):
    """How long the agreement holds and whether it renews, as its text says."""

    kind: Literal["set_term"] = "set_term"
    indefinite: bool = False
    ends: Instant | None = None
    renewal: Renewal = Renewal.NONE
    notice: int = Field(default=90, ge=0, le=730)

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        if self.indefinite == (self.ends is not None):
            refuse("which_term", "A term is either indefinite or has an end.")
        if self.ends is not None and self.ends <= (agreement.signed_at or agreement.since):
            refuse("ends_too_early", "The term ends before the agreement begins.")
        term = Term(indefinite=self.indefinite, ends=self.ends, renewal=self.renewal, notice=self.notice)
        return p.but(agreement=agreement.but(term=term))


class RenewTerm(FormalStep):
    """The agreement goes on: by itself where it renews automatically (a person confirms that it did), otherwise
    by the decision that is named here."""

    kind: Literal["renew_term"] = "renew_term"
    indefinite: bool = False
    ends: Instant | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        if agreement.terminated is not None or agreement.signed_at is None:
            refuse("not_in_force", f"Only an agreement that was in force is renewed; the standing is {p.standing}.")
        if agreement.term.renewal is not Renewal.AUTOMATIC:
            named_body(self.body)
        if self.indefinite == (self.ends is not None):
            refuse("which_term", "Until when? A renewed term is either indefinite or has an end.")
        if self.ends is not None and self.ends <= (agreement.term.ends or s.now):
            refuse("ends_too_early", "The renewed term does not end later than before.")
        confirmed = self.document(p, s, "The renewal").at
        term = agreement.term.but(indefinite=self.indefinite, ends=self.ends, confirmed_at=confirmed)
        return p.but(agreement=agreement.but(term=term, expired=None))


class ConfirmTerm(Command):
    """Somebody looked at an indefinite agreement and found that it still holds."""

    kind: Literal["confirm_term"] = "confirm_term"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        if not agreement.term.indefinite:
            refuse("not_indefinite", "Only an indefinite term is confirmed; renew one that ends.")
        return p.but(agreement=agreement.but(term=agreement.term.but(confirmed_at=s.now)))


class Expire(FormalStep):
    """The term ran out and was not renewed. A person says so; the date alone never does."""

    kind: Literal["expire"] = "expire"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _in_force(p)
        if agreement.term.ends is None or agreement.term.ends > s.now:
            refuse("still_holds", "The term has not run out.")
        return p.but(agreement=agreement.but(expired=self.document(p, s, "The expiry")))


class Terminate(FormalStep):
    """The competent body ended the agreement before its term."""

    kind: Literal["terminate"] = "terminate"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _in_force(p)
        named_body(self.body)
        return p.but(agreement=agreement.but(terminated=self.document(p, s, "The termination")))


def _in_force(p: Partnership) -> Agreement:
    agreement = formal_agreement(p)
    if not agreement.standing.in_force:
        refuse("not_in_force", f"The agreement is not in force; the standing is {p.standing}.")
    return agreement
