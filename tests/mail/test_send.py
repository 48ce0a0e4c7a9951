"""Sending once: crashes, refusals, lost lines, a provider that is away, two workers. Cases from practice."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.mail_send import LEASE, MOST_ATTEMPTS, Claim, Outbox
from activities.smtp import MailServer, Outcome
from mailroom.message import Sender, Unwritable
from models.tables import MailRow, PersonRow, PlaceRow, open_engine
from tests.mail.conftest import Provider, Room, person_row, welcome_row
from tests.mail.lives import living
from tests.mail.test_plan import end, notice, seated


class Killed(BaseException):
    """The worker's process ends here."""


def kill(monkeypatch: pytest.MonkeyPatch, after_sending: bool) -> None:
    """Make the next sending end the worker, before or after the server took the mail."""
    deliver = MailServer.deliver

    async def deadly(self: MailServer, *given: object) -> Outcome:
        if after_sending:
            await deliver(self, *given)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(MailServer, "deliver", deadly)


@pytest.mark.parametrize("after_sending", [False, True], ids=["before sending", "after sending"])
async def test_killed_between_claim_and_record_is_marked_unknown_and_never_repeated(
    room: Room, monkeypatch: pytest.MonkeyPatch, after_sending: bool
) -> None:
    await room.record(living(), notice())
    await room.plan()
    with monkeypatch.context() as dying:
        kill(dying, after_sending)
        with pytest.raises(Killed):
            await room.send()
    assert await room.mails() == {"olena": "claimed"}
    room.later(seconds=LEASE.total_seconds() + 1)
    for _ in range(3):
        await room.round()
    assert await room.mails() == {"olena": "unknown"}
    assert len(room.provider.received) == (1 if after_sending else 0)


async def test_killed_after_the_record_sends_nothing_more(room: Room) -> None:
    await room.record(living(), notice())
    await room.round()
    room.later(hours=1)
    await room.round()
    assert await room.mails() == {"olena": "sent"}
    assert len(room.provider.received) == 1


async def test_a_claim_that_may_be_in_somebodys_hands_is_left_alone(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.record(living(), notice())
    await room.plan()
    with monkeypatch.context() as dying:
        kill(dying, after_sending=False)
        with pytest.raises(Killed):
            await room.send()
    room.later(seconds=LEASE.total_seconds() - 1)
    await room.round()
    assert await room.mails() == {"olena": "claimed"}


async def test_an_episode_does_not_close_over_a_mail_on_its_way(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.record(living(), notice())
    await room.plan()
    with monkeypatch.context() as dying:
        kill(dying, after_sending=True)
        with pytest.raises(Killed):
            await room.send()
    await room.record(living(revision=1), end())
    assert (await room.plan()).done["in_flight"] == 1
    room.later(seconds=LEASE.total_seconds() + 1)
    await room.send()
    room.later(hours=1)
    await room.round()
    assert await room.mails() == {"olena": "unknown sent"}


async def test_accepted_and_the_line_lost_is_unknown(room: Room) -> None:
    room.provider.drops_the_line = True
    await room.record(living(), notice())
    for _ in range(2):
        await room.round()
        room.later(hours=1)
    assert await room.mails() == {"olena": "unknown"}
    assert len(room.provider.received) == 1


async def test_two_workers_at_once_send_one_mail(database_url: str, engine: AsyncEngine, provider: Provider) -> None:
    other = open_engine(database_url)
    rooms = [Room(engine, provider), Room(other, provider)]
    try:
        for number in range(8):
            officers = seated(officer=f"officer-{number}").but(id=f"most-{number}")
            await rooms[0].add(PersonRow, **person_row(f"officer-{number}"))
            await rooms[0].add(MailRow, **welcome_row(f"officer-{number}"))
            await rooms[0].record(officers, notice(1, "officer", "coordinator"))
        await asyncio.gather(*(room.round() for room in rooms))
        await rooms[0].round()
    finally:
        await other.dispose()
    assert len(provider.received) == 9
    assert len({message["Message-ID"] for message in provider.received}) == 9
    assert await rooms[0].waiting() == []


async def test_one_bad_recipient_does_not_stop_the_others(room: Room) -> None:
    room.provider.refusals = {"olena@example.org": "550 5.1.1 No such mailbox"}
    await room.change(PersonRow, "danylo", email="not an address")
    await room.record(living(), notice(1, "officer", "deputy", "coordinator"))
    await room.round()
    assert await room.mails() == {"olena": "planned", "danylo": "failed", "kateryna": "sent"}
    answers = {row.person: row.answer for row in await room.rows(MailRow) if row.kind == "reminder"}
    assert answers["olena"] == "550 5.1.1 No such mailbox"
    assert answers["kateryna"].startswith("250 2.0.0 Taken as")


async def test_a_provider_down_for_three_days_gets_every_mail_once_afterwards(room: Room) -> None:
    room.provider.stop()
    await room.record(living(), notice(1, "officer", "coordinator"))
    for _ in range(9):
        await room.round()
        room.later(hours=8)
    assert set((await room.mails()).values()) == {"planned"}
    room.provider.start()
    for _ in range(6):
        await room.round()
        room.later(hours=8)
    assert room.provider.recipients == ["kateryna", "olena"]
    assert all(row.unreachable_at is None for row in await room.rows(PersonRow))


async def test_a_server_that_is_away_is_no_attempt_at_any_address(room: Room) -> None:
    room.provider.stop()
    await room.record(living(), notice(1, "officer", "coordinator"))
    await room.round()
    reminders = [row for row in await room.rows(MailRow) if row.kind == "reminder"]
    assert [row.attempts for row in reminders] == [0, 0]
    assert sum(row.answer is not None for row in reminders) == 1


async def test_turned_away_for_now_it_is_tried_again_after_a_pause_that_grows(room: Room) -> None:
    room.provider.refusals = {"olena@example.org": "451 4.7.1 Greylisted, come again"}
    await room.record(living(), notice())
    pauses = []
    for _ in range(3):
        await room.round()
        (mail,) = await room.reminders()
        pauses.append(mail.send_after - room.now)
        room.now = mail.send_after
    assert pauses == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    room.provider.refusals = {}
    await room.round()
    assert await room.mails() == {"olena": "sent"}


async def test_turned_away_for_days_it_fails_visibly(room: Room) -> None:
    room.provider.answer = "452 4.2.2 Mailbox full"
    await room.record(living(), notice())
    began = room.now
    await room.plan()
    while (await room.mails()).get("olena") != "failed":
        assert room.now - began < timedelta(days=60)
        await room.send()
        room.later(hours=6)
    (mail,) = await room.reminders()
    assert (mail.status, mail.attempts, mail.answer) == ("failed", MOST_ATTEMPTS, "452 4.2.2 Mailbox full")
    assert mail.settled_at - began > timedelta(days=4)
    (olena,) = [row for row in await room.rows(PersonRow) if row.id == "olena"]
    assert olena.unreachable_why == "452 4.2.2 Mailbox full"


async def test_the_message_carries_what_machines_and_threads_need(room: Room) -> None:
    await room.record(living(), notice(1))
    await room.round()
    began = room.now
    for revision, told in enumerate([notice(2, "officer"), notice(3, "officer"), end()], 1):
        room.later(hours=1)
        await room.record(living(revision=revision), told)
        await room.round()
    first, *others = room.provider.received
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["From"] == "mosty@example.org"
    assert first["Date"].datetime == began
    assert first["In-Reply-To"] is None
    assert [message["In-Reply-To"] for message in others] == [first["Message-ID"]] * 3
    assert others[2]["References"] == first["Message-ID"]


async def test_nothing_in_the_record_can_write_a_header(room: Room) -> None:
    await room.change(PlaceRow, "UA01", name_uk="Зразкове\r\nBcc: all@example.org\r\n\r\nтекст")
    await room.change(PersonRow, "olena", name="Олена\r\nBcc: all@example.org")
    await room.record(living(), notice())
    await room.round()
    (message,) = room.provider.received
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert message["To"].addresses[0].addr_spec == "olena@example.org"


async def test_what_was_sent_is_on_record_word_by_word(room: Room) -> None:
    await room.record(living(), notice())
    await room.round()
    (mail,) = await room.reminders()
    (message,) = room.provider.received
    assert (mail.message_id, mail.subject) == (message["Message-ID"], message["Subject"])
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert mail.body == text.get_content().replace("\r\n", "\n")
    assert mail.html.rstrip() == html.get_content().replace("\r\n", "\n").rstrip()


async def test_a_mail_is_written_anew_for_the_day_it_is_sent(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.change(PersonRow, "olena", language="en", email="olena.new@example.org")
    room.later(days=3)
    await room.send()
    (message,) = room.provider.received
    assert message["To"].addresses[0].addr_spec == "olena.new@example.org"
    text = message.get_body(("plain",))
    assert text is not None
    assert "(183 days)" in text.get_content()


async def test_a_database_away_while_a_mail_is_under_way_does_not_put_it_in_doubt(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.record(living(), notice())
    await room.plan()
    settle, away = Outbox._settle, iter([True, True])

    async def sometimes(self: Outbox, claim: Claim, outcome: Outcome, now: datetime) -> str:
        if next(away, False):
            raise OSError("the database is away")
        return await settle(self, claim, outcome, now)

    monkeypatch.setattr("activities.mail_send.SETTLE_PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(Outbox, "_settle", sometimes)
    await room.send()
    assert await room.mails() == {"olena": "sent"}


def test_a_sender_that_is_no_address_is_said_at_once() -> None:
    with pytest.raises(Unwritable, match="is not an address"):
        Sender("Мости")
