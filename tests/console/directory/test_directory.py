"""The directory: municipalities found and told apart, a page for each, with only what its reader may see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import insert, select

from console.absences import record_absence
from console.directory.finding import PAGE
from models.tables import AuditRow, CalendarDayRow, HoldRow, PlaceRow
from tests.console.access.signing import press, signed_in, trusted
from tests.console.answering import drawn, form_to
from tests.console.fixtures import BROVARY, ERLANGEN, LVIV, Shelf
from tests.console.today.days import ID, OTHER, silent


async def look(web: httpx.AsyncClient, at: str, status: int = 200) -> str:
    answer = await web.get(at)
    assert answer.status_code == status, answer.text
    return answer.text


async def more_places(shelf: Shelf, *rows: dict[str, object]) -> None:
    async with shelf.engine.begin() as connection:
        for row in rows:
            await connection.execute(insert(PlaceRow).values(**row))


async def test_whoever_is_signed_out_is_asked_to_sign_in(web: httpx.AsyncClient) -> None:
    for at in ("/municipalities", f"/municipalities/{BROVARY}", f"/municipalities/{BROVARY}/edit"):
        assert (await web.get(at)).status_code == 303


async def test_municipalities_are_found_in_either_alphabet_and_narrowed(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 10)
    await trusted(shelf, "iryna", "coordinator")
    await signed_in(web, shelf, "iryna")
    for query, found in (
        ("q=бровар", [BROVARY]),
        ("q=brovary", [BROVARY]),
        ("q=", [BROVARY, LVIV]),
        ("oblast=Львівська", [LVIV]),
        ("have=with", [BROVARY]),
        ("have=without", [LVIV]),
        ("have=profile", []),
        ("where=abroad", [ERLANGEN]),
        ("q=nowhere", []),
    ):
        page = await look(web, f"/municipalities?lang=en&{query}")
        assert [link for link in drawn(page).links if link in {f"/municipalities/{id}" for id in found}] == [
            f"/municipalities/{id}" for id in found
        ]
        assert f"{len(found)} municipalit" in page


async def test_of_the_same_name_they_are_told_apart_by_raion_and_oblast(web: httpx.AsyncClient, shelf: Shelf) -> None:
    common = {"country": "UA", "name_uk": "Миколаївська сільська громада"}
    await more_places(
        shelf,
        {**common, "id": "UA59060070000012345", "oblast_uk": "Сумська", "oblast_en": "Sumy"},
        {**common, "id": "UA51060050000012345", "oblast_uk": "Одеська", "oblast_en": "Odesa"},
    )
    await signed_in(web, shelf, "iryna")
    page = await look(web, "/municipalities?lang=uk&q=миколаївська")
    assert "Сумська" in page
    assert "Одеська" in page
    assert len({row for row in page.split("<tr>") if "Миколаївська" in row}) == 2


async def test_a_reader_counts_only_partnerships_that_they_may_see(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 10)
    await silent(shelf, OTHER, 10, LVIV)
    await trusted(shelf, "taras", "officer", "place", LVIV)
    await signed_in(web, shelf, "taras")
    page = await look(web, "/municipalities?lang=en&have=with")
    assert f"/municipalities/{LVIV}" in page
    assert f"/municipalities/{BROVARY}" not in page
    page = await look(web, f"/municipalities/{BROVARY}?lang=en")
    assert "There is none that you may see." in page
    assert "Олена Коваль" not in page
    assert ID not in page


async def test_the_list_is_paged_in_the_order_of_the_alphabet(web: httpx.AsyncClient, shelf: Shelf) -> None:
    rows = [{"id": f"UA{n:017}", "country": "UA", "name_uk": f"{letter}ська громада {n:03}"}
            for n, letter in enumerate("яїієґгвба" * 8)]  # fmt: skip
    await more_places(shelf, *rows)
    await signed_in(web, shelf, "iryna")
    first = await look(web, "/municipalities?lang=uk&q=ська")
    assert first.count('<th scope="row">') == PAGE
    order = [first.index(f"{letter}ська громада") for letter in "абвгґ"]
    assert order == sorted(order)
    second = await look(web, "/municipalities?lang=uk&q=ська&page=2")
    assert 'rel="prev"' in second
    assert second.index("їська громада") < second.index("яська громада")


async def test_a_page_shows_partnerships_people_and_who_is_away(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 400)
    async with shelf.engine.begin() as connection:
        today = datetime.now(UTC).date()
        await record_absence(connection, "olena", today, today + timedelta(days=5), "taras", "operator")
    await trusted(shelf, "iryna", "coordinator", "oblast", "Київська")
    await signed_in(web, shelf, "iryna")
    page = await look(web, f"/municipalities/{BROVARY}?lang=en")
    assert "Броварська міська громада – Erlangen" in page
    assert "stalled" in page
    assert "Олена Коваль" in page
    assert "away until" in page
    assert "Тарас Мельник stands in" in page
    assert "olena@example.org" not in page
    assert not [form for form in drawn(page).forms if "/do/" in form.action]


async def test_an_unknown_municipality_is_a_page_that_says_so(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(web, shelf, "olena")
    assert "There is nothing at this address" in await look(web, "/municipalities/nowhere?lang=en", 404)


async def test_officers_keep_the_calendar_the_sender_and_the_hold(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 10)
    await signed_in(web, shelf, "olena")
    at = f"/municipalities/{BROVARY}"
    closed = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    for what, said, sentence in (
        ("day", {"day": closed, "note": "День громади"}, "Saved: the day."),
        ("sender", {"name": "Броварська громада"}, "Saved: the sender"),
        ("hold", {}, "Mail waits for 14 days."),
    ):
        answer = await press(web, f"{at}?lang=en", f"{at}/do/{what}?lang=en", **said)
        assert answer.status_code == 303, answer.text
        assert sentence in await look(web, answer.headers["location"])
    page = await look(web, f"{at}?lang=en")
    assert "День громади" in page
    assert "in the name of: Броварська громада" in page
    lift = form_to(page, "/do/lift")
    assert (await web.post(lift.action, data=lift.fields)).status_code == 303
    gone = form_to(page, "/do/day_gone")
    assert (await web.post(gone.action, data=gone.fields)).status_code == 303
    async with shelf.engine.connect() as connection:
        assert (await connection.execute(select(CalendarDayRow))).all() == []
        assert await connection.scalar(select(HoldRow.lifted_at)) is not None
        assert len((await connection.execute(select(AuditRow))).all()) >= 5


async def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 10)
    await signed_in(web, shelf, "olena")
    at = f"/municipalities/{BROVARY}"
    day = date(2030, 5, 9).isoformat()
    answer = await press(web, f"{at}?lang=en", f"{at}/do/day", **{"day": day, "from": "12:00", "until": "09:00"})
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text
    answer = await press(web, f"{at}?lang=en", f"{at}/do/sender", name="a@b.example.org")
    assert answer.status_code == 422
    assert "a@b.example.org" in answer.text


async def test_nobody_edits_another_municipality(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await silent(shelf, ID, 10)
    await trusted(shelf, "iryna", "coordinator")
    for person in ("olena", "iryna", "taras"):
        csrf = await signed_in(web, shelf, person)
        said = {"csrf": csrf, "nonce": "x" * 12, "name": "X", "day": "2030-01-01"}
        for at in ("edit", "do/sender", "do/day", "do/hold", "do/lift", "profile", "profile/x/revoke"):
            assert (await web.post(f"/municipalities/{LVIV}/{at}", data=said)).status_code == 404, (person, at)
        assert (await web.get(f"/municipalities/{LVIV}/edit")).status_code == 404
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(PlaceRow.sender_name).where(PlaceRow.id == LVIV)) is None


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_every_control_has_a_label_and_every_tag_an_end(
    web: httpx.AsyncClient, shelf: Shelf, language: str
) -> None:
    await silent(shelf, ID, 400)
    await signed_in(web, shelf, "olena")
    at = f"/municipalities/{BROVARY}"
    for page in ("/municipalities", at, f"{at}/edit", f"{at}/profile"):
        found = drawn(await look(web, f"{page}?lang={language}"))
        assert (found.unlabelled, found.unclosed, found.scripts, found.landmarks) == ([], [], 0, ["main"]), page
        assert len(found.ids) == len(set(found.ids)), page
