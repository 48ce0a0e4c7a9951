"""The explained clock and the forecast: the same rules, asked differently."""

import pytest

from models.explain import Explanation, explain, forecast
from models.stage import Stage
from tests.models.lives import BERGEN, BUCHA, LVIV, Life, begin, day, decided, signed


def busy() -> Life:
    life = decided().do("set_next_step", text="t", due=day(20)).do("set_rhythm", rhythm="monthly")
    life.do("open_activity", activity="a", type="visit", milestones=[{"id": "m", "due": day(70)}])
    return life.do("add_party", place="lviv").do("plan_meeting", meeting="m", at=day(25))


def test_every_armed_watch_and_every_rung_is_named() -> None:
    life = busy().until(40)
    explained = explain(life.p, life.now)
    assert [view.name for view in explained.watches] == [watch.name for watch in life.p.watches()]
    assert len(explained.watches) == 5
    for view, watch in zip(explained.watches, life.p.watches(), strict=True):
        assert [(rung.rung, rung.days, rung.roles, rung.attention) for rung in view.rungs] == [
            (index + 1, rung.days, rung.roles, rung.attention) for index, rung in enumerate(watch.ladder.rungs)
        ]
        assert (view.since, view.next_due) == (watch.since, life.due(watch.name))
    assert (explained.next_wake, explained.attention) == (life.p.next_wake(), life.p.attention)


def test_told_rungs_say_so_and_the_rest_say_when() -> None:
    life = begin().until(185)
    (contact,) = [view for view in explain(life.p, life.now).watches if view.name == "contact"]
    assert [(rung.told, rung.due) for rung in contact.rungs] == [
        (True, None),
        (False, day(240)),
        (False, day(365)),
        (False, day(730)),
    ]
    assert (contact.days_shown, contact.attention, contact.ladder) == (185.0, "quiet", "contact.half_yearly")


def test_a_hold_and_a_planned_meeting_are_named_as_what_holds_the_rung_back() -> None:
    life = begin().at(100).do("acknowledge", watch="contact", until=day(200))
    (contact, _) = explain(life.p, life.now).watches
    assert (contact.held_until, contact.deferred_by_meeting) == (day(200), False)
    life = begin().do("plan_meeting", meeting="m", at=day(180))
    (contact, _) = explain(life.p, life.now).watches
    assert (contact.held_until, contact.deferred_by_meeting, contact.next_due) == (None, True, day(194))


def test_each_party_says_when_it_was_last_heard_and_by_what() -> None:
    life = begin(parties=(BUCHA, BERGEN, LVIV)).at(9).do("record_contact", contact="k", how="letter", author="p2")
    life.at(10).do("hold_party", party="p3")
    heard = explain(life.p, life.now).heard
    assert [(view.party, view.place, view.heard_at, view.on_hold) for view in heard] == [
        ("p1", "bucha", day(0), False),
        ("p2", "bergen", day(9), False),
        ("p3", "lviv", day(0), True),
    ]
    assert heard[1].by == "letter of 2026-01-14"
    assert heard[0].by == "no later contact recorded; counted from joining, resuming or reviving"
    (first, *_) = explain(begin(imported=True).p, day(0)).heard
    assert first.by == "never heard, and nothing counts from a date"


@pytest.mark.parametrize(
    ("life", "words"),
    [
        (lambda: begin(imported=True), "until the officer responsible accepts"),
        (lambda: begin().do("suspend", why="other", review_at=day(9)), "are paused"),
        (lambda: begin().do("end", why="other"), "has ended"),
    ],
)
def test_silence_itself_is_explained(life: object, words: str) -> None:
    lived: Life = life()  # type: ignore[operator]
    explained = explain(lived.p, lived.now)
    assert explained.why_silent is not None
    assert words in explained.why_silent
    assert explain(begin().p, day(0)).why_silent is None


def test_paused_watches_have_no_due_but_their_reviews() -> None:
    life = begin().at(5).do("suspend", why="other", review_at=day(9))
    dues = {view.name: view.next_due for view in explain(life.p, life.now).watches}
    assert dues == {"contact": None, "review": None, "suspension": day(9)}


def test_an_explanation_round_trips_json_even_where_nothing_is_armed() -> None:
    for life in (busy(), begin(imported=True), begin().do("end", why="other")):
        explained = explain(life.p, life.now)
        assert Explanation.model_validate_json(explained.model_dump_json()) == explained


# -- forecast ---------------------------------------------------------------------------------------------------------


def test_the_forecast_is_what_living_through_it_tells() -> None:
    life = busy().until(50)
    told = len(life.told)
    foreseen = forecast(life.p, day(1500), life.now)
    assert len(foreseen) > 8
    assert list(foreseen) == life.until(1500).told[told:]


def test_a_forecast_begins_with_what_is_overdue_now_and_stops_at_its_date() -> None:
    life = begin().at(200)
    (overdue,) = forecast(life.p, day(239), life.now)
    assert (overdue.rung, overdue.at) == (1, day(200))
    assert len(forecast(life.p, day(260), life.now)) == 2, "told late, the second keeps its sixty days"
    assert forecast(begin().p, day(179), day(0)) == ()


def test_a_forecast_changes_nothing() -> None:
    life = signed()
    before = life.p.model_dump_json()
    forecast(life.p, day(4000), life.now)
    assert life.p.model_dump_json() == before


def test_forecast_of_a_search() -> None:
    assert [each.watch for each in forecast(begin(Stage.SELF_ANALYSIS).p, day(100), day(0))] == ["self_analysis"] * 2
