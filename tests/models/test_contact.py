"""Who is heard by what, the contact clock, corrections, planned meetings."""

from typing import Any

import pytest

from models import command, contact
from models.base import CLOCK_SKEW
from models.contact import ContactKind, counts, heard
from models.stage import Stage
from models.watch import Attention
from tests.models.lives import BERGEN, BUCHA, COORDINATOR, DAY, LVIV, T0, Life, begin, codes_in, day, refusal

BOTH = ("p1", "p2")
TOGETHER = ("meeting", "online_meeting", "call", "visit", "event", "in_touch")
NOBODY = ("note", "bounce", "auto_reply", "answer_to_us")

# -- counts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TOGETHER)
@pytest.mark.parametrize(
    ("taking_part", "expected"),
    [((), ("p1", "p2", "p3")), (("p1", "p3"), ("p1", "p3")), (("p3", "p1"), ("p1", "p3")), (("p2",), ())],
)
def test_a_meeting_hears_everybody_who_took_part(kind: str, taking_part: tuple[str, ...], expected: object) -> None:
    assert counts(ContactKind(kind), None, taking_part, ("p1", "p2", "p3")).heard == expected


@pytest.mark.parametrize("kind", ["letter", "message"])
@pytest.mark.parametrize(("author", "expected"), [("p1", ("p1",)), ("p2", ("p2",)), (None, ())])
def test_a_letter_hears_its_author_only(kind: str, author: str | None, expected: tuple[str, ...]) -> None:
    assert counts(ContactKind(kind), author, (), BOTH).heard == expected


@pytest.mark.parametrize("kind", NOBODY)
def test_an_edit_a_bounce_an_auto_reply_and_an_answer_to_us_hear_nobody(kind: str) -> None:
    assert counts(ContactKind(kind), "p1", BOTH, BOTH).heard == ()


def test_every_kind_says_why_in_words() -> None:
    assert set(TOGETHER) == contact.TOGETHER
    assert {*TOGETHER, "letter", "message", *NOBODY} == set(ContactKind)
    for kind in ContactKind:
        assert len(counts(kind, "p1", (), BOTH).why.split()) > 3


def test_one_municipality_alone_is_not_in_contact() -> None:
    assert counts(ContactKind.MEETING, None, (), ("p1",)).heard == ()


# -- the clock ----------------------------------------------------------------------------------------------------


def since(life: Life) -> object:
    return life.armed["contact"].since


def test_a_meeting_starts_the_silence_anew() -> None:
    life = begin().at(100).do("record_contact", contact="k1", how="meeting")
    assert since(life) == day(100)
    assert life.due("contact") == day(280)


@pytest.mark.parametrize("how", NOBODY)
def test_what_hears_nobody_moves_nothing(how: str) -> None:
    life = begin().at(100).do("record_contact", contact="k1", how=how)
    assert (since(life), life.p.contacts) == (T0, ())


def test_a_letter_of_one_party_does_not_silence_the_other() -> None:
    life = begin().at(50).do("record_contact", contact="k1", how="letter", author="p1")
    assert since(life) == T0
    life.at(60).do("record_contact", contact="k2", how="letter", author="p2")
    assert since(life) == day(50)


def test_with_three_parties_the_clock_follows_the_one_longest_unheard_and_not_on_hold() -> None:
    life = begin(parties=(BUCHA, BERGEN, LVIV)).at(50)
    life.do("record_contact", contact="k1", how="visit", parties=("p1", "p2"))
    assert since(life) == T0
    life.do("hold_party", party="p3")
    assert since(life) == day(50)
    life.at(80).do("resume_party", party="p3", by=COORDINATOR)
    assert since(life) == day(50)
    life.do("record_contact", contact="k2", how="call", parties=("p1", "p2"))
    assert since(life) == day(80)


def test_with_everybody_on_hold_contact_is_not_watched() -> None:
    life = begin().do("hold_party", party="p1").do("hold_party", party="p2")
    assert "contact" not in life.armed


def test_a_party_on_hold_may_act() -> None:
    life = begin().do("hold_party", party="p1").at(9).do("record_contact", contact="k1", how="meeting")
    assert heard(life.p.party("p1"), life.p.contacts) == day(9)


def test_exactly_one_of_dialogue_and_contact_is_armed() -> None:
    kinds = {stage: set(begin(stage).armed) & {"contact", "dialogue"} for stage in Stage if stage.between_partners}
    assert kinds == {Stage.DIALOGUE: {"dialogue"}, Stage.AGREEMENT: {"contact"}, Stage.ACTIVITIES: {"contact"}}
    assert not set(begin(Stage.OUTREACH).armed) & {"contact", "dialogue"}


@pytest.mark.parametrize(
    ("rhythm", "days"), [("monthly", 30), ("quarterly", 90), ("half_yearly", 180), ("yearly", 365)]
)
def test_the_agreed_rhythm_chooses_the_ladder(rhythm: str, days: int) -> None:
    assert begin().do("set_rhythm", rhythm=rhythm).due("contact") == day(days)


@pytest.mark.parametrize(("rhythm", "days"), [("monthly", 30), ("quarterly", 90), ("half_yearly", 90), ("yearly", 90)])
def test_an_open_activity_makes_it_at_least_quarterly(rhythm: str, days: int) -> None:
    life = begin().do("set_rhythm", rhythm=rhythm).do("open_activity", activity="a", type="project")
    assert life.due("contact") == day(days)


def test_silence_climbs_from_officer_to_decision_and_contact_ends_it() -> None:
    life = begin().do("set_rhythm", rhythm="monthly").until(200)
    assert [(each.rung, each.at, each.roles) for each in life.told] == [
        (1, day(30), ("officer",)),
        (2, day(45), ("officer", "deputy")),
        (3, day(90), ("coordinator",)),
        (4, day(180), ("coordinator",)),
    ]
    assert life.p.attention is Attention.DECIDE
    life.do("record_contact", contact="k1", how="meeting")
    assert life.rungs[-1] == ("contact", 0)
    assert life.p.attention is Attention.OK


def test_contact_of_a_while_ago_leaves_the_rungs_it_is_late_for() -> None:
    life = begin().do("set_rhythm", rhythm="monthly").until(100)
    life.do("record_contact", contact="k1", how="meeting", at=day(50))
    assert (life.told[-1].rung, life.told[-1].rest) == (0, 2)
    assert life.p.attention is Attention.QUIET
    assert life.due("contact") == day(140)


# -- corrections --------------------------------------------------------------------------------------------------


def test_a_corrected_contact_replaces_the_fact() -> None:
    life = begin().at(100).do("record_contact", contact="k1", how="meeting")
    life.do("correct_contact", contact="k1", how="meeting", at=day(40))
    assert since(life) == day(40)
    life.do("correct_contact", contact="k1", how="letter", author="p1")
    assert (life.p.contacts[0].at, life.p.contacts[0].heard, since(life)) == (day(40), ("p1",), T0)
    life.do("correct_contact", contact="k1", how="note")
    assert life.p.contacts == ()


def test_a_withdrawn_contact_gives_at_most_one_notice_to_everybody_passed_over() -> None:
    life = begin().do("set_rhythm", rhythm="monthly").at(5).do("record_contact", contact="k1", how="meeting").at(100)
    life.do("record_contact", contact="k2", how="call").at(101).do("withdraw_contact", contact="k2")
    (notice,) = life.fire()
    assert (notice.rung, notice.since) == (3, day(5))
    assert notice.roles == ("officer", "deputy", "coordinator")


def test_the_last_five_contacts_of_each_party_are_kept_and_so_many_can_be_withdrawn() -> None:
    life = begin()
    for number in range(1, 8):
        life.at(number).do("record_contact", contact=f"k{number}", how="meeting")
    life.at(9).do("record_contact", contact="letter", how="letter", author="p1")
    assert [each.id for each in life.p.contacts] == ["k3", "k4", "k5", "k6", "k7", "letter"]
    assert refusal(life, "withdraw_contact", contact="k2") == "unknown_contact"
    for number in range(7, 2, -1):
        assert since(life) == day(number)
        life.do("withdraw_contact", contact=f"k{number}")
    assert since(life) == T0


# -- dormancy lifted by contact -----------------------------------------------------------------------------------


def test_contact_later_than_the_decision_lifts_dormancy_and_silence_counts_anew() -> None:
    life = begin().until(400).do("make_dormant").until(1000)
    life.do("record_contact", contact="k1", how="letter", author="p1")
    assert life.p.dormant_since is None
    assert since(life) == day(1000)
    assert life.due("contact") == day(1180)
    assert "dormant" not in life.armed


def test_contact_before_the_decision_does_not_lift_dormancy() -> None:
    life = begin().at(50).do("make_dormant").at(60).do("record_contact", contact="k1", how="meeting", at=day(49))
    life.do("record_contact", contact="k0", how="meeting", at=day(50))
    assert life.p.dormant_since == day(50)
    life.do("correct_contact", contact="k1", how="meeting", at=day(51))
    assert life.p.dormant_since is None


# -- planned meetings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("meeting", "due"), [(100, 180), (166, 180), (170, 184), (226, 240), (227, 240), (900, 240)])
def test_a_planned_meeting_holds_the_rung_back_until_fourteen_days_after_but_at_most_sixty(
    meeting: int, due: int
) -> None:
    life = begin().do("plan_meeting", meeting="m", at=day(meeting))
    assert life.due("contact") == day(due)


def test_cancelling_a_planned_meeting_restores_the_due() -> None:
    life = begin().at(170).do("plan_meeting", meeting="m", at=day(190))
    assert life.due("contact") == day(204)
    life.do("cancel_meeting", meeting="m")
    assert life.due("contact") == day(180)


def test_a_planned_meeting_is_moved_and_cleared_by_the_contact_that_names_it() -> None:
    life = begin().do("plan_meeting", meeting="m", at=day(180)).do("plan_meeting", meeting="m", at=day(200))
    assert life.due("contact") == day(214)
    life.at(200).do("record_contact", contact="k1", how="meeting", meeting="m")
    assert life.p.meetings == ()
    assert life.due("contact") == day(380)


def test_of_several_planned_meetings_the_latest_counts() -> None:
    life = begin().do("plan_meeting", meeting="m", at=day(170)).do("plan_meeting", meeting="n", at=day(200))
    assert life.do("plan_meeting", meeting="o", at=day(180)).due("contact") == day(214)


def test_dialogue_waits_for_a_meeting_too() -> None:
    assert begin(Stage.DIALOGUE).do("plan_meeting", meeting="m", at=day(40)).due("dialogue") == day(54)


# -- refusals -----------------------------------------------------------------------------------------------------

MET = {"how": "meeting"}
REFUSALS: list[tuple[str, str, dict[str, Any]]] = [
    ("unknown_party", "record_contact", {"contact": "k9", "how": "letter", "author": "p7"}),
    ("unknown_party", "record_contact", {"contact": "k9", "how": "call", "parties": ("p1", "p7")}),
    ("who_wrote", "record_contact", {"contact": "k9", "how": "message"}),
    ("who_wrote", "correct_contact", {"contact": "k1", "how": "letter"}),
    ("contact_exists", "record_contact", {"contact": "k1", **MET}),
    ("in_the_future", "record_contact", {"contact": "k9", "at": day(100) + CLOCK_SKEW + DAY / 86_400, **MET}),
    ("in_the_future", "correct_contact", {"contact": "k1", "at": day(101), **MET}),
    ("before_it_began", "record_contact", {"contact": "k9", "at": day(-1), **MET}),
    ("before_it_began", "correct_contact", {"contact": "k1", "at": day(-1), **MET}),
    ("unknown_contact", "correct_contact", {"contact": "k9", **MET}),
    ("unknown_contact", "withdraw_contact", {"contact": "k9"}),
    ("in_the_past", "plan_meeting", {"meeting": "m9", "at": day(100)}),
    ("too_far", "plan_meeting", {"meeting": "m9", "at": day(100 + 3 * 366 + 1)}),
    ("too_many_meetings", "plan_meeting", {"meeting": "m9", "at": day(101)}),
    ("unknown_meeting", "cancel_meeting", {"meeting": "m9"}),
]


@pytest.fixture
def busy() -> Life:
    life = begin().at(50).do("record_contact", contact="k1", how="meeting").at(100)
    for number in range(8):
        life.do("plan_meeting", meeting=f"m{number}", at=day(120 + number))
    return life


@pytest.mark.parametrize(("code", "kind", "fields"), REFUSALS)
def test_refused(busy: Life, code: str, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(busy, kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(contact) | codes_in(command) <= {code for code, _, _ in REFUSALS}


def test_a_clock_a_little_ahead_is_now_and_the_day_it_began_is_early_enough() -> None:
    life = begin().at(1).do("record_contact", contact="k1", how="meeting", at=day(1) + CLOCK_SKEW)
    assert life.p.contacts[0].at == day(1)
    life.do("record_contact", contact="k2", how="meeting", at=T0.replace(hour=0))
    assert life.p.contacts[0].id == "k2"


def test_eight_meetings_can_be_planned_and_one_of_them_moved(busy: Life) -> None:
    busy.do("plan_meeting", meeting="m7", at=day(130))
    assert len(busy.p.meetings) == 8
