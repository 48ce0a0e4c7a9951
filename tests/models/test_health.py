"""Health: each signal on both sides of its boundary, what is not known yet, and that nobody is named as a cause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from models.activity import ActivityType
from models.agreement import Agreement, AgreementKind, Document
from models.base import Actor, Role
from models.health import REASONS, Health, History, Shared, signals
from models.party import NewParty
from models.stage import Stage
from tests.models.lives import BERGEN, BUCHA, COORDINATOR, TICK, Life, begin, day

LVIV = NewParty(place="UA46060250000025047", officer="ivan")
BROVARY = NewParty(place="UA32060030000097250", officer="olena")


def reason(life: Life, code: str, history: History | None = None) -> str | None:
    """Why a signal says what it says; none where it is left out."""
    found = {each.code: each for each in signals(life.p, history or History(), life.now)}
    return found[code].reason if code in found else None


def facts(life: Life, code: str, history: History | None = None) -> dict[str, Any]:
    return next(each.facts for each in signals(life.p, history or History(), life.now) if each.code == code)


def signed(at: datetime) -> Agreement:
    paper = Document(at=at)
    return Agreement(
        kind=AgreementKind.OTHER, since=at, signatories=("p1", "p2"), signatures={"p1": paper, "p2": paper}
    )


def held(at: float, type: ActivityType = ActivityType.PROJECT, **more: Any) -> History:
    return History(held=(Shared(type=type, at=day(at), **more),))


class TestContact:
    @pytest.mark.parametrize(
        ("rhythm", "days"), [("monthly", 60), ("quarterly", 180), ("half_yearly", 360), ("yearly", 730)]
    )
    def test_beyond_twice_the_agreed_rhythm_it_is_irregular(self, rhythm: str, days: int) -> None:
        life = begin().do("set_rhythm", rhythm=rhythm)
        assert reason(life.at(days), "contact") == "regular"
        assert reason(life.at(day(days) + TICK), "contact") == "irregular"

    def test_paused_time_is_no_gap(self) -> None:
        life = begin().at(10).do("suspend", why="hostilities", review_at=day(400)).at(400).do("resume")
        assert reason(life, "contact") == "regular"

    def test_one_contact_makes_it_regular_again(self) -> None:
        life = begin().at(500).do("record_contact", contact="k", how="call")
        assert reason(life, "contact") == "regular"
        assert facts(life, "contact")["at"] == day(500)

    def test_rest_and_hold_are_not_silence(self) -> None:
        assert reason(begin().do("make_dormant").at(900), "contact") == "resting"
        both = begin().do("hold_party", party="p1").do("hold_party", party="p2", by=COORDINATOR)
        assert reason(both.at(900), "contact") == "on_hold"


class TestNextStep:
    def test_a_date_to_come_is_needed(self) -> None:
        life = begin()
        assert reason(life, "next_step") == "none"
        assert reason(life.do("set_next_step", text="t", due=day(20)), "next_step") == "agreed"
        assert reason(life.at(day(20) - TICK), "next_step") == "agreed"
        assert reason(life.at(20), "next_step") == "overdue"

    @pytest.mark.parametrize(
        "kind",
        [
            {"kind": "plan_meeting", "meeting": "m", "at": day(20)},
            {
                "kind": "open_activity",
                "activity": "a",
                "type": "visit",
                "milestones": [{"id": "m", "due": day(20)}],
            },
        ],
        ids=lambda fields: fields["kind"],
    )
    def test_a_meeting_or_a_milestone_is_one_too(self, kind: dict[str, Any]) -> None:
        assert reason(begin().do(**kind), "next_step") == "agreed"


class TestPlanAndSteeringGroup:
    @pytest.mark.parametrize(
        ("year", "expected"), [(2025, "outdated"), (2026, "this_year"), (2027, "this_year"), (None, "none")]
    )
    def test_a_plan_is_for_this_year_or_later(self, year: int | None, expected: str) -> None:
        life = begin()
        assert reason(life.do("set_plan", year=year) if year else life, "plan") == expected

    def test_the_steering_group_meets_within_a_year(self) -> None:
        life = begin().do("record_steering_group")
        assert reason(life.at(365), "steering") == "met"
        assert reason(life.at(day(365) + TICK), "steering") == "long_ago"

    def test_a_steering_group_is_missed_once_a_year_is_on_record(self) -> None:
        assert reason(begin().at(day(365) - TICK), "steering") == "too_early"
        assert reason(begin().at(365), "steering") == "none"


class TestOnlyOnPaper:
    def test_half_a_year_after_signing_nothing_recorded_is_only_paper(self) -> None:
        life = begin(agreement=signed(day(0)))
        assert reason(life.at(180), "paper") == "too_early"
        assert reason(life.at(day(180) + TICK), "paper") == "only_paper"

    def test_an_old_signature_counts_from_acceptance(self) -> None:
        assert reason(begin(agreement=signed(day(-9000))).at(180), "paper") == "too_early"

    def test_an_activity_makes_it_more_than_paper(self) -> None:
        life = begin(agreement=signed(day(0))).at(300).do("open_activity", activity="a", type="project")
        assert reason(life, "paper") == "active"
        assert reason(life.do("complete_activity", activity="a").at(900), "paper") == "active"

    def test_without_a_signature_there_is_no_paper(self) -> None:
        assert reason(begin(), "paper") is None


class TestWork:
    @pytest.mark.parametrize("type", ActivityType)
    def test_some_activities_bring_people_together_by_their_nature(self, type: ActivityType) -> None:
        by_nature = type in ("visit", "exchange", "summer_school", "training", "event")
        life = begin().at(500)
        assert reason(life, "people", held(400, type)) == ("recent" if by_nature else "none")
        assert reason(life, "people", held(400, type, participants=12)) == "recent"
        assert reason(life, "people", held(400, type, participants=0)) == ("recent" if by_nature else "none")

    def test_people_met_within_a_year(self) -> None:
        life = begin().at(500)
        assert reason(life, "people", held(135, ActivityType.VISIT)) == "recent"
        assert reason(life, "people", held(134.99, ActivityType.VISIT)) == "none"

    def test_before_a_year_is_on_record_nothing_is_missed(self) -> None:
        assert reason(begin().at(100), "people") == "too_early"

    def test_an_open_activity_counts(self) -> None:
        life = begin().at(500).do("open_activity", activity="a", type="exchange", givers=["p1", "p2"])
        assert reason(life, "people") == "recent"
        assert reason(life, "giving") == "both"

    def test_each_side_gives_within_two_years(self) -> None:
        one = held(100, givers=("p2",))
        assert reason(begin().at(729), "giving", one) == "too_early"
        assert reason(begin().at(730), "giving", one) == "one_side"
        assert facts(begin().at(730), "giving", one)["parties"] == ("p1",)
        both = History(held=(*one.held, *held(1, givers=("p1",)).held))
        assert reason(begin().at(731), "giving", both) == "both"
        assert reason(begin().at(731.01), "giving", both) == "one_side"

    def test_who_gave_may_not_be_recorded(self) -> None:
        assert reason(begin().at(900), "giving", held(800)) == "not_recorded"
        assert reason(begin().at(900), "giving") is None

    @pytest.mark.parametrize(
        ("types", "expected"), [(["aid"], "only_aid"), (["aid", "aid"], "only_aid"), (["aid", "project"], "broader")]
    )
    def test_aid_alone_asks_for_a_look(self, types: list[str], expected: str) -> None:
        history = History(held=tuple(Shared(type=ActivityType(each), at=day(400)) for each in types))
        assert reason(begin().at(500), "aid", history) == expected
        assert reason(begin().at(800), "aid", history) is None

    def test_some_activity_names_its_money(self) -> None:
        assert reason(begin().at(500), "funding", held(400)) == "none"
        assert reason(begin().at(500), "funding", held(400, funding="cerv")) == "recorded"

    def test_what_was_cancelled_for_money_within_a_year(self) -> None:
        cancelled = History(cancelled_for_funds=(day(100),))
        assert reason(begin().at(465), "cancelled", cancelled) == "funds"
        assert reason(begin().at(465.01), "cancelled", cancelled) is None
        assert reason(begin().at(465.01), "cancelled", held(400)) == "none"


class TestReach:
    def test_a_post_is_filled_by_an_officer_or_somebody_to_write_to(self) -> None:
        life = begin(parties=(BUCHA, NewParty(place="bergen")))
        assert reason(life, "posts") == "vacant"
        assert facts(life, "posts")["parties"] == ("p2",)
        assert reason(life, "posts", History(reachable=("p2",))) == "filled"
        assert reason(begin(), "posts") == "filled"

    def test_an_officer_has_a_deputy(self) -> None:
        assert reason(begin(), "deputy") == "missing"
        assert facts(begin(), "deputy")["parties"] == ("p2",)
        both = begin(parties=(BUCHA, NewParty(place="bergen", officer="kari", deputy="liv")))
        assert reason(both, "deputy") == "named"

    def test_an_address_that_came_back_until_it_is_confirmed(self) -> None:
        life = begin()
        assert reason(life, "address") == "reachable"
        life.at(10).do("record_bounce", party="p2", by=Actor(role=Role.MACHINE))
        assert reason(life, "address") == "came_back"
        assert facts(life, "address") == {"parties": ("p2",), "at": day(10)}
        assert reason(life.do("confirm_address", party="p2"), "address") == "reachable"

    @pytest.mark.parametrize(
        ("parties", "languages", "expected"),
        [
            ((BROVARY, BERGEN), [], "not_recorded"),
            ((BROVARY, BERGEN), ["uk"], "only_own"),
            ((BROVARY, BERGEN), ["uk", "en"], "common"),
            ((BROVARY, LVIV), ["uk"], "common"),
        ],
    )
    def test_a_partner_abroad_takes_another_language(
        self, parties: tuple[NewParty, ...], languages: list[str], expected: str
    ) -> None:
        assert reason(begin(parties=parties).do("set_languages", languages=languages), "language") == expected

    @pytest.mark.parametrize(
        ("entered", "expected"),
        [((4,), "too_few"), ((5,), "alone"), ((4, 1), "shared"), ((9, 2), "alone"), ((8, 2), "shared")],
    )
    def test_how_contacts_are_shared_out_is_said_without_naming_anybody(
        self, entered: tuple[int, ...], expected: str
    ) -> None:
        life = begin()
        history = History(entered=entered)
        assert reason(life, "carried", history) == expected
        assert set(facts(life, "carried", history)) <= {"contacts", "most"}


class TestWhatIsSaid:
    def test_nothing_before_acceptance_and_nothing_after_the_end(self) -> None:
        assert signals(begin(imported=True).p, History(), day(900)) == ()
        assert signals(begin().do("end", why="other").p, History(), day(900)) == ()

    def test_a_search_speaks_of_people_only(self) -> None:
        life = begin(Stage.OUTREACH, parties=(BUCHA,))
        assert [each.code for each in signals(life.p, History(), day(900))] == [
            "posts",
            "deputy",
            "address",
            "language",
        ]

    def test_dialogue_needs_no_plan_and_no_steering_group(self) -> None:
        codes = {each.code for each in signals(begin(Stage.DIALOGUE).p, History(), day(900))}
        assert not codes & {"plan", "steering", "people"}

    def test_no_signal_holds_a_person(self) -> None:
        life = begin(agreement=signed(day(0))).at(900)
        said = str([each.facts for each in signals(life.p, held(800, ActivityType.AID, givers=("p1",)), life.now)])
        assert not [person for person in ("olha", "petro", "kari", "iryna") if person in said]

    def test_every_signal_can_be_well_and_can_ask_for_a_look(self) -> None:
        for code, reasons in REASONS.items():
            assert {Health.GOOD, Health.ATTENTION} <= set(reasons.values()), code
