"""The page behind “answer in one click”: what it shows, who may read it, and that looking changes nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, insert, update

from console.app import create_app
from console.words import LANGUAGES, words_in
from models.base import Actor, Role
from models.party import NewParty
from models.tables import DeliveryRow, MailRow, NoticeRow, PartnershipRow, PersonRow
from settings import Settings
from signing import copies_to
from tests.console.access.signing import signed_in
from tests.console.answering import ID, between_towns, drawn, form_to, path, send, signing, whole_record
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

IRYNA = Actor(role=Role.COORDINATOR, person="iryna")
LEAKS = ("Броварська", "Ерланген", "Erlangen", "Коваль", "Шевчук")


@pytest.fixture
def home_settings(home_settings: Settings) -> Settings:
    return signing(home_settings)


async def change(shelf: Shelf, person: str, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == person).values(**values))


async def told_instead(shelf: Shelf, person: str, of: str, role: str = "officer", days_ago: int = 1) -> None:
    """A mail told somebody of a notice instead of somebody else."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    mail = {"message_id": "<m1@x>", "person": person, "address": "x@example.org", "language": "uk", "subject": "",
            "body": "", "status": "sent", "planned_at": at, "send_after": at}  # fmt: skip
    key = {"partnership": ID, "episode": 1, "rung": 1}
    notice = key | {"watch": "contact", "at": at, "roles": [role], "attention": "quiet", "rest": 0}
    delivery = key | {"person": person, "channel": "mail", "role": role, "instead_of": of, "mail": "<m1@x>",
                      "created_at": at}  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(MailRow).values(**mail))
        await connection.execute(insert(NoticeRow).values(**notice))
        await connection.execute(insert(DeliveryRow).values(**delivery))


class TestWhatIsShown:
    async def test_the_officer_finds_places_clock_and_every_answer(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        p = await between_towns(shelf)
        await shelf.give(p, "record_contact", contact="c1", how="meeting")
        page = await web.get(path(home_settings, "answer", "olena", ID))
        assert page.status_code == 200
        for words in ("Броварська міська громада – Ерланген", "Немає записаних контактів з", "0 днів", "зустріч"):
            assert words in page.text
        ways = [form.action.rpartition("/")[2] for form in drawn(page.text).forms]
        assert ways == ["in_touch", "contact", "until", "pause", "hold", "successor", "right", "wrong"]
        assert any(link.endswith("/ask") for link in drawn(page.text).links)

    async def test_the_coordinator_proposes_and_does_not_pause_or_write_to_the_partner(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        page = await web.get(path(home_settings, "answer", "iryna", ID))
        ways = [form.action.rpartition("/")[2] for form in drawn(page.text).forms]
        assert ways == ["in_touch", "contact", "until", "propose", "hold", "successor", "right", "wrong"]
        assert not any(link.endswith("/ask") for link in drawn(page.text).links)
        assert "дати йому спокій" in page.text
        assert "відновити" not in page.text

    async def test_an_open_proposal_is_shown_and_not_decided_by_a_link(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        p = await between_towns(shelf)
        await shelf.give(p, "propose", IRYNA, proposal="x1", what="rest")
        officer = (await web.get(path(home_settings, "answer", "olena", ID) + "?lang=en")).text
        assert "let it rest" in officer
        assert "not by a link" in officer
        assert not any("proposal" in form.action or "accept" in form.action for form in drawn(officer).forms)
        coordinator = (await web.get(path(home_settings, "answer", "iryna", ID))).text
        assert form_to(coordinator, "/withdraw")

    @pytest.mark.parametrize(
        ("kind", "facts", "words"),
        [
            ("suspend", {"why": "evacuation", "review_at": datetime(2100, 1, 2, tzinfo=UTC)}, "Reminders are on pause"),
            ("make_dormant", {}, "put to rest"),
        ],
    )
    async def test_pause_and_rest_are_said_in_words(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, kind: str, facts: Any, words: str
    ) -> None:
        await shelf.give(await between_towns(shelf), kind, **facts)
        assert words in (await web.get(path(home_settings, "answer", "olena", ID) + "?lang=en")).text

    async def test_a_search_for_a_partner_has_no_contact_to_record(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf, parties=(NewParty(place=BROVARY, officer="olena"),), stage="outreach")
        page = (await web.get(path(home_settings, "answer", "olena", ID) + "?lang=en")).text
        assert "A partner is being looked for." in page
        assert not any(form.action.endswith("/contact") for form in drawn(page).forms)

    async def test_everybody_else_is_not_named(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        page = (await web.get(path(home_settings, "answer", "olena", ID))).text
        assert "Мельник" not in page
        assert "Шевчук" not in page

    @pytest.mark.parametrize(("query", "accepted", "language"), [("", "en", "uk"), ("?lang=en", "uk", "en")])
    async def test_it_is_in_the_readers_own_language_unless_another_is_asked_for(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, query: str, accepted: str, language: str
    ) -> None:
        await between_towns(shelf)
        address = path(home_settings, "answer", "olena", ID)
        page = await web.get(address + query, headers={"Accept-Language": accepted})
        assert drawn(page.text).language == page.headers["content-language"] == language
        assert form_to(page.text, "/in_touch").action.endswith(f"in_touch{query}")

    @pytest.mark.parametrize("host", ["imap.example.org", None])
    async def test_where_a_mailbox_is_read_the_address_to_copy_letters_to_is_named(
        self, shelf: Shelf, home_settings: Settings, host: str | None
    ) -> None:
        id = "3f2b8c1e-0a4d-4c57-9d1f-6a7b8c9d0e1f"
        await between_towns(shelf, id)
        settings = home_settings.model_copy(update={"imap_host": host})
        app = create_app(settings)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
            await signed_in(web, shelf, "olena")
            for page in (path(settings, "answer", "olena", id), f"/partnerships/{id}"):
                shown = (await web.get(page)).text
                assert ("mosty+" in shown) == (host is not None)
                assert host is None or str(copies_to(settings, id)) in shown
        await app.state.edge.database.dispose()


class TestWhoMayRead:
    async def test_without_a_secret_no_link_is_read(self, shelf: Shelf, home_settings: Settings) -> None:
        await between_towns(shelf)
        app = create_app(home_settings.model_copy(update={"secret": None}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as bare:
            assert (await bare.get(path(home_settings, "answer", "olena", ID))).status_code == 404
        await app.state.edge.database.dispose()

    @pytest.mark.parametrize(
        ("what", "status", "words"),
        [
            ("forged", 404, "may have been cut off"),
            ("another kind", 404, "may have been cut off"),
            ("expired", 410, "has expired"),
            ("revoked", 410, "no longer valid"),
            ("closed", 403, "account is closed"),
            ("left", 403, "no longer responsible"),
            ("ended", 410, "has ended"),
            ("erased", 404, "may have been cut off"),
        ],
    )
    async def test_each_reason_has_one_sentence_and_nothing_is_leaked(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, what: str, status: int, words: str
    ) -> None:
        p = await between_towns(shelf)
        address = path(home_settings, "answer", "olena", ID)
        match what:
            case "forged":
                address = address[:-3] + ("AAA" if address[-3:] != "AAA" else "BBB")
            case "another kind":
                address = path(home_settings, "settings", "olena").replace("/s/", "/a/")
            case "expired":
                address = path(home_settings, "answer", "olena", ID, at=datetime.now(UTC) - timedelta(days=182))
            case "revoked":
                await change(shelf, "olena", link_epoch=1)
            case "closed":
                await change(shelf, "olena", active=False)
            case "left":
                await shelf.give(p, "name_person", role="officer", party="p1", person=None)
            case "ended":
                await shelf.give(p, "end", why="no_reply")
            case "erased":
                async with shelf.engine.begin() as connection:
                    await connection.execute(delete(PartnershipRow))
        for answer in (await web.get(address + "?lang=en"), await web.post(address + "/in_touch?lang=en")):
            assert answer.status_code == status
            assert words in answer.text
            assert not any(name in answer.text for name in LEAKS)
            assert len(drawn(answer.text).headings) == 1

    async def test_a_link_works_until_its_last_day_is_over(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        address = path(home_settings, "answer", "olena", ID, at=datetime.now(UTC) - timedelta(days=180))
        assert (await web.get(address)).status_code == 200

    async def test_a_substitute_answers_in_the_place_of_whoever_is_away(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)))
        address = path(home_settings, "answer", "taras", ID)
        assert (await web.get(address)).status_code == 403
        await told_instead(shelf, "taras", of="olena")
        page = await web.get(address)
        assert page.status_code == 200
        assert "Ви відповідаєте замість: Олена Коваль." in page.text

    @pytest.mark.parametrize(
        ("of", "role", "days_ago"), [("iryna", "officer", 1), ("olena", "coordinator", 1), ("olena", "officer", 181)]
    )
    async def test_no_further_than_the_seat_the_mail_was_for_and_no_longer_than_its_links(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, of: str, role: str, days_ago: int
    ) -> None:
        await between_towns(shelf, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)))
        await told_instead(shelf, "taras", of, role, days_ago)
        assert (await web.get(path(home_settings, "answer", "taras", ID))).status_code == 403

    async def test_an_old_mail_of_a_former_officer_opens_nothing(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf, parties=(NewParty(place=BROVARY, officer="taras"), NewParty(place=ERLANGEN)))
        await told_instead(shelf, "olena", of="olena")
        assert (await web.get(path(home_settings, "answer", "olena", ID))).status_code == 403


class TestLooking:
    async def test_get_head_options_and_prefetch_change_nothing(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        p = await between_towns(shelf)
        await shelf.give(p, "propose", IRYNA, proposal="x1", what="rest")
        before = await whole_record(shelf.engine)
        for person in ("olena", "iryna"):
            address = path(home_settings, "answer", person, ID)
            for ending in ("", "/in_touch", "/contact", "/right", "/undo", "/done/checked", "/done/a.0", "/ask"):
                for method in ("GET", "HEAD", "OPTIONS"):
                    answer = await web.request(method, address + ending, headers={"Sec-Purpose": "prefetch"})
                    assert answer.status_code < 500
        assert await whole_record(shelf.engine) == before

    @pytest.mark.parametrize(
        ("headers", "status"),
        [({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Purpose": "prefetch;prerender"}, 403)],
    )
    async def test_a_form_sent_from_elsewhere_or_by_a_prefetch_is_refused(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, headers: dict[str, str], status: int
    ) -> None:
        await between_towns(shelf)
        page = await web.get(path(home_settings, "answer", "olena", ID))
        before = await whole_record(shelf.engine)
        form = form_to(page.text, "/right")
        answer = await web.post(f"/a/{form.action}", data=form.fields, headers=headers)
        assert answer.status_code == status
        assert await whole_record(shelf.engine) == before

    @pytest.mark.parametrize("nonce", [None, "", "short", "with blanks in it"])
    async def test_a_form_that_was_not_looked_at_before_is_refused(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, nonce: str | None
    ) -> None:
        await between_towns(shelf)
        before = await whole_record(shelf.engine)
        address = path(home_settings, "answer", "olena", ID) + "/right?lang=en"
        answer = await web.post(address, data={} if nonce is None else {"nonce": nonce})
        assert answer.status_code == 422
        assert "This page is too old." in answer.text
        assert await whole_record(shelf.engine) == before

    async def test_more_than_thirty_answers_a_minute_under_one_link_have_to_wait(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        address = path(home_settings, "answer", "olena", ID)
        page = await web.get(address)
        answers = [(await send(web, page, "/right")).status_code for _ in range(31)]
        assert answers == [303] * 30 + [429]
        assert (await send(web, await web.get(path(home_settings, "answer", "taras", ID)), "/right")).status_code == 303

    async def test_with_the_engine_away_the_reader_is_told_to_try_again_in_their_own_language(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        page = await web.get(path(home_settings, "answer", "olena", ID))
        answer = await send(web, page, "/in_touch")
        assert answer.status_code == 503
        assert "надіслане двічі зарахується один раз" in answer.text

    async def test_an_unknown_answer_and_a_body_too_large_are_pages_with_a_sentence(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        address = path(home_settings, "answer", "olena", ID)
        for ending, body, status in (("/nothing", b"nonce=12345678", 404), ("/wrong", b"x" * 70_000, 413)):
            answer = await web.post(
                address + ending, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert answer.status_code == status
        assert (await web.put(address)).status_code == 405
        assert "<h1>" in (await web.put(address)).text


class TestTheWords:
    def test_every_language_of_a_book_has_the_same_words_with_the_same_facts(self) -> None:
        for book, languages in LANGUAGES.items():
            english = words_in(book, "en")
            for language in languages:
                words = words_in(book, language)
                assert words._words.keys() == english._words.keys()
                for group in english._words:
                    facts = {key: set(re.findall(r"{(\w+)}", said)) for key, said in words.group(group).items()}
                    assert facts == {
                        key: set(re.findall(r"{(\w+)}", said)) for key, said in english.group(group).items()
                    }, (language, group)

    @pytest.mark.parametrize("word", ["quiet", "stalled", "escalat", "overdue"])
    def test_partners_read_no_attention_words(self, word: str) -> None:
        english = words_in("partner", "en")
        said = " ".join(text for group in english._words for text in english.group(group).values())
        assert word not in said.casefold()
