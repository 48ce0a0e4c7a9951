"""The formal side as facts: an agreement from its first draft to its end, and the standing that follows from it.

The commands that change it are in formal_steps.py and agreement_term.py.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Code, Fact, Instant, Number, Provenance, Source


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
