"""What may happen in a random life: for each kind of thing, the command that is given with some number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from models.base import Actor, Role
from models.stage import Stage
from tests.models.lives import BERGEN, BUCHA, COORDINATOR, HOUR, LVIV, OFFICER, Life, begin, drafted, signed

Say = tuple[str, dict[str, Any]]
Choose = Callable[[Life, int], Say]

TOGETHER = ("meeting", "online_meeting", "call", "visit", "event", "in_touch")


def ladder(clock: str, role: str, *days: int, attention: str = "quiet", deferral: int = 0) -> dict[str, Any]:
    rungs = [{"days": each, "roles": [role], "attention": attention} for each in days]
    return {"clock": clock, "rungs": rungs, "deferral": deferral}


DIFFERENCES: tuple[dict[str, Any], ...] = (
    {},
    {"contact.half_yearly": ladder("running", "deputy", 100, deferral=30)},
    {
        "contact.quarterly": ladder("running", "deputy", *range(20, 180, 20)),
        "dialogue": ladder("running", "coordinator", 5, attention="decide"),
        "milestone": ladder("calendar", "officer", -40, -3, 9),
    },
)
POLICIES = ("default@1", "reference@1")
CARRIES = ("keep_elapsed", "keep_due", "restart")


def one(n: int, *choices: Any) -> Any:
    return choices[n % len(choices)]


def ago(life: Life, n: int) -> datetime:
    """Some time since the beginning, or now."""
    return max(life.now - one(n, 0, 0, 1, 20, 50, 100, 300) * 24 * HOUR, life.p.began or life.now)


def ahead(life: Life, n: int) -> datetime:
    return life.now + one(n, 1, 10, 40, 100, 170, 400) * 24 * HOUR


def a_party(life: Life, n: int) -> str:
    return life.p.parties[n % len(life.p.parties)].key


def a_contact(life: Life, n: int) -> str:
    known = [each.id for each in life.p.contacts] or ["none"]
    return known[n % len(known)]


def meet_now(life: Life, n: int) -> Say:
    meeting = life.p.meetings[n % len(life.p.meetings)].id if life.p.meetings else None
    return "record_contact", {"contact": f"k{life.p.revision}", "how": one(n, *TOGETHER), "meeting": meeting}


def write_now(life: Life, n: int) -> Say:
    how = one(n // 8, "letter", "message", "note", "bounce")
    return "record_contact", {"contact": f"k{life.p.revision}", "how": how, "author": a_party(life, n)}


def met_then(life: Life, n: int) -> Say:
    return "record_contact", {"contact": f"k{life.p.revision}", "how": "visit", "at": ago(life, n)}


def correct(life: Life, n: int) -> Say:
    fields = one(n // 7, {"how": "visit"}, {"how": "letter", "author": a_party(life, n)}, {"how": "note"})
    return "correct_contact", {"contact": a_contact(life, n), "at": ago(life, n // 3), **fields}


def withdraw(life: Life, n: int) -> Say:
    return "withdraw_contact", {"contact": a_contact(life, n)}


def plan(life: Life, n: int) -> Say:
    return "plan_meeting", {"meeting": f"m{n % 3}", "at": ahead(life, n // 3)}


def cancel(life: Life, n: int) -> Say:
    return "cancel_meeting", {"meeting": f"m{n % 3}"}


def acknowledge(life: Life, n: int) -> Say:
    names = sorted(life.armed) or ["contact"]
    return "acknowledge", {"watch": names[n % len(names)], "until": ahead(life, n // 7)}


def pause(life: Life, n: int) -> Say:
    if life.p.suspension is None:
        return "suspend", {"why": "hostilities", "review_at": ahead(life, n)}
    return one(n, ("resume", {}), ("resume", {}), ("extend_suspension", {"review_at": ahead(life, n // 3)}))


def hold(life: Life, n: int) -> Say:
    key = a_party(life, n)
    return "resume_party" if life.p.party(key).on_hold_since else "hold_party", {"party": key}


def rest(life: Life, n: int) -> Say:
    return "revive" if life.p.dormant_since else "make_dormant", {}


def rhythm(life: Life, n: int) -> Say:
    return "set_rhythm", {"rhythm": one(n, "monthly", "quarterly", "half_yearly", "yearly")}


def adopt(life: Life, n: int) -> Say:
    return "adopt_policy", {
        "policy": one(n, *POLICIES),
        "differences": one(n // 2, *DIFFERENCES),
        "carry": one(n // 6, *CARRIES),
        "carries": one(n // 18, {}, {"contact.monthly": "restart", "dialogue": "keep_due"}),
    }


def move(life: Life, n: int) -> Say:
    return "advance", {"to": one(n, *Stage), "reason": one(n // 6, "t", None)}


def step(life: Life, n: int) -> Say:
    return one(n, ("set_next_step", {"text": "t", "due": ahead(life, n // 2)}), ("complete_next_step", {}))


def work(life: Life, n: int) -> Say:
    name = f"a{n % 3}"
    if not any(each.id == name for each in life.p.activities):
        return "open_activity", {"activity": name, "type": "project"}
    milestone = {"activity": name, "milestone": f"m{n // 3 % 2}"}
    return one(
        n // 6,
        ("set_milestone", {**milestone, "due": ahead(life, n // 30)}),
        ("set_milestone", {**milestone, "due": ago(life, n // 30)}),
        ("reach_milestone", milestone),
        ("complete_activity", {"activity": name}),
        ("cancel_activity", {"activity": name, "why": "people"}),
    )


def formal(life: Life, n: int) -> Say:
    body = {"body": "council", "reason": "t"}
    agreement = life.p.agreement
    if agreement is not None and agreement.standing.in_force and n % 3 == 0:
        return one(
            n // 3,
            ("set_term", {"ends": ahead(life, n // 9), "renewal": one(n // 54, "none", "automatic", "possible")}),
            ("set_term", {"indefinite": True}),
            ("confirm_term" if agreement.term.indefinite else "expire", {}),
            ("renew_term", {"ends": ahead(life, n // 9), **body}),
        )
    if agreement is not None and agreement.unsigned and n % 3 == 0:
        return "sign", {"party": agreement.unsigned[0], "reason": "t", "at": ago(life, n // 3)}
    return one(
        n,
        ("begin_drafting", {"agreement": one(n // 16, "interterritorial", "domestic", "solidarity")}),
        ("submit_for_clearance", {"at": ago(life, n // 16)}),
        ("return_with_remarks", {}),
        ("grant_clearance", body),
        ("record_decision", body),
        ("sign", {"party": a_party(life, n // 16), "reason": "t", "at": ago(life, n // 48)}),
        ("sign", {"party": a_party(life, n // 16), "reason": "t"}),
        ("register", {}),
        ("withdraw_step", {}),
        ("set_term", {"ends": ahead(life, n // 16), "renewal": one(n // 96, "none", "automatic", "possible")}),
        ("set_term", {"indefinite": True}),
        ("renew_term", {"ends": ahead(life, n // 16), **body}),
        ("confirm_term", {}),
        ("expire", {}),
        ("terminate", body),
        ("record_review", {"at": ago(life, n // 16)}),
    )


def people(life: Life, n: int) -> Say:
    return one(
        n,
        ("add_party", {"place": f"town{n // 4 % 5}"}),
        ("remove_party", {"party": a_party(life, n // 4)}),
        ("name_person", {"role": "deputy", "party": a_party(life, n // 4), "person": "x"}),
        ("name_person", {"role": "officer", "party": a_party(life, n // 4)}),
    )


def search(life: Life, n: int) -> Say:
    name = f"c{n // 5 % 2}"
    if not any(each.id == name for each in life.p.candidates):
        return "add_candidate", {"candidate": name, "place": name}
    return one(
        n,
        ("record_letter", {"candidate": name, "at": ago(life, n // 10)}),
        ("record_letter", {"candidate": name, "at": ago(life, n // 10)}),
        ("record_reply", {"candidate": name, "willing": True}),
        ("drop_candidate", {"candidate": name}),
        ("choose_candidate", {"candidate": name}),
    )


def propose(life: Life, n: int) -> Say:
    """A proposal, mostly one that makes sense, or an answer to the one that is open, not always by who may give it."""
    if life.p.proposal is None:
        sensible = "revive" if life.p.dormant_since else "rest"
        what = one(n // 4, sensible, sensible, "revive", "rest", "end")
        return "propose", {"proposal": f"v{n % 2}", "what": what, "by": one(n, COORDINATOR, COORDINATOR, OFFICER)}
    proposal = {"proposal": life.p.proposal.id}
    return one(
        n,
        ("answer_proposal", {**proposal, "accept": n % 12 < 6}),
        ("answer_proposal", {**proposal, "accept": False}),
        ("withdraw_proposal", {**proposal, "by": COORDINATOR}),
        ("answer_proposal", {**proposal, "accept": True, "by": COORDINATOR}),
    )


def bounce(life: Life, n: int) -> Say:
    party = a_party(life, n)
    confirmed = life.p.party(party).bounced_at and n // 4 % 3 == 0
    return ("confirm_address", {"party": party}) if confirmed else _bounced(life, party, n // 12)


def _bounced(life: Life, party: str, n: int) -> Say:
    return "record_bounce", {"party": party, "at": ago(life, n), "by": Actor(role=Role.MACHINE)}


def end(life: Life, n: int) -> Say:
    return ("end", {"why": "other"}) if n % 4 == 0 else ("set_plan", {"year": life.now.year})


ANYTHING: tuple[Choose, ...] = (
    meet_now, meet_now, write_now, met_then, met_then, correct, withdraw, plan, cancel, acknowledge, acknowledge,
    pause, pause, hold, rest, rhythm, adopt, adopt, move, step, work, work, work, formal, formal, formal, people,
    search, search, propose, propose, bounce, bounce, end,
)  # fmt: skip

BEGINNINGS: tuple[Callable[[], Life], ...] = (
    begin,
    lambda: begin(parties=(BUCHA, BERGEN, LVIV)).do("set_rhythm", rhythm="monthly"),
    lambda: begin(Stage.DIALOGUE),
    lambda: begin(Stage.OUTREACH, parties=(BUCHA,)).do("add_candidate", candidate="c0", place="c0"),
    drafted,
    signed,
)

STEPS = st.lists(
    st.tuples(
        st.sampled_from((0, 1, 24, 24 * 10, 24 * 31, 24 * 100, 24 * 400)).flatmap(lambda most: st.integers(0, most)),
        st.booleans(),
        st.sampled_from(ANYTHING),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=25,
)
