"""Self-analysis and outreach: texts, candidates, letters, replies, and the choice."""

from typing import Any

import pytest

from models import outreach
from models.stage import Stage
from tests.models.lives import BUCHA, Life, begin, codes_in, day, refusal


def looking() -> Life:
    return begin(Stage.OUTREACH, parties=(BUCHA,)).do("add_candidate", candidate="c1", place="bergen")


def test_self_analysis_is_asked_about_after_45_and_90_days() -> None:
    life = begin(Stage.SELF_ANALYSIS, parties=(BUCHA,)).until(200)
    assert [(each.watch, each.rung, each.at, each.roles) for each in life.told] == [
        ("self_analysis", 1, day(45), ("officer",)),
        ("self_analysis", 2, day(90), ("coordinator",)),
    ]


def test_texts_and_languages_of_the_self_analysis() -> None:
    life = begin(Stage.SELF_ANALYSIS).do("add_text", topic="need", text="t1").do("add_text", topic="need", text="t2")
    life.do("set_languages", languages=("uk", "en", "uk")).do("withdraw_text", text="t1")
    assert (life.p.profile.texts, life.p.profile.languages) == ({"need": ("t2",)}, ("uk", "en"))
    life.do("withdraw_text", text="t2").do("set_languages")
    assert (life.p.profile.texts, life.p.profile.languages) == ({}, ())


def test_the_first_unanswered_letter_is_asked_about_on_days_30_60_and_120() -> None:
    life = looking().at(5).do("record_letter", candidate="c1").at(20)
    life.do("record_letter", candidate="c1", channel="embassy").until(300)
    assert life.p.candidates[0].letters == 2
    assert [(each.watch, each.rung, each.at, each.roles) for each in life.told] == [
        ("candidate:c1", rung, day(number), ("officer",)) for rung, number in ((1, 35), (2, 65), (3, 125))
    ]


def test_a_letter_told_of_late_but_written_earlier_is_the_first() -> None:
    life = looking().at(20).do("record_letter", candidate="c1").do("record_letter", candidate="c1", at=day(8))
    assert life.due("candidate:c1") == day(38)


def test_a_candidate_nobody_wrote_to_is_not_awaited() -> None:
    assert "candidate:c1" not in looking().armed


def test_a_reply_ends_the_waiting_and_a_further_letter_begins_it_again() -> None:
    life = looking().do("record_letter", candidate="c1").until(40).do("record_reply", candidate="c1", willing=False)
    assert life.rungs == [("candidate:c1", 1), ("candidate:c1", 0)]
    assert (life.p.candidates[0].willing, life.p.candidates[0].replied_at) == (False, day(40))
    assert life.do("record_letter", candidate="c1").due("candidate:c1") == day(70)


def test_dropping_a_candidate_closes_its_watch() -> None:
    life = looking().do("record_letter", candidate="c1").until(31).do("drop_candidate", candidate="c1")
    assert (life.p.candidates, life.rungs[-1]) == ((), ("candidate:c1", 0))


def test_candidates_are_awaited_side_by_side() -> None:
    life = looking().do("add_candidate", candidate="c2", place="lund").do("record_letter", candidate="c1")
    life.at(1).do("record_letter", candidate="c2").until(31)
    assert life.rungs == [("candidate:c1", 1), ("candidate:c2", 1)]


def test_a_chosen_candidate_becomes_a_party_heard_since_its_reply() -> None:
    life = (
        looking().at(9).do("record_reply", candidate="c1", willing=True).at(12).do("choose_candidate", candidate="c1")
    )
    assert [(each.key, each.place) for each in life.p.parties] == [("p1", "bucha"), ("p2", "bergen")]
    assert (life.p.party("p2").counted_from, life.p.candidates) == (day(9), ())


@pytest.mark.parametrize("how", ["choose_candidate", "add_party"])
def test_the_long_search_before_the_partner_is_not_silence_between_partners(how: str) -> None:
    life = looking().at(300)
    life.do(how, **({"candidate": "c1"} if how == "choose_candidate" else {"place": "bergen"}))
    life.do("advance", to="dialogue")
    assert life.due("dialogue") == day(345)


def full_of_candidates() -> Life:
    life = looking()
    for number in range(2, 13):
        life.do("add_candidate", candidate=f"c{number}", place=f"town{number}")
    return life


def full_of_texts() -> Life:
    life = begin(Stage.SELF_ANALYSIS)
    for number in range(10):
        life.do("add_text", topic="goal", text=f"t{number}")
    return life


REFUSALS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("text_exists", full_of_texts, "add_text", {"topic": "goal", "text": "t3"}),
    ("too_many_texts", full_of_texts, "add_text", {"topic": "goal", "text": "t10"}),
    ("unknown_text", full_of_texts, "withdraw_text", {"text": "t10"}),
    ("candidate_exists", looking, "add_candidate", {"candidate": "c1", "place": "lund"}),
    ("candidate_exists", looking, "add_candidate", {"candidate": "c2", "place": "bergen"}),
    ("too_many_candidates", full_of_candidates, "add_candidate", {"candidate": "c99", "place": "lund"}),
    ("wrong_stage", begin, "add_candidate", {"candidate": "c2", "place": "lund"}),
    ("wrong_stage", begin, "record_letter", {"candidate": "c1"}),
    ("unknown_candidate", looking, "record_letter", {"candidate": "c9"}),
    ("unknown_candidate", looking, "record_reply", {"candidate": "c9", "willing": True}),
    ("unknown_candidate", looking, "drop_candidate", {"candidate": "c9"}),
    ("unknown_candidate", looking, "choose_candidate", {"candidate": "c9"}),
    ("in_the_future", looking, "record_letter", {"candidate": "c1", "at": day(1)}),
    ("before_it_began", looking, "record_reply", {"candidate": "c1", "willing": True, "at": day(-1)}),
    (
        "party_exists",
        lambda: looking().do("add_party", place="bergen"),
        "choose_candidate",
        {"candidate": "c1"},
    ),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Any, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(outreach) <= {code for code, *_ in REFUSALS}
