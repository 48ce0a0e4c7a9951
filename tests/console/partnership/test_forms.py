"""Every command as a form: shown to whoever may give it, with what the partnership knows to choose from."""

from __future__ import annotations

import re

import httpx
import pytest

from console.partnership.offered import fits
from models.commands import COMMANDS
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, Shelf
from tests.console.partnership.lives import ID, fields, fill, full_life


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_every_command_that_fits_has_a_form_in_both_languages(
    web: httpx.AsyncClient, shelf: Shelf, language: str
) -> None:
    p = await full_life(shelf)
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    for kind in COMMANDS:
        answer = await web.get(f"/partnerships/{ID}/do/{kind}?lang={language}")
        if not fits(p, kind) or kind in ("accept", "answer_proposal"):
            assert answer.status_code == 409, kind
            continue
        assert answer.status_code == 200, kind
        assert "{" not in answer.text, kind
        labelled = set(re.findall(r'<label for="([^"]+)"', answer.text))
        for tag in re.findall(r"<(?:select|textarea|input) [^>]*>", answer.text):
            said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            assert (
                said.get("type") in ("hidden", "radio", "checkbox")
                or "aria-label" in said
                or said.get("id") in labelled
            ), tag


async def test_a_form_offers_what_the_partnership_knows(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}/do/record_contact?lang=uk")).text
    assert "Броварська міська громада" in page
    assert "Ерланген" in page
    assert "онлайн-зустріч" in page
    assert "автоматична відповідь" not in page
    page = (await web.get(f"/partnerships/{ID}/do/withdraw_contact?contact=c1&lang=en")).text
    assert 'value="c1" selected' in page
    page = (await web.get(f"/partnerships/{ID}/do/reach_milestone?lang=en")).text
    assert "visit: a milestone, " in page
    assert 'value="a1/m1" selected' in page


async def test_the_gate_is_explained_before_it_is_asked_for(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await shelf.begin(ID, BROVARY, ERLANGEN, stage="dialogue")
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    page = (await web.get(f"/partnerships/{ID}/do/advance?lang=uk")).text
    assert "контакт, у якому чути обидві сторони" in page
    assert "узгоджений наступний крок" in page


async def test_what_somebody_may_not_do_is_not_offered_and_not_taken(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await trusted(shelf, "taras", "viewer")
    await signed_in(web, shelf, "iryna")
    page = await web.get(f"/partnerships/{ID}/do/record_contact")
    form = fields(page.text)
    assert (await web.get(f"/partnerships/{ID}/do/sign")).status_code == 409
    form["csrf"] = await signed_in(web, shelf, "taras")
    assert (await web.get(f"/partnerships/{ID}/do/record_contact")).status_code == 409
    answer = await web.post(f"/partnerships/{ID}/do/record_contact", data={**form, "how": "call"})
    assert answer.status_code == 403


async def test_somebody_elses_partnership_does_not_exist(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "taras")
    assert (await web.get(f"/partnerships/{ID}/do/record_contact")).status_code == 404
    assert (await web.get("/partnerships/nobody/do/record_contact")).status_code == 404
    await signed_in(web, shelf, "olena")
    assert (await web.get(f"/partnerships/{ID}/do/no_such_thing")).status_code == 404


async def test_what_is_missing_is_named_and_what_was_typed_stays(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    answer = await fill(
        web, f"/partnerships/{ID}/do/record_contact?lang=en", text="We spoke of <schools>.", at="2026-01-02"
    )
    assert answer.status_code == 422
    assert "Please fill in: How." in answer.text
    assert "We spoke of &lt;schools&gt;." in answer.text
    assert 'value="2026-01-02"' in answer.text


async def test_without_the_engine_what_was_typed_stays(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    answer = await fill(web, f"/partnerships/{ID}/do/record_contact", how="call", text="About schools.")
    assert answer.status_code == 503
    assert "About schools." in answer.text


async def test_places_of_one_name_are_told_apart(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    answer = await fill(web, f"/partnerships/{ID}/do/add_party", place_written="міська громада", find="place")
    assert answer.status_code == 200
    assert "Броварська міська громада, Київська" in answer.text
    assert "Львівська міська громада, Львівська" in answer.text
    assert 'value="міська громада"' in answer.text
    answer = await fill(web, f"/partnerships/{ID}/do/add_party?lang=en", place_written="Lublin", find="place")
    assert f'name="place" value="{LUBLIN}" checked' in answer.text
    answer = await fill(web, f"/partnerships/{ID}/do/add_party?lang=en", place_written="Nowhere", find="place")
    assert "Nothing is called that." in answer.text


async def test_what_somebody_else_changed_meanwhile_is_said_before_anything_is_given(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    p = await full_life(shelf)
    await signed_in(web, shelf, "olena")
    form = fields((await web.get(f"/partnerships/{ID}/do/record_contact?lang=en")).text)
    await shelf.give(p, "set_rhythm", rhythm="monthly")
    answer = await web.post(
        f"/partnerships/{ID}/do/record_contact?lang=en", data={**form, "how": "call", "text": "About schools."}
    )
    assert answer.status_code == 409
    assert "Agreed to be in touch: every month." in answer.text
    assert "About schools." in answer.text
    assert fields(answer.text)["revision"] == str(p.revision + 1)
    assert fields(answer.text)["nonce"] == form["nonce"]


async def test_a_reminder_in_between_is_no_change(web: httpx.AsyncClient, shelf: Shelf) -> None:
    from datetime import timedelta

    p = await full_life(shelf)
    await signed_in(web, shelf, "olena")
    form = fields((await web.get(f"/partnerships/{ID}/do/record_contact")).text)
    await shelf.told(p, timedelta(days=400))
    answer = await web.post(f"/partnerships/{ID}/do/record_contact", data={**form, "how": "call"})
    assert answer.status_code == 503  # on its way to the engine, which is away


async def test_a_session_that_ended_loses_nothing_that_was_typed(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    form = fields((await web.get(f"/partnerships/{ID}/do/record_contact?lang=en")).text)
    web.cookies.clear()
    address = f"/partnerships/{ID}/do/record_contact?lang=en"
    answer = await web.post(address, data={**form, "how": "call", "text": "About schools."})
    assert answer.status_code == 401
    assert "About schools." in answer.text
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
    again["csrf"] = await signed_in(web, shelf, "olena")
    answer = await web.post(address, data=again)
    assert answer.status_code == 503  # on its way to the engine, which is away
    assert "About schools." in answer.text
