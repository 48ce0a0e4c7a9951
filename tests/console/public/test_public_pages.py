"""What people see who are not signed in: what was published, as long as it is, and nothing of how it is getting on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from models.party import NewParty
from models.public import PublicField
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf
from tests.console.public.publishing import ALL, agreement, in_force, on_earth, publish

PAGE = f"/public/{BROVARY}?lang=en"
PUBLIC_PAGES = ("/?lang=en", "/public?lang=en", "/public/map?lang=en", PAGE)
NAMES = {
    PublicField.COUNTRY: "Germany",
    PublicField.PARTNER: "Erlangen",
    PublicField.YEAR: "2019",
    PublicField.SOURCE: "stated by the municipality",
}


async def text(web: httpx.AsyncClient, address: str) -> str:
    """The page without what differs from look to look: when it was counted."""
    answer = await web.get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"As of [^<]+ E", "As of E", answer.text)


async def test_nothing_is_public_at_first(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await on_earth(shelf)
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    assert (await web.get(PAGE)).status_code == 404
    for address in ("/?lang=en", "/public?lang=en", "/public/map?lang=en"):
        page = await text(web, address)
        assert "Ерланген" not in page
        assert "Erlangen" not in page
        assert "Броварська" not in page
    assert "No municipality has published anything yet." in await text(web, "/public?lang=en")
    assert "0 of 2 hromadas have published; of the others nothing is reported." in await text(web, "/?lang=en")


@pytest.mark.parametrize("field", NAMES)
async def test_each_fact_is_published_by_itself(web: httpx.AsyncClient, shelf: Shelf, field: PublicField) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    needed = PublicField.COUNTRY if field is not PublicField.COUNTRY else PublicField.PARTNER
    await publish(shelf, BROVARY, {needed, field}, "one")
    page = await text(web, PAGE)
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    for each, words in NAMES.items():
        assert (words in rows) is (each in (field, needed))
    assert "not reported" in rows


async def test_the_day_is_the_one_of_publication_where_the_source_has_none(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    today = datetime.now(UTC)
    assert f"{today.day} {today:%B %Y}" in await text(web, PAGE)


async def test_revoking_takes_effect_at_once(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await on_earth(shelf)
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    for address in PUBLIC_PAGES:
        assert "Броварська міська громада" in await text(web, address)
    assert "Erlangen" in await text(web, "/public/map?lang=en")
    await publish(shelf, BROVARY, {PublicField.COUNTRY}, "one")
    assert "Erlangen" not in await text(web, PAGE)
    assert "Erlangen" not in await text(web, "/public/map?lang=en")
    assert "Germany" in await text(web, "/public/map?lang=en")
    await publish(shelf, BROVARY, ())
    assert (await web.get(PAGE)).status_code == 404
    for address in PUBLIC_PAGES[:3]:
        assert "Броварська" not in await text(web, address)


async def test_whatever_happens_in_a_partnership_the_public_pages_stay_the_same(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await on_earth(shelf)
    p = await in_force(shelf, "one", BROVARY, ERLANGEN, officer="olena")
    await publish(shelf, BROVARY, ALL, "one")
    before = [await text(web, address) for address in PUBLIC_PAGES]
    soon = datetime.now(UTC) + timedelta(days=20)
    p = await shelf.give(p, "open_activity", activity="aid-1", type="aid", givers=["p2"], receivers=["p1"], quantity=40)
    p = await shelf.give(p, "open_activity", activity="visit-1", type="visit")
    p = await shelf.give(p, "plan_meeting", meeting="m1", at=soon)
    p = await shelf.give(p, "hold_party", party="p1")
    p = await shelf.give(p, "suspend", why="hostilities", review_at=soon)
    p = await shelf.give(p, "resume")
    await shelf.told(p, timedelta(days=900))
    web._transport.app.state.published = type(web._transport.app.state.published)()  # type: ignore[attr-defined]
    assert [await text(web, address) for address in PUBLIC_PAGES] == before


async def test_public_pages_lead_nowhere_one_has_to_sign_in(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await on_earth(shelf)
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    for address in PUBLIC_PAGES:
        page = await text(web, address)
        assert "/partnerships" not in page
        assert "<script" not in page
        assert "one" not in re.findall(r'href="[^"]*/([^"/?]+)"', page)


async def test_a_new_partnership_is_not_public_until_it_is_ticked(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    await in_force(shelf, "two", BROVARY, LUBLIN)
    assert "Lublin" not in await text(web, PAGE)
    await publish(shelf, BROVARY, ALL, "one", "two")
    assert "Lublin" in await text(web, PAGE)


async def test_what_has_ended_is_public_no_more(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await in_force(shelf, "one", BROVARY, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    p = await shelf.give(p, "terminate", body="council")
    assert "Erlangen" not in await text(web, PAGE)
    await shelf.give(p, "end", why="completed")
    assert "Erlangen" not in await text(web, PAGE)
    assert "Nothing is published." in await text(web, PAGE)


async def test_a_ukrainian_partner_is_named_only_where_it_named_itself(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await on_earth(shelf)
    parties = (NewParty(place=BROVARY), NewParty(place=LVIV), NewParty(place=ERLANGEN))
    await shelf.begin("joint", parties=parties, stage="activities", agreement=agreement(3))
    await publish(shelf, BROVARY, ALL, "joint")
    for address in (PAGE, "/public/map?lang=en", "/public?lang=en"):
        assert "Львівська міська" not in await text(web, address)
    await publish(shelf, LVIV, {PublicField.COUNTRY}, "joint")
    assert "Львівська міська" not in await text(web, PAGE)
    await publish(shelf, LVIV, ALL, "joint")
    assert "Львівська міська" in await text(web, PAGE)
    assert f'href="/public/{LVIV}"' in await text(web, PAGE)


async def test_search_engines_are_asked_to_stay_away_unless_it_is_wished(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    for address in PUBLIC_PAGES:
        answer = await web.get(address)
        assert "noindex" in answer.headers["x-robots-tag"]
        assert 'name="robots" content="noindex' in answer.text
    await publish(shelf, BROVARY, ALL, "one", indexed=True)
    answer = await web.get(PAGE)
    assert "x-robots-tag" not in answer.headers
    assert "noindex" not in answer.text


async def test_the_public_map_is_narrowed_to_a_country(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await on_earth(shelf)
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await in_force(shelf, "two", LVIV, LUBLIN)
    await publish(shelf, BROVARY, ALL, "one")
    await publish(shelf, LVIV, ALL, "two")
    page = await text(web, "/public/map?country=PL&lang=en")
    assert "Lublin" in page
    assert "Erlangen" not in page
    page = await text(web, "/public/map?oblast=Київська&lang=en")
    assert "Lublin" not in page
    assert "Erlangen" in page
    assert "Erlangen" in await text(web, "/public/map?country=XX&lang=en")


async def test_unknown_municipalities_have_no_page(web: httpx.AsyncClient) -> None:
    for address in ("/public/nowhere", "/public/%00", f"/public/{'x' * 300}"):
        assert (await web.get(address)).status_code == 404
