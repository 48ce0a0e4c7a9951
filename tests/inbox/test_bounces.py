"""Mail that came back: it is on record, the back-up is told, and a lost address of a partner is to be replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.inbox_bounces import StillLeaving
from models.address import RecordBounce
from models.tables import CorrespondentRow, MailRow, PersonRow
from tests.inbox.desk import DANYLO, HERE, OFFICER, OURS, PARTNER, QUESTION, REMINDER, WELCOME, Desk, letter, report
from tests.mail.conftest import Provider, Room
from tests.mail.lives import NOW, living, told

WROTE = NOW - timedelta(minutes=30)
"""When the mail server says that it wrote its report."""


@pytest.fixture
async def reminded(desk: Desk) -> Desk:
    p, notice = told(living(), "contact")
    await desk.begin(p, notice)
    await desk.correspond()
    await desk.sent()
    await desk.carried(notice)
    return desk


@pytest.fixture
async def asked(desk: Desk) -> Desk:
    """The officer's question to the partner left in the officer's name."""
    await desk.begin()
    await desk.correspond()
    await desk.sent(QUESTION, kind="partner", about="most-1", correspondent=f"most-1-{PARTNER}", address=PARTNER)
    return desk


async def mail(desk: Desk, message_id: str = REMINDER) -> Any:
    async with desk.engine.connect() as connection:
        return (await connection.execute(select(MailRow.__table__).where(MailRow.message_id == message_id))).one()


async def person(desk: Desk, key: str = "olena") -> Any:
    async with desk.engine.connect() as connection:
        return (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == key))).one()


async def lost_at(desk: Desk) -> Any:
    (row,) = await desk.rows(CorrespondentRow)
    return row.bounced_at


async def test_a_hard_bounce_of_our_mail_is_on_record_and_the_back_up_is_told(
    reminded: Desk, provider: Provider
) -> None:
    assert await reminded.heed(report(REMINDER)) == ["bounce"]
    assert ((await mail(reminded)).status, (await mail(reminded)).answer) == (
        "bounced",
        "smtp; 550 5.1.1 No such user here",
    )
    assert (await person(reminded)).unreachable_at == NOW
    assert (await person(reminded)).unreachable_why == "smtp; 550 5.1.1 No such user here"
    await Room(reminded.engine, provider).round()
    assert provider.recipients == ["danylo"]
    assert reminded.given == [], "the officer's address is our concern, not the partnership's"


async def test_a_bounce_counts_once_however_often_it_is_reported(reminded: Desk, provider: Provider) -> None:
    await reminded.heed(report(REMINDER))
    await Room(reminded.engine, provider).round()
    assert await reminded.heed(report(REMINDER)) == ["repeat"]
    assert await reminded.heed(report(REMINDER, message_id="<again@mx.example>")) == ["bounce"]
    await Room(reminded.engine, provider).round()
    assert provider.recipients == ["danylo"]


async def test_an_address_corrected_in_the_meantime_is_not_called_unreachable(reminded: Desk) -> None:
    async with reminded.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(email="new@example.org"))
    await reminded.heed(report(REMINDER))
    assert (await person(reminded)).unreachable_at is None
    assert (await mail(reminded)).status == "bounced"


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0")])
async def test_a_report_that_nothing_is_lost_yet_changes_nothing(reminded: Desk, action: str, status: str) -> None:
    assert await reminded.heed(report(REMINDER, action=action, status=status)) == ["bounce"]
    assert (await mail(reminded)).status == "sent"
    assert (await person(reminded)).unreachable_at is None


async def test_a_mail_given_up_on_by_a_server_that_was_away_did_not_arrive_either(
    reminded: Desk, provider: Provider
) -> None:
    await reminded.heed(report(REMINDER, status="4.4.7"))
    await Room(reminded.engine, provider).round()
    assert provider.recipients == ["danylo"]


async def test_a_report_that_overtakes_the_record_of_sending_waits_for_it(reminded: Desk) -> None:
    async with reminded.engine.begin() as connection:
        await connection.execute(update(MailRow).where(MailRow.message_id == REMINDER).values(status="claimed"))
    with pytest.raises(StillLeaving):
        await reminded.heed(report(REMINDER))
    assert await reminded.incoming() == []
    async with reminded.engine.begin() as connection:
        await connection.execute(update(MailRow).where(MailRow.message_id == REMINDER).values(status="sent"))
    assert await reminded.heed(report(REMINDER)) == ["bounce"]
    assert (await mail(reminded)).status == "bounced"


@pytest.mark.parametrize("status", ["withdrawn", "failed", "planned"])
async def test_a_mail_that_did_not_leave_cannot_come_back(reminded: Desk, status: str) -> None:
    async with reminded.engine.begin() as connection:
        await connection.execute(update(MailRow).where(MailRow.message_id == REMINDER).values(status=status))
    assert await reminded.heed(report(REMINDER)) == ["bounce"]
    assert (await mail(reminded)).status == status


async def test_a_welcome_that_comes_back_shows_that_its_reader_cannot_be_reached(desk: Desk) -> None:
    await desk.sent(WELCOME, kind="welcome")
    assert await desk.heed(report(WELCOME)) == ["bounce"]
    assert (await person(desk)).unreachable_at == NOW


async def test_a_question_that_comes_back_asks_for_a_new_contact(asked: Desk) -> None:
    assert await asked.heed(report(QUESTION, PARTNER)) == ["bounce"]
    (command,) = asked.commands
    assert isinstance(command, RecordBounce)
    assert (command.party, command.at) == ("p2", WROTE)
    assert "address:p2" in [watch.name for watch in (await asked.partnership()).watches()]
    assert await lost_at(asked) == NOW
    assert (await mail(asked, QUESTION)).status == "bounced"
    assert (await person(asked)).unreachable_at is None, "it was not the officer's address"
    assert await asked.incoming() == [("most-1", "bounce", "p2")]


@pytest.mark.parametrize(("action", "status", "became"), [("delayed", "4.4.1", "sent"), ("failed", "4.4.7", "bounced")])
async def test_a_partners_server_that_is_away_does_not_lose_the_address(
    asked: Desk, action: str, status: str, became: str
) -> None:
    assert await asked.heed(report(QUESTION, PARTNER, action, status)) == ["bounce"]
    assert (asked.given, await lost_at(asked)) == ([], None)
    assert (await mail(asked, QUESTION)).status == became


async def test_a_letter_between_the_parties_that_comes_back_asks_for_a_new_contact(desk: Desk) -> None:
    await desk.begin()
    await desk.correspond()
    assert await desk.heed(report("<theirs@example.org>", PARTNER.upper(), to=HERE)) == ["bounce"]
    assert [getattr(command, "party", None) for command in desk.commands] == ["p2"]
    assert await lost_at(desk) == NOW


@pytest.mark.parametrize("recipient", ["nobody@elsewhere.example", "old@musterstadt.example"])
async def test_an_address_that_nobody_knew_is_not_lost(desk: Desk, recipient: str) -> None:
    """A colleague's address at the same domain says nothing of the one that is known."""
    await desk.begin()
    await desk.correspond()
    assert await desk.heed(report("<theirs@example.org>", recipient, to=HERE)) == ["bounce"]
    assert (desk.given, await lost_at(desk)) == ([], None)


async def test_a_letter_later_than_the_bounce_shows_that_there_is_a_way(asked: Desk) -> None:
    await asked.heed(report(QUESTION, PARTNER))
    await asked.heed(letter(at=NOW - timedelta(minutes=1)))
    assert "address:p2" not in [watch.name for watch in (await asked.partnership()).watches()]


async def test_a_report_about_mail_that_is_not_ours_is_left_alone(reminded: Desk) -> None:
    assert await reminded.heed(report("<theirs@elsewhere.example>", DANYLO, to=OURS)) == ["unmatched"]
    assert await reminded.incoming() == []


async def test_a_bounce_is_no_contact(asked: Desk) -> None:
    await asked.heed(report(QUESTION, OFFICER))
    assert (await asked.partnership()).contacts == ()
