"""Answers to our own mail: never contact, unless their author states one with its date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.base import Actor, Role, Source
from models.contact import ContactKind, RecordContact
from models.tables import DeliveryRow, HandoverRow, IncomingRow, PersonRow
from tests.inbox.desk import (
    DANYLO,
    HERE,
    OFFICER,
    PARTNER,
    QUESTION,
    REMINDER,
    WELCOME,
    Desk,
    absence,
    answer,
    letter,
)
from tests.mail.lives import DAY, NOW, ago, living, told

STATED = "contact 12.05.2026"
NOON_IN_KYIV = datetime(2026, 5, 12, 9, tzinfo=UTC)


@pytest.fixture
async def reminded(desk: Desk) -> Desk:
    """The officer got our reminder of a quiet partnership."""
    p, notice = told(living(), "contact")
    await desk.begin(p, notice)
    await desk.correspond()
    await desk.sent()
    await desk.carried(notice)
    return desk


async def test_an_answer_to_us_hears_nobody(reminded: Desk) -> None:
    assert await reminded.heed(answer("Thank you, all is well, we had contact in May.")) == ["answer"]
    assert reminded.given == []
    (row,) = await reminded.rows(IncomingRow)
    assert (row.partnership, row.verdict, row.party, row.mail) == ("most-1", "answer", "p1", REMINDER)


async def test_a_contact_stated_with_its_date_is_recorded_for_all_at_local_noon(reminded: Desk) -> None:
    assert await reminded.heed(answer(STATED)) == ["contact"]
    (command,) = reminded.commands
    assert isinstance(command, RecordContact)
    assert (command.how, command.at, command.source) == (ContactKind.IN_TOUCH, NOON_IN_KYIV, Source.STATED)
    assert reminded.given[0].actor == Actor(role=Role.OFFICER, person="olena", party="p1")
    assert await reminded.heard("p1") == await reminded.heard("p2") == NOON_IN_KYIV


async def test_noon_is_the_authors_own(reminded: Desk) -> None:
    async with reminded.engine.begin() as connection:
        await connection.execute(PersonRow.__table__.update().values(time_zone="Asia/Tokyo"))
    await reminded.heed(answer(STATED))
    assert await reminded.heard("p1") == datetime(2026, 5, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "heard"), [("Asia/Tokyo", NOW.replace(hour=3)), ("America/New_York", NOW)], ids=["past", "to come"]
)
async def test_a_contact_today_is_at_noon_or_now_where_noon_is_to_come(
    reminded: Desk, zone: str, heard: datetime
) -> None:
    async with reminded.engine.begin() as connection:
        await connection.execute(PersonRow.__table__.update().values(time_zone=zone))
    await reminded.heed(answer("contact 31.07.2026"))
    assert await reminded.heard("p1") == heard


@pytest.mark.parametrize(
    "words",
    [
        "contact 12.08.2026",
        "> contact 12.05.2026",
        "Thanks!\n\nOn Fri, Jul 31, 2026 at 9:00 AM Mosty wrote:\ncontact 12.05.2026",
        "-- \ncontact 12.05.2026",
        "No contact since 12.05.2026",
    ],
    ids=["in the future", "quoted", "below a quote", "in a signature", "denied"],
)
async def test_what_is_not_stated_as_past_contact_stays_an_answer(reminded: Desk, words: str) -> None:
    assert await reminded.heed(answer(words)) == ["answer"]
    assert reminded.given == []


async def test_a_stranger_who_answers_is_not_believed(reminded: Desk) -> None:
    assert await reminded.heed(answer(STATED, "somebody@elsewhere.example")) == ["unknown_author"]
    assert reminded.given == []


async def test_a_substitute_without_a_seat_is_believed_as_the_one_the_mail_went_to(desk: Desk) -> None:
    p, notice = told(living(), "contact")
    await desk.begin(p, notice)
    await desk.sent(person="petro", address="petro@example.org")
    await desk.carried(notice)
    async with desk.engine.begin() as connection:
        await connection.execute(DeliveryRow.__table__.update().values(person="petro"))
    assert await desk.heed(answer(STATED, "petro@example.org")) == ["contact"]
    assert desk.given[0].actor == Actor(role=Role.OFFICER, person="petro", party="p1")


async def test_the_deputy_may_answer_what_went_to_the_officer(reminded: Desk) -> None:
    assert await reminded.heed(answer(STATED, DANYLO)) == ["contact"]
    assert reminded.given[0].actor == Actor(role=Role.DEPUTY, person="danylo", party="p1")


async def test_a_partner_may_state_a_contact_too(reminded: Desk) -> None:
    await reminded.sent(QUESTION, kind="partner", about="most-1", correspondent=f"most-1-{PARTNER}", address=PARTNER)
    assert await reminded.heed(answer("Kontakt am 12. Mai 2026", PARTNER, QUESTION)) == ["contact"]
    assert reminded.given[0].actor == Actor(role=Role.PARTNER, party="p2")


async def test_a_partners_answer_that_comes_to_us_only_is_an_answer_to_us(reminded: Desk) -> None:
    """With the partnership's address among those it answers to, it would be a letter to the officer."""
    await reminded.sent(QUESTION, kind="partner", about="most-1", correspondent=f"most-1-{PARTNER}", address=PARTNER)
    assert await reminded.heed(answer("Yes, all is well.", PARTNER, QUESTION)) == ["answer"]
    also_here = letter(to=(OFFICER, HERE), cc=(), In_Reply_To=QUESTION)
    assert await reminded.heed(also_here) == ["contact"]


async def test_a_contact_stated_in_answer_to_a_mail_about_several_partnerships_is_nobodys(reminded: Desk) -> None:
    p, notice = told(living(id="most-2"), "contact")
    await reminded.begin(p, notice)
    await reminded.carried(notice, "most-2")
    assert await reminded.heed(answer(STATED)) == ["answer", "answer"]
    assert reminded.given == []


async def test_a_contact_stated_to_the_partnerships_own_address_is_that_partnerships(reminded: Desk) -> None:
    assert await reminded.heed(letter(OFFICER, (HERE,), (), text=STATED)) == ["contact"]
    assert await reminded.heard("p2") == NOON_IN_KYIV


async def test_the_answered_mail_is_found_along_the_whole_thread(reminded: Desk) -> None:
    later = answer(STATED, In_Reply_To="<between@example.org>", References=f"{REMINDER} <between@example.org>")
    assert await reminded.heed(later) == ["contact"]


async def test_an_answer_to_a_welcome_belongs_to_no_partnership(reminded: Desk) -> None:
    await reminded.sent(WELCOME, kind="welcome")
    assert await reminded.heed(answer(STATED, to=WELCOME)) == ["answer"]
    away = absence(In_Reply_To=WELCOME)
    assert await reminded.heed(away) == ["absence"]
    assert reminded.given == []
    assert {row[0] for row in await reminded.incoming()} == {""}


async def test_an_answer_to_an_offer_belongs_to_the_partnership_that_is_handed_over(reminded: Desk) -> None:
    offer: dict[str, Any] = {"id": "h1", "role": "officer", "party": "p1", "proposed_by": "olena", "proposed_at": NOW}
    await reminded.add(HandoverRow, partnership="most-1", giver="olena", heir="petro", **offer)
    await reminded.sent("<offer@association.example>", kind="handover", about="h1", person="petro")
    assert await reminded.heed(answer("Gladly!", DANYLO, "<offer@association.example>")) == ["answer"]
    assert (await reminded.incoming())[0][0] == "most-1"


async def test_a_refused_statement_is_on_record_with_the_refusals_code(desk: Desk) -> None:
    p, notice = told(living(began=ago(30)), "contact")
    await desk.begin(p, notice)
    await desk.sent()
    await desk.carried(notice)
    assert await desk.heed(answer(STATED)) == ["refused: before_it_began"]
    assert await desk.incoming() == [("most-1", "refused: before_it_began", "p1")]


async def test_a_statement_counts_once_however_often_it_comes(reminded: Desk) -> None:
    assert await reminded.heed(answer(STATED)) == ["contact"]
    assert await reminded.heed(answer(STATED), NOW + DAY - timedelta(hours=1)) == ["repeat"]
    assert len(reminded.given) == 1


async def test_an_answer_to_nobodys_mail_is_none_of_our_business(reminded: Desk) -> None:
    assert await reminded.heed(answer(STATED, to="<elsewhere@example.com>")) == ["unmatched"]
    assert await reminded.heed(answer(STATED, OFFICER, "")) == ["unmatched"]
    assert await reminded.incoming() == []
