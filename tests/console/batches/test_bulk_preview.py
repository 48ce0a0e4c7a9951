"""The preview of a batch, without an engine: who may, what is chosen, what is asked first."""

from __future__ import annotations

from html import unescape

import httpx

from models.party import NewParty
from tests.console.access.signing import as_operator, press, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LVIV, Shelf

A, B, C = (letter * 36 for letter in "abc")


async def three(shelf: Shelf) -> None:
    await shelf.begin(A, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)), stage="dialogue")
    await shelf.begin(B, LVIV, ERLANGEN, stage="dialogue", imported=True, source_row=1)
    await shelf.begin(C, BROVARY, coordinator="taras")


async def read(web: httpx.AsyncClient, address: str) -> str:
    answer = await web.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def test_nothing_ticked_is_said(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await as_operator(web, shelf)
    assert "ticked no partnership" in await read(web, "/partnerships/bulk?lang=en&do=confirm")


async def test_all_that_fit_are_chosen_by_their_filters(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await three(shelf)
    await as_operator(web, shelf)
    page = await read(web, "/partnerships/bulk?lang=en&do=confirm&all=1&confirmation=imported")
    assert "1 partnership will change" in page
    assert f'name="ids" value="{B}"' in page


async def test_what_is_so_already_is_not_done_again(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await three(shelf)
    await as_operator(web, shelf)
    page = await read(web, f"/partnerships/bulk?lang=en&do=assign&to=taras&id={A}&id={C}")
    assert "1 partnership will change" in page
    assert "1 is so already" in page


async def test_a_pause_needs_its_reason_and_a_day_ahead(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await three(shelf)
    await as_operator(web, shelf)
    asked = await read(web, f"/partnerships/bulk?lang=en&do=suspend&id={A}")
    assert 'name="review_at"' in asked
    assert "will change" not in asked
    for day, said in (("2020-01-01", "will not change"), ("soon", "cannot be read")):
        answer = await web.get(f"/partnerships/bulk?lang=en&do=suspend&why=elections&review_at={day}&id={A}")
        assert said in unescape(answer.text)
        assert '<form method="post" action="/partnerships/bulk"' not in answer.text


async def test_it_is_for_coordinators(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await three(shelf)
    await signed_in(web, shelf, "olena")
    assert (await web.get(f"/partnerships/bulk?do=confirm&id={A}")).status_code == 403
    answer = await press(web, "/partnerships", "/partnerships/bulk", do="confirm", ids=A)
    assert answer.status_code == 403


async def test_a_coordinator_sees_what_is_theirs_only(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await three(shelf)
    await trusted(shelf, "iryna", "coordinator", "oblast", "Львівська")
    await signed_in(web, shelf, "iryna")
    page = await read(web, f"/partnerships/bulk?lang=en&do=confirm&id={A}&id={B}")
    assert "Lviv" in page or "Львівська" in page
    assert f"/partnerships/{A}" not in page


async def test_a_batch_is_its_owners(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(web, shelf, "olena")
    assert (await web.get("/partnerships/batches/another")).status_code == 404
    assert "not acted" in await read(web, "/partnerships/batches?lang=en")
