"""What can be public of a partnership: a few facts of an agreement in force, and not a word of how it is getting on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.agreement import Agreement, AgreementKind, Document
from models.base import Provenance, Refused, Source
from models.partnership import Partnership
from models.public import PublicField, PublicPartnership, PublicPlace, Publishable, publishable, published
from models.stage import Stage
from tests.models import what_happens as lives
from tests.models.lives import BUCHA, begin, drafted, signed
from tests.models.test_lives import QUICK

PRIVATE = (
    lives.meet_now, lives.write_now, lives.met_then, lives.correct, lives.withdraw, lives.plan, lives.cancel,
    lives.acknowledge, lives.pause, lives.hold, lives.rest, lives.rhythm, lives.adopt, lives.work, lives.people,
    lives.propose, lives.bounce,
)  # fmt: skip
"""Everything that is nobody's business but the partners' own."""

LUBLIN = PublicPlace(id="pl-lublin", name_uk="Люблін", name_en="Lublin", country="PL", oblast=None)
FIELDS = st.frozensets(st.sampled_from(list(PublicField)))


def of(p: Partnership) -> Publishable | None:
    return publishable({party.key: party.place for party in p.parties}, p.stage, p.agreement)


@settings(QUICK, max_examples=300)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 24 * 400), st.booleans(), st.sampled_from(PRIVATE), st.integers(0, 10_000)),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_is_done_in_a_partnership_the_public_sees_the_same(steps: list[Any]) -> None:
    life = signed()
    before = of(life.p)
    assert before is not None
    for hours, awake, choose, n in steps:
        life.now += hours * lives.HOUR
        if awake:
            life.fire()
        kind, fields = choose(life, n)
        try:
            life.do(kind, **fields)
        except Refused:
            continue
        assert of(life.p) == before


@pytest.mark.parametrize(
    "life",
    [
        begin,
        lambda: begin(Stage.DIALOGUE),
        lambda: begin(Stage.OUTREACH, parties=(BUCHA,)),
        drafted,
        lambda: signed().do("terminate", body="council"),
        lambda: signed().do("terminate", body="council").do("end", why="political"),
    ],
    ids=["new", "dialogue", "search", "draft", "terminated", "ended"],
)
def test_a_search_a_dialogue_a_draft_and_what_is_over_are_not_public(life: Callable[[], lives.Life]) -> None:
    assert of(life().p) is None


@given(fields=FIELDS, year=st.none() | st.integers(1990, 2030), as_of=st.none() | st.dates(), on=st.dates())
def test_only_published_facts_are_filled(
    fields: frozenset[PublicField], year: int | None, as_of: date | None, on: date
) -> None:
    facts = Publishable(places=("bucha", "pl-lublin"), year=year, source=Source.REGISTER, as_of=as_of)
    entry = published(facts, LUBLIN, fields, on)
    filled = {name for name, value in entry.model_dump().items() if value is not None}
    assert filled == {field.value for field in fields} - ({"year"} if year is None else set())
    dumped = entry.model_dump_json()
    assert ("Lublin" in dumped) is (PublicField.PARTNER in fields)
    assert ("PL" in dumped) is (PublicField.COUNTRY in fields)
    assert "pl-" not in dumped


def test_the_public_facts_are_these_and_no_others() -> None:
    assert set(PublicPartnership.model_fields) == {"country", "partner", "year", "source", "as_of"}
    assert set(PublicPartnership.model_fields) == {field.value for field in PublicField}
    for name in ("attention", "suspended", "why", "visit"):
        with pytest.raises(ValidationError):
            PublicPartnership.model_validate({"country": "PL", name: "something"})


def test_the_day_of_the_source_is_told_and_the_year_of_the_last_signature() -> None:
    signed_in = {
        "p1": Document(at=datetime(2016, 12, 30, tzinfo=UTC)),
        "p2": Document(at=datetime(2017, 1, 9, tzinfo=UTC)),
    }
    provenance = Provenance(source=Source.REGISTER, as_of=datetime(2026, 5, 15, 9, tzinfo=UTC))
    agreement = Agreement(
        kind=AgreementKind.INTERTERRITORIAL,
        since=datetime(2016, 1, 1, tzinfo=UTC),
        signatories=("p1", "p2"),
        signatures=signed_in,
        registered=Document(at=datetime(2026, 5, 15, tzinfo=UTC), provenance=provenance),
        source=Source.REGISTER,
    )
    facts = publishable({"p1": "bucha", "p2": "pl-lublin"}, Stage.ACTIVITIES, agreement)
    assert facts == Publishable(
        places=("bucha", "pl-lublin"), year=2017, source=Source.REGISTER, as_of=date(2026, 5, 15)
    )


def test_a_solidarity_partnership_is_public_once_something_is_done_together() -> None:
    sides = {"p1": "bucha", "p2": "bergen"}
    solidarity = Agreement(kind=AgreementKind.SOLIDARITY, since=datetime(2022, 3, 1, tzinfo=UTC))
    assert publishable(sides, Stage.ACTIVITIES, solidarity) is not None
    assert publishable(sides, Stage.AGREEMENT, solidarity) is None


def test_a_party_that_has_not_signed_is_not_public() -> None:
    life = signed()
    before = of(life.p)
    assert of(life.do("add_party", place="lviv").p) == before
