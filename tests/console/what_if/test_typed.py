"""A ladder as somebody types it: kept whatever it is, told in words where it cannot be climbed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.what_if.typed import MOST_RUNGS, Misfit, Typed, TypedRung, as_typed, climbable, typed
from console.words import words_in
from models.policy import DEFAULT_1
from models.watch import Attention, Carry, Clock

HALF_YEARLY = "contact.half_yearly"
CONTACT, TERM = DEFAULT_1.ladders[HALF_YEARLY], DEFAULT_1.ladders["term"]


def rung(days: object, *roles: str, attention: str = "quiet") -> TypedRung:
    return TypedRung(days=str(days), roles=list(roles or ("officer",)), attention=attention)


def asked(*rungs: TypedRung, ladder: str = HALF_YEARLY) -> Typed:
    return Typed(ladder=ladder, rungs=list(rungs))


@pytest.mark.parametrize("name", sorted(DEFAULT_1.ladders))
def test_every_ladder_of_the_policy_is_typed_as_it_is_and_has_its_words(name: str) -> None:
    ladder = DEFAULT_1.ladders[name]
    assert climbable(Typed(ladder=name, rungs=as_typed(ladder)), ladder) == ladder
    for language in ("uk", "en"):
        assert words_in("what_if", language)(f"ladder.{name.replace('.', '_')}")


def test_a_ladder_keeps_its_clock_and_how_long_a_meeting_defers_it() -> None:
    ladder = climbable(asked(rung(60), rung(120, "officer", "coordinator", attention="decide")), CONTACT)
    assert (ladder.clock, ladder.deferral) == (CONTACT.clock, CONTACT.deferral)
    assert [(each.days, each.roles, each.attention) for each in ladder.rungs] == [
        (60, ("officer",), Attention.QUIET),
        (120, ("officer", "coordinator"), Attention.DECIDE),
    ]


@pytest.mark.parametrize(
    ("rungs", "code", "number"),
    [
        ([], "no_rungs", None),
        ([rung(n) for n in range(1, MOST_RUNGS + 2)], "too_many", None),
        ([rung("")], "days", 1),
        ([rung(3), rung("soon")], "days", 2),
        ([rung("1.5")], "days", 1),
        ([rung("²")], "days", 1),
        ([rung("--3")], "days", 1),
        ([rung(99_999)], "too_far", 1),
        ([rung(-1)], "before_the_start", 1),
        ([TypedRung(days="5")], "nobody", 1),
        ([rung(5), rung(5)], "not_rising", 2),
        ([rung(5), rung(9), rung(8)], "not_rising", 3),
        ([rung(5, attention="stalled"), rung(9)], "falling", 2),
    ],
)
def test_what_cannot_be_climbed_is_named_with_its_rung(rungs: list[TypedRung], code: str, number: int | None) -> None:
    with pytest.raises(Misfit) as misfit:
        climbable(asked(*rungs), CONTACT)
    assert (misfit.value.code, misfit.value.rung) == (code, number)
    for language in ("uk", "en"):
        sentence = words_in("what_if", language)(f"misfit.{code}", rung=number, **misfit.value.facts)
        assert sentence.endswith(".")


def test_days_before_a_date_are_typed_with_any_minus() -> None:
    assert TERM.clock is Clock.CALENDAR
    for minus in ("-60", "−60", "- 60"):
        assert climbable(asked(rung(minus), ladder="term"), TERM).rungs[0].days == -60


def test_rungs_are_added_and_taken_away() -> None:
    two = asked(rung(1), rung(2))
    assert [each.days for each in two.with_rung().rungs] == ["1", "2", ""]
    assert [each.days for each in two.without_rung(0).rungs] == ["2"]
    assert two.without_rung(7) == two
    full = asked(*(rung(n) for n in range(MOST_RUNGS)))
    assert full.with_rung() == full


def test_an_address_says_what_was_typed() -> None:
    said = Typed(
        ladder="term",
        rungs=[rung(-9, "officer", "coordinator"), rung("soon", attention="decide"), TypedRung(days="7")],
        carry=Carry.RESTART,
        months=12,
        oblast="Київська",
    )
    assert typed(parse_qs(said.query(), keep_blank_values=True), DEFAULT_1) == said


FORMS = st.dictionaries(
    st.sampled_from(["ladder", "days-0", "days-1", "days-x", "roles-1", "attention-0", "carry", "months", "oblast"])
    | st.text(max_size=12),
    st.lists(st.text(max_size=20) | st.sampled_from(["officer", "12", "restart", "term", "stalled"]), max_size=3),
)


@given(form=FORMS)
def test_whatever_is_sent_is_kept_or_left_out_and_never_breaks(form: Any) -> None:
    said = typed(form, DEFAULT_1)
    assert said.ladder in DEFAULT_1.ladders
    assert typed(parse_qs(said.query(), keep_blank_values=True), DEFAULT_1) == said
    with suppress(Misfit):
        climbable(said, DEFAULT_1.ladders[said.ladder])
