"""Why somebody was told or was not, and mails as they would be, through the API; who was told, on the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import insert, update

from models.base import Actor, Role
from models.partnership import Partnership
from models.party import NewParty
from models.tables import DeliveryRow, MailRow, NoticeRow
from tests.console.access.signing import as_operator
from tests.console.fixtures import BROVARY, ERLANGEN, KEY, Shelf

OLENA = Actor(role=Role.OFFICER, person="olena", party="p1")


@pytest.fixture
async def quiet(shelf: Shelf) -> Partnership:
    """A partnership whose officer was to be told that it is quiet."""
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    p = await shelf.begin("quiet", parties=parties, stage="activities", coordinator="iryna")
    return await shelf.told(p, timedelta(days=181))


async def delivered(shelf: Shelf, status: str) -> None:
    """The officer's delivery, in a mail of some state."""
    now = datetime.now(UTC)
    async with shelf.engine.begin() as connection:
        await connection.execute(
            insert(MailRow).values(
                message_id="<m1@example.org>",
                person="olena",
                address="olena@example.org",
                language="uk",
                subject="s",
                body="the words of the mail",
                status=status,
                planned_at=now,
                send_after=now,
                settled_at=now,
                answer="250 2.0.0 Taken",
            )
        )
        await connection.execute(
            insert(DeliveryRow).values(
                partnership="quiet",
                episode=1,
                rung=1,
                person="olena",
                channel="mail",
                role="officer",
                mail="<m1@example.org>",
                created_at=now,
            )
        )
        await connection.execute(update(NoticeRow).values(handled_at=now, outcome="told"))


async def why(web: httpx.AsyncClient, person: str, language: str = "en") -> str:
    answer = await web.get(f"/api/v1/partnerships/quiet/why?person={person}&language={language}", headers=KEY)
    assert answer.status_code == 200
    return "\n".join(answer.json()["sentences"])


async def test_somebody_who_was_told_hears_when_and_what_the_server_said(
    quiet: Partnership, shelf: Shelf, web: httpx.AsyncClient
) -> None:
    await delivered(shelf, "sent")
    said = await why(web, "olena")
    assert "A mail was sent at" in said
    assert "250 2.0.0 Taken" in said


async def test_somebody_else_hears_for_whom_it_was(quiet: Partnership, shelf: Shelf, web: httpx.AsyncClient) -> None:
    await delivered(shelf, "sent")
    said = await why(web, "taras")
    assert "no role in this partnership" in said
    assert "It was meant for: the person responsible" in said


async def test_before_the_mail_room_has_come_by_it_says_so_in_the_persons_language(
    quiet: Partnership, web: httpx.AsyncClient
) -> None:
    answer = await web.get("/api/v1/partnerships/quiet/why?person=olena", headers=KEY)
    assert any("найближчий обхід пошти" in sentence for sentence in answer.json()["sentences"])


@pytest.mark.parametrize("path", ["why?person=olena", "mails/preview"])
async def test_mail_is_the_operators_to_ask_about(quiet: Partnership, web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(f"/api/v1/partnerships/quiet/{path}", headers={"Authorization": ""})).status_code == 401


async def test_a_mail_is_previewed_with_real_data(quiet: Partnership, web: httpx.AsyncClient) -> None:
    path = "/api/v1/partnerships/quiet/mails/preview?watch=contact&rung=3&language=en"
    seen = (await web.get(path, headers=KEY)).json()
    assert seen["to"] == "Ірина Шевчук <iryna@example.org>"
    assert "Erlangen" in seen["subject"]
    assert "no contact recorded since" in seen["subject"]
    assert "Erlangen" in seen["html"]


@pytest.mark.parametrize(("asked", "said"), [("watch=weather", "Watched: contact"), ("rung=9", "has the rungs 1 to 4")])
async def test_a_preview_of_nothing_says_what_there_is(
    quiet: Partnership, web: httpx.AsyncClient, asked: str, said: str
) -> None:
    answer = await web.get(f"/api/v1/partnerships/quiet/mails/preview?{asked}", headers=KEY)
    assert answer.status_code == 409
    assert said in answer.json()["message"]


async def test_the_page_shows_who_was_told_and_what_is_in_doubt_without_the_mails_words(
    quiet: Partnership, shelf: Shelf, web: httpx.AsyncClient
) -> None:
    await as_operator(web, shelf)
    await delivered(shelf, "unknown")
    page = (await web.get("/partnerships/quiet?lang=en")).text
    assert "in doubt: it may have been sent, or not" in page
    assert "the words of the mail" not in page
