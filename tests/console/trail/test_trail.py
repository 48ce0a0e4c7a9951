"""The trail: operators read all of it, others what is theirs; narrowed, paged, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import insert

from models.party import NewParty
from models.tables import AuditRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf, home_settings, lonely, migrated, shelf, web

__all__ = ["home_settings", "lonely", "migrated", "shelf", "web"]

OURS, THEIRS = "a" * 32, "b" * 32
NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)


@pytest.fixture
async def edited(shelf: Shelf) -> None:
    """Edits of two municipalities' partnerships, of a place and of people."""
    await shelf.begin(OURS, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)))
    await shelf.begin(THEIRS, parties=(NewParty(place=LVIV, officer="iryna"), NewParty(place=LUBLIN)))
    edits = [
        ("iryna", "publication changed", OURS),
        ("iryna", "file added", THEIRS),
        ("operator", "sender's name", BROVARY),
        ("operator", "sender's name", LVIV),
        ("operator", "person added", "olena"),
        ("olena", "mail held", "hold-1"),
    ]
    rows = [
        {"at": NOW, "who": who, "what": what, "key": key, "before": {"name": "was"}, "after": {"name": "is now"}}
        for who, what, key in edits
    ]
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(AuditRow), rows)


async def body(web: httpx.AsyncClient, query: str = "") -> str:
    answer = await web.get(f"/trail?lang=en{query}")
    assert answer.status_code == 200
    return answer.text.partition("<tbody>")[2]


async def test_an_operator_reads_everything_with_what_changed(
    web: httpx.AsyncClient, shelf: Shelf, edited: None
) -> None:
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    page = await body(web)
    for words in ("what is public changed", "file added", "account made", "mail held", "was → is now", "hold-1"):
        assert words in page
    assert f'href="/partnerships/{THEIRS}"' in page
    assert "12 May 2026, 12:00 EEST" in page


async def test_an_officer_reads_what_is_theirs_and_no_values(
    web: httpx.AsyncClient, shelf: Shelf, edited: None
) -> None:
    await signed_in(web, shelf, "olena")
    page = await body(web)
    assert page.count("<tr>") == 4
    for words in ("what is public changed", "account made", "mail held", BROVARY):
        assert words in page
    for words in (THEIRS, LVIV, "is now", "file added"):
        assert words not in page


async def test_whoever_merely_looks_reads_their_own_doings(web: httpx.AsyncClient, shelf: Shelf, edited: None) -> None:
    await trusted(shelf, "taras", "viewer")
    await signed_in(web, shelf, "taras")
    page = await body(web)
    assert page.count("<tr>") == 1
    assert "trusted with a role" in page


async def test_it_is_narrowed_and_paged(web: httpx.AsyncClient, shelf: Shelf, edited: None) -> None:
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    assert (await body(web, "&who=iryna")).count("<tr>") == 2
    assert (await body(web, f"&about={BROVARY}&what=sender%27s name")).count("<tr>") == 1
    rows = [{"at": NOW, "who": "iryna", "what": "kind", "key": f"k{n}", "before": {}, "after": {}} for n in range(60)]
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(AuditRow), rows)
    first = (await web.get("/trail?lang=en&what=kind")).text
    assert first.count("<tr>") == 51
    older = first.rpartition("before=")[2].partition('"')[0]
    assert (await body(web, f"&what=kind&before={older}")).count("<tr>") == 10
