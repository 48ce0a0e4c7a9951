"""Where lines and rows lead to."""

from __future__ import annotations

import pytest

from console.maps.addresses import OwnAddresses, PublicAddresses
from console.maps.picture import Link, Node

BROVARY = Node("UA32", "UA32", "Броварська міська громада", oblast="Київська", country="UA")
LVIVS = Node("=Львівська", oblast="Львівська", country="UA")
LUBLIN = Node("pl-lublin", "pl-lublin", "Люблін", country="PL")
POLAND = Node("@PL", country="PL")


@pytest.mark.parametrize(
    ("link", "line", "row"),
    [
        (Link(BROVARY, LUBLIN, 1, partnership="a/b"), "/partnerships/a%2Fb", "/partnerships/a%2Fb"),
        (
            Link(BROVARY, LUBLIN, 2),
            "/partnerships?municipality=UA32&country=PL&ended=false",
            "/partnerships?municipality=UA32&country=PL&ended=false",
        ),
        (
            Link(LVIVS, POLAND, 9),
            "?oblast=Львівська&country=PL",
            "/partnerships?oblast=Львівська&country=PL&ended=false",
        ),
        (
            Link(LVIVS, LUBLIN, 3),
            "?municipality=pl-lublin&oblast=Львівська",
            "/partnerships?municipality=pl-lublin&oblast=Львівська&ended=false",
        ),
    ],
)
def test_a_link_leads_to_its_partnership_a_closer_map_or_the_list(link: Link, line: str, row: str) -> None:
    assert (OwnAddresses().line(link), OwnAddresses().row(link)) == (line, row)


def test_a_municipality_leads_to_its_page() -> None:
    assert OwnAddresses().node(LUBLIN) == "/municipalities/pl-lublin"
    assert OwnAddresses().node(POLAND) == "?country=PL"


def test_what_could_break_an_address_is_spelt_out() -> None:
    odd = Node("=A&B", oblast='А&Б "край"', country="UA")
    assert OwnAddresses().node(odd) == "?oblast=А%26Б%20%22край%22"


def test_everybody_is_led_to_public_pages_only() -> None:
    addresses = PublicAddresses()
    assert addresses.line(Link(BROVARY, LUBLIN, 1, partnership="a")) == "/public/UA32"
    assert addresses.row(Link(BROVARY, LUBLIN, 1, partnership="a")) is None
    assert addresses.node(LUBLIN) == "?country=PL"
    assert addresses.node(LVIVS) == "?oblast=Львівська"
