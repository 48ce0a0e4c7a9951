"""An officer asks the partner: reads, changes and sends one mail in their own name, and cannot be made to spam."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from sqlalchemy import insert, update

from console.correspondents import LINKED
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from mailroom.links import Scope
from models.tables import CorrespondentRow, MailRow, TimelineRow
from settings import Settings
from signing import links_of
from tests.console.answering import (
    ID,
    between_towns,
    correspondent,
    drawn,
    onward,
    path,
    rows,
    send,
    signing,
    whole_record,
)
from tests.console.fixtures import BROVARY, Shelf

ANNA = {
    "name": "Anna Muster",
    "address": "anna@example.org",
    "language": "de",
    "source": "von der Website Ihres Rathauses",
}


@pytest.fixture
def home_settings(home_settings: Settings) -> Settings:
    return signing(home_settings)


async def write(shelf: Shelf, table: Any, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(table).values(**values))


def step(page: httpx.Response, which: str, /, **said: str) -> dict[str, Any]:
    form = next(form for form in drawn(page.text).forms if form.method == "post")
    return {"url": urljoin(str(page.url), form.action), "data": {**form.fields, "step": which} | said}


class TestWhoIsKnown:
    async def test_an_address_is_added_once_with_where_it_came_from(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        address = path(home_settings, "answer", "olena", ID) + "/ask"
        page = await web.get(address)
        first, second = [await send(web, page, "/ask", ANNA) for _ in range(2)]
        again = await send(web, await web.get(address), "/ask", {**ANNA, "address": "Anna@Example.org"})
        assert first.headers["location"] == second.headers["location"] == again.headers["location"]
        (row,) = await rows(shelf.engine, CorrespondentRow)
        assert (row.party, row.name, row.email, row.language, row.source, row.added_by) == (
            "p2", "Anna Muster", "anna@example.org", "de", "von der Website Ihres Rathauses", "olena",
        )  # fmt: skip
        assert "Anna Muster" in (await web.get(address)).text

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [
            ({"name": ""}, 422, "Please fill in: Name."),
            ({"source": ""}, 422, "Please fill in: Where the address comes from."),
            ({"address": "anna"}, 422, "is not a mail address"),
            ({"address": "anna@example.org, boss@example.org"}, 422, "is not a mail address"),
            ({"language": "fr"}, 422, "choose one"),
            ({"party": "p1"}, 422, "choose one"),
            ({"name": "Gewinn: https://spam.example.org"}, 422, "leave out the link"),
        ],
    )
    async def test_what_is_not_an_address_of_the_partner_is_refused(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, said: Any, status: int, words: str
    ) -> None:
        await between_towns(shelf)
        page = await web.get(path(home_settings, "answer", "olena", ID) + "/ask?lang=en")
        answer = await send(web, page, "/ask", {**ANNA, **said})
        assert answer.status_code == status
        assert words in answer.text
        assert await rows(shelf.engine, CorrespondentRow) == []

    @pytest.mark.parametrize(("column", "words"), [("objected_at", "asked not to be"), ("bounced_at", "came back")])
    async def test_an_address_that_objected_or_came_back_is_known_in_every_partnership(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, column: str, words: str
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine, partnership="another", **{column: datetime.now(UTC)})
        page = await web.get(path(home_settings, "answer", "olena", ID) + "/ask?lang=en")
        answer = await send(web, page, "/ask", ANNA)
        assert answer.status_code == 409
        assert words in answer.text

    async def test_there_are_at_most_twelve(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        for number in range(11):
            await correspondent(shelf.engine, f"anna{number}")
        address = path(home_settings, "answer", "olena", ID) + "/ask"
        for email, status in (("twelfth@example.org", 303), ("thirteenth@example.org", 409)):
            answer = await send(web, await web.get(address), "/ask", {**ANNA, "address": email})
            assert answer.status_code == status

    async def test_coordinators_do_not_write_to_partners(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine)
        address = path(home_settings, "answer", "iryna", ID) + "/ask"
        for answer in (await web.get(address), await web.post(address), await web.get(f"{address}/anna")):
            assert answer.status_code == 403
        assert len(await rows(shelf.engine, CorrespondentRow)) == 1

    async def test_nobody_of_another_partnership_is_written_to(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        await correspondent(shelf.engine, partnership="another")
        answer = await web.get(path(home_settings, "answer", "olena", ID) + "/ask/anna")
        assert answer.status_code == 404
        assert "Muster" not in answer.text


class TestTheMail:
    @pytest.fixture
    async def page(self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings) -> httpx.Response:
        """The proposed question to Anna, who was asked long ago."""
        await between_towns(shelf)
        await correspondent(shelf.engine)
        await write(shelf, MailRow, planned_at=datetime.now(UTC) - timedelta(days=8))
        return await web.get(path(home_settings, "answer", "olena", ID) + "/ask/anna?lang=en")

    async def test_it_is_proposed_in_the_partners_language_and_in_others(
        self, web: httpx.AsyncClient, page: httpx.Response
    ) -> None:
        assert "Sehr geehrte Damen und Herren" in page.text
        for language, words in (("pl", "Szanowni Państwo"), ("xx", "Sehr geehrte Damen und Herren")):
            assert words in (await web.get(page.url, params={"language": language})).text

    async def test_what_is_seen_before_sending_is_the_whole_mail_with_links_that_do_not_work(
        self, web: httpx.AsyncClient, shelf: Shelf, page: httpx.Response
    ) -> None:
        before = await whole_record(shelf.engine)
        seen = await web.post(**step(page, "look", text="Wann sehen wir uns?", subject="Kurz gefragt"))
        assert seen.status_code == 200
        for words in ("Kurz gefragt", "Wann sehen wir uns?", "Wer fragt: Олена Коваль", "Rathaus", "/p/…", "/o/…"):
            assert words in seen.text
        back = await web.post(**step(seen, "change"))
        assert ">Wann sehen wir uns?</textarea>" in back.text
        assert await whole_record(shelf.engine) == before

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [
            ({"text": ""}, 422, "Please fill in: Text."),
            ({"subject": " \r\n "}, 422, "Please fill in: Subject."),
            ({"text": "x" * 2_001}, 422, "at most 2000 characters"),
            ({"subject": "x" * 151}, 422, "at most 150 characters"),
            ({"text": "Siehe https://spam.example.org/x"}, 422, "“https://spam.example.org/x”"),
            ({"subject": "www.spam.example"}, 422, "leave out the link"),
            ({"language": "fr"}, 422, "choose one"),
            ({"step": "none"}, 422, "choose one"),
        ],
    )
    async def test_what_cannot_be_sent_is_said_above_the_text_that_was_typed(
        self, web: httpx.AsyncClient, shelf: Shelf, page: httpx.Response, said: Any, status: int, words: str
    ) -> None:
        before = await whole_record(shelf.engine)
        for which in ("look", "send"):
            answer = await web.post(
                **step(page, said.get("step", which), **{k: v for k, v in said.items() if k != "step"})
            )
            assert answer.status_code == status
            assert words in answer.text
        assert await whole_record(shelf.engine) == before

    @pytest.mark.parametrize(
        ("table", "values", "words"),
        [
            (CorrespondentRow, {"objected_at": datetime(2026, 1, 1, tzinfo=UTC)}, "asked not to be written to"),
            (CorrespondentRow, {"bounced_at": datetime(2026, 1, 1, tzinfo=UTC)}, "came back"),
            (MailRow, {"planned_at": datetime.now(UTC) - timedelta(days=6, hours=23)}, "The next question can be sent"),
        ],
    )
    async def test_whoever_objected_came_back_or_was_asked_within_a_week_is_not_asked(
        self, web: httpx.AsyncClient, shelf: Shelf, page: httpx.Response, table: Any, values: Any, words: str
    ) -> None:
        await write(shelf, table, **values)
        before = await whole_record(shelf.engine)
        answer = await web.post(**step(page, "send"))
        assert words in answer.text
        assert "<form method" not in (await web.get(page.url)).text.partition("<main")[2]
        assert await whole_record(shelf.engine) == before

    async def test_one_person_asks_at_most_ten_questions_a_day(
        self, web: httpx.AsyncClient, shelf: Shelf, page: httpx.Response
    ) -> None:
        now = datetime.now(UTC)
        sent = {"kind": "partner", "person": "olena", "language": "de", "subject": "", "body": "", "status": "sent",
                "planned_at": now, "send_after": now}  # fmt: skip
        mails = [sent | {"message_id": f"<m{n}@x>", "address": f"m{n}@example.org"} for n in range(10)]
        async with shelf.engine.begin() as connection:
            await connection.execute(insert(MailRow), mails)
        assert "look like a mistake" in (await web.post(**step(page, "send"))).text
        assert len(await rows(shelf.engine, MailRow)) == 11

    async def test_with_the_engine_away_the_mail_is_planned_once_and_the_officer_told_so(
        self, web: httpx.AsyncClient, shelf: Shelf, page: httpx.Response
    ) -> None:
        first = await web.post(**step(page, "send"))
        second = await web.post(**step(first, "send"))
        for answer in (first, second):
            assert answer.status_code == 503
            assert "The question will be sent." in answer.text
        assert len(await rows(shelf.engine, MailRow)) == 2


@pytest.mark.server
async def test_sent_twice_it_is_one_mail_in_the_officers_name_and_one_letter_on_record(
    living: Edge, living_web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
) -> None:
    parties = [PartySaid(place=BROVARY, officer="olena"), PartySaid(place="Ерланген")]
    begun = await start_partnership(living, StartSaid(parties=parties, stage="activities"), None, None)
    page = await living_web.get(path(home_settings, "answer", "olena", begun.partnership) + "/ask?lang=en")
    written = await onward(living_web, await send(living_web, page, "/ask", ANNA))
    seen = await living_web.post(**step(written, "look", text="Liebe Anna,\r\n\r\nwann sehen wir uns?"))
    first, second = [await living_web.post(**step(seen, "send")) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert "Sent. Thank you!" in (await onward(living_web, second)).text

    (mail,) = await rows(living.database, MailRow)
    (anna,) = await rows(living.database, CorrespondentRow)
    assert (mail.kind, mail.person, mail.correspondent, mail.about, mail.address, mail.language, mail.status) == (
        "partner", "olena", anna.id, begun.partnership, "anna@example.org", "de", "planned",
    )  # fmt: skip
    assert mail.body.startswith("Liebe Anna,\n\nwann sehen wir uns?\n\n")
    assert "Wer fragt: Олена Коваль, Броварська міська громада." in mail.body
    assert "von der Website Ihres Rathauses" in mail.body
    (token,) = [part.split()[0] for part in mail.body.split("/p/")[1:]]
    scope = links_of(home_settings).read("question", token, datetime.now(UTC))
    assert scope == Scope("question", (anna.id, begun.partnership), 0)
    assert "/o/" in mail.html

    (line,) = [row for row in await rows(living.database, TimelineRow) if row.kind == "record_contact"]
    assert (line.facts["how"], line.facts["author"], line.actor_role, line.actor_person) == (
        "letter", "p1", "officer", "olena",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://example.org/x now", "https://example.org/x"),
        ("HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG"),
        ("www.example.org", "www.example.org"),
        ("bit.ly/abc", "bit.ly/abc"),
        ("brovary-rada.gov.ua", "brovary-rada.gov.ua"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("Reply to olena@example.org, please.", None),
        ("z.B. am 12.05.2026 um 10.30 Uhr, Dr. Muster u.a.", None),
        ("м. Бровари, вул. Гагаріна, 15. Дякую.", None),
    ],
)
def test_links_and_web_addresses_are_found_and_dates_and_mail_addresses_are_none(text: str, link: str | None) -> None:
    found = LINKED.search(text)
    assert (found.group() if found else None) == link
