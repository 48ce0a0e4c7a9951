"""Random lives: whatever people do in whatever order, and however long nobody looks, the promises hold.

A life is a list of steps. In each some time passes, lived through rung by rung or slept through in one, and then
a command is given. `Witness` keeps its own account from the notices alone and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models import engine
from models.base import Actor, Refused, Role
from models.engine import LARGEST_STATE, Change
from models.explain import explain, forecast
from models.partnership import Partnership
from models.party import NewParty
from models.stage import Stage
from models.watch import Attention, Clock, Notice, Watch
from tests.models.lives import (
    BERGEN,
    BUCHA,
    COORDINATOR,
    LVIV,
    OFFICER,
    Life,
    assert_sentence,
    begin,
    day,
    drafted,
    envelope,
    signed,
)

HOUR = timedelta(hours=1)
QUICK = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)

# -- what may happen -------------------------------------------------------------------------------------------------

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

# -- who watches ------------------------------------------------------------------------------------------------------


@dataclass
class Witness:
    """Its own account of what was told: levels by watch, rungs by episode, and which episodes are closed."""

    life: Life
    levels: dict[str, int] = field(default_factory=dict)
    episodes: dict[int, list[int]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    held: dict[tuple[str, datetime], timedelta] = field(default_factory=dict)
    read: int = 0

    def pass_time(self, hours: int, awake: bool) -> None:
        end = self.life.now + hours * HOUR
        while awake and (wake := self.life.p.next_wake()) is not None and wake <= end:
            self.life.now = max(wake, self.life.now)
            self.fire()
        self.life.now = end
        self.fire()

    def fire(self) -> tuple[Notice, ...]:
        ladders = {watch.name: watch.ladder for watch in self.life.p.watches()}
        suspended = self.life.p.suspension is not None
        notices = self.life.fire()
        assert len({notice.watch for notice in notices}) == len(notices), "one notice a watch"
        for notice in notices:
            before = self.levels.get(notice.watch, 0)
            assert notice.rung > before
            passed = ladders[notice.watch].rungs[before : notice.rung]
            assert set(notice.roles) == {role for rung in passed for role in rung.roles}, "nobody is skipped"
            assert notice.due is not None
            assert notice.due <= self.life.now
            assert not suspended or notice.watch == "suspension"
        self.take_note()
        wake = self.life.p.next_wake()
        assert wake is None or wake > self.life.now, "the next wake lies ahead"
        return notices

    def command(self, kind: str, fields: dict[str, Any]) -> None:
        life, before = self.life, self.life.p
        snapshot = before.model_dump_json()
        attention, dues = before.attention, {name: life.due(name) for name in life.armed}
        unmoved = self.fired(before)
        by = Actor(role=Role.OFFICER, person="x", party=fields.get("party", "p1"))
        try:
            life.do(kind, **{"by": by, **fields})
        except Refused as refused:
            assert_sentence(refused.message)
            assert life.p is before
            assert life.p.model_dump_json() == snapshot
            return
        levels = dict(self.levels)
        closings = self.take_note()
        assert all(notice.rung == 0 for notice in closings)
        assert life.p.revision == before.revision + 1
        if kind == "suspend":
            self.held = self.running()
        if kind == "resume":
            now = self.running()
            assert all(now[key] == shown for key, shown in self.held.items() if key in now), "no time is lost"
        if kind == "record_contact" and fields.get("at") is None and before.dormant_since is None:
            assert life.p.attention.rank <= attention.rank
            assert self.fired(life.p).attention.rank <= unmoved.attention.rank, "contact never raises attention"
        if kind == "acknowledge":
            held = life.due(fields["watch"])
            assert held is not None
            assert held >= fields["until"]
            for name, due in dues.items():
                after = life.due(name)
                assert after == due or (
                    name == fields["watch"] and due is not None and after is not None and after > due
                )
        if kind == "adopt_policy":
            assert closings == [], "adopting a policy closes nothing"
            assert all(memo.level >= levels.get(name, 0) for name, memo in life.p.memos.items())
        told = self.fire()
        if kind in ("correct_contact", "withdraw_contact"):
            others = [notice for notice in told if not notice.watch.startswith("address:")]
            assert len(others) <= 1 or before.dormant_since, "a correction tells at most one new notice of silence"

    def fired(self, p: Partnership) -> Partnership:
        return engine.fire(p, self.life.now)[0]

    def running(self) -> dict[tuple[str, datetime], timedelta]:
        time = self.life.p.timekeeper
        watches = [watch for watch in self.life.p.watches() if watch.ladder.clock is Clock.RUNNING]
        return {(watch.name, watch.since): time.shown(watch, self.life.now) for watch in watches}

    def take_note(self) -> list[Notice]:
        new = self.life.changes[self.read :]
        self.read = len(self.life.changes)
        notices = [notice for change in new for notice in change.notices]
        for notice in notices:
            told = self.episodes.setdefault(notice.episode, [])
            assert notice.episode not in self.closed
            if notice.rung:
                assert not told or notice.rung > max(told), "rungs only rise, none twice"
                told.append(notice.rung)
                self.levels[notice.watch] = notice.rung
            else:
                assert told, "only what was told is closed"
                self.closed.add(notice.episode)
                assert notice.rest < self.levels[notice.watch]
                self.levels[notice.watch] = notice.rest
                assert (notice.next_episode is not None) == (notice.rest > 0)
                if notice.next_episode is not None:
                    assert notice.next_episode not in self.episodes
                    self.episodes[notice.next_episode] = [notice.rest]
        return notices

    def look(self) -> None:
        """What must hold at any moment, by the witness's own account."""
        p, armed = self.life.p, self.life.armed
        assert len(armed) == len(p.watches()), "a name names one watch"
        assert {name: memo.level for name, memo in p.memos.items() if memo.level} == {
            name: level for name, level in self.levels.items() if level
        }
        assert set(p.memos) <= set(armed), "a memo is kept only for what is armed"
        assert {memo.episode for memo in p.memos.values() if memo.level} == set(self.episodes) - self.closed
        assert p.attention is self.attention(armed)
        for watch in p.watches():
            shown = p.timekeeper.shown(watch, self.life.now)
            back = p.timekeeper.reach(watch, shown)
            assert back is None or p.timekeeper.shown(watch, back) == shown
        assert len(p.model_dump_json().encode()) <= LARGEST_STATE
        assert p.proposal is None or f"proposal:{p.proposal.what}" in armed, "what nobody is asked about is not open"
        unanswered = p.proposal.what if p.proposal else None
        assert unanswered != ("rest" if p.dormant_since else "revive"), "what has come about is not open"

    def attention(self, armed: dict[str, Watch]) -> Attention:
        if self.life.p.suspension or self.life.p.dormant_since:
            return Attention.OK
        told = [each.ladder.rungs[: self.levels.get(name, 0)][-1:] for name, each in armed.items()]
        return max((rung.attention for rungs in told for rung in rungs), key=lambda a: a.rank, default=Attention.OK)

    def look_closely(self) -> None:
        p, now = self.life.p, self.life.now
        assert Partnership.model_validate_json(p.model_dump_json()) == p
        explained = explain(p, now)
        assert [(view.name, len(view.rungs)) for view in explained.watches] == [
            (watch.name, len(watch.ladder.rungs)) for watch in p.watches()
        ]
        assert [view.name for view in explained.watches if view.attention != "ok"] == [
            name for name, each in self.life.armed.items() if self.attention_of(name, each) is not Attention.OK
        ]
        until = now + timedelta(days=1500)
        foreseen = forecast(p, until, now)
        first = len(self.life.told)
        self.life.until(until)
        assert tuple(self.life.told[first:]) == foreseen

    def attention_of(self, name: str, watch: Watch) -> Attention:
        rungs = watch.ladder.rungs[: self.levels.get(name, 0)]
        return rungs[-1].attention if rungs else Attention.OK


@settings(QUICK, max_examples=2_000)
@given(beginning=st.sampled_from(BEGINNINGS), steps=STEPS)
def test_whatever_happens_the_promises_hold(beginning: Callable[[], Life], steps: list[Any]) -> None:
    witness = Witness(beginning())
    witness.read = len(witness.life.changes)
    for hours, awake, choose, n in steps:
        witness.pass_time(hours, awake)
        if witness.life.p.ended:
            break
        witness.command(*choose(witness.life, n))
        witness.look()
    witness.look_closely()


# -- single promises, each over many lives --------------------------------------------------------------------------

CONTACTS = st.lists(st.integers(0, 400), max_size=4)


@settings(QUICK, max_examples=400)
@given(
    wakes=st.lists(st.integers(1, 24 * 300), min_size=1, max_size=12), pauses=st.lists(st.integers(1, 90), max_size=3)
)
def test_whenever_the_engine_wakes_everybody_up_to_the_rung_has_been_told(wakes: list[int], pauses: list[int]) -> None:
    life = begin().do("set_rhythm", rhythm="quarterly")
    for length in pauses:
        life.do("suspend", why="other", review_at=life.now + timedelta(days=999)).at(life.now + timedelta(days=length))
        life.do("resume")
    ladder = life.armed["contact"].ladder
    told: set[str] = set()
    for hours in wakes:
        life.now += hours * HOUR
        for notice in life.fire():
            if notice.watch == "contact":
                told |= set(notice.roles)
                assert told >= {role for rung in ladder.rungs[: notice.rung] for role in rung.roles}


@settings(QUICK, max_examples=300)
@given(start=st.integers(0, 700), length=st.integers(0, 2000), at=st.integers(0, 700))
def test_a_pause_moves_every_later_rung_by_its_length_exactly(start: int, length: int, at: int) -> None:
    plain, paused = begin().until(start), begin().until(start)
    paused.do("suspend", why="other", review_at=day(9_999)).until(start + length).do("resume")
    expected = plain.due("contact")
    assert paused.due("contact") == (None if expected is None else expected + timedelta(days=length))


@settings(QUICK, max_examples=300)
@given(at=st.integers(0, 800), meetings=st.lists(st.integers(1, 900), min_size=1, max_size=4))
def test_planning_and_cancelling_leaves_nothing_behind(at: int, meetings: list[int]) -> None:
    life = begin().until(at)
    before, due = life.p, life.due("contact")
    for number, ahead_by in enumerate(meetings):
        life.do("plan_meeting", meeting=f"m{number}", at=life.now + timedelta(days=ahead_by))
        planned = life.due("contact")
        assert due is None or (planned is not None and planned >= due)
    for number in range(len(meetings)):
        life.do("cancel_meeting", meeting=f"m{number}")
    assert life.due("contact") == due
    assert life.p.but(revision=before.revision, recent=before.recent) == before


@settings(QUICK, max_examples=300)
@given(
    contacts=CONTACTS,
    last=st.none() | st.integers(0, 4000),
    steps=st.lists(
        st.tuples(st.sampled_from((work, formal, step, met_then, bounce)), st.integers(0, 10_000)), max_size=6
    ),
)
def test_an_import_is_silent_until_accepted_and_then_gentle(contacts: list[int], last: int | None, steps: Any) -> None:
    life = begin(imported=True, parties=(BUCHA, NewParty(place="bergen")))
    for number, days in enumerate(contacts):
        life.do("record_contact", contact=f"k{number}", how="call", at=day(-days))
    for choose, n in steps:
        kind, fields = choose(life, n)
        try:
            life.do(kind, **fields)
        except Refused:
            continue
        assert life.armed == {}
        assert life.p.next_wake() is None
    assert life.told == []
    if life.p.ended:
        return
    life.do("accept", by=OFFICER, last_contact=None if last is None else life.now - timedelta(days=last))
    accepted, firsts = life.now, dict[str, Notice]()
    for notice in forecast(life.p, life.now + timedelta(days=3000), life.now):
        firsts.setdefault(notice.watch, notice)
    assert "contact" in firsts
    for notice in firsts.values():
        assert notice.at >= accepted + timedelta(days=30)
        assert (notice.rung, notice.roles) == (1, ("officer",))


@settings(QUICK, max_examples=300)
@given(
    silent=st.integers(0, 800),
    policy=st.sampled_from(POLICIES),
    differences=st.sampled_from(DIFFERENCES),
    carry=st.sampled_from(CARRIES),
    back=st.sampled_from(CARRIES),
)
def test_through_policies_and_back_no_rung_is_told_twice(
    silent: int, policy: str, differences: Any, carry: str, back: str
) -> None:
    life = begin().until(silent)
    life.do("adopt_policy", policy=policy, differences=differences, carry=carry).until(silent + 50)
    life.do("adopt_policy", policy="default@1", carry=back).until(silent + 1500)
    rungs = [notice.rung for notice in life.told if notice.watch == "contact"]
    assert rungs == sorted(set(rungs))
    assert 0 not in rungs


def test_a_change_of_state_never_touches_the_state_before_it() -> None:
    life = begin().until(200)
    before = life.p.model_dump_json()
    kept = life.p
    changes: list[Change] = []
    for kind, fields in (meet_now(life, 0), rhythm(life, 0), pause(life, 0), adopt(life, 1)):
        changes.append(engine.handle(kept, envelope(kind, **fields), life.now)[1])
    assert len(changes) == 4
    assert kept.model_dump_json() == before
