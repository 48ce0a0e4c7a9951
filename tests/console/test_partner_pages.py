"""The pages behind a question to a partner abroad: five languages, nothing but places, an answer once, an objection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from console.acting import Order, act
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from console.words import LANGUAGES
from models.partnership import Partnership
from models.tables import AuditRow, CorrespondentRow, MailRow, PartnershipRow, TextRow, TimelineRow
from settings import Settings
from tests.console.answering import (
    ID,
    between_towns,
    correspondent,
    drawn,
    onward,
    path,
    rows,
    say,
    send,
    signing,
    whole_record,
)
from tests.console.fixtures import BROVARY, Shelf

SECRETS = (
    "Коваль",
    "Шевчук",
    "Muster",
    "quiet",
    "stalled",
    "evacuation",
    "evakuiert",
    "pause",
    "Pause",
    "hold",
    "rest",
)


@pytest.fixture
def home_settings(home_settings: Settings) -> Settings:
    return signing(home_settings)


async def one(shelf: Shelf, id: str = "anna") -> Any:
    return next(row for row in await rows(shelf.engine, CorrespondentRow) if row.id == id)


async def change(shelf: Shelf, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(CorrespondentRow).values(**values))


class TestThePage:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("uk", "Коли ви востаннє були на зв"),
            ("en", "When were you last in touch?"),
            ("pl", "Kiedy ostatnio byli Państwo w kontakcie?"),
            ("ro", "Când ați luat legătura ultima dată?"),
            ("de", "Wann hatten Sie zuletzt Kontakt?"),
        ],
    )
    async def test_it_speaks_the_partners_language(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, language: str, words: str
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine, language=language)
        page = await web.get(path(home_settings, "question", "anna", ID), headers={"Accept-Language": "fr"})
        assert drawn(page.text).language == page.headers["content-language"] == language
        assert words in page.text.replace("&#39;", "'")
        others = {link.removeprefix("?lang=") for link in drawn(page.text).links if link.startswith("?lang=")}
        assert others == set(LANGUAGES["partner"]) - {language}

    async def test_it_shows_places_and_who_asks_and_nothing_else_of_the_partnership(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        p = await between_towns(shelf)
        reason = {"why": "evacuation", "review_at": datetime(2100, 1, 1, tzinfo=UTC)}
        p = await shelf.give(p, "propose", proposal="x1", what="rest")
        await shelf.give(p, "suspend", **reason)
        await correspondent(shelf.engine)
        page = (await web.get(path(home_settings, "question", "anna", ID))).text
        main = page[page.index("<main") :]
        assert "Броварська міська громада fragt zur Partnerschaft Броварська міська громада – Erlangen." in main
        assert not [word for word in SECRETS if word in main]

    @pytest.mark.parametrize(
        ("what", "status"),
        [("forged", 404), ("expired", 410), ("revoked", 410), ("ended", 410), ("left", 410), ("answer", 404)],
    )
    async def test_a_link_that_cannot_be_used_says_what_to_do_and_names_nobody(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, what: str, status: int
    ) -> None:
        p = await between_towns(shelf)
        await correspondent(shelf.engine)
        address = path(home_settings, "question", "anna", ID)
        match what:
            case "forged":
                address = address[:-4]
            case "expired":
                address = path(home_settings, "question", "anna", ID, at=datetime.now(UTC) - timedelta(days=182))
            case "revoked":
                await change(shelf, link_epoch=1)
            case "ended":
                await shelf.give(p, "end", why="no_reply")
            case "left":
                await change(shelf, party="p7")
            case "answer":
                address = path(home_settings, "answer", "olena", ID).replace("/a/", "/p/")
        for answer in (await web.get(address + "?lang=en"), await web.post(address + "/object?lang=en")):
            assert answer.status_code == status
            assert drawn(answer.text).language == "en"
            assert not [word for word in ("Брова", "Erlangen", "Anna") if word in answer.text]
        assert (await one(shelf)).objected_at is None


class TestObjecting:
    async def test_looking_at_either_page_objects_to_nothing(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine)
        before = await whole_record(shelf.engine)
        for address in (path(home_settings, "question", "anna", ID), path(home_settings, "object", "anna")):
            for ending in ("", "/object", "/done/objected"):
                for method in ("GET", "HEAD", "OPTIONS"):
                    await web.request(method, address + ending, headers={"Purpose": "prefetch"})
        assert await whole_record(shelf.engine) == before

    async def test_one_button_is_an_objection_once_and_it_can_be_taken_back(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine)
        address = path(home_settings, "object", "anna")
        page = await web.get(address)
        for _ in range(2):
            answer = await send(web, page, address.rpartition("/")[2])
            assert "Sie werden nicht wieder gefragt." in answer.text
        objected = (await one(shelf)).objected_at
        assert objected is not None
        assert [row.what for row in await rows(shelf.engine, AuditRow)] == ["correspondent objected"]
        back = await send(web, answer, address.rpartition("/")[2])
        assert "Wir dürfen Sie wieder fragen." in back.text
        assert (await one(shelf)).objected_at is None

    async def test_an_objection_is_possible_for_ever_and_without_the_engine(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine)
        address = path(home_settings, "object", "anna", at=datetime.now(UTC) - timedelta(days=4_000))
        await send(web, await web.get(address), address.rpartition("/")[2])
        assert (await one(shelf)).objected_at is not None

    async def test_the_page_of_the_question_has_the_same_button_and_knows_of_it_afterwards(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine)
        address = path(home_settings, "question", "anna", ID)
        thanks = await say(web, address, "/object")
        assert "Sie werden nicht wieder gefragt." in thanks.text
        assert [form.action.rpartition("/")[2] for form in drawn((await web.get(address)).text).forms] == ["undo"]
        await onward(web, await send(web, thanks, "/undo"))
        assert (await one(shelf)).objected_at is None


class TestAnswering:
    pytestmark = pytest.mark.server

    async def begun(self, living: Edge) -> str:
        towns = StartSaid(
            parties=[PartySaid(place=BROVARY, officer="olena"), PartySaid(place="Ерланген")],
            stage="activities",
            began="2020-01-01",
        )
        partnership = (await start_partnership(living, towns, None, None)).partnership
        row = {
            "id": "anna",
            "partnership": partnership,
            "party": "p2",
            "name": "Anna Muster",
            "language": "de",
            "email": "anna@example.org",
            "source": "Rathaus",
            "added_by": "olena",
            "added_at": datetime.now(UTC),
        }
        async with living.database.begin() as connection:
            await connection.execute(insert(CorrespondentRow).values(**row))
        return partnership

    async def state(self, edge: Edge) -> Partnership:
        async with edge.database.connect() as connection:
            return Partnership.model_validate(await connection.scalar(select(PartnershipRow.state)))

    async def twice(
        self, web: httpx.AsyncClient, page: httpx.Response, ending: str, said: dict[str, str]
    ) -> httpx.Response:
        first, second = [await send(web, page, ending, said) for _ in range(2)]
        assert first.headers["location"] == second.headers["location"]
        return await onward(web, second)

    async def test_a_date_is_a_contact_stated_by_the_partner_once_and_can_be_taken_back(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings
    ) -> None:
        partnership = await self.begun(living)
        page = await living_web.get(path(home_settings, "question", "anna", partnership))
        thanks = await self.twice(living_web, page, "/contact", {"date": "2026-05-12"})
        assert "Eingetragen: Kontakt am 12. Mai 2026." in thanks.text
        line = (await rows(living.database, TimelineRow))[-1]
        assert (line.actor_role, line.actor_person, line.actor_party) == ("partner", None, "p2")
        (contact,) = (await self.state(living)).contacts
        assert (contact.kind, contact.heard, f"{contact.at:%Y-%m-%d}") == ("in_touch", ("p1", "p2"), "2026-05-12")
        undone = await self.twice(living_web, thanks, "/undo", {})
        assert "Das ist zurückgenommen." in undone.text
        assert (await self.state(living)).contacts == ()

    @pytest.mark.parametrize(
        ("date", "words"),
        [("", "is not a date"), ("lately", "is not a date"), ("2100-01-01", "in the future"),
         ("2019-12-31", "before the partnership began")],
    )  # fmt: skip
    async def test_without_a_date_that_can_be_there_is_no_contact(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings, date: str, words: str
    ) -> None:
        partnership = await self.begun(living)
        page = await living_web.get(path(home_settings, "question", "anna", partnership) + "?lang=en")
        answer = await send(living_web, page, "/contact", {"date": date})
        assert answer.status_code in (409, 422)
        assert words in answer.text
        assert (await self.state(living)).revision == 1

    async def test_please_write_to_us_is_an_answer_that_hears_nobody_and_the_officer_reads_it(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings
    ) -> None:
        partnership = await self.begun(living)
        page = await living_web.get(path(home_settings, "question", "anna", partnership))
        thanks = await self.twice(living_web, page, "/write", {"text": "Wir würden uns freuen."})
        assert "freuen" in thanks.text
        p = await self.state(living)
        assert (p.contacts, p.revision) == ((), 2)
        (text,) = await rows(living.database, TextRow)
        assert (text.body, text.language) == ("Wir würden uns freuen.", "de")
        officer = await living_web.get(path(home_settings, "answer", "olena", partnership) + "?lang=en")
        assert "would like you to write: “Wir würden uns freuen.”" in officer.text

    async def test_somebody_else_is_kept_for_the_officer_who_may_write_to_them_next(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings
    ) -> None:
        partnership = await self.begun(living)
        page = await living_web.get(path(home_settings, "question", "anna", partnership))
        said = {"name": "Bernd Beispiel", "address": "bernd@example.org"}
        thanks = await self.twice(living_web, page, "/other", said)
        assert "Bernd Beispiel, bernd@example.org" in thanks.text
        (text,) = await rows(living.database, TextRow)
        assert (text.about, text.author) == ("correspondent", "anna")
        for ending in ("", "/ask"):
            officer = await living_web.get(path(home_settings, "answer", "olena", partnership) + ending)
            assert "Bernd Beispiel, bernd@example.org" in officer.text

    async def test_what_others_recorded_is_neither_seen_nor_taken_back_by_the_partner(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings
    ) -> None:
        partnership = await self.begun(living)
        done = await act(living, Order(partnership, "record_contact", {"how": "call"}, "olena", "theirs"))
        address = path(home_settings, "question", "anna", partnership)
        seen = (await living_web.get(f"{address}/done/{done.command_id}")).text
        assert "/undo" not in seen
        page = await living_web.get(address)
        nonce = drawn(page.text).forms[0].fields["nonce"]
        answer = await living_web.post(f"{address}/undo", data={"nonce": nonce, "act": done.command_id})
        assert answer.status_code == 409
        assert len((await self.state(living)).contacts) == 1
        assert await rows(living.database, MailRow) == []
