"""Whom a notice reaches: seats, absences and their chains, heirs, nobody. Tables of what is true and who is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.seats import OPERATOR, Presence, Recipient, recipients
from models.partnership import Partnership
from models.party import Party
from tests.mail.lives import HOME, NOW, PARTNER, living

ALL = ("olena", "danylo", "petro", "kateryna", OPERATOR)


def between(home: Party = HOME, partner: Party = PARTNER, coordinator: str | None = "kateryna") -> Partnership:
    parties = (home.but(counted_from=NOW), partner.but(counted_from=NOW))
    return living(parties=parties, coordinator=coordinator)


def presence(*away: str, soon: tuple[str, ...] = (), heir: str | None = None, **substitutes: str) -> Presence:
    """Everybody is there but these; the keywords say who stands in for whom."""
    gone = {*away, *soon, *substitutes}
    heirs = {("officer", "p1", "olena"): heir} if heir else {}
    there = frozenset({*ALL, *substitutes.values()} - gone)
    return Presence(there, frozenset(gone), frozenset(soon), substitutes, heirs)


def told(who: Presence, *roles: str, p: Partnership | None = None) -> dict[str, str | None]:
    """Who is told, and instead of whom."""
    return {each.person: each.instead_of for each in recipients(roles or ("officer",), p or between(), who)}


@pytest.mark.parametrize(
    ("who", "reached"),
    [
        (presence(), {"olena": None}),
        (presence(olena="petro"), {"petro": "olena"}),
        (presence(olena="petro", petro="ivan"), {"ivan": "olena"}),
        (presence(olena="danylo"), {"danylo": "olena"}),
        (presence("olena"), {"danylo": "olena"}),
        (presence(olena="petro", petro="olena"), {"danylo": "olena"}),
        (presence("olena", danylo="petro"), {"petro": "olena"}),
        (presence("olena", "danylo", soon=("olena",)), {"olena": None}),
        (presence("olena", "danylo"), {"kateryna": None}),
        (presence("olena", "danylo", kateryna="petro"), {"petro": None}),
        (presence("olena", "danylo", "kateryna"), {OPERATOR: None}),
        (presence("olena", heir="petro"), {"petro": "olena"}),
        (presence(heir="petro"), {"olena": None}),
    ],
    ids=[
        "in the seat",
        "the substitute",
        "a chain of substitutes",
        "the deputy as substitute",
        "the deputy without a substitute",
        "a circle of substitutes",
        "the deputy's substitute",
        "back soon",
        "nobody: the coordinator",
        "nobody: the coordinator's substitute",
        "nobody: the operator",
        "the heir of an offered seat",
        "an offer while the officer is there",
    ],
)
def test_the_officers_notice_reaches(who: Presence, reached: dict[str, str | None]) -> None:
    assert told(who) == reached


def test_a_closed_account_is_an_empty_seat_and_the_coordinator_hears_of_it() -> None:
    closed = Presence(frozenset(ALL) - {"olena"})
    assert recipients(["officer"], between(), closed) == (Recipient("kateryna", (), ("officer",)),)


def test_a_deputy_who_is_gone_is_the_officers_to_stand_in_for() -> None:
    assert told(Presence(frozenset(ALL) - {"danylo"}), "deputy") == {"olena": "danylo"}
    assert told(presence(), "deputy", p=between(HOME.but(deputy=None))) == {"olena": None}


def test_every_party_with_an_account_is_told_and_each_person_once() -> None:
    both = between(partner=PARTNER.but(officer="petro", deputy="olena"))
    assert told(presence(), "officer", "deputy", p=both) == {"olena": None, "petro": None, "danylo": None}
    (olena, *_) = recipients(["officer", "deputy"], both, presence())
    assert (olena.roles, olena.place, olena.party) == (("officer", "deputy"), "UA01", "p1")


def test_one_party_without_anybody_is_no_gap_while_another_has_somebody() -> None:
    assert told(presence(), "officer", p=between(partner=PARTNER)) == {"olena": None}


def test_without_coordinator_and_operator_nobody_is_told() -> None:
    assert told(Presence.of("petro"), "officer", "coordinator") == {}


PEOPLE = ("olena", "danylo", "petro", "ivan", "kateryna", OPERATOR)


@given(
    there=st.frozensets(st.sampled_from(PEOPLE)),
    substitutes=st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    soon=st.frozensets(st.sampled_from(PEOPLE)),
    roles=st.lists(st.sampled_from(("officer", "deputy", "coordinator")), min_size=1, unique=True),
)
def test_whatever_the_absences_everybody_told_is_there_or_awaited_and_told_once(
    there: frozenset[str], substitutes: dict[str, str], soon: frozenset[str], roles: list[str]
) -> None:
    who = Presence(there, frozenset(PEOPLE) - there, soon - there, substitutes)
    reached = recipients(roles, between(partner=PARTNER.but(officer="petro")), who)
    people = [each.person for each in reached]
    assert len(people) == len(set(people))
    assert set(people) <= there | soon
    assert reached or not there & {"kateryna", OPERATOR}
