"""A municipality decides what is public: it alone, seen before it is done, on the trail afterwards."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from models.tables import AuditRow, PublicationRow
from tests.console.access.signing import hidden, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf
from tests.console.public.publishing import in_force

HERE = f"/municipalities/{BROVARY}/public"


@pytest.fixture
async def officer(web: httpx.AsyncClient, shelf: Shelf) -> httpx.AsyncClient:
    """Brovary's officer, signed in."""
    await in_force(shelf, "one", BROVARY, ERLANGEN, officer="olena")
    await in_force(shelf, "two", BROVARY, LUBLIN)
    await in_force(shelf, "theirs", LVIV, LUBLIN)
    await signed_in(web, shelf, "olena")
    return web


async def send(web: httpx.AsyncClient, do: str, **fields: Any) -> httpx.Response:
    carried = hidden((await web.get(HERE)).text)
    return await web.post(HERE, data={**carried, "do": do, "offered": ["one", "two"], **fields})


async def active(shelf: Shelf) -> set[tuple[str, str]]:
    query = select(PublicationRow.field, PublicationRow.partnership).where(PublicationRow.revoked_at.is_(None))
    async with shelf.engine.connect() as connection:
        return {(row.field, row.partnership) for row in await connection.execute(query)}


async def test_everything_is_off_at_first(officer: httpx.AsyncClient) -> None:
    page = (await officer.get(f"{HERE}?lang=en")).text
    assert 'name="field" value="partner" checked' not in page
    assert 'name="indexed" value="1" checked' not in page
    assert "Nothing is published." in page
    assert "Erlangen" in page
    assert "theirs" not in page


async def test_a_preview_shows_what_would_be_seen_and_changes_nothing(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    answer = await send(officer, "preview", field=["partner", "year"], shown=["one"])
    assert answer.status_code == 200
    rows = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Ерланген" in rows
    assert "2019" in rows
    assert "Люблін" not in rows
    assert "ще нічого не змінено" in answer.text
    assert await active(shelf) == set()


async def test_what_is_ticked_is_published_and_what_is_not_is_revoked(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    answer = await send(officer, "publish", field=["partner", "country"], shown=["one", "two"], indexed="1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?done=1")
    both = {("shown", "one"), ("shown", "two")}
    assert await active(shelf) == {("partner", ""), ("country", ""), ("indexed", ""), *both}
    await send(officer, "publish", field=["country"], shown=["two"])
    assert await active(shelf) == {("country", ""), ("shown", "two")}
    async with shelf.engine.connect() as connection:
        revoked = (await connection.execute(select(PublicationRow).where(PublicationRow.revoked_at.is_not(None)))).all()
        trail = (await connection.execute(select(AuditRow).where(AuditRow.what == "publication changed"))).all()
    assert {(row.field, row.revoked_by) for row in revoked} == {
        ("partner", "olena"),
        ("indexed", "olena"),
        ("shown", "olena"),
    }
    assert [(row.who, row.key) for row in trail] == [("olena", BROVARY)] * 2
    assert trail[1].before["public"] == ["country", "indexed", "partner", "shown one", "shown two"]
    assert trail[1].after["public"] == ["country", "shown two"]


async def test_the_same_choice_again_leaves_no_trace(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    for _ in range(2):
        await send(officer, "publish", field=["country"], shown=["one"])
    async with shelf.engine.connect() as connection:
        assert (
            len((await connection.execute(select(AuditRow).where(AuditRow.what == "publication changed"))).all()) == 1
        )


async def test_other_peoples_partnerships_cannot_be_published(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    await send(officer, "publish", field=["country"], shown=["one", "theirs", "nobody"], offered=["one", "theirs"])
    assert await active(shelf) == {("country", ""), ("shown", "one")}


async def test_a_partnership_that_was_not_on_the_form_keeps_its_choice(
    officer: httpx.AsyncClient, shelf: Shelf
) -> None:
    await send(officer, "publish", field=["country"], shown=["one", "two"])
    await send(officer, "publish", field=["country"], offered=["one"])
    assert await active(shelf) == {("country", ""), ("shown", "two")}


@pytest.mark.parametrize(("role", "scope", "of"), [("coordinator", "all", None), ("viewer", "place", BROVARY)])
async def test_nobody_else_decides(
    officer: httpx.AsyncClient, shelf: Shelf, role: str, scope: Any, of: str | None
) -> None:
    await trusted(shelf, "taras", role, scope, of)
    token = await signed_in(officer, shelf, "taras")
    assert (await officer.get(HERE)).status_code == 404
    answer = await officer.post(HERE, data={"csrf": token, "nonce": "n", "do": "publish", "field": "country"})
    assert answer.status_code == 404
    assert await active(shelf) == set()


async def test_an_officer_of_another_municipality_does_not_decide(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    await trusted(shelf, "taras", "officer", "place", LVIV)
    await signed_in(officer, shelf, "taras")
    assert (await officer.get(HERE)).status_code == 404
    assert (await officer.get(f"/municipalities/{LVIV}/public")).status_code == 200


async def test_the_operator_may_decide_for_a_municipality(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    await trusted(shelf, "iryna", "operator")
    await signed_in(officer, shelf, "iryna")
    assert (await send(officer, "publish", field=["country"], shown=["one"])).status_code == 303


async def test_a_form_of_another_session_publishes_nothing(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    answer = await officer.post(HERE, data={"csrf": "wrong", "nonce": "n", "do": "publish", "field": "country"})
    assert answer.status_code == 409
    assert await active(shelf) == set()


async def test_nobody_signed_in_is_asked_to_sign_in(web: httpx.AsyncClient) -> None:
    assert (await web.get(HERE)).headers["location"].startswith("/signin")
