"""What of a partnership belongs in a calendar."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from mailroom.dates_of import Entry, dates_of, seen_by, uid_of
from models.activity import Activity, ActivityType, Milestone
from models.agreement import Agreement, AgreementKind, Document
from models.care import Suspension, WhyPaused
from models.contact import Meeting
from models.partnership import Partnership
from models.stage import Stage
from models.watch import Pause
from tests.mail.lives import KINDS, NOW, ago, living, partnership_with, term_kinds

MEETING = Meeting(id="g1", at=ago(-20))


def dates(p: Partnership) -> dict[str, tuple[str, datetime]]:
    return {each.part: (each.kind, each.starts) for each in dates_of(p)}


def only(p: Partnership, part: str) -> Entry:
    (found,) = [each for each in dates_of(p) if each.part == part]
    return found


@pytest.mark.parametrize(
    ("kind", "part", "shown", "at"),
    [
        ("dialogue", "contact", "contact", ago(0)),
        ("contact", "contact", "contact", ago(0)),
        ("clearance", "clearance", "clearance", ago(1)),
        ("competent_body", "competent_body", "competent_body", ago(0)),
        ("signing", "signing", "signing", ago(-30)),
        ("registration", "registration", "registration", ago(0)),
        ("next_step", "next_step", "next_step", ago(-14)),
        ("milestone", "milestone:a1/m1", "joint_milestone", ago(-14)),
        ("term", "term_end", "term_ends", ago(-180)),
        ("suspension", "suspension", "suspension", ago(0)),
    ],
)
def test_what_has_a_date_stands_on_it(kind: str, part: str, shown: str, at: datetime) -> None:
    p = partnership_with(kind)
    if kind == "milestone":
        p = p.but(activities=(p.activities[0].but(milestones=(Milestone(id="m1", due=at),)),))
    assert dates(p)[part] == (shown, at)


@pytest.mark.parametrize("kind", ["self_analysis", "candidate", "paper", "dormant", "proposal", "address"])
def test_ladders_that_only_ask_are_left_to_the_mails(kind: str) -> None:
    assert kind not in {each.kind for each in dates_of(partnership_with(kind))}


def test_a_review_stands_on_its_anniversary() -> None:
    p = partnership_with("review")
    (review,) = [each for each in p.watches() if each.kind == "review"]
    assert only(p, "review").starts == review.since


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("fixed", {"term_end": ("term_ends", ago(-60))}),
        ("automatic", {"term_notice": ("term_notice", ago(-90)), "term_end": ("term_renews", ago(-180))}),
    ],
)
def test_a_term_shows_its_end_and_the_last_day_for_notice(term: str, expected: dict[str, object]) -> None:
    found = dates(term_kinds()[term])
    assert {part: value for part, value in found.items() if part.startswith("term")} == expected


def test_an_indefinite_term_shows_the_next_look_at_it() -> None:
    p = term_kinds()["indefinite"]
    assert only(p, "term_look").starts == ago(700).replace(year=ago(700).year + 5)


def test_formal_steps_are_hints_that_count_days_since_what_is_recorded() -> None:
    assert only(partnership_with("clearance"), "clearance").facts == {"days": 30}


def test_two_parties_that_have_yet_to_sign_are_one_date() -> None:
    p = partnership_with("signing")
    assert len([each for each in p.watches() if each.kind == "signing"]) == 2
    assert only(p, "signing").facts == {"days": 60}


@pytest.mark.parametrize("type", ActivityType)
def test_only_work_at_a_desk_says_what_its_milestone_is_of(type: ActivityType) -> None:
    activity = Activity(id="a1", type=type, opened_at=ago(90), milestones=(Milestone(id="m1", due=ago(-14)),))
    entry = only(living(activities=(activity,)), "milestone:a1/m1")
    if type in (ActivityType.PROJECT, ActivityType.JOINT_APPLICATION):
        assert (entry.kind, entry.facts) == ("milestone", {"activity": type})
    else:
        assert (entry.kind, entry.facts) == ("joint_milestone", {})


def test_a_milestones_date_is_found_where_ids_of_activities_hold_slashes() -> None:
    activity = Activity(
        id="a/1", type=ActivityType.PROJECT, opened_at=ago(90), milestones=(Milestone(id="m1", due=ago(-14)),)
    )
    assert only(living(activities=(activity,)), "milestone:a/1/m1").kind == "milestone"


def test_a_meeting_has_its_hour_and_everything_else_is_for_the_day() -> None:
    entries = dates_of(partnership_with("next_step").but(meetings=(MEETING,)))
    assert {each.kind: each.all_day for each in entries} == {"meeting": False, "next_step": True, "contact": True}


def test_in_touch_is_asked_for_on_the_day_of_the_next_reminder() -> None:
    quiet = living(silent=100)
    assert only(quiet, "contact").starts == ago(100 - 180)
    assert only(quiet.acknowledged("contact", ago(-150)), "contact").starts == ago(-150)
    met = quiet.but(meetings=(Meeting(id="g1", at=ago(-90)),))
    assert only(met, "contact").starts == ago(-90 - 14)


@pytest.mark.parametrize("facts", [{"confirmation": "imported"}, {"confirmation": "confirmed"}, {"stage": Stage.ENDED}])
def test_nothing_before_acceptance_and_nothing_after_the_end(facts: dict[str, object]) -> None:
    p = living(meetings=(MEETING,))
    assert dates_of(p)
    assert dates_of(p.but(**facts)) == ()


def test_while_reminders_are_paused_only_the_pause_and_agreed_meetings_are_shown() -> None:
    p = partnership_with("term").but(meetings=(MEETING,))
    assert {"term_end", "review", "contact"} <= dates(p).keys()
    pause = Suspension(why=WhyPaused.HOSTILITIES, review_at=ago(-30))
    paused = p.but(suspension=pause, pauses=(Pause(start=ago(1)),))
    assert dates(paused) == {"meeting:g1": ("meeting", MEETING.at), "suspension": ("suspension", ago(-30))}


def test_at_rest_only_what_still_speaks_is_shown() -> None:
    p = partnership_with("term")
    assert dates(p).keys() == {"contact", "review", "registration", "term_end"}
    assert dates(p.but(dormant_since=ago(10))).keys() == {"registration", "term_end"}


def test_an_agreement_taken_over_from_the_register_shows_no_formal_steps() -> None:
    agreement = Agreement(
        kind=AgreementKind.INTERTERRITORIAL,
        since=ago(90),
        signatories=("p1", "p2"),
        submitted=Document(at=ago(10)),
        source="register",
    )
    assert "clearance" not in dates(living(Stage.AGREEMENT, agreement=agreement))


@pytest.mark.parametrize("kind", KINDS)
def test_facts_are_codes_numbers_and_instants_never_words(kind: str) -> None:
    for entry in dates_of(partnership_with(kind).but(meetings=(MEETING,))):
        assert json.loads(json.dumps(dict(entry.facts))) == entry.facts
        assert entry.facts.keys() <= {"days", "activity", "ends"}


def test_the_name_of_an_entry_is_for_ever() -> None:
    """Calendars out there know entries by it: a change here would show every date twice."""
    assert uid_of("most-1", "term_end") == "b21f0a28-52f1-583f-a7e9-d54342ad1611@mosty"


def test_the_name_of_an_entry_stays_while_its_date_moves_and_people_change() -> None:
    p = living(meetings=(MEETING,))
    later = p.but(
        meetings=(MEETING.but(at=NOW + timedelta(days=50)),),
        parties=tuple(each.but(officer="petro") for each in p.parties),
    )
    assert [each.part for each in dates_of(p)] == [each.part for each in dates_of(later)]


def test_a_pause_is_for_the_coordinator_and_asking_is_for_the_officers() -> None:
    assert seen_by("suspension") == {"coordinator"}
    assert seen_by("contact") == seen_by("clearance") == {"officer", "deputy"}
    assert seen_by("meeting") == seen_by("term_ends") == {"officer", "deputy", "coordinator"}
