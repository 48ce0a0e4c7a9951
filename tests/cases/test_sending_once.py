"""Cases that broke comparable tools: sending once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.mail_send import LEASE, Outbox
from activities.smtp import MailServer
from models.tables import DeliveryRow, MailRow, PersonRow, open_engine
from tests.mail.conftest import Provider, Room, person_row, welcome_row
from tests.mail.lives import living
from tests.mail.test_plan import end, notice, seated
from tests.mail.test_send import Killed, kill
from tests.mailroom.clocks import wall

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize("after_sending", [False, True], ids=["before_send", "after_send_before_record"])
async def test_worker_killed_before_the_record_leaves_one_clearly_marked_unknown(
    room: Room, monkeypatch: pytest.MonkeyPatch, after_sending: bool
) -> None:
    await room.record(living(), notice())
    await room.plan()
    with monkeypatch.context() as dying:
        kill(dying, after_sending)
        with pytest.raises(Killed):
            await room.send()
    room.later(seconds=LEASE.total_seconds() + 1)
    for _ in range(3):
        await room.round()
    assert await room.mails() == {"olena": "unknown"}
    assert len(room.provider.received) == (1 if after_sending else 0)


async def test_worker_killed_after_the_record_sends_nothing_more(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = Outbox.settle

    async def last(self: Outbox, *given: object) -> str:
        await settle(self, *given)  # type: ignore[arg-type]
        raise Killed

    await room.record(living(), notice())
    await room.plan()
    with monkeypatch.context() as dying:
        dying.setattr(Outbox, "settle", last)
        with pytest.raises(Killed):
            await room.send()
    room.later(hours=2)
    await room.round()
    assert await room.mails() == {"olena": "sent"}
    assert len(room.provider.received) == 1


async def test_smtp_accepted_and_connection_lost(room: Room) -> None:
    room.provider.drops_the_line = True
    await room.record(living(), notice())
    for _ in range(3):
        await room.round()
        room.later(hours=1)
    assert await room.mails() == {"olena": "unknown"}
    assert len(room.provider.received) == 1


async def test_activity_retried(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step fails after a mail has left, and Temporal calls it again: what was settled stays settled."""
    deliver, calls = MailServer.deliver, iter([0, 1])

    async def fails_second(self: MailServer, *given: object) -> object:
        if next(calls, 2) == 1:
            raise OSError("the step fails here")
        return await deliver(self, *given)  # type: ignore[arg-type]

    await room.record(living(), notice(1, "officer", "deputy"))
    await room.plan()
    monkeypatch.setattr(MailServer, "deliver", fails_second)
    with pytest.raises(OSError, match="fails here"):
        await room.send()
    await room.send()
    assert sorted((await room.mails()).values()) == ["claimed", "sent"]
    assert len(room.provider.received) == 1


async def test_two_workers(database_url: str, engine: AsyncEngine, provider: Provider) -> None:
    other = open_engine(database_url)
    rooms = [Room(engine, provider), Room(other, provider)]
    try:
        await rooms[0].record(living(), notice(1, "officer", "deputy", "coordinator"))
        for _ in range(3):
            await asyncio.gather(*(each.round() for each in rooms))
    finally:
        await other.dispose()
    assert provider.recipients == ["danylo", "kateryna", "olena"]


async def test_two_rounds_for_the_same_notice(room: Room) -> None:
    """Two cron daemons: the second finds nothing to do."""
    await room.record(living(), notice())
    await asyncio.gather(room.round(), room.round())
    assert room.provider.recipients == ["olena"]


async def test_anchor_moved_later_withdraws_the_unsent_reminder(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.record(living(revision=1), end())
    await room.round()
    assert room.provider.received == []
    (delivery,) = await room.rows(DeliveryRow)
    assert (delivery.why, delivery.mail) == ("over", None)


async def test_anchor_moved_earlier_is_a_new_notice_and_never_both(room: Room) -> None:
    """An older contact is recorded: the episode goes on at a higher rung, under one number or another."""
    await room.record(living(), notice(1))
    await room.plan()
    await room.record(living(revision=1), notice(2, "officer"))
    await room.round()
    assert room.provider.recipients == ["olena"]
    assert {row.rung for row in await room.rows(DeliveryRow) if row.mail} == {1, 2}


async def test_moved_so_that_the_lead_time_is_already_past_is_told_now(room: Room) -> None:
    await room.record(living(), notice(1, due=room.now - timedelta(days=400)))
    await room.round()
    assert room.provider.recipients == ["olena"]


async def test_one_bad_recipient_does_not_stop_the_others(room: Room) -> None:
    room.provider.refusals = {"olena@example.org": "550 5.1.1 No such mailbox"}
    await room.record(living(), notice(1, "officer", "deputy", "coordinator"))
    await room.round()
    assert room.provider.recipients == ["danylo", "kateryna"]


async def test_same_person_in_two_roles_gets_one_mail(room: Room) -> None:
    await room.record(living(coordinator="olena"), notice(1, "officer", "coordinator"))
    await room.round()
    assert room.provider.recipients == ["olena"]


async def test_provider_down_for_three_days_then_one_catch_up(room: Room) -> None:
    """Three reminders of three partnerships fell due meanwhile: one mail, not three and not none."""
    room.provider.stop()
    for number in range(3):
        await room.record(living(id=f"most-{number}"), notice())
        await room.round()
        room.later(days=1)
    room.provider.start()
    for _ in range(8):
        await room.round()
        room.later(hours=3)
    assert room.provider.recipients == ["olena"]
    assert {row.mail for row in await room.rows(DeliveryRow)} == {room.provider.received[0]["Message-ID"]}


async def test_unsubscribed_recipient_goes_to_the_back_up(room: Room) -> None:
    await room.change(PersonRow, "olena", unsubscribed_at=room.now)
    await room.record(living(), notice())
    await room.round()
    assert room.provider.recipients == ["danylo"]


async def test_a_decision_reaches_even_who_wants_no_digests(room: Room) -> None:
    await room.change(PersonRow, "kateryna", unsubscribed_at=room.now)
    await room.record(living(), notice(4, "coordinator", attention="decide"))
    await room.round()
    assert room.provider.recipients == ["kateryna"]


async def test_blocked_recipient_goes_to_the_back_up_once_their_server_refuses_for_good(room: Room) -> None:
    room.provider.refusals = {"olena@example.org": "550 5.1.1 No such mailbox"}
    await room.record(living(), notice())
    for _ in range(40):
        await room.round()
        room.later(hours=3)
    assert await room.mails() == {"olena": "failed", "danylo": "sent"}
    (olena,) = [row for row in await room.rows(PersonRow) if row.id == "olena"]
    assert olena.unreachable_why == "550 5.1.1 No such mailbox"


async def test_recipient_merged_with_another_is_the_one_person_in_both_seats(room: Room) -> None:
    await room.record(seated(officer="petro", deputy="petro"), notice(1, "officer", "deputy"))
    await room.round()
    assert room.provider.recipients == ["petro"]


async def test_many_due_at_nine_on_a_monday_are_spread_over_the_day_and_none_is_sent_twice(room: Room) -> None:
    """Sixty notices for twenty people: one digest each, at the minute that is the reader's own, in the working day."""
    officers = [f"officer-{number:02}" for number in range(20)]
    for officer in officers:
        await room.add(PersonRow, **person_row(officer, digest="weekly"))
        await room.add(MailRow, **welcome_row(officer))
    monday = wall("2026-08-03 09:00")
    for number in range(60):
        p = seated(officer=officers[number % 20], deputy=None).but(id=f"most-{number:02}")
        await room.record(p, notice(1, due=monday))
    room.now = monday - timedelta(hours=1)
    while room.now < monday + timedelta(hours=10):
        await room.round()
        room.later(minutes=30)
    assert room.provider.recipients == officers
    left = sorted(message["Date"].datetime.astimezone(KYIV) for message in room.provider.received)
    assert monday <= left[0]
    assert left[-1] < monday + timedelta(hours=9)
    assert len({at.hour for at in left}) >= 5
