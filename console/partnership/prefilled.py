"""What stands in a form before anybody typed: what the address asks for, what is so now, what is the only choice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.fields import Means, said_in
from console.partnership.names import Names
from console.partnership.offered import fits
from console.partnership.things import options_for
from models.agreement import Agreement
from models.partnership import Partnership
from models.stage import Stage

Filled = dict[str, list[str]]


def prefilled(kind: str, names: Names, asked: Mapping[str, str], now: datetime) -> Filled:
    """The values of a form as it is opened; `asked` are the address's own, known fields only."""
    fields = {each.name for each in said_in(kind)}
    filled = _only_choices(kind, names) | _as_it_is(kind, names, asked, now)
    return filled | {name: [value] for name, value in asked.items() if name in fields and value}


def _only_choices(kind: str, names: Names) -> Filled:
    """What there is only one of."""
    filled: Filled = {}
    for each in said_in(kind):
        if each.required and each.means in (Means.THING, Means.WORD) and not each.many:
            options = options_for(each.name, names)
            if len(options) == 1:
                filled[each.name] = [options[0].value]
    return filled


def _as_it_is(kind: str, names: Names, asked: Mapping[str, str], now: datetime) -> Filled:
    p = names.p
    match kind:
        case "set_rhythm":
            return {"rhythm": [p.rhythm]}
        case "set_languages":
            return {"languages": list(p.profile.languages)}
        case "set_plan":
            return {"year": [str(now.astimezone(names.zone).year)]}
        case "adopt_policy":
            return {"policy": [p.policy_name], "carry": ["keep_elapsed"]}
        case "advance":
            return _next_stage(p)
        case "set_spheres" | "set_term":
            return _of_agreement(kind, p.agreement, names) if p.agreement else {}
        case "correct_contact":
            return _of_contact(names, asked.get("contact", ""))
        case "resume_party" | "hold_party" | "confirm_address":
            return _only_party(kind, p)
    return {}


def _next_stage(p: Partnership) -> Filled:
    following = list(Stage)[p.stage.rank + 1]
    return {} if following is Stage.ENDED else {"to": [following]}


def _of_agreement(kind: str, agreement: Agreement, names: Names) -> Filled:
    term = agreement.term
    if kind == "set_spheres":
        return {"spheres": list(agreement.spheres)}
    filled = {"renewal": [str(term.renewal)], "notice": [str(term.notice)]}
    if term.indefinite:
        filled["indefinite"] = ["yes"]
    if term.ends is not None:
        filled["ends"] = [_day(term.ends, names)]
    return filled


def _of_contact(names: Names, wanted: str) -> Filled:
    """A contact as it is recorded. A letter's author is whom it heard."""
    for contact in names.p.contacts:
        if contact.id == wanted:
            by_one = len(contact.heard) == 1
            filled = {"how": [str(contact.kind)], "at": [_day(contact.at, names)]}
            return filled | ({"author": list(contact.heard)} if by_one else {"parties": list(contact.heard)})
    return {}


def _only_party(kind: str, p: Partnership) -> Filled:
    """The one party that it can be about."""
    others = [each for each in p.parties if not fits(p.but(parties=(each,)), kind)]
    about = [each.key for each in p.parties if each not in others]
    return {"party": about} if len(about) == 1 else {}


def _day(at: datetime, names: Names) -> str:
    return at.astimezone(names.zone).date().isoformat()
