"""One's own page: who I am, where I am signed in, my programs' tokens, what is held of me."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from console.access.api_tokens import MOST_TOKENS, make_token
from console.access.held import NAMING
from console.access.me_pages import MAIN
from console.access.sessions import begin
from console.words import OURS, words_in
from models.party import NewParty
from models.tables import ApiTokenRow, PersonRow, SessionRow
from tests.console.access.signing import hidden, press, signed_in
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28
NOW = datetime.now(UTC)
TELEPHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
async def own(web: httpx.AsyncClient, shelf: Shelf) -> httpx.AsyncClient:
    """Olena's browser, without the operator's token; she is officer of one partnership."""
    await shelf.begin(
        ID, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)), stage="dialogue"
    )
    web.headers.pop("authorization")
    await signed_in(web, shelf, "olena")
    return web


async def new_token(own: httpx.AsyncClient, **fields: str) -> str:
    answer = await press(own, "/me", "/me/tokens", **{"name": "Звіти", "days": "30"} | fields)
    found = re.search(r"mst_[0-9a-f]{64}", answer.text)
    assert found, answer.text
    return found[0]


async def called(own: httpx.AsyncClient, method: str, path: str, token: str, **sent: object) -> httpx.Response:
    return await own.request(method, f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, **sent)  # type: ignore[arg-type]


class TestAccount:
    async def test_name_language_and_clock_are_changed(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        changed = {"name": "Олена Нова", "language": "en", "time_zone": "Europe/Berlin"}
        answer = await press(own, "/me", "/me", **changed)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me?did=saved")
        page = (await own.get("/me?did=saved")).text
        assert "Kept." in page
        assert "Олена Нова" in page

    async def test_the_address_is_not_ones_own_to_change(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        await press(own, "/me", "/me", name="Олена Коваль", email="other@example.org", active="")
        async with shelf.engine.connect() as connection:
            row = (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == "olena"))).one()
        assert (row.email, row.active) == ("olena@example.org", True)

    async def test_what_cannot_be_is_said_and_kept(self, own: httpx.AsyncClient) -> None:
        answer = await press(own, "/me?lang=en", "/me?lang=en", name="Олена", time_zone="Europe/Atlantis")
        assert answer.status_code == 409
        assert "cannot be read" in answer.text
        assert 'value="Олена"' in answer.text

    async def test_how_often_mail_comes_is_changed_where_it_always_was(self, own: httpx.AsyncClient) -> None:
        page = (await own.get("/me")).text
        link = re.search(r'href="http://127\.0\.0\.1:\d+(/s/[^"]+)"', page)
        assert link
        assert (await own.get(link[1])).status_code == 200


class TestSessions:
    async def test_one_is_ended_or_all_of_them(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        async with shelf.engine.begin() as connection:
            await begin(connection, "olena", TELEPHONE, NOW)
        page = (await own.get("/me?lang=en")).text
        assert "Firefox on Android" in page
        assert "An unknown browser" in page
        other = page.partition('name="session" value="')[2].partition('"')[0]
        await press(own, "/me", "/me/sessions/end", session=other)
        assert "Firefox" not in (await own.get("/me")).text
        assert (await press(own, "/me", "/me/sessions/end", session="all")).status_code == 303
        assert (await own.get("/me")).status_code == 303

    async def test_nobody_ends_anothers_or_all_by_leaving_it_empty(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        async with shelf.engine.begin() as connection:
            await begin(connection, "taras", "a telephone", NOW)
        async with shelf.engine.connect() as connection:
            other = await connection.scalar(select(SessionRow.id).where(SessionRow.person == "taras"))
        for said in ("", other or ""):
            await press(own, "/me", "/me/sessions/end", session=said)
        async with shelf.engine.connect() as connection:
            assert [row.ended_at for row in await connection.execute(select(SessionRow.ended_at))] == [None, None]


class TestTokens:
    async def test_a_token_is_shown_once_and_lets_a_program_read_what_its_owner_sees(
        self, own: httpx.AsyncClient, shelf: Shelf
    ) -> None:
        token = await new_token(own)
        assert token not in (await own.get("/me")).text
        listed = (await called(own, "GET", "/partnerships", token)).json()
        assert [each["id"] for each in listed["items"]] == [ID]
        async with shelf.engine.connect() as connection:
            row = (await connection.execute(select(ApiTokenRow.__table__))).one()
        assert token not in str(row)
        assert row.used_on == datetime.now(UTC).date()

    async def test_the_same_form_sent_twice_shows_the_same_token(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        form = {**hidden((await own.get("/me")).text), "name": "Звіти", "days": "30"}
        answers = [(await own.post("/me/tokens", data=form)).text for _ in range(2)]
        assert len({found for answer in answers for found in re.findall(r"mst_[0-9a-f]{64}", answer)}) == 1
        async with shelf.engine.connect() as connection:
            assert len((await connection.execute(select(ApiTokenRow.id))).all()) == 1

    async def test_one_that_may_read_only_changes_nothing(self, own: httpx.AsyncClient) -> None:
        reads, writes = await new_token(own), await new_token(own, writes="yes", name="Пише")
        answer = await called(own, "POST", "/people/olena/revoke-links", reads, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert "may read only" in answer.json()["message"]
        assert (await called(own, "POST", "/people/olena/revoke-links", writes, json={})).status_code == 204

    async def test_revoked_ended_and_of_a_closed_account_it_is_nobodys(
        self, own: httpx.AsyncClient, shelf: Shelf
    ) -> None:
        revoked, ended, kept = [await new_token(own, name=name) for name in ("один", "два", "три")]
        page = (await own.get("/me")).text
        (named,) = re.findall(r'name="token" value="([^"]+)"><button class="second">[^<]*один', page)
        await press(own, "/me", "/me/tokens/revoke", token=named)
        async with shelf.engine.begin() as connection:
            await connection.execute(
                update(ApiTokenRow).where(ApiTokenRow.name == "два").values(ends_at=NOW - timedelta(days=1))
            )
        made_up = kept[:-1] + ("0" if kept[-1] != "0" else "1")
        for token, status in ((revoked, 401), (ended, 401), (kept, 200), (made_up, 401), ("mst_", 401)):
            assert (await called(own, "GET", "/partnerships", token)).status_code == status
        async with shelf.engine.begin() as connection:
            await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(active=False))
        answer = await called(own, "GET", "/partnerships", kept)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")

    async def test_nobody_revokes_anothers(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        async with shelf.engine.begin() as connection:
            await make_token(connection, "taras", "його", False, 9, NOW)
        async with shelf.engine.connect() as connection:
            theirs = await connection.scalar(select(ApiTokenRow.id))
        answer = await press(own, "/me?lang=en", "/me/tokens/revoke?lang=en", token=(theirs or "")[:12])
        assert answer.status_code == 409
        assert "There is no such token any more" in answer.text

    async def test_so_many_and_no_more(self, own: httpx.AsyncClient, shelf: Shelf) -> None:
        async with shelf.engine.begin() as connection:
            for number in range(MOST_TOKENS):
                await make_token(connection, "olena", f"ключ {number}", False, 9, NOW)
        answer = await press(own, "/me?lang=en", "/me/tokens?lang=en", name="ще один", days="30")
        assert answer.status_code == 409
        assert "Revoke one first." in answer.text


class TestData:
    async def test_everything_is_shown_on_a_page_and_in_a_file(self, own: httpx.AsyncClient) -> None:
        page = (await own.get("/me/data?lang=en")).text
        for words in ("olena@example.org", "Roles in partnerships", "officer"):
            assert words in page
        file = await own.get("/me/data.json")
        assert file.headers["content-disposition"] == 'attachment; filename="mosty-data.json"'
        assert file.json()["account"][0]["email"] == "olena@example.org"

    @pytest.mark.parametrize("language", OURS)
    def test_whatever_is_held_has_its_main_facts_in_words(self, language: str) -> None:
        assert MAIN.keys() == {*NAMING, "seats"}
        words, record = words_in("me", language), words_in("record", language)
        for what, facts in MAIN.items():
            assert words.has(f"held.{what}")
            columns = NAMING[what][0].__table__.c.keys() if what in NAMING else ["partnership", "role", "stage"]
            for fact in facts.split():
                assert record.has(f"fact.{fact}"), fact
                assert fact in columns

    async def test_it_holds_nobody_elses(self, own: httpx.AsyncClient) -> None:
        assert "taras@example.org" not in (await own.get("/me/data.json")).text
