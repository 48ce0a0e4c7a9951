"""The list as a page: what is chosen can be taken off, kept and shared; everybody sees their own partnerships only."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest

from models.party import NewParty
from tests.console.access.signing import as_operator, hidden, press, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

A, B, C = (letter * 36 for letter in "abc")


@pytest.fixture
async def three(shelf: Shelf) -> Shelf:
    """One that stalls between Brovary and Erlangen, one that was imported, one that has ended."""
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN), NewParty(place=LUBLIN))
    quiet = await shelf.begin(A, parties=parties, coordinator="iryna", stage="dialogue")
    await shelf.told(quiet, timedelta(days=200))
    imported = await shelf.begin(B, LVIV, ERLANGEN, stage="dialogue", imported=True, source_row=17)
    await shelf.unclear(imported, 17, "one", "two")
    ended = await shelf.begin(C, LUBLIN)
    await shelf.give(ended, "end", why="other")
    return shelf


def titles(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/partnerships/[^"]+">([^<]+)</a>', page)


async def read(web: httpx.AsyncClient, address: str) -> str:
    answer = await web.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_worst_comes_first_with_its_facts(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    page = await read(web, "/partnerships?lang=uk")
    assert titles(page)[0] == "Броварська міська громада — Ерланген — Люблін"
    assert titles(page)[-1] == "Люблін"
    assert "3 партнерства" in page
    for words in ("зупинилося", "Ірина Шевчук", "рядок 17", "2 неясності", "Київська обл. · Німеччина · Польща"):
        assert words in page
    assert 'aria-sort="ascending"' in page
    assert "<script" not in page


async def test_in_english_places_have_their_english_names(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    page = await read(web, "/partnerships?lang=en&text=lublin&ended=true")
    assert titles(page) == ["Lublin"]
    assert "1 partnership" in page


async def test_each_filter_is_taken_off_by_its_chip(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    page = await read(
        web, f"/partnerships?lang=uk&stage=dialogue&country=de&coordinator=iryna&municipality={BROVARY}&sort=due"
    )
    chips = re.findall(r'<a class="tag" href="([^"]+)"><span class="visually-hidden">[^<]+</span>([^<]+) <span', page)
    assert [words for _, words in chips] == [
        "Етап: діалог",
        "Громада: Броварська міська громада",
        "Країна: Німеччина",
        "Координатор програми: Ірина Шевчук",
    ]
    for address, words in chips:
        rest = await read(web, unescape(address))
        assert words not in rest
        assert "sort=due" in address


async def test_nothing_fits_is_said_with_the_way_on(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    page = await read(web, "/partnerships?lang=en&text=Краків")
    assert "No partnership fits." in page
    assert "<details open>" in page
    assert "<table" not in page


async def test_everybody_sees_their_own_only(web: httpx.AsyncClient, three: Shelf) -> None:
    await signed_in(web, three, "olena")
    assert titles(await read(web, "/partnerships")) == ["Броварська міська громада — Ерланген — Люблін"]
    assert titles(await read(web, f"/partnerships?municipality={LVIV}")) == []
    await signed_in(web, three, "taras")
    page = await read(web, "/partnerships?lang=en")
    assert titles(page) == []
    assert "open to you" in page
    await trusted(three, "taras", "viewer", "oblast", "Львівська")
    page = await read(web, "/partnerships")
    assert titles(page) == ["Львівська міська громада — Ерланген"]
    assert 'type="checkbox"' not in page


async def test_a_third_party_sees_the_partnership(web: httpx.AsyncClient, three: Shelf) -> None:
    parties = (NewParty(place=LVIV), NewParty(place=ERLANGEN), NewParty(place=BROVARY, deputy="taras"))
    await three.begin("d" * 36, parties=parties, stage="dialogue")
    await signed_in(web, three, "taras")
    assert len(titles(await read(web, "/partnerships"))) == 2


async def test_a_seat_in_what_has_ended_shows_that_and_nothing_of_its_municipality(
    web: httpx.AsyncClient, three: Shelf
) -> None:
    parties = (NewParty(place=LVIV, officer="taras"), NewParty(place=LUBLIN))
    ended = await three.begin("e" * 36, parties=parties, stage="dialogue")
    await signed_in(web, three, "taras")
    assert len(titles(await read(web, "/partnerships"))) == 2
    await three.give(ended, "end", why="other")
    assert titles(await read(web, "/partnerships")) == ["Львівська міська громада — Люблін"]


async def test_who_leads_sees_what_they_lead_also_when_it_has_ended(web: httpx.AsyncClient, three: Shelf) -> None:
    led = await three.begin("f" * 36, LVIV, LUBLIN, coordinator="taras", stage="dialogue")
    await signed_in(web, three, "taras")
    assert 'type="checkbox"' in await read(web, "/partnerships")
    await three.give(led, "end", why="other")
    page = await read(web, "/partnerships")
    assert titles(page) == ["Львівська міська громада — Люблін"]
    assert 'type="checkbox"' not in page


async def test_signed_out_one_is_led_to_sign_in_and_back(web: httpx.AsyncClient, three: Shelf) -> None:
    answer = await web.get("/partnerships?stage=dialogue")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/signin?next=%2Fpartnerships%3Fstage%3Ddialogue",
    )


async def test_a_list_is_kept_under_a_name_opened_and_forgotten(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    chosen = "/partnerships?stage=dialogue&sort=silent"
    answer = await press(
        web, chosen, "/partnerships/views", name=" Мої  тихі ", query="sort=silent&stage=dialogue&x=<b>"
    )
    assert answer.headers["location"] == "/partnerships?stage=dialogue&sort=silent"
    page = await read(web, chosen)
    assert '<a href="/partnerships?stage=dialogue&amp;sort=silent" aria-current="page">Мої тихі</a>' in page
    await press(web, chosen, "/partnerships/views", name="Мої тихі", query="stage=outreach")
    assert '<a href="/partnerships?stage=outreach">Мої тихі</a>' in await read(web, "/partnerships")
    await press(web, chosen, "/partnerships/views/forget", name="Мої тихі", query="")
    assert "Мої тихі" not in await read(web, "/partnerships")


async def test_a_kept_list_is_its_owners(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    await press(web, "/partnerships", "/partnerships/views", name="Для себе", query="stage=dialogue")
    await signed_in(web, three, "olena")
    assert "Для себе" not in await read(web, "/partnerships")
    await press(web, "/partnerships", "/partnerships/views/forget", name="Для себе", query="")
    await signed_in(web, three, "iryna")
    assert "Для себе" in await read(web, "/partnerships")


async def test_a_list_needs_a_name_and_a_form_of_ours(web: httpx.AsyncClient, three: Shelf) -> None:
    await as_operator(web, three)
    refused = await press(web, "/partnerships", "/partnerships/views", name="  ", query="stage=dialogue")
    assert refused.status_code == 409
    assert "назву" in refused.text
    carried = hidden(await read(web, "/partnerships")) | {"csrf": "another"}
    stale = await web.post("/partnerships/views", data={**carried, "name": "x", "query": ""})
    assert stale.status_code == 409
    assert "x" not in re.findall(r"aria-current[^>]*>([^<]+)<", await read(web, "/partnerships"))


async def test_pages_follow_each_other_by_links(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await as_operator(web, shelf)
    for number in range(51):
        await shelf.begin(f"{number:036}", LUBLIN)
    first = await read(web, "/partnerships?lang=en")
    assert "51 partnerships" in first
    (link,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = await read(web, f"/partnerships{unescape(link)}")
    assert (len(titles(first)), len(titles(second))) == (50, 1)
    (link,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert titles(await read(web, f"/partnerships{unescape(link)}")) == titles(first)


@pytest.mark.parametrize("query", ["cursor=nonsense", "sort=fast", "stage=lost", "suspended=perhaps"])
async def test_an_address_that_cannot_be_read_is_a_page_with_a_sentence(
    web: httpx.AsyncClient, three: Shelf, query: str
) -> None:
    await as_operator(web, three)
    answer = await web.get(f"/partnerships?lang=en&{query}")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text
