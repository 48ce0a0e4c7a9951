"""What is said under links, on both databases; and the same form sent twice at the same moment."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.holds import hold_mail
from console.successors import corrections, successors
from models.tables import AuditRow, CorrespondentRow, HoldRow, MailRow, PlaceRow, TextRow
from settings import Settings
from tests.console.answering import ID, between_towns, correspondent, drawn, onward, path, rows, send
from tests.console.both_databases import database, pages, there
from tests.console.fixtures import BROVARY, LVIV, Shelf

__all__ = ["database", "pages", "there"]


@pytest.fixture(autouse=True)
async def linked(database: AsyncEngine) -> None:
    """A partnership, and somebody at the partner who was asked."""
    await between_towns(Shelf(database))
    await correspondent(database)


async def at_once(web: httpx.AsyncClient, page: httpx.Response, ending: str, **said: str) -> list[int]:
    """The same form, sent three times at the same moment."""
    return [answer.status_code for answer in await asyncio.gather(*(send(web, page, ending, said) for _ in range(3)))]


async def test_words_and_entries_are_kept_once(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine
) -> None:
    page = await pages.get(path(there, "answer", "olena", ID))
    assert await at_once(pages, page, "/right") == [303, 303, 303]
    assert await at_once(pages, page, "/hold", of=BROVARY) == [303, 303, 303]
    assert await at_once(pages, page, "/wrong", text="Не той партнер.") == [303, 303, 303]
    assert await at_once(pages, page, "/successor", name="Надія", address="n@example.org") == [303, 303, 303]
    partner = await pages.get(path(there, "question", "anna", ID))
    assert await at_once(pages, partner, "/other", name="Bernd", address="b@example.org") == [303, 303, 303]
    assert sorted(row.about for row in await rows(database, TextRow)) == ["correspondent", "successor", "wrong"]
    assert [row.what for row in await rows(database, AuditRow)] == ["checked", "mail held"]
    assert [(row.place, row.made_by) for row in await rows(database, HoldRow)] == [(BROVARY, "olena")]
    async with database.connect() as connection:
        assert [said.email for said in await successors(connection)] == ["n@example.org"]
        assert [said.body for said in await corrections(connection)] == ["Не той партнер."]


async def test_an_objection_and_a_stop_are_kept_once(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine
) -> None:
    for kind, id in (("object", "anna"), ("unsubscribe", "olena")):
        address = path(there, kind, id)  # type: ignore[arg-type]
        assert await at_once(pages, await pages.get(address), address.rpartition("/")[2]) == [200, 200, 200]
    assert [row.what for row in await rows(database, AuditRow)] == ["correspondent objected", "digests not wanted"]


async def test_two_questions_at_the_same_moment_are_one_mail(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine
) -> None:
    """Two pages were open: the second question comes within a week of the first."""
    async with database.begin() as connection:
        await connection.execute(update(MailRow).values(planned_at=datetime.now(UTC) - timedelta(days=30)))
    address = path(there, "answer", "olena", ID) + "/ask/anna"
    forms = []
    for _ in range(2):
        page = await pages.get(address)
        form = next(form for form in drawn(page.text).forms if form.method == "post")
        forms.append((urljoin(str(page.url), form.action), {**form.fields, "step": "send"}))
    answers = await asyncio.gather(*(pages.post(url, data=data) for url, data in forms))
    assert sorted(answer.status_code for answer in answers) == [409, 503]  # no engine: one is sent all the same
    assert len(await rows(database, MailRow)) == 2
    assert [row.link_epoch for row in await rows(database, CorrespondentRow)] == [0]


async def test_mail_to_the_own_municipality_is_held_for_14_days_and_lifted_by_whoever_asked_for_it(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine
) -> None:
    olena = await pages.get(path(there, "answer", "olena", ID) + "?lang=en")
    thanks = await onward(pages, await send(pages, olena, "/hold"))
    assert "Mail waits: Броварська міська громада, until " in thanks.text
    (hold,) = await rows(database, HoldRow)
    assert (hold.place, hold.oblast, hold.made_by, hold.lifted_at) == (BROVARY, None, "olena", None)
    assert hold.ends - hold.begins == timedelta(days=14)

    again = await pages.get(path(there, "answer", "olena", ID) + "?lang=en")
    assert "Mail to Броварська міська громада waits until " in again.text
    assert "Let mail go again" in again.text
    assert "Do not write for 14 days" not in again.text

    iryna = await pages.get(path(there, "answer", "iryna", ID) + "?lang=en")
    assert "Mail to Броварська міська громада waits until " in iryna.text
    assert "Let mail go again" not in iryna.text
    others = await onward(pages, await send(pages, iryna, "/hold", {"of": BROVARY}))
    assert "somebody else asked for it" in others.text
    assert "Undo" not in others.text

    for _ in range(2):
        lifted = await onward(pages, await send(pages, thanks, "/undo"))
        assert "Mail goes out again." in lifted.text
    (hold,) = await rows(database, HoldRow)
    assert hold.lifted_at is not None


async def test_a_hold_elsewhere_is_not_spoken_of(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine
) -> None:
    async with database.begin() as connection:
        await connection.execute(update(PlaceRow).where(PlaceRow.id == BROVARY).values(oblast_uk=None))
        await hold_mail(connection, LVIV, "taras", datetime.now(UTC))
        await hold_mail(connection, "Львівська область", "taras", datetime.now(UTC))
    for reader in ("olena", "iryna"):
        page = await pages.get(path(there, "answer", reader, ID) + "?lang=en")
        assert "waits until" not in page.text


@pytest.mark.parametrize("of", ["Київська", LVIV, "de-erlangen", ""])
async def test_an_officer_holds_nobody_elses_mail(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine, of: str
) -> None:
    page = await pages.get(path(there, "answer", "olena", ID))
    assert (await send(pages, page, "/hold", {"of": of})).status_code == 422
    assert await rows(database, HoldRow) == []


@pytest.mark.parametrize(("language", "oblast"), [("uk", "Київська область"), ("en", "Kyiv oblast")])
async def test_a_coordinator_holds_a_whole_oblast_by_its_name_in_the_own_language(
    pages: httpx.AsyncClient, there: Settings, database: AsyncEngine, language: str, oblast: str
) -> None:
    async with database.begin() as connection:
        await connection.execute(update(PlaceRow).where(PlaceRow.id == BROVARY).values(oblast_en="Kyiv"))
    page = await pages.get(path(there, "answer", "iryna", ID) + f"?lang={language}")
    assert f"> {oblast}</label>" in page.text
    thanks = await onward(pages, await send(pages, page, "/hold", {"of": "Київська"}))
    assert oblast in thanks.text
    (hold,) = await rows(database, HoldRow)
    assert (hold.place, hold.oblast, hold.made_by) == (None, "Київська", "iryna")
    officers = await pages.get(path(there, "answer", "olena", ID) + f"?lang={language}")
    assert oblast in officers.text
