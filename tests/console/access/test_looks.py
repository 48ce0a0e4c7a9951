"""Who looked at a partnership: once a person and day, shown to its municipality; and who its people are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import insert, select

from models.party import NewParty
from models.tables import AbsenceRow, LookRow, PersonRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

ID, OTHER = "a1b2c3d4" + "0" * 28, "b1b2c3d4" + "0" * 28


@pytest.fixture
async def partnership(shelf: Shelf) -> None:
    """Olena's, in Kyiv oblast; Taras coordinates that oblast. Another, of Iryna's, in Lviv oblast."""
    await shelf.begin(
        ID, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)), stage="dialogue"
    )
    await shelf.begin(OTHER, parties=(NewParty(place=LVIV, officer="iryna"), NewParty(place=LUBLIN)), stage="dialogue")
    await trusted(shelf, "taras", "coordinator", "oblast", "Київська")


async def looks(shelf: Shelf) -> list[tuple[str, str, date]]:
    async with shelf.engine.connect() as connection:
        rows = await connection.execute(select(LookRow.person, LookRow.partnership, LookRow.day))
        return [tuple(row) for row in rows]


async def test_a_look_is_kept_once_a_day_however_it_is_looked(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    await signed_in(web, shelf, "taras")
    for path in (f"/partnerships/{ID}", f"/partnerships/{ID[:8]}", f"/partnerships/{ID}/print"):
        assert (await web.get(path)).status_code == 200
    today = datetime.now(UTC).date()
    assert await looks(shelf) == [("taras", ID, today)]


async def test_what_is_not_seen_and_what_the_operators_token_reads_is_no_look(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    await signed_in(web, shelf, "taras")
    assert (await web.get(f"/partnerships/{OTHER}")).status_code == 404
    assert (await web.get(f"/api/v1/partnerships/{ID}")).status_code == 200
    assert await looks(shelf) == []


async def test_the_municipality_reads_who_may_see_it_and_who_looked(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    await signed_in(web, shelf, "taras")
    await web.get(f"/partnerships/{ID}")
    old = {"partnership": ID, "person": "iryna", "day": datetime.now(UTC).date() - timedelta(days=400)}
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(LookRow).values(**old))
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}/seen?lang=en")).text
    may, looked = page.split('<h2 id="looked">')
    assert "Олена Коваль" in may
    assert "Тарас Мельник" in may
    assert "coordinator: Київська oblast" in may
    assert "Тарас Мельник" in looked
    assert "Ірина Шевчук" not in page


async def test_whoever_does_not_act_for_the_municipality_does_not_read_it(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    for person, status in (("taras", 403), ("iryna", 404)):
        await signed_in(web, shelf, person)
        assert (await web.get(f"/partnerships/{ID}/seen")).status_code == status


async def test_coordinators_read_whose_duties_are_whose_and_whom_mail_reaches(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    async with shelf.engine.begin() as connection:
        away = {"id": "a1", "person": "olena", "first_day": date(2020, 1, 1), "recorded_by": "olena"}
        await connection.execute(insert(AbsenceRow).values(**away, recorded_at=datetime.now(UTC)))
    await signed_in(web, shelf, "taras")
    page = (await web.get("/people?lang=en")).text
    assert "olena@example.org" in page
    assert "away</span>" in page
    assert "iryna@example.org" not in page
    assert 'href="/partnerships?person=olena"' in page
    assert "Nobody fits." in (await web.get("/people?lang=en&text=ірина")).text


async def test_officers_have_no_such_page(web: httpx.AsyncClient, shelf: Shelf, partnership: None) -> None:
    await signed_in(web, shelf, "olena")
    assert (await web.get("/people")).status_code == 403


async def test_people_are_paged_by_name(web: httpx.AsyncClient, shelf: Shelf, partnership: None) -> None:
    await trusted(shelf, "taras", "operator")
    now = datetime.now(UTC)
    people = [
        {"id": f"p{n:03}", "name": f"Людина {n:03}", "email": f"p{n:03}@example.org", "created_at": now}
        for n in range(60)
    ]
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(PersonRow), people)
    await signed_in(web, shelf, "taras")
    for path in ("/people", "/access"):
        first = (await web.get(path)).text
        after = first.partition("after=")[2].partition('"')[0]
        second = (await web.get(f"{path}?after={after}")).text
        named = [sum(f">Людина {n:03}<" in page for n in range(60)) for page in (first, second)]
        assert sum(named) == 60
        assert all(named)
