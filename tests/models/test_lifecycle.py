"""Into the engine's care and out of it: starting, importing, accepting, changing policy, ending, faults."""

from typing import Any

import pytest
from pydantic import ValidationError

from models import engine, lifecycle, partnership
from models.agreement import Agreement, AgreementKind, Document, Term
from models.armed import ladder_name
from models.base import Actor, Refused, Role, Source
from models.care import MOST_PAUSES
from models.party import NewParty
from models.policy import DEFAULT_1
from models.watch import Carry, Clock, Ladder, Rung
from tests.models.lives import (
    BUCHA,
    COORDINATOR,
    OFFICER,
    T0,
    Life,
    assert_sentence,
    begin,
    codes_in,
    day,
    drafted,
    envelope,
    on,
    refusal,
    signed,
)

WEEKLY = Ladder(clock=Clock.RUNNING, rungs=(Rung(days=7, roles=("officer",)),))

# -- starting ------------------------------------------------------------------------------------------------------


def test_a_start_is_the_first_revision_and_is_on_record() -> None:
    life = begin(coordinator="iryna", previous="older")
    (change,) = life.changes
    assert (life.p.revision, life.p.recent, life.p.previous) == (1, {"c0": 1}, "older")
    assert (change.entry.kind, change.entry.revision, change.entry.command_id) == ("started", 1, "c0")
    assert change.entry.facts["coordinator"] == "iryna"


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("unknown_policy", {"policy": "default@99"}),
        ("unknown_ladder", {"differences": {"weekly": WEEKLY}}),
        ("party_exists", {"parties": [BUCHA, BUCHA]}),
        ("same_person", {"parties": [NewParty(place="bucha", officer="olha", deputy="olha")]}),
        ("in_the_future", {"began": day(1)}),
        ("no_partner", {"parties": [BUCHA]}),
    ],
)  # fmt: skip
def test_a_start_is_refused(code: str, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        begin(**facts)
    assert refused.value.code == code
    assert_sentence(refused.value.message)


@pytest.mark.parametrize("parties", [[], [NewParty(place=f"town{number}") for number in range(9)]])
def test_a_start_has_one_to_eight_parties(parties: list[NewParty]) -> None:
    with pytest.raises(ValidationError):
        begin(parties=parties)


def test_a_beginning_in_the_past_allows_contact_of_that_time() -> None:
    life = begin(began=on("2015-06-01")).do("record_contact", contact="k", how="visit", at=on("2016-01-01"))
    assert life.p.contacts[0].at == on("2016-01-01")


# -- imported, confirmed, accepted ----------------------------------------------------------------------------------

OLD = Agreement(
    kind=AgreementKind.INTERTERRITORIAL,
    since=on("2015-05-01"),
    signatories=("p1", "p2"),
    signatures={key: Document(at=on("2015-05-01")) for key in ("p1", "p2")},
    term=Term(ends=on("2025-05-01")),
    source=Source.REGISTER,
)


def imported(**facts: Any) -> Life:
    return begin(imported=True, agreement=OLD, **facts)


def test_what_was_imported_arms_nothing_for_years_whatever_is_recorded() -> None:
    life = imported().do("confirm", by=COORDINATOR).do("record_contact", contact="k", how="visit", at=on("2020-01-01"))
    life.do("open_activity", activity="a", type="visit", milestones=[{"id": "m", "due": day(5)}])
    assert life.until(3650).told == []
    assert (life.armed, life.p.next_wake(), life.p.confirmation) == ({}, None, "confirmed")


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("last_contact", [None, on("2009-01-01"), day(-200), day(0)])
def test_accepted_every_watch_begins_with_its_lowest_rung_after_thirty_days(confirmed: bool, last_contact: Any) -> None:
    life = imported()
    if confirmed:
        life.do("confirm", by=COORDINATOR)
    life.do("accept", last_contact=last_contact)
    assert life.p.confirmation == "accepted"
    life.until(3000)
    firsts = {notice.watch: notice for notice in reversed(life.told)}
    assert set(firsts) == {"contact", "term", "review"}
    for notice in firsts.values():
        assert notice.at >= day(30)
        assert (notice.rung, notice.roles) == (1, ("officer",))


def test_accepted_later_rungs_keep_their_distance() -> None:
    life = imported().do("accept", last_contact=on("2009-01-01")).until(1000)
    assert [(each.rung, each.at) for each in life.told if each.watch == "contact"] == [
        (1, day(30)),
        (2, day(30 + 60)),
        (3, day(30 + 185)),
        (4, day(30 + 550)),
    ]
    assert [(each.rung, each.at) for each in life.told if each.watch == "term"] == [
        (1, day(30)),
        (2, day(30 + 120)),
        (3, day(30 + 180)),
    ]


def test_unknown_contact_counts_from_the_day_of_acceptance() -> None:
    assert imported().at(9).do("accept").armed["contact"].since == day(9)


# -- adopting a policy -----------------------------------------------------------------------------------------------


def slower(*days: int) -> dict[str, Ladder]:
    rungs = tuple(Rung(days=each, roles=("officer",)) for each in days)
    return {"contact.half_yearly": Ladder(clock=Clock.RUNNING, rungs=rungs)}


@pytest.mark.parametrize(
    ("carry", "due"),
    [(Carry.KEEP_ELAPSED, 500), (Carry.KEEP_DUE, 240), (Carry.RESTART, 200 + 500)],
)
def test_a_policy_is_adopted_with_a_carry(carry: Carry, due: int) -> None:
    life = begin().until(200).do("adopt_policy", policy="default@1", differences=slower(300, 500), carry=carry)
    assert life.due("contact") == day(due)
    assert life.rungs == [("contact", 1)]


def test_each_ladder_may_have_a_carry_of_its_own() -> None:
    carries = {"contact.half_yearly": "restart"}
    life = begin().until(200).do("adopt_policy", policy="default@1", differences=slower(300, 500), carries=carries)
    assert life.due("contact") == day(700)


def test_what_was_told_is_not_told_again_under_the_other_policy() -> None:
    life = begin().until(400).do("adopt_policy", policy="reference@1")
    assert life.p.memos["contact"].level == 3
    assert life.until(2000).due("contact") is None
    life.do("adopt_policy", policy="default@1").until(2001)
    assert [rung for name, rung in life.rungs if name == "contact"] == [1, 2, 3, 4]


def test_a_watch_that_only_the_new_policy_speaks_of_sooner_is_told_once() -> None:
    life = begin().until(100).do("adopt_policy", policy="reference@1")
    (notice,) = life.fire()
    assert (notice.rung, notice.roles) == (3, ("officer", "coordinator"))


# -- ending, and after -------------------------------------------------------------------------------------------------


def test_ended_everything_is_closed_and_nothing_more_is_taken() -> None:
    life = begin().until(200).do("end", why="political")
    assert (life.rungs, life.armed, life.p.next_wake()) == ([("contact", 1), ("contact", 0)], {}, None)
    assert refusal(life, "record_contact", contact="k", how="call") == "ended"


def test_an_unaccepted_import_may_be_put_away_though_its_agreement_is_in_force() -> None:
    assert imported().do("end", why="not_a_partnership").p.ended


# -- the engine around the rules ---------------------------------------------------------------------------------------


def test_every_command_is_one_revision_and_one_entry_with_its_facts_and_actor() -> None:
    life = begin().do("set_plan", year=2026, by=COORDINATOR)
    entry = life.changes[-1].entry
    assert (entry.revision, entry.kind, entry.actor, entry.command_id) == (2, "set_plan", COORDINATOR, "c1")
    assert entry.facts == {"year": 2026, "source": "stated"}


def test_the_last_twenty_commands_are_remembered_with_their_revisions() -> None:
    life = begin()
    for _ in range(30):
        life.do("set_plan", year=2026)
    assert life.p.recent == {f"c{number}": number + 1 for number in range(11, 31)}


def test_what_is_told_is_on_record_once_by_watch_and_rung() -> None:
    life = begin().until(180)
    entry = life.changes[-1].entry
    assert (entry.kind, entry.facts, entry.revision) == ("told", {"watches": ["contact 1"]}, life.p.revision)
    assert engine.fire(life.p, day(180)) == (life.p, None)


def test_a_faulted_wake_is_on_record_and_tried_again_a_day_later() -> None:
    life = begin().at(181)
    p, change = engine.faulted(life.p, life.now, engine.WAKE, ZeroDivisionError("secret"))
    assert (change.entry.kind, change.entry.facts) == ("fault", {"where": "wake", "error": "ZeroDivisionError"})
    assert p.next_wake() == day(182)
    mended, told = engine.fire(p, day(182))
    assert (mended.fault, told is not None) == (None, True)


def test_a_fault_in_a_command_leaves_the_wake_as_it_was() -> None:
    p, _ = engine.faulted(begin().p, T0, "command end", ValueError())
    assert (p.fault, p.next_wake(), p.revision) == (None, day(180), 2)


def test_an_unreadable_signal_is_noted_by_name_and_reason() -> None:
    p, change = engine.unread(begin().p, T0, "x" * 200, "y" * 900)
    assert (p.revision, change.entry.kind) == (2, "unread_signal")
    assert {key: len(value) for key, value in change.entry.facts.items()} == {"signal": 80, "error": 200}


def test_ladder_names_are_the_policys_own() -> None:
    life = signed().do("set_next_step", text="t", due=day(9)).do("set_term", ends=day(900))
    life.do("open_activity", activity="a", type="aid", milestones=[{"id": "m", "due": day(5)}])
    names = {watch.name: ladder_name(life.p, watch) for watch in life.p.watches()}
    assert names["contact"] == "contact.quarterly"
    assert names["next_step"] == names["milestone:a/m"] == "milestone"
    assert set(names.values()) <= set(DEFAULT_1.ladders)
    for watch in life.p.watches():
        assert DEFAULT_1.ladders[names[watch.name]] == watch.ladder


# -- refusals ----------------------------------------------------------------------------------------------------------

NOT_HERS = Actor(role=Role.OFFICER, person="kateryna", party="p1")
REFUSALS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("unknown_policy", begin, "adopt_policy", {"policy": "default@99"}),
    ("unknown_ladder", begin, "adopt_policy", {"policy": "default@1", "carries": {"weekly": "restart"}}),
    ("unknown_ladder", begin, "adopt_policy", {"policy": "default@1", "differences": {"weekly": WEEKLY}}),
    ("other_clock", begin, "adopt_policy", {"policy": "default@1", "differences": {"term": WEEKLY}}),
    ("other_day", begin, "adopt_policy", {"policy": "demo@1"}),
    ("already_confirmed", begin, "confirm", {}),
    ("already_confirmed", lambda: imported().do("confirm", by=COORDINATOR), "confirm", {}),
    ("not_the_coordinator", imported, "confirm", {}),
    ("already_accepted", begin, "accept", {}),
    ("suspended", lambda: imported().do("suspend", why="other", review_at=day(9)), "accept", {}),
    ("no_officer", lambda: imported(parties=[NewParty(place="a"), NewParty(place="b")]), "accept", {}),
    ("not_the_officer", imported, "accept", {"by": COORDINATOR}),
    ("not_the_officer", imported, "accept", {"by": NOT_HERS}),
    ("in_the_future", imported, "accept", {"last_contact": day(1)}),
    ("before_it_began", lambda: imported(began=on("2015-05-01")), "accept", {"last_contact": on("2015-04-30")}),
    ("agreement_in_force", signed, "end", {"why": "completed"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Any, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **{"by": OFFICER, **fields}) == code


def test_every_refusal_is_tried() -> None:
    elsewhere = {"too_large", "unknown_watch", "unknown_party", "ended", "no_partner"}
    codes = codes_in(lifecycle) | codes_in(engine) | codes_in(partnership)
    assert codes <= {code for code, *_ in REFUSALS} | elsewhere


@pytest.mark.parametrize(
    "difference",
    [
        {"clock": "running", "rungs": []},
        {"clock": "running", "rungs": [{"days": 9, "roles": ["officer"]}, {"days": 8, "roles": ["officer"]}]},
        {
            "clock": "running",
            "rungs": [
                {"days": 8, "roles": ["officer"], "attention": "stalled"},
                {"days": 9, "roles": ["officer"], "attention": "quiet"},
            ],
        },
    ],
)
def test_a_policy_that_cannot_be_climbed_does_not_become_a_command(difference: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        envelope("adopt_policy", policy="default@1", differences={"paper": difference})


def test_too_much_open_at_once_is_refused_and_closing_is_not() -> None:
    life = drafted().do("open_activity", activity=f"a{0:060}", type="project")
    for number in range(12):
        milestone = {"activity": f"a{0:060}", "milestone": f"m{number:060}", "due": day(50)}
        life.do("set_milestone", **milestone)
    life.do("open_activity", activity=f"b{0:060}", type="project")
    for number in range(8):
        life.do("set_milestone", activity=f"b{0:060}", milestone=f"m{number:060}", due=day(50))
    milestones = [{"id": f"m{number:060}", "due": day(50)} for number in range(12)]
    more = {"activity": f"c{0:060}", "type": "visit", "milestones": milestones}
    assert refusal(life, "open_activity", **more) == "too_large"
    life.until(200)
    assert len(life.p.model_dump_json().encode()) <= engine.LARGEST_STATE, "telling is never refused"
    life.do("record_contact", contact="k", how="call", at=day(190))
    life.do("cancel_activity", activity=life.p.activities[0].id, why="other")


def test_a_state_that_is_already_too_large_can_still_be_lightened() -> None:
    life = begin()
    heavy = [{"id": f"m{each:060}", "due": day(50)} for each in range(12)]
    activities = begin().do("open_activity", activity="a", type="visit", milestones=heavy).p.activities
    life.p = life.p.but(activities=tuple(activities[0].but(id=f"a{number}") for number in range(12)))
    assert refusal(life, "set_plan", year=2026) == "too_large"
    life.do("cancel_activity", activity="a3", why="other")
    assert len(life.p.activities) == 11


def test_with_the_most_pauses_kept_time_is_still_not_lost() -> None:
    life = begin()
    many = 2 * MOST_PAUSES
    for number in range(many):
        life.at(number * 2 + 1).do("suspend", why="hostilities", review_at=day(999)).at(number * 2 + 2).do("resume")
    assert len(life.p.pauses) == MOST_PAUSES
    assert life.due("contact") == day(180 + many)
