"""Operators trust people with roles, take them back, fill programmes; it counts at once, and nobody else can."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from console.access.sessions import COOKIE
from models.party import NewParty
from models.tables import AuditRow, PersonRow, ProgrammeRow
from tests.console.access.signing import hidden, press, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf, home_settings, lonely, migrated, shelf, web

__all__ = ["home_settings", "lonely", "migrated", "shelf", "web"]

OURS, THEIRS = "a" * 32, "b" * 32


@pytest.fixture
async def operating(web: httpx.AsyncClient, shelf: Shelf) -> httpx.AsyncClient:
    """Taras, who operates; two partnerships of two oblasts."""
    await shelf.begin(OURS, parties=(NewParty(place=BROVARY), NewParty(place=ERLANGEN)))
    await shelf.begin(THEIRS, parties=(NewParty(place=LVIV), NewParty(place=LUBLIN)))
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    return web


async def sees(web: httpx.AsyncClient, shelf: Shelf, person: str, partnership: str) -> bool:
    """Whether somebody sees a partnership; afterwards Taras is signed in again."""
    await signed_in(web, shelf, person)
    answer = await web.get(f"/partnerships/{partnership}")
    await signed_in(web, shelf, "taras")
    return answer.status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"role": "coordinator.oblast", "of_oblast": "Київська"},
        {"role": "viewer.place", "of_place": BROVARY},
        {"role": "officer.place", "of_place": BROVARY},
    ],
)
async def test_a_role_counts_within_its_scope_from_the_grant_until_it_is_taken_back(
    operating: httpx.AsyncClient, shelf: Shelf, given: dict[str, str]
) -> None:
    assert not await sees(operating, shelf, "olena", OURS)
    answer = await press(operating, "/access/olena?lang=en", "/access/olena/grant", **given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/access/olena?did=granted")
    assert await sees(operating, shelf, "olena", OURS)
    assert not await sees(operating, shelf, "olena", THEIRS)

    page = (await operating.get("/access/olena?lang=en")).text
    grant = page.partition('name="grant" value="')[2].partition('"')[0]
    assert (await press(operating, "/access/olena", "/access/olena/revoke", grant=grant)).status_code == 303
    assert not await sees(operating, shelf, "olena", OURS)
    async with shelf.engine.connect() as connection:
        what = await connection.scalars(select(AuditRow.what).where(AuditRow.key == "olena").order_by(AuditRow.id))
        assert list(what) == ["granted", "revoked"]


async def test_a_programme_spans_what_is_in_it(operating: httpx.AsyncClient, shelf: Shelf) -> None:
    await press(operating, "/access", "/access", what="programme", name_uk="Мости надії")
    async with shelf.engine.connect() as connection:
        programme = await connection.scalar(select(ProgrammeRow.id))
    given = {"role": "coordinator.programme", "of_programme": programme}
    await press(operating, "/access/olena", "/access/olena/grant", **given)
    await press(operating, "/access", f"/access/programmes/{programme}", partnerships=f"{OURS[:8]}")
    assert await sees(operating, shelf, "olena", OURS)
    assert not await sees(operating, shelf, "olena", THEIRS)
    assert "1 partnership" in (await operating.get("/access?lang=en")).text
    await press(operating, "/access", f"/access/programmes/{programme}", out=OURS)
    assert not await sees(operating, shelf, "olena", OURS)


async def test_what_cannot_be_is_said_and_what_was_typed_stays(operating: httpx.AsyncClient) -> None:
    answer = await press(operating, "/access/olena?lang=en", "/access/olena/grant?lang=en", role="coordinator.oblast")
    assert answer.status_code == 422
    assert "Choose for which oblast, programme or municipality." in answer.text
    assert 'value="coordinator.oblast" selected' in answer.text
    page = await operating.get("/access/taras?lang=en")
    grant = page.text.partition('name="grant" value="')[2].partition('"')[0]
    answer = await operating.post("/access/taras/revoke?lang=en", data={**hidden(page.text), "grant": grant})
    assert "This is the last operator." in answer.text


async def test_somebody_new_is_added_and_somebody_is_signed_out_everywhere(
    operating: httpx.AsyncClient, shelf: Shelf
) -> None:
    new = {"what": "person", "name": "Нова Людина", "email": "nova@example.org", "language": "en"}
    answer = await press(operating, "/access", "/access", **new)
    async with shelf.engine.connect() as connection:
        row = (await connection.execute(select(PersonRow.__table__).where(PersonRow.email == "nova@example.org"))).one()
    assert answer.headers["location"] == f"/access/{row.id}?did=added"
    assert (row.language, row.added_by) == ("en", "taras")

    await signed_in(operating, shelf, "olena")
    cookie = operating.cookies[COOKIE]
    await signed_in(operating, shelf, "taras")
    await press(operating, "/access/olena", "/access/olena/sign-out")
    operating.cookies.clear()
    operating.cookies.set(COOKIE, cookie)
    assert (await operating.get("/today")).headers["location"].startswith("/signin")
