"""Today: what waits for whom, the worst first, in words, with what can be done beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest

from models.party import NewParty
from tests.console.access.signing import signed_in, trusted
from tests.console.answering import drawn
from tests.console.fixtures import BROVARY, LUBLIN, LVIV, Shelf
from tests.console.today.days import COORDINATOR, ID, OFFICER, OTHER, ago, cards, forms, silent


async def today(web: httpx.AsyncClient, query: str = "?lang=en") -> str:
    answer = await web.get(f"/today{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_whoever_is_signed_out_is_asked_to_sign_in(web: httpx.AsyncClient) -> None:
    answer = await web.get("/today")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Ftoday")


async def test_an_officer_is_asked_with_the_words_of_the_mail_and_forms_beside_them(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await silent(shelf, ID, 190)
    await signed_in(web, shelf, "olena")
    page = await today(web, "?lang=uk")
    (card,) = cards(page)
    assert "Броварська міська громада – Ерланген" in card
    assert "Немає записаних контактів з" in card
    assert "Можливо, контакт був, а запису просто ще немає." in card
    for ending in ("/in_touch", "/contact", "/until", "/meeting", "/handover"):
        assert forms(card, ending), ending
    assert not forms(card, "/propose")


async def test_a_deputy_is_asked_from_the_rung_on_that_tells_deputies(web: httpx.AsyncClient, shelf: Shelf) -> None:
    for id, days in ((ID, 190), (OTHER, 250)):
        parties = (NewParty(place=BROVARY, officer="olena", deputy="taras"), NewParty(place=LUBLIN))
        await silent(shelf, id, days, parties=parties)
    await signed_in(web, shelf, "taras")
    (card,) = cards(await today(web))
    assert OTHER in card


async def test_a_coordinator_is_asked_only_about_what_was_told_to_coordinators(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await silent(shelf, ID, 190)
    await silent(shelf, OTHER, 400, LVIV)
    await signed_in(web, shelf, "iryna")
    (card,) = cards(await today(web))
    assert "Львівська" in card
    assert "stalled" in card
    assert forms(card, "/propose")


async def test_the_worst_comes_first_by_municipality(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, "first-" + ID[:20], 400)
    await silent(shelf, "worst-" + ID[:20], 800, LVIV)
    await silent(shelf, "third-" + ID[:20], 420, LVIV, LUBLIN)
    await signed_in(web, shelf, "iryna")
    page = await today(web)
    assert [("worst" in card, "third" in card) for card in cards(page)] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert page.index("Львівська міська громада</a>") < page.index("Броварська міська громада</a>")


async def test_levels_are_counted_and_lead_to_their_own_page(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 800)
    await silent(shelf, OTHER, 400, LVIV)
    await signed_in(web, shelf, "iryna")
    page = await today(web)
    assert "<strong>1</strong> for a decision" in page
    assert "<strong>1</strong> stalled" in page
    (card,) = cards(await today(web, "?lang=en&level=1"))
    assert "Львівська" in card
    (card,) = cards(await today(web, f"?lang=en&place={BROVARY}"))
    assert "Броварська" in card


async def test_hundreds_are_paged_and_nothing_is_lost_or_shown_twice(web: httpx.AsyncClient, shelf: Shelf) -> None:
    for number in range(45):
        await silent(shelf, f"{number:04}{ID[4:]}", 400 + number % 3, LVIV if number % 2 else BROVARY)
    await signed_in(web, shelf, "iryna")
    seen: list[str] = []
    query: str | None = "?lang=en"
    while query:
        page = await today(web, query)
        assert len(page.encode()) < 100_000
        seen += [drawn(card).links[0] for card in cards(page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        query = unescape(following[1]) if following else None
    assert len(seen) == len(set(seen)) == 45
    assert sorted(seen) == [f"/partnerships/{number:04}{ID[4:]}" for number in range(45)]


async def test_empty_is_a_good_state_and_says_what_comes_next(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 100)
    await signed_in(web, shelf, "olena")
    page = await today(web)
    assert "Nothing waits for you." in page
    assert "Next: contact – Броварська міська громада – Erlangen, on" in page
    assert not cards(page)


async def test_two_weeks_ahead_are_told_with_who_is_reminded(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await silent(shelf, ID, 170)
    await shelf.give(p, "plan_meeting", meeting="m", at=datetime.now(UTC) + timedelta(days=5))
    await signed_in(web, shelf, "olena")
    page = await today(web)
    assert "planned meeting" in page
    await silent(shelf, OTHER, 170, LVIV)
    await signed_in(web, shelf, "iryna")
    page = await today(web)
    assert "contact: a reminder to officer responsible" in page


async def test_nobody_sees_what_waits_for_somebody_else(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 800)
    parties = (NewParty(place=LVIV, officer="taras"), NewParty(place=LUBLIN))
    await silent(shelf, OTHER, 190, parties=parties, coordinator=None)
    await signed_in(web, shelf, "taras")
    assert all("Львівська" in card for card in cards(await today(web)))
    await trusted(shelf, "iryna", "coordinator", "oblast", "Львівська")
    await signed_in(web, shelf, "iryna")
    page = await today(web)
    assert [("Броварська" in card) for card in cards(page)] == [True]


async def test_what_others_lead_in_the_area_is_counted_and_shown_when_asked(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await silent(shelf, ID, 400)
    await trusted(shelf, "taras", "coordinator", "all")
    await shelf.begin(OTHER, parties=(NewParty(place=LVIV, officer="olena"),), coordinator="taras")
    await signed_in(web, shelf, "taras")
    page = await today(web)
    assert not [card for card in cards(page) if "stalled" in card]
    assert "In your area other coordinators are asked about: 1." in page
    assert [card for card in cards(await today(web, "?lang=en&all=1")) if "stalled" in card]


async def test_operators_are_asked_about_what_nobody_leads(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 400, coordinator=None)
    await silent(shelf, OTHER, 400, LVIV)
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    led = [card for card in cards(await today(web)) if "stalled" in card]
    assert ["Броварська" in card for card in led] == [True]


async def test_what_is_in_hand_is_folded_away_until_its_day(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await silent(shelf, ID, 400)
    await shelf.give(p, "acknowledge", COORDINATOR, watch="contact", until=datetime.now(UTC) + timedelta(days=20))
    await signed_in(web, shelf, "iryna")
    page = await today(web)
    assert page.index("In hand (1)") < page.index("In hand until")
    assert "(Ірина Шевчук)" in page


async def test_a_proposal_is_answered_beside_the_words_it_was_made_with(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await silent(shelf, ID, 100)
    p = await shelf.give(p, "propose", COORDINATOR, proposal="r", what="rest")
    await shelf.told(p, timedelta(seconds=1)) if p.book.memo("proposal:rest").level == 0 else p
    await signed_in(web, shelf, "olena")
    (card,) = cards(await today(web))
    (form,) = forms(card, "/answer")
    assert form.fields["proposal"] == "r"
    await signed_in(web, shelf, "iryna")
    assert not [card for card in cards(await today(web)) if forms(card, "/answer")]


async def test_a_pause_asks_the_coordinator_and_never_the_municipality(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await silent(shelf, ID, 400)
    later = datetime.now(UTC) + timedelta(days=1)
    p = await shelf.give(p, "suspend", OFFICER, why="evacuation", review_at=later)
    await shelf.told(p, timedelta(days=2))
    await signed_in(web, shelf, "iryna")
    (card,) = cards(await today(web))
    assert forms(card, "/extend")
    assert forms(card, "/resume")
    await signed_in(web, shelf, "olena")
    assert not cards(await today(web))


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_every_control_has_a_label_and_every_tag_an_end(
    web: httpx.AsyncClient, shelf: Shelf, language: str
) -> None:
    await silent(shelf, ID, 800)
    await silent(shelf, OTHER, 400, LVIV, imported=True, at=ago(400))
    await trusted(shelf, "iryna", "operator")
    for person in ("iryna", "olena", "taras"):
        await signed_in(web, shelf, person)
        page = drawn(await today(web, f"?lang={language}"))
        assert (page.unlabelled, page.unclosed, page.scripts, page.landmarks) == ([], [], 0, ["main"])
        assert len(page.ids) == len(set(page.ids))
        assert page.language == language


async def test_a_strange_query_is_refused_with_a_page(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(web, shelf, "iryna")
    for query in ("?after=x", "?level=9", "?after=1|nonsense-nonsense|x"):
        assert (await web.get(f"/today{query}")).status_code in (200, 422)
