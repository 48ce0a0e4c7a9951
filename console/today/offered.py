"""What can be done beside each thing that waits, the most usual first. The rules decide all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from console.today.waits import Waiting
from models.agreement import Renewal
from models.partnership import Partnership
from models.policy import COORDINATOR


@dataclass(frozen=True)
class Step:
    """A command whose form stands on the partnership's own page, with what it is about filled in."""

    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)


IN_TOUCH = ("in_touch", "contact", "until", "meeting")

BY_WATCH: Mapping[str, Sequence[str]] = {
    "contact": IN_TOUCH,
    "dialogue": IN_TOUCH,
    "self_analysis": ("until",),
    "candidate": ("until",),
    "paper": ("until",),
    "clearance": ("until",),
    "competent_body": ("until",),
    "signing": ("until",),
    "registration": ("until",),
    "milestone": ("milestone_done", "until"),
    "next_step": ("step_done", "until"),
    "term": ("until",),
    "review": ("reviewed",),
    "dormant": ("contact",),
    "suspension": ("extend", "resume"),
    "address": ("address_works", "until"),
    "proposal": ("answer", "until"),
}
"""What is offered beside a kind of watch, by the name under which the form is sent."""

COMMAND: Mapping[str, str] = {
    "in_touch": "record_contact",
    "contact": "record_contact",
    "until": "acknowledge",
    "meeting": "plan_meeting",
    "propose": "propose",
    "withdraw": "withdraw_proposal",
    "answer": "answer_proposal",
    "milestone_done": "reach_milestone",
    "step_done": "complete_next_step",
    "reviewed": "record_review",
    "extend": "extend_suspension",
    "resume": "resume",
    "address_works": "confirm_address",
    "accept": "accept",
    "confirm": "confirm",
}
"""The command that each of them gives."""


def offered(waiting: Waiting) -> tuple[str, ...]:
    """The small forms beside one thing that waits."""
    return tuple(each for each in _offered(waiting) if each == "handover" or waiting.acts.may(COMMAND[each]))


def steps(waiting: Waiting) -> tuple[Step, ...]:
    """The partnership's own forms that answer it."""
    return tuple(each for each in _steps(waiting) if waiting.acts.may(each.kind))


def proposals(p: Partnership) -> tuple[str, ...]:
    """What a coordinator may propose now."""
    if p.confirmation != "accepted" or p.proposal is not None:
        return ()
    rest = ("revive",) if p.dormant_since is not None else ("rest",) if p.stage.between_partners else ()
    return (*rest, "end")


def _offered(waiting: Waiting) -> Iterator[str]:
    p, kind = waiting.p, waiting.asked.watch.kind
    for each in BY_WATCH.get(kind, ("until",)):
        if each != "until" or waiting.asked.next_due is not None:
            yield each
    if waiting.role == COORDINATOR and kind == "proposal":
        yield "withdraw"
    if waiting.role == COORDINATOR and proposals(p) and kind in ("contact", "dialogue", "dormant", "paper", "term"):
        yield "propose"
    if waiting.seated:
        yield "handover"


def _steps(waiting: Waiting) -> Iterator[Step]:
    watch = waiting.asked.watch
    match watch.kind:
        case "candidate" if watch.subject:
            for kind in ("record_reply", "record_letter", "drop_candidate"):
                yield Step(kind, {"candidate": watch.subject})
        case "self_analysis":
            yield from (Step("add_text"), Step("advance"))
        case "paper":
            yield Step("open_activity")
        case "clearance":
            yield from (Step("grant_clearance"), Step("return_with_remarks"))
        case "competent_body":
            yield Step("record_decision")
        case "signing" if watch.subject:
            yield Step("sign", {"party": watch.subject})
        case "registration":
            yield Step("register")
        case "next_step":
            yield Step("set_next_step")
        case "milestone" if watch.subject:
            yield Step("set_milestone", {"activity": watch.subject.rpartition("/")[0]})
        case "term":
            yield from _of_term(waiting.p)
        case "dialogue":
            yield Step("set_next_step")


def _of_term(p: Partnership) -> Iterator[Step]:
    term = p.agreement.term if p.agreement else None
    if term is None or term.ends is None:
        yield Step("confirm_term")
        return
    yield Step("renew_term")
    if term.renewal is not Renewal.AUTOMATIC:
        yield Step("expire")
