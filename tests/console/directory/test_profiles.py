"""A municipality's profile: edited by its own, shared part by part by links that end, and read without an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from models.tables import AuditRow, PlaceRow, ProfileRow, ProfileShareRow
from tests.console.access.signing import signed_in, trusted
from tests.console.answering import drawn, form_to
from tests.console.fixtures import BROVARY, LVIV, Shelf
from tests.console.today.days import ID, silent

AT = f"/municipalities/{BROVARY}"
FILLED = {
    "name_en": "Brovary",
    "need1_theme": "education", "need1_uk": "Обмін для школярів", "need1_en": "Exchange of pupils",
    "need2_theme": "shelter", "need2_uk": "Двері для ліцею", "need2_en": "Doors for a school",
    "offer1_theme": "digital", "offer1_uk": "Досвід цифрових послуг", "offer1_en": "Experience with digital services",
    "strengths_uk": "Спортивні школи", "strengths_en": "Schools of sport",
    "project_en": "A youth centre", "about_en": "For 400 young people", "cost": "120,000 euros", "stage": "ready",
    "languages": ["uk", "en"],
    "office_en": "International office, city council", "email": "office@example.org", "site": "example.org",
}  # fmt: skip


@pytest.fixture
async def olena(web: httpx.AsyncClient, shelf: Shelf) -> httpx.AsyncClient:
    """The officer of Brovary, signed in."""
    await silent(shelf, ID, 10)
    await signed_in(web, shelf, "olena")
    return web


async def save(web: httpx.AsyncClient, page: str | None = None, **said: Any) -> httpx.Response:
    form = form_to(page or (await web.get(f"{AT}/edit?lang=en")).text, "/edit")
    fields = {name: value for name, value in form.fields.items() if name not in ("languages", "do")}
    return await web.post(form.action, data={**fields, "do": "save", **said})


async def shared(web: httpx.AsyncClient, **said: Any) -> httpx.Response:
    form = form_to((await web.get(f"{AT}/profile?lang=en")).text, "/profile")
    fields = {name: value for name, value in form.fields.items() if name != "part"}
    return await web.post(form.action, data={**fields, "language": "en", "days": "90", **said})


async def link_of(web: httpx.AsyncClient) -> str:
    page = (await web.get(f"{AT}/profile?lang=en")).text
    (url,) = [link for link in drawn(page).links if "/profile/" in link and "/municipalities/" not in link]
    return urlsplit(url).path


async def test_an_officer_says_what_the_municipality_is_and_everybody_signed_in_reads_it(
    olena: httpx.AsyncClient, shelf: Shelf
) -> None:
    answer = await save(olena, **FILLED)
    assert answer.status_code == 303, answer.text
    page = (await olena.get(answer.headers["location"])).text
    assert "The profile is saved." in page
    for words in ("Exchange of pupils", "Doors for a school", "not for the public", "https://example.org", "120,000"):
        assert words in page, words
    async with shelf.engine.connect() as connection:
        row = (await connection.execute(select(PlaceRow).where(PlaceRow.id == BROVARY))).one()
        assert row.name_en == "Brovary"
        assert "brovari" in row.search or "brovary" in row.search
        assert [each.what for each in await connection.execute(select(AuditRow).order_by(AuditRow.id))] == [
            "profile changed",
            "English name",
        ]
    await signed_in(olena, shelf, "taras")
    page = (await olena.get(f"{AT}?lang=en")).text
    assert "Exchange of pupils" in page
    assert "Doors for a school" not in page
    await trusted(shelf, "taras", "coordinator", "oblast", "Київська")
    assert "Doors for a school" in (await olena.get(f"{AT}?lang=en")).text


async def test_the_same_again_changes_nothing_and_two_at_once_overwrite_nobody(
    olena: httpx.AsyncClient, shelf: Shelf
) -> None:
    await save(olena, **FILLED)
    opened = (await olena.get(f"{AT}/edit?lang=en")).text
    assert (await save(olena, opened, languages=["uk", "en"])).status_code == 303
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(ProfileRow.revision)) == 1
    assert (await save(olena, opened, languages=["uk", "en"], strengths_en="Hers")).status_code == 303
    answer = await save(olena, opened, languages=["uk", "en"], strengths_en="His")
    assert answer.status_code == 409
    assert "Somebody else has changed this profile meanwhile." in answer.text
    assert "His" in answer.text
    assert "Hers" in (await olena.get(f"{AT}?lang=en")).text


async def test_more_lines_come_without_saving_and_what_was_typed_stays(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    form = form_to((await olena.get(f"{AT}/edit?lang=en")).text, "/edit")
    assert "need3_uk" not in form.fields
    answer = await olena.post(form.action, data={**form.fields, "do": "more", "need1_en": "Typed before"})
    assert answer.status_code == 200
    assert "Typed before" in answer.text
    assert "need3_uk" in form_to(answer.text, "/edit").fields
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(ProfileRow.place)) is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"email": "not an address"}, "is not a mail address"),
        ({"strengths_en": "x" * 1_201}, "at most 1200 characters"),
        ({"as_of": "2150-01-01"}, "This day has not come yet."),
        ({"as_of": "soon"}, "“soon” is not a date"),
    ],
)
async def test_what_cannot_be_kept_is_said_above_the_form(
    olena: httpx.AsyncClient, said: dict[str, str], sentence: str
) -> None:
    answer = await save(olena, **{**FILLED, **said})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Exchange of pupils" in answer.text


async def test_a_link_shows_what_was_ticked_to_anybody_and_nothing_else(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    await save(olena, **FILLED)
    answer = await shared(olena, part=["needs", "offers", "project"])
    assert answer.status_code == 303, answer.text
    address = await link_of(olena)
    olena.cookies.clear()
    answer = await olena.get(address, headers={"accept-language": "uk"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "noindex" in answer.headers["x-robots-tag"]
    assert 'content="noindex' in answer.text
    page = answer.text
    assert '<html lang="en">' in page
    for words in ("Brovary", "Exchange of pupils", "Experience with digital services", "A youth centre"):
        assert words in page, words
    for words in ("Doors for a school", "Schools of sport", "office@example.org", "Олена", "stalled", "Erlangen"):
        assert words not in page, words
    assert "Обмін для школярів" in (await olena.get(f"{address}?lang=uk")).text


async def test_a_link_ends_and_can_be_revoked(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    await save(olena, **FILLED)
    await shared(olena, part=["needs"])
    address = await link_of(olena)
    assert (await olena.get(f"{address}?lang=en")).status_code == 200
    async with shelf.engine.begin() as connection:
        await connection.execute(update(ProfileShareRow).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    over = await olena.get(f"{address}?lang=en")
    assert over.status_code == 410
    assert "This link is not valid any more" in over.text
    assert "Exchange of pupils" not in over.text
    async with shelf.engine.begin() as connection:
        await connection.execute(update(ProfileShareRow).values(ends_at=datetime.now(UTC) + timedelta(days=1)))
    revoke = form_to((await olena.get(f"{AT}/profile?lang=en")).text, "/revoke")
    for _ in range(2):
        assert (await olena.post(revoke.action, data=revoke.fields)).status_code == 303
    assert (await olena.get(f"{address}?lang=en")).status_code == 410
    assert (await olena.get("/profile/1nonsense")).status_code == 404
    async with shelf.engine.connect() as connection:
        entries = select(AuditRow.what).where(AuditRow.what == "profile link revoked")
        assert len((await connection.execute(entries)).all()) == 1


async def test_a_link_needs_something_to_show_and_a_length_there_is(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    await save(olena, **FILLED)
    answer = await shared(olena)
    assert answer.status_code == 422
    assert "Tick at least one part" in answer.text
    answer = await shared(olena, part=["needs"], days="4000")
    assert answer.status_code == 422
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(ProfileShareRow.id)) is None


async def test_a_form_sent_twice_makes_one_link(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    await save(olena, **FILLED)
    form = form_to((await olena.get(f"{AT}/profile?lang=en")).text, "/profile")
    said = {**form.fields, "language": "en", "days": "30", "part": ["needs"]}
    assert [(await olena.post(form.action, data=said)).status_code for _ in range(2)] == [303, 303]
    async with shelf.engine.connect() as connection:
        assert len((await connection.execute(select(ProfileShareRow.id))).all()) == 1


async def test_coordinators_look_at_the_preview_and_make_no_links(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    await save(olena, **FILLED)
    await trusted(shelf, "iryna", "coordinator", "oblast", "Київська")
    csrf = await signed_in(olena, shelf, "iryna")
    page = (await olena.get(f"{AT}/profile?lang=uk&in=en")).text
    assert "Exchange of pupils" in page
    assert "Doors for a school" not in page.partition("<article")[2].partition("</article>")[0]
    said = {"csrf": csrf, "nonce": "x" * 12, "part": "needs", "days": "30", "language": "en"}
    assert (await olena.post(f"{AT}/profile", data=said)).status_code == 404
    assert (await olena.get(f"/municipalities/{LVIV}/profile")).status_code == 404


async def test_looking_changes_nothing(olena: httpx.AsyncClient, shelf: Shelf) -> None:
    await save(olena, **FILLED)
    await shared(olena, part=["needs"])
    address = await link_of(olena)

    async def record() -> list[Any]:
        async with shelf.engine.connect() as connection:
            tables = (ProfileRow, ProfileShareRow, AuditRow, PlaceRow)
            return [(await connection.execute(select(table.__table__))).all() for table in tables]

    before = await record()
    for at in (AT, f"{AT}/edit", f"{AT}/profile", f"{address}?lang=en", "/municipalities"):
        await olena.get(at)
    assert await record() == before
