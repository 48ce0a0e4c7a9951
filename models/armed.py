"""Facts → what is armed. `watches(partnership)` is a function of facts alone: no clock, no memory.

Nothing is armed before acceptance. Formal steps taken over from the register arm nothing but the term.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from models.address import unreachable_since
from models.agreement import Agreement, Renewal, Standing
from models.base import Source
from models.contact import meeting_defers, silent_since
from models.policy import Rhythm, contact_ladder
from models.stage import Stage
from models.watch import Watch

if TYPE_CHECKING:
    from models.partnership import Partnership

EARLY_LOOK = 180
"""Days before the date of an indefinite term from which a look at it is the look that is asked for."""

EARLY_REVIEW = 30
"""Days before its anniversary from which a review is the one that is asked for."""


def watches(p: Partnership) -> tuple[Watch, ...]:
    """Every armed watch; (kind, subject) names at most one."""
    if p.ended or p.confirmation != "accepted":
        return ()
    return (*_search(p), *_contact(p), *_addresses(p), *_formal_steps(p), *_work(p), *_care(p))


def ladder_name(p: Partnership, watch: Watch) -> str:
    """The name under which a watch's ladder stands in the policy."""
    if watch.kind == "contact":
        return contact_ladder(rhythm_of(p))
    return "milestone" if watch.kind == "next_step" else watch.kind


def _watch(p: Partnership, kind: str, since: datetime, subject: str | None = None, ladder: str | None = None) -> Watch:
    return Watch(kind, since, p.policy.ladders[ladder or kind], subject)


def _search(p: Partnership) -> Iterator[Watch]:
    if p.stage is Stage.SELF_ANALYSIS:
        yield _watch(p, "self_analysis", p.stage_since)
    if p.stage is Stage.OUTREACH:
        for candidate in p.candidates:
            if candidate.unanswered_since is not None:
                yield _watch(p, "candidate", candidate.unanswered_since, candidate.id)


def _contact(p: Partnership) -> Iterator[Watch]:
    """One contact clock: in dialogue under its own ladder, afterwards by the rhythm the partners agreed."""
    if p.dormant_since is not None or not p.stage.between_partners:
        return
    since = silent_since(p.parties, p.contacts)
    if since is None:
        return
    kind = "dialogue" if p.stage is Stage.DIALOGUE else "contact"
    ladder = kind if kind == "dialogue" else contact_ladder(rhythm_of(p))
    deferred = meeting_defers(p.meetings, p.policy.meeting_grace * p.policy.day)
    yield Watch(kind, since, p.policy.ladders[ladder], deferred=deferred)


def _addresses(p: Partnership) -> Iterator[Watch]:
    """A new contact is looked for while the partnership is awake and the party's silence counts."""
    if p.dormant_since is not None:
        return
    for party in p.parties:
        since = None if party.on_hold_since else unreachable_since(party, p.contacts)
        if since is not None:
            yield _watch(p, "address", since, party.key)


def rhythm_of(p: Partnership) -> Rhythm:
    """As agreed; at least quarterly while an activity is open."""
    relaxed = p.rhythm in (Rhythm.HALF_YEARLY, Rhythm.YEARLY)
    return Rhythm.QUARTERLY if p.activities and relaxed else Rhythm(p.rhythm)


def _formal_steps(p: Partnership) -> Iterator[Watch]:
    agreement = p.agreement
    if agreement is None or agreement.source is Source.REGISTER:
        return
    match agreement.standing:
        case Standing.IN_CLEARANCE if agreement.submitted is not None:
            yield _watch(p, "clearance", agreement.submitted.at)
        case Standing.CLEARED if agreement.cleared is not None:
            yield _watch(p, "competent_body", agreement.cleared.at)
        case Standing.APPROVED | Standing.PARTLY_SIGNED:
            yield from _signing(p, agreement)
        case Standing.SIGNED if agreement.under_the_law and agreement.signed_at is not None:
            yield _watch(p, "registration", agreement.signed_at)


def _signing(p: Partnership, agreement: Agreement) -> Iterator[Watch]:
    ready = agreement.decided or next(iter(agreement.signatures.values()), None)
    if ready is not None:
        for key in agreement.unsigned:
            yield _watch(p, "signing", ready.at, key)


def _work(p: Partnership) -> Iterator[Watch]:
    if p.next_step is not None:
        yield _watch(p, "next_step", p.next_step.due, ladder="milestone")
    for activity in p.activities:
        for milestone in activity.milestones:
            yield _watch(p, "milestone", milestone.due, f"{activity.id}/{milestone.id}")
    agreement = p.agreement
    on_paper = agreement is not None and agreement.standing.in_force and not p.held and not p.activities
    if agreement is not None and on_paper and agreement.source is not Source.REGISTER and not p.dormant_since:
        assert agreement.signed_at is not None
        yield _watch(p, "paper", agreement.signed_at)


def _care(p: Partnership) -> Iterator[Watch]:
    term = _term_since(p)
    if term is not None:
        yield _watch(p, "term", term)
    if p.stage is Stage.ACTIVITIES and p.dormant_since is None:
        yield _watch(p, "review", _next_review(p))
    if p.dormant_since is not None:
        yield _watch(p, "dormant", p.dormant_since)
    if p.proposal is not None:
        yield _watch(p, "proposal", p.proposal.at, p.proposal.what)
    if p.suspension is not None:
        yield Watch("suspension", p.suspension.review_at, p.policy.ladders["suspension"], speaks_while_suspended=True)


def _term_since(p: Partnership) -> datetime | None:
    """The date the term's ladder stands on: the end; the last day for notice where it renews by itself; every
    some years after the last look at an indefinite one."""
    agreement = p.agreement
    if agreement is None or not agreement.standing.in_force or agreement.signed_at is None:
        return None
    term = agreement.term
    if term.ends is not None:
        return term.ends - term.notice * p.policy.day if term.renewal is Renewal.AUTOMATIC else term.ends
    if not term.indefinite:
        return None
    looked = term.confirmed_at + EARLY_LOOK * p.policy.day if term.confirmed_at else None
    counted = max(filter(None, (agreement.signed_at, looked, p.accepted_at)))
    years = p.policy.indefinite_review_years
    return anniversary(agreement.signed_at, counted, years, p)


def _next_review(p: Partnership) -> datetime:
    """The next anniversary after the last review; missed years do not pile up."""
    agreement = p.agreement
    anchor = (agreement.signed_at if agreement else None) or p.stage_since
    reviewed = p.reviewed_at + EARLY_REVIEW * p.policy.day if p.reviewed_at else None
    counted = max(filter(None, (anchor, reviewed, p.accepted_at)))
    return anniversary(anchor, counted, 1, p)


def anniversary(anchor: datetime, after: datetime, years: int, p: Partnership) -> datetime:
    """The first anniversary of `anchor`, every so many years, later than `after`; 29 February → 28 February.
    Where the policy's day is not 24 hours, a year is 365 of its days."""
    if p.policy.day_seconds != 86_400:
        year = 365 * years * p.policy.day
        return anchor + max(1, (after - anchor) // year + 1) * year
    turn = max(years, (after.year - anchor.year) // years * years)
    while (at := in_years(anchor, turn)) <= after:
        turn += years
    return at


def in_years(at: datetime, years: int) -> datetime:
    """The same day and hour some years later; 29 February becomes 28 February."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, day=28)
