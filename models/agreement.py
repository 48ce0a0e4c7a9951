"""The formal side: drafting, clearance, the competent body's decision, signing, registration, term, end.

Order of steps: Law of Ukraine 3668-IX of 24.04.2024 and Cabinet resolution 357 of 28.03.2025 (see statutes.py for
their terms and how far each was verified). A timer never changes formal status, and neither does a coordinator
alone: whatever ends or renews an agreement names the decision of the body that took it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.base import Code, Fact, Instant, Number, Provenance, Source, TextId, refuse
from models.command import Command, Situation, happened

if TYPE_CHECKING:
    from models.partnership import Partnership


class AgreementKind(StrEnum):
    """Kinds of Law 3668-IX, and what lies outside it."""

    INTERTERRITORIAL = "interterritorial"
    CROSS_BORDER = "cross_border"
    CROSS_BORDER_AND_INTERTERRITORIAL = "cross_border_and_interterritorial"
    TRANSNATIONAL = "transnational"
    DOMESTIC = "domestic"
    OTHER = "other"
    SOLIDARITY = "solidarity"  # no agreement: a partnership without a signature


OUTSIDE_THE_LAW = frozenset({AgreementKind.DOMESTIC, AgreementKind.OTHER, AgreementKind.SOLIDARITY})


class Body(StrEnum):
    """Who decides for a party."""

    COUNCIL = "council"
    EXECUTIVE_COMMITTEE = "executive_committee"
    MILITARY_ADMINISTRATION = "military_administration"
    OBLAST = "oblast"
    ASSOCIATION = "association"
    MINISTRY = "ministry"
    PARTNER = "partner"


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Document(Fact):
    """A formal step's paper: which body, what type (decision, order, letter, …), number, date."""

    at: Instant
    body: Body | None = None
    type: Code | None = None
    number: Number | None = None
    precision: Precision = Precision.DAY
    provenance: Provenance | None = None


class Renewal(StrEnum):
    NONE = "none"
    AUTOMATIC = "automatic"  # renews by itself unless somebody gives notice
    POSSIBLE = "possible"  # may be renewed by agreement


class Term(Fact):
    """How long the agreement holds. `ends` none: indefinite, or not given. `notice` in days before the end."""

    indefinite: bool = False
    ends: Instant | None = None
    renewal: Renewal = Renewal.NONE
    notice: int = Field(default=90, ge=0, le=730)
    confirmed_at: Instant | None = None

    def model_post_init(self, _: object) -> None:
        if self.indefinite and self.ends is not None:
            raise ValueError("an indefinite term has no end")


class Standing(StrEnum):
    NONE = "none"
    DRAFTING = "drafting"
    IN_CLEARANCE = "in_clearance"
    CLEARED = "cleared"
    APPROVED = "approved"
    PARTLY_SIGNED = "partly_signed"
    SIGNED = "signed"
    REGISTERED = "registered"
    EXPIRED = "expired"
    TERMINATED = "terminated"

    @property
    def in_force(self) -> bool:
        return self in (Standing.SIGNED, Standing.REGISTERED)

    @property
    def over(self) -> bool:
        return self in (Standing.NONE, Standing.EXPIRED, Standing.TERMINATED)


class Agreement(Fact):
    """One agreement from its first draft to its end; each step is the document that took it."""

    kind: AgreementKind
    since: Instant
    signatories: tuple[str, ...] = ()
    spheres: tuple[Code, ...] = ()
    submitted: Document | None = None
    remarks_at: Instant | None = None
    cleared: Document | None = None
    decided: Document | None = None
    partner_approvals: dict[str, Document] = Field(default_factory=dict)
    signatures: dict[str, Document] = Field(default_factory=dict)
    registered: Document | None = None
    term: Term = Term()
    expired: Document | None = None
    terminated: Document | None = None
    source: Source = Source.STATED

    @property
    def solidarity(self) -> bool:
        return self.kind is AgreementKind.SOLIDARITY

    @property
    def under_the_law(self) -> bool:
        """Whether clearance and registration of Law 3668-IX apply."""
        return self.kind not in OUTSIDE_THE_LAW

    @property
    def unsigned(self) -> tuple[str, ...]:
        return tuple(key for key in self.signatories if key not in self.signatures)

    def without(self, key: str) -> Agreement:
        """The agreement when a party that has not signed leaves."""
        approvals = {party: document for party, document in self.partner_approvals.items() if party != key}
        return self.but(
            signatories=tuple(each for each in self.signatories if each != key), partner_approvals=approvals
        )

    @property
    def signed_at(self) -> datetime | None:
        """When the last party signed; none while somebody has not."""
        if self.unsigned or not self.signatures:
            return None
        return max(document.at for document in self.signatures.values())

    @property
    def standing(self) -> Standing:
        steps: tuple[tuple[bool, Standing], ...] = (
            (self.solidarity, Standing.NONE),
            (self.terminated is not None, Standing.TERMINATED),
            (self.expired is not None, Standing.EXPIRED),
            (self.registered is not None, Standing.REGISTERED),
            (self.signed_at is not None, Standing.SIGNED),
            (bool(self.signatures), Standing.PARTLY_SIGNED),
            (self.decided is not None, Standing.APPROVED),
            (self.cleared is not None, Standing.CLEARED),
            (self.submitted is not None and self.remarks_at is None, Standing.IN_CLEARANCE),
        )
        return next((standing for reached, standing in steps if reached), Standing.DRAFTING)


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


class _Step(Command):
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


class SubmitForClearance(_Step):
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


class ReturnWithRemarks(_Step):
    """The ministry returned the draft with remarks: the term starts anew at the next submission."""

    kind: Literal["return_with_remarks"] = "return_with_remarks"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _agreement(p)
        if agreement.standing is not Standing.IN_CLEARANCE:
            refuse("wrong_standing", f"The draft is not in clearance; the standing is {p.standing}.")
        return p.but(agreement=agreement.but(remarks_at=happened(self.at, s, p, "The remarks")))


class GrantClearance(_Step):
    """The ministry's order approves the draft."""

    kind: Literal["grant_clearance"] = "grant_clearance"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _agreement(p)
        if agreement.cleared is not None:
            refuse("step_exists", "The clearance is already recorded.")
        self.in_order(agreement.standing is Standing.IN_CLEARANCE, "The draft was not submitted for clearance.")
        order = self.document(p, s, "The ministry's order").but(body=self.body or Body.MINISTRY)
        return p.but(agreement=agreement.but(cleared=order, remarks_at=None))


class RecordDecision(_Step):
    """The competent body of our municipality approved the draft (council, executive committee, military
    administration, oblast, association). The body must be named."""

    kind: Literal["record_decision"] = "record_decision"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _formal(p)
        if agreement.decided is not None:
            refuse("step_exists", "The decision is already recorded.")
        _named_body(self.body)
        cleared = agreement.cleared is not None or not agreement.under_the_law
        self.in_order(cleared, "The draft has no clearance yet.")
        return p.but(agreement=agreement.but(decided=self.document(p, s, "The decision")))


class RecordPartnerApproval(_Step):
    """The partner's own body approved the draft."""

    kind: Literal["record_partner_approval"] = "record_partner_approval"
    party: str

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _formal(p)
        p.party(self.party)
        document = self.document(p, s, "The partner's approval").but(body=self.body or Body.PARTNER)
        approvals = {**agreement.partner_approvals, self.party: document}
        return p.but(agreement=agreement.but(partner_approvals=approvals))


class Sign(_Step):
    """A party signed."""

    kind: Literal["sign"] = "sign"
    party: str

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _formal(p)
        p.party(self.party)
        if self.party not in agreement.signatories:
            refuse("not_a_signatory", "This party joined after the draft; it does not sign this agreement.")
        if self.party in agreement.signatures:
            refuse("step_exists", "This party's signature is already recorded.")
        self.in_order(agreement.decided is not None, "The competent body has not decided yet.")
        signatures = {**agreement.signatures, self.party: self.document(p, s, "The signature")}
        return p.but(agreement=agreement.but(signatures=signatures))


class Register(_Step):
    """The agreement stands in the state register, under this number."""

    kind: Literal["register"] = "register"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _formal(p)
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


class SetTerm(Command):
    """How long the agreement holds and whether it renews, as its text says."""

    kind: Literal["set_term"] = "set_term"
    indefinite: bool = False
    ends: Instant | None = None
    renewal: Renewal = Renewal.NONE
    notice: int = Field(default=90, ge=0, le=730)

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _formal(p)
        if self.indefinite == (self.ends is not None):
            refuse("which_term", "A term is either indefinite or has an end.")
        if self.ends is not None and self.ends <= (agreement.signed_at or agreement.since):
            refuse("ends_too_early", "The term ends before the agreement begins.")
        term = Term(indefinite=self.indefinite, ends=self.ends, renewal=self.renewal, notice=self.notice)
        return p.but(agreement=agreement.but(term=term))


class RenewTerm(_Step):
    """The agreement goes on: by itself where it renews automatically (a person confirms that it did), otherwise
    by the decision that is named here."""

    kind: Literal["renew_term"] = "renew_term"
    indefinite: bool = False
    ends: Instant | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _formal(p)
        if agreement.terminated is not None or agreement.signed_at is None:
            refuse("not_in_force", f"Only an agreement that was in force is renewed; the standing is {p.standing}.")
        if agreement.term.renewal is not Renewal.AUTOMATIC:
            _named_body(self.body)
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
        agreement = _formal(p)
        if not agreement.term.indefinite:
            refuse("not_indefinite", "Only an indefinite term is confirmed; renew one that ends.")
        return p.but(agreement=agreement.but(term=agreement.term.but(confirmed_at=s.now)))


class Expire(_Step):
    """The term ran out and was not renewed. A person says so; the date alone never does."""

    kind: Literal["expire"] = "expire"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _in_force(p)
        if agreement.term.ends is None or agreement.term.ends > s.now:
            refuse("still_holds", "The term has not run out.")
        return p.but(agreement=agreement.but(expired=self.document(p, s, "The expiry")))


class Terminate(_Step):
    """The competent body ended the agreement before its term."""

    kind: Literal["terminate"] = "terminate"

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        agreement = _in_force(p)
        _named_body(self.body)
        return p.but(agreement=agreement.but(terminated=self.document(p, s, "The termination")))


def _agreement(p: Partnership) -> Agreement:
    if p.agreement is None:
        refuse("no_agreement", "No draft is begun yet.")
    return p.agreement


def _formal(p: Partnership) -> Agreement:
    agreement = _agreement(p)
    if agreement.solidarity:
        refuse("solidarity", "A solidarity partnership has no agreement; begin a draft first.")
    return agreement


def _in_force(p: Partnership) -> Agreement:
    agreement = _formal(p)
    if not agreement.standing.in_force:
        refuse("not_in_force", f"The agreement is not in force; the standing is {p.standing}.")
    return agreement


def _named_body(body: Body | None) -> None:
    if body is None:
        refuse("which_body", "Which body decided? The municipality's competent body decides, nobody alone.")
