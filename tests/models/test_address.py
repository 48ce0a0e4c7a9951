"""Mail to a party came back for good: a new contact is looked for, until there is one."""

from collections.abc import Callable
from typing import Any

import pytest

from models import address
from models.base import Actor, Role
from models.stage import Stage
from tests.models.lives import BUCHA, COORDINATOR, T0, TICK, Life, begin, codes_in, day, refusal

MACHINE = Actor(role=Role.MACHINE)


def bounced(at: float = 10, party: str = "p2", life: Life | None = None) -> Life:
    return (life or begin()).at(at).do("record_bounce", party=party, by=MACHINE)


def test_a_new_contact_is_asked_for_at_once_then_of_the_deputy_too_and_at_last_of_the_coordinator() -> None:
    life = bounced().until(100)
    assert [(each.watch, each.rung, each.at, each.roles) for each in life.told] == [
        ("address:p2", 1, day(10), ("officer",)),
        ("address:p2", 2, day(40), ("officer", "deputy")),
        ("address:p2", 3, day(70), ("coordinator",)),
    ]


def test_a_bounce_counts_from_when_it_came_back() -> None:
    life = begin().at(30).do("record_bounce", party="p2", at=day(10), by=MACHINE)
    assert life.armed["address:p2"].since == day(10)


@pytest.mark.parametrize("role", Role)
def test_anybody_may_say_that_mail_came_back(role: Role) -> None:
    life = begin().do("record_bounce", party="p2", by=Actor(role=role, party="p1"))
    assert life.p.party("p2").bounced_at == T0


def test_each_party_has_an_address_of_its_own() -> None:
    life = bounced(10, "p2", bounced(5, "p1"))
    assert {name: watch.since for name, watch in life.armed.items() if watch.kind == "address"} == {
        "address:p1": day(5),
        "address:p2": day(10),
    }


def test_a_confirmed_address_ends_the_search() -> None:
    life = bounced().until(50).do("confirm_address", party="p2")
    assert life.rungs == [("address:p2", 1), ("address:p2", 2), ("address:p2", 0)]
    assert life.p.party("p2").bounced_at is None


# -- contact shows that there is a way -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "armed"),
    [
        ({"how": "letter", "author": "p2"}, False),
        ({"how": "in_touch"}, False),
        ({"how": "visit", "at": day(10) + TICK}, False),
        ({"how": "visit", "at": day(10)}, True),  # as late as the bounce is not later
        ({"how": "letter", "author": "p1"}, True),
        ({"how": "bounce", "author": "p2"}, True),
        ({"how": "answer_to_us", "author": "p2"}, True),
    ],
)
def test_later_contact_that_heard_the_party_ends_the_search(fields: dict[str, Any], armed: bool) -> None:
    life = bounced().until(20).do("record_contact", contact="k", **fields)
    assert ("address:p2" in life.armed) is armed
    assert life.p.party("p2").bounced_at == day(10)


def test_contact_that_is_withdrawn_brings_the_search_back() -> None:
    life = bounced().until(20).do("record_contact", contact="k", how="call").at(45)
    life.do("withdraw_contact", contact="k")
    (notice,) = life.fire()
    assert (notice.watch, notice.rung, notice.since) == ("address:p2", 2, day(10))


def test_another_bounce_does_not_begin_the_search_anew_but_one_after_contact_does() -> None:
    life = bounced(20, "p2", bounced().until(20))
    assert life.armed["address:p2"].since == day(10)
    life.at(30).do("record_contact", contact="k", how="call")
    bounced(40, "p2", life)
    assert life.armed["address:p2"].since == day(40)


def test_a_bounce_older_than_the_last_contact_is_kept_and_asks_nothing() -> None:
    life = begin().at(20).do("record_contact", contact="k", how="call")
    life.do("record_bounce", party="p2", at=day(10), by=MACHINE)
    assert "address:p2" not in life.armed
    life.do("withdraw_contact", contact="k")
    assert life.armed["address:p2"].since == day(10)


# -- when nobody is asked ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("close", "reopen"),
    [
        (("make_dormant", {}), ("revive", {})),
        (("hold_party", {"party": "p2"}), ("resume_party", {"party": "p2", "by": COORDINATOR})),
    ],
)
def test_nobody_is_asked_while_the_partnership_rests_or_the_party_is_on_hold(close: Any, reopen: Any) -> None:
    life = bounced().until(20).do(close[0], **close[1])
    assert "address:p2" not in life.armed
    assert life.rungs == [("address:p2", 1), ("address:p2", 0)]
    life.at(30).do(reopen[0], **reopen[1])
    assert life.armed["address:p2"].since == day(10), "the fact itself stays as it was"


def test_before_acceptance_nobody_is_asked_and_afterwards_gently() -> None:
    life = bounced(life=begin(imported=True))
    assert life.armed == {}
    life.at(200).do("accept").until(230)
    assert [(each.at, each.rung, each.roles) for each in life.told if each.watch == "address:p2"] == [
        (day(230), 1, ("officer",))
    ]


def test_a_party_that_searches_alone_has_an_address_too() -> None:
    assert "address:p1" in bounced(party="p1", life=begin(Stage.OUTREACH, parties=(BUCHA,))).armed


# -- refusals ------------------------------------------------------------------------------------------------------

REFUSALS: list[tuple[str, Callable[[], Life], str, dict[str, Any]]] = [
    ("unknown_party", begin, "record_bounce", {"party": "p9"}),
    ("in_the_future", begin, "record_bounce", {"party": "p2", "at": day(1)}),
    ("before_it_began", begin, "record_bounce", {"party": "p2", "at": day(-1)}),
    ("unknown_party", begin, "confirm_address", {"party": "p9"}),
    ("nothing_bounced", begin, "confirm_address", {"party": "p2"}),
    ("nothing_bounced", bounced, "confirm_address", {"party": "p1"}),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Callable[[], Life], kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(address) <= {code for code, *_ in REFUSALS}
