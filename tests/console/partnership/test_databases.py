"""A partnership's pages on both databases: read whole, notes and files kept and erased, the register's columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.partnership.keeping import BROUGHT_BACK
from models.tables import FileRow, TextRow
from tests.console.access.signing import hidden, signed_in, trusted
from tests.console.both_databases import database, pages, there
from tests.console.fixtures import Shelf
from tests.console.partnership.lives import ID, OFFICER, ahead, full_life

__all__ = ["database", "pages", "there"]

PDF = b"%PDF-1.7\n" + b"x" * 200


@pytest.fixture
def shelf(database: AsyncEngine) -> Shelf:
    return Shelf(database)


PAGES = ("", "/print", "/notes", "/files", "/why", "/hand-over", "/do/record_contact", "/do/set_spheres")


async def test_a_partnership_s_pages_on_both_databases(pages: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await full_life(shelf)
    for party in ("p1", "p2"):
        p = await shelf.give(p, "sign", party=party, reason="r", actor=OFFICER)
    p = await shelf.give(p, "complete_activity", activity="a1", participants=12, actor=OFFICER)
    p = await shelf.give(p, "set_term", ends=ahead(900), actor=OFFICER)
    await trusted(shelf, "taras", "operator")
    await signed_in(pages, shelf, "olena")

    for address in PAGES:
        assert (await pages.get(f"/partnerships/{ID}{address}?lang=en")).status_code == 200, address
    page = (await pages.get(f"/partnerships/{ID}?lang=en")).text
    assert "held on" in page
    assert "Activities that brought people together in the last year: 1." in page
    assert "Erlangen" in (await pages.get("/partnerships/register.csv?lang=en")).text
    assert (await pages.get("/partnerships/register.xlsx")).status_code == 200

    form = hidden((await pages.get(f"/partnerships/{ID}/notes")).text)
    for _ in range(2):
        assert (await pages.post(f"/partnerships/{ID}/notes", data={**form, "text": "A note."})).status_code == 303
    for _ in range(2):
        said = {**form, "who": "ours"}
        answer = await pages.post(f"/partnerships/{ID}/files", data=said, files={"file": ("a.pdf", PDF)})
        assert answer.status_code == 303
    long_ago = datetime.now(UTC) - BROUGHT_BACK - timedelta(days=1)
    async with shelf.engine.begin() as connection:
        assert await connection.scalar(select(func.count()).select_from(FileRow)) == 1
        assert await connection.scalar(select(func.count()).where(TextRow.about == "note")) == 1
        await connection.execute(update(FileRow).values(removed_at=long_ago))
        await connection.execute(update(TextRow).values(removed_at=long_ago))
    assert (await pages.post(f"/partnerships/{ID}/notes", data={**form, "text": "Another."})).status_code == 303
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(FileRow)) == 0
        assert list(await connection.scalars(select(TextRow.body).where(TextRow.about == "note"))) == ["Another."]


async def test_somebody_within_an_oblast_sees_it_on_both_databases(pages: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await trusted(shelf, "taras", "viewer", "oblast", "Київська")
    await signed_in(pages, shelf, "taras")
    assert (await pages.get(f"/partnerships/{ID}")).status_code == 200
    await signed_in(pages, shelf, "olena")
    assert "Тарас Мельник – may look, Київська" in (await pages.get(f"/partnerships/{ID}?lang=en")).text
