"""Invented partnerships, one for every kind of watch, each with the notice its ladder would tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.activity import Activity, ActivityType, Milestone
from models.agreement import Agreement, AgreementKind, Document, Renewal, Term
from models.care import Suspension, WhyPaused
from models.dialogue import NextStep
from models.outreach import Candidate
from models.partnership import Partnership
from models.party import Party
from models.proposal import Proposal
from models.stage import Stage
from models.watch import Memo, Notice, Pause

NOW = datetime(2026, 7, 31, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

HOME = Party(key="p1", place="UA01", officer="olena", deputy="danylo")
PARTNER = Party(key="p2", place="de-1")

KINDS = (
    "self_analysis",
    "candidate",
    "dialogue",
    "contact",
    "clearance",
    "competent_body",
    "signing",
    "registration",
    "paper",
    "next_step",
    "milestone",
    "term",
    "review",
    "dormant",
    "suspension",
    "proposal",
    "address",
)
"""Every kind of watch that models/armed.py arms."""


def ago(days: int) -> datetime:
    return NOW - days * DAY


def living(stage: Stage = Stage.ACTIVITIES, silent: int = 180, **facts: object) -> Partnership:
    """An accepted partnership of two towns, at a stage, with so many days since the last contact."""
    parties = tuple(
        party.but(counted_from=ago(silent)) for party in ((HOME, PARTNER) if stage.between_partners else (HOME,))
    )
    usual = {
        "id": "most-1",
        "started_at": ago(400),
        "stage": stage,
        "stage_since": ago(400),
        "parties": parties,
        "coordinator": "kateryna",
    }
    return Partnership.model_validate(usual | facts)


def _agreement(**steps: object) -> Agreement:
    usual = {"kind": AgreementKind.INTERTERRITORIAL, "since": ago(390), "signatories": ("p1", "p2")}
    return Agreement.model_validate(usual | steps)


def _signed(at: datetime, **more: object) -> Agreement:
    paper = Document(at=at)
    return _agreement(submitted=paper, cleared=paper, decided=paper, signatures={"p1": paper, "p2": paper}, **more)


def partnership_with(kind: str) -> Partnership:
    """A partnership in which a watch of this kind is armed."""
    match kind:
        case "self_analysis":
            return living(Stage.SELF_ANALYSIS, stage_since=ago(45))
        case "candidate":
            candidate = Candidate(id="c1", place="pl-1", unanswered_since=ago(30), letters=1)
            return living(Stage.OUTREACH, candidates=(candidate,))
        case "dialogue":
            return living(Stage.DIALOGUE, silent=45)
        case "clearance":
            return living(Stage.AGREEMENT, agreement=_agreement(submitted=Document(at=ago(31))))
        case "competent_body":
            order = Document(at=ago(45))
            return living(Stage.AGREEMENT, agreement=_agreement(submitted=order, cleared=order))
        case "signing":
            order = Document(at=ago(30))
            return living(Stage.AGREEMENT, agreement=_agreement(submitted=order, cleared=order, decided=order))
        case "registration":
            return living(agreement=_signed(ago(60)))
        case "paper":
            return living(agreement=_signed(ago(180)))
        case "next_step":
            return living(Stage.DIALOGUE, next_step=NextStep(text="t1", due=ago(-14)))
        case "milestone":
            milestone = Milestone(id="m1", due=ago(14))
            visit = Activity(id="a1", type=ActivityType.VISIT, opened_at=ago(90), milestones=(milestone,))
            return living(activities=(visit,))
        case "term":
            return living(agreement=_signed(ago(380), term=Term(ends=ago(-180))))
        case "dormant":
            return living(dormant_since=ago(730))
        case "suspension":
            paused = Suspension(why=WhyPaused.HOSTILITIES, review_at=ago(0))
            return living(suspension=paused, pauses=(Pause(start=ago(90)),))
        case "proposal":
            return living(proposal=Proposal(id="v1", what="rest", at=ago(30), by="kateryna"))
        case "address":
            return living(parties=(HOME, PARTNER.but(counted_from=ago(40), bounced_at=ago(30))))
        case _:
            return living(agreement=_signed(ago(366)) if kind == "review" else None)


def told(p: Partnership, kind: str, rung: int = 1) -> tuple[Partnership, Notice]:
    """The partnership after a rung of this kind was told, and the notice."""
    watch = next(each for each in p.watches() if each.kind == kind)
    step = watch.ladder.rungs[rung - 1]
    notice = Notice(
        episode=1,
        rung=rung,
        watch=watch.name,
        at=NOW,
        since=watch.since,
        due=NOW,
        roles=step.roles,
        attention=step.attention,
    )
    return p.but(memos={watch.name: Memo(level=rung, episode=1)}, episodes=1), notice


def term_kinds() -> dict[str, Partnership]:
    """A term that ends, one that renews by itself, and an indefinite one."""
    terms = {
        "fixed": Term(ends=ago(-60)),
        "automatic": Term(ends=ago(-180), renewal=Renewal.AUTOMATIC, notice=90),
        "indefinite": Term(indefinite=True),
    }
    return {name: living(agreement=_signed(ago(700), term=term)) for name, term in terms.items()}
