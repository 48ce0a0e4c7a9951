"""Parties and their people: joining, leaving, holding, naming."""

from typing import Any

import pytest

from models import party
from models.base import Actor, Role
from models.party import NewParty
from models.stage import Stage
from tests.models.lives import BERGEN, BUCHA, COORDINATOR, LVIV, Life, begin, codes_in, day, refusal, signed

BERGENS = Actor(role=Role.OFFICER, person="kari", party="p2")


def test_a_party_joins_under_the_next_key_and_counts_from_then() -> None:
    life = begin().at(7).do("add_party", place="lviv", officer="ivan", deputy="oksana")
    assert life.p.party("p3") == party.Party(
        key="p3", place="lviv", officer="ivan", deputy="oksana", counted_from=day(7)
    )


def test_two_parties_of_one_country_are_ordinary() -> None:
    assert [each.place for each in begin(parties=(BUCHA, LVIV)).p.parties] == ["bucha", "lviv"]


def test_a_party_leaves_and_its_silence_with_it() -> None:
    life = (
        begin(parties=(BUCHA, BERGEN, LVIV)).at(9).do("record_contact", contact="k", how="call", parties=("p1", "p2"))
    )
    life.do("remove_party", party="p3")
    assert [each.key for each in life.p.parties] == ["p1", "p2"]
    assert life.armed["contact"].since == day(9)


def test_holding_the_silent_party_ends_the_silence_and_resuming_counts_anew() -> None:
    life = begin().at(10).do("record_contact", contact="k", how="letter", author="p1").until(185)
    assert life.rungs == [("contact", 1)]
    life.do("hold_party", party="p2")
    assert (life.rungs[-1], life.armed["contact"].since) == (("contact", 0), day(10))
    life.at(187).do("resume_party", party="p2", by=BERGENS)
    assert life.p.party("p2").counted_from == day(187)


def test_people_are_named_and_roles_emptied() -> None:
    life = begin().do("name_person", role="coordinator", person="iryna")
    life.do("name_person", role="deputy", party="p2", person="liv").do("name_person", role="officer", party="p2")
    assert (life.p.coordinator, life.p.party("p2").officer, life.p.party("p2").deputy) == ("iryna", None, "liv")
    assert life.do("name_person", role="coordinator").p.coordinator is None


def eight() -> Life:
    return begin(parties=[NewParty(place=f"town{number}") for number in range(8)])


REFUSALS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("party_exists", begin, "add_party", {"place": "bergen"}),
    ("too_many_parties", eight, "add_party", {"place": "lviv"}),
    ("same_person", begin, "add_party", {"place": "lviv", "officer": "ivan", "deputy": "ivan"}),
    ("unknown_party", begin, "remove_party", {"party": "p9"}),
    ("too_few_parties", begin, "remove_party", {"party": "p2"}),
    ("too_few_parties", lambda: begin(Stage.OUTREACH, parties=(BUCHA,)), "remove_party", {"party": "p1"}),
    ("party_signed", lambda: signed(parties=(BUCHA, BERGEN, LVIV)), "remove_party", {"party": "p3"}),
    ("already_on_hold", lambda: begin().do("hold_party", party="p2"), "hold_party", {"party": "p2"}),
    ("not_on_hold", begin, "resume_party", {"party": "p2"}),
    ("other_party", lambda: begin().do("hold_party", party="p2"), "resume_party", {"party": "p2"}),
    ("coordinator_of_all", begin, "name_person", {"role": "coordinator", "party": "p1", "person": "x"}),
    ("which_party", begin, "name_person", {"role": "officer", "person": "x"}),
    ("same_person", begin, "name_person", {"role": "deputy", "party": "p1", "person": "olha"}),
    ("same_person", begin, "name_person", {"role": "officer", "party": "p1", "person": "petro"}),
    ("unknown_party", begin, "name_person", {"role": "officer", "party": "p9", "person": "x"}),
    ("unknown_party", begin, "hold_party", {"party": "p9"}),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Any, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(party) <= {code for code, *_ in REFUSALS}


def test_a_coordinator_may_resume_a_party_and_a_search_may_lose_its_second() -> None:
    assert (
        not begin()
        .do("hold_party", party="p2")
        .do("resume_party", party="p2", by=COORDINATOR)
        .p.parties[1]
        .on_hold_since
    )
    assert len(begin(Stage.OUTREACH).do("remove_party", party="p2").p.parties) == 1
