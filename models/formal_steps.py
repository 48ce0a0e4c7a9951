"""From draft to register: clearance, the competent body's decision, signing, registration.

Order of steps: Law of Ukraine 3668-IX of 24.04.2024 and Cabinet resolution 357 of 28.03.2025 (see statutes.py for
their terms and how far each was verified). The order advises: a reason takes a step out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.agreement import Agreement, AgreementKind, Body, Document, Standing
from models.base import Code, Instant, Number, TextId, refuse
from models.command import Command, Situation, happened

if TYPE_CHECKING:
    from models.partnership import Partnership


class BeginDrafting(Command):
    """The partners mean to formalise: a draft is begun, or a solidarity partnership agreed without one.
    Refused while another agreement is under way or in force."""

    kind: Literal["begin_drafting"] = "begin_drafting"
    agreement: AgreementKind
    spheres: tuple[Code, ...] = Field(default=(), max_length=20)
    at: Instant | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if not p.stage.between_partners:
            refuse("wrong_stage", f"A draft needs a partner; the stage is {p.stage}.")
        if not p.standing.over:
            refuse("agreement_exists", f"There is an agreement already ({p.standing}).")
        since = happened(self.at, s, p, "The draft")
        signatories = () if self.agreement is AgreementKind.SOLIDARITY else tuple(each.key for each in p.parties)
        draft = Agreement(kind=self.agreement, since=since, spheres=self.spheres, signatories=signatories)
        return p.but(agreement=draft)


class SetSpheres(Command):
    """In which spheres the partners work together."""

    kind: Literal["set_spheres"] = "set_spheres"
    spheres: tuple[Code, ...] = Field(default=(), max_length=20)

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        return p.but(agreement=_agreement(p).but(spheres=self.spheres))


class FormalStep(Command):
    """A formal step with its document. A `reason` (a text's id) takes it out of order."""

    at: Instant | None = None
    body: Body | None = None
    type: Code | None = None
    number: Number | None = None
    reason: TextId | None = None

    def document(self, p: Partnership, s: Situation, what: str) -> Document:
        return Document(
            at=happened(self.at, s, p, what),
            body=self.body,
            type=self.type,
            number=self.number,
            provenance=self.provenance(),
        )

    def in_order(self, met: bool, sentence: str) -> None:
        if not met and self.reason is None:
            refuse("out_of_order", f"{sentence} Give a reason to record it anyway.")


class SubmitForClearance(FormalStep):
    """The draft went to the ministry (again, after remarks): its term is counted from here."""

    kind: Literal["submit_for_clearance"] = "submit_for_clearance"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _agreement(p)
        if not agreement.under_the_law:
            refuse("no_clearance", f"An agreement of the kind {agreement.kind} needs no clearance.")
        if agreement.standing is not Standing.DRAFTING:
            refuse("wrong_standing", f"Only a draft is submitted for clearance; the standing is {p.standing}.")
        submitted = self.document(p, s, "The submission")
        return p.but(agreement=agreement.but(submitted=submitted, remarks_at=None))


class ReturnWithRemarks(FormalStep):
    """The ministry returned the draft with remarks: the term starts anew at the next submission."""

    kind: Literal["return_with_remarks"] = "return_with_remarks"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _agreement(p)
        if agreement.standing is not Standing.IN_CLEARANCE:
            refuse("wrong_standing", f"The draft is not in clearance; the standing is {p.standing}.")
        return p.but(agreement=agreement.but(remarks_at=happened(self.at, s, p, "The remarks")))


class GrantClearance(FormalStep):
    """The ministry's order approves the draft."""

    kind: Literal["grant_clearance"] = "grant_clearance"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _agreement(p)
        if agreement.cleared is not None:
            refuse("step_exists", "The clearance is already recorded.")
        self.in_order(agreement.standing is Standing.IN_CLEARANCE, "The draft was not submitted for clearance.")
        order = self.document(p, s, "The ministry's order").but(body=self.body or Body.MINISTRY)
        return p.but(agreement=agreement.but(cleared=order, remarks_at=None))


class RecordDecision(FormalStep):
    """The competent body of our municipality approved the draft (council, executive committee, military
    administration, oblast, association). The body must be named."""

    kind: Literal["record_decision"] = "record_decision"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        if agreement.decided is not None:
            refuse("step_exists", "The decision is already recorded.")
        named_body(self.body)
        cleared = agreement.cleared is not None or not agreement.under_the_law
        self.in_order(cleared, "The draft has no clearance yet.")
        return p.but(agreement=agreement.but(decided=self.document(p, s, "The decision")))


class RecordPartnerApproval(FormalStep):
    """The partner's own body approved the draft."""

    kind: Literal["record_partner_approval"] = "record_partner_approval"
    party: str

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        p.party(self.party)
        document = self.document(p, s, "The partner's approval").but(body=self.body or Body.PARTNER)
        approvals = {**agreement.partner_approvals, self.party: document}
        return p.but(agreement=agreement.but(partner_approvals=approvals))


class Sign(FormalStep):
    """A party signed."""

    kind: Literal["sign"] = "sign"
    party: str

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        p.party(self.party)
        if self.party not in agreement.signatories:
            refuse("not_a_signatory", "This party joined after the draft; it does not sign this agreement.")
        if self.party in agreement.signatures:
            refuse("step_exists", "This party's signature is already recorded.")
        self.in_order(agreement.decided is not None, "The competent body has not decided yet.")
        signatures = {**agreement.signatures, self.party: self.document(p, s, "The signature")}
        return p.but(agreement=agreement.but(signatures=signatures))


class Register(FormalStep):
    """The agreement stands in the state register, under this number."""

    kind: Literal["register"] = "register"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = formal_agreement(p)
        if agreement.registered is not None:
            refuse("step_exists", "The registration is already recorded.")
        if agreement.signed_at is None:
            refuse("not_signed", f"Not every party has signed: {', '.join(agreement.unsigned)} missing.")
        return p.but(agreement=agreement.but(registered=self.document(p, s, "The registration")))


class WithdrawStep(Command):
    """A formal step was recorded by mistake: it is taken back, the latest first."""

    kind: Literal["withdraw_step"] = "withdraw_step"
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _agreement(p)
        for step in ("terminated", "expired", "registered"):
            if getattr(agreement, step) is not None:
                return p.but(agreement=agreement.but(**{step: None}))
        if agreement.signatures:
            last = max(agreement.signatures, key=lambda key: agreement.signatures[key].at)
            left = {key: document for key, document in agreement.signatures.items() if key != last}
            return p.but(agreement=agreement.but(signatures=left))
        for step in ("decided", "cleared", "remarks_at", "submitted"):
            if getattr(agreement, step) is not None:
                return p.but(agreement=agreement.but(**{step: None}))
        return p.but(agreement=None)


def _agreement(p: Partnership) -> Agreement:
    if p.agreement is None:
        refuse("no_agreement", "No draft is begun yet.")
    return p.agreement


def formal_agreement(p: Partnership) -> Agreement:
    agreement = _agreement(p)
    if agreement.solidarity:
        refuse("solidarity", "A solidarity partnership has no agreement; begin a draft first.")
    return agreement


def named_body(body: Body | None) -> None:
    if body is None:
        refuse("which_body", "Which body decided? The municipality's competent body decides, nobody alone.")
