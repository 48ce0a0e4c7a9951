"""How much and when: digests, welcomes, holds, both sides, caps. Rounds on a clock that the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.mail_plan import MOST_A_YEAR
from models.tables import CalendarDayRow, DeliveryRow, HoldRow, MailRow, NoticeRow, PersonRow, PlaceRow
from tests.mail.conftest import Provider, Room, person_row
from tests.mail.lives import HOME, NOW, PARTNER, living
from tests.mail.test_plan import end, notice, seated

KYIV = ZoneInfo("Europe/Kyiv")


async def until(room: Room, at: datetime, minutes: int = 120) -> None:
    """Rounds until a moment."""
    while room.now < at:
        await room.round()
        room.later(minutes=minutes)


async def days(room: Room, count: int, minutes: int = 120) -> None:
    await until(room, room.now + timedelta(days=count), minutes)


def left(room: Room) -> list[datetime]:
    """When the mails left, in Kyiv."""
    return [message["Date"].datetime.astimezone(KYIV) for message in room.provider.received]


async def test_a_weekly_digest_takes_everything_along_on_its_day(room: Room) -> None:
    await room.change(PersonRow, "olena", digest="weekly")
    for number in range(5):
        await room.record(living(id=f"most-{number}"), notice())
    await days(room, 12)
    assert room.provider.recipients == ["olena"]
    (at,) = left(room)
    assert at.isoweekday() == 1
    assert 9 <= at.hour < 18
    assert len({row.mail for row in await room.rows(DeliveryRow)}) == 1


async def test_what_comes_up_after_the_digest_waits_for_the_next_one(room: Room) -> None:
    await room.change(PersonRow, "olena", digest="weekly")
    await room.record(living(), notice())
    await days(room, 5)
    await room.record(living(id="most-2"), notice())
    await days(room, 12)
    monday, next_monday = left(room)
    assert next_monday.date() - monday.date() == timedelta(days=7)


async def test_a_decision_goes_at_once_and_takes_along_what_waits(room: Room) -> None:
    await room.change(PersonRow, "kateryna", digest="weekly")
    await room.record(living(), notice(3, "coordinator"))
    await room.round()
    assert room.provider.received == []
    await room.record(living(id="most-2"), notice(4, "coordinator", attention="decide"))
    await room.round()
    assert room.provider.recipients == ["kateryna"]
    assert all(row.mail for row in await room.rows(DeliveryRow))


async def test_due_at_night_goes_in_the_morning(room: Room) -> None:
    room.now = datetime(2026, 8, 3, 22, 30, tzinfo=UTC)
    await room.record(living(), notice())
    await days(room, 1, minutes=30)
    (at,) = left(room)
    assert (at.day, at.hour) == (4, 9)


async def test_due_on_a_day_the_municipality_closed_goes_on_the_next_open_one(room: Room) -> None:
    await room.add(CalendarDayRow, calendar="UA01", day=NOW.date(), note="the town's day")
    await room.record(living(), notice())
    await days(room, 5)
    (at,) = left(room)
    assert at.date() == NOW.date() + timedelta(days=3)


async def test_nothing_is_sent_before_a_welcome_and_nothing_on_its_day(room: Room) -> None:
    async with room.engine.begin() as connection:
        await connection.execute(delete(MailRow).where(MailRow.person == "olena"))
    await room.record(living(), notice())
    await days(room, 5)
    welcome, reminder = left(room)
    kinds = [row.kind for row in await room.rows(MailRow, MailRow.settled_at) if row.person == "olena"]
    assert kinds == ["welcome", "reminder"]
    assert reminder - welcome >= timedelta(days=1)


async def test_a_person_just_named_is_welcomed_once_without_anything_due(room: Room) -> None:
    await room.add(PersonRow, **person_row("nadia", added_by="kateryna"))
    await room.round()
    assert room.provider.received == []
    await room.record(seated(officer="nadia"))
    await days(room, 3)
    assert room.provider.recipients == ["nadia"]


@pytest.mark.parametrize("hold", [{"place": "UA01"}, {"oblast": "Вигадана"}], ids=["the municipality", "its oblast"])
async def test_a_hold_keeps_all_mail_and_one_digest_follows(room: Room, hold: dict[str, Any]) -> None:
    await room.change(PlaceRow, "UA01", oblast_uk="Вигадана")
    times = {"begins": room.now, "ends": room.now + timedelta(days=14)}
    await room.add(HoldRow, id="h1", made_by="kateryna", **times, **hold)
    for number in range(3):
        await room.record(living(id=f"most-{number}"), notice())
        await days(room, 4)
    assert room.provider.received == []
    await days(room, 5)
    assert room.provider.recipients == ["olena"]
    assert len({row.mail for row in await room.rows(DeliveryRow)}) == 1


async def test_a_hold_on_one_municipality_leaves_the_coordinators_mail_alone(room: Room) -> None:
    times = {"begins": room.now, "ends": room.now + timedelta(days=14)}
    await room.add(HoldRow, id="h1", made_by="kateryna", place="UA01", **times)
    await room.record(living(), notice(3, "officer", "coordinator"))
    await room.round()
    assert room.provider.recipients == ["kateryna"]


async def test_a_hold_that_begins_while_a_mail_is_retried_takes_its_deliveries_back(room: Room) -> None:
    room.provider.stop()
    await room.record(living(), notice())
    await room.round()
    await room.add(HoldRow, id="h1", made_by="k", place="UA01", begins=room.now, ends=room.now + timedelta(days=2))
    room.provider.start()
    room.later(hours=1)
    await room.round()
    assert await room.mails() == {"olena": "withdrawn"}
    assert await room.waiting() == [(1, 1, "olena")]
    await days(room, 4)
    assert room.provider.recipients == ["olena"]
    assert await room.mails() == {"olena": "sent"}


async def test_mail_that_asks_both_sides_goes_at_an_hour_both_work(room: Room) -> None:
    await room.change(PersonRow, "petro", time_zone="America/New_York", country="US")
    both = (HOME.but(counted_from=NOW), PARTNER.but(officer="petro", counted_from=NOW))
    room.now = datetime(2026, 8, 3, 6, 30, tzinfo=UTC)
    await room.record(living(parties=both), notice())
    await days(room, 1, minutes=30)
    assert room.provider.recipients == ["olena", "petro"]
    assert [at.hour for at in left(room)] == [16, 16]


async def test_several_notices_after_downtime_are_one_mail(room: Room) -> None:
    for rung in (1, 2, 3):
        await room.record(living(revision=rung), notice(rung, "officer", at=room.now + timedelta(days=rung)))
    await room.round()
    assert room.provider.recipients == ["olena"]


async def test_one_ladder_is_told_so_often_a_year_and_not_more(room: Room) -> None:
    for episode in range(1, MOST_A_YEAR + 3):
        await room.record(living(revision=episode), notice(episode=episode))
        await room.round()
        room.later(hours=2)
        await until(room, room.now.replace(hour=9, minute=0) + timedelta(days=1), minutes=720)
    carried = [row for row in await room.rows(DeliveryRow) if row.mail]
    capped = [row for row in await room.rows(DeliveryRow) if row.why == "capped"]
    assert (len(carried), len(capped)) == (MOST_A_YEAR, 2)


async def test_a_year_is_as_long_as_the_policys_days_make_it(engine: AsyncEngine, provider: Provider) -> None:
    """Where a day is half a second, somebody who was told of a ladder every minute is told the next minute too."""
    room = Room(engine, provider, policy="demo@1")
    for episode in range(1, MOST_A_YEAR + 3):
        await room.record(living(revision=episode), notice(episode=episode))
        await room.plan()
        room.later(minutes=1)
    told = [row for row in await room.rows(DeliveryRow) if row.why is None]
    assert len(told) == MOST_A_YEAR + 2


async def test_what_reached_nobody_reaches_the_operator_once_there_is_one(
    engine: AsyncEngine, provider: Provider
) -> None:
    room = Room(engine, provider)
    await room.record(seated(officer=None).but(coordinator=None), notice())
    await room.round()
    later = Room(engine, provider, operator_email="operator@example.org")
    await later.round()
    assert provider.recipients == ["operator"]
    (told,) = await room.rows(NoticeRow)
    assert told.outcome == "nobody"


async def test_resolved_goes_with_the_digest_and_a_settled_decision_at_once(room: Room) -> None:
    await room.change(PersonRow, "kateryna", digest="weekly")
    await room.record(living(), notice(4, "coordinator", attention="decide"))
    await room.record(living(id="most-2"), notice(3, "coordinator"))
    await room.round()
    room.later(hours=2)
    await room.record(living(revision=1), end())
    await room.round()
    assert room.provider.recipients == ["kateryna", "kateryna"]


async def test_what_reached_nobody_reaches_whoever_is_named_later(room: Room) -> None:
    await room.record(seated(officer=None).but(coordinator=None), notice())
    await room.round()
    await room.record(seated(officer="petro").but(revision=1))
    room.later(days=3, hours=1)
    await room.round()
    assert room.provider.recipients == ["petro"]


async def test_mail_about_one_municipality_comes_in_the_name_it_wants(room: Room) -> None:
    await room.change(PlaceRow, "UA01", sender_name="Асоціація Вигадана")
    await room.record(living(), notice(3, "officer", "coordinator"))
    await room.round()
    names = {each["To"].addresses[0].username: each["From"].addresses[0] for each in room.provider.received}
    assert (names["olena"].display_name, names["olena"].addr_spec) == ("Асоціація Вигадана", "mosty@example.org")
    assert names["kateryna"].display_name == ""


async def test_what_was_put_back_from_a_mail_that_left_without_it_comes_in_another_mail(room: Room) -> None:
    """The mail had its name from what is now held: neither that, nor what comes up later, is kept back for it."""
    room.provider.stop()
    await room.record(living(), notice())
    await room.round()
    await room.record(living(id="most-2", parties=(PARTNER.but(officer="olena"), HOME.but(officer=None))), notice())
    await room.round()
    await room.add(HoldRow, id="h1", made_by="k", place="UA01", begins=room.now, ends=room.now + timedelta(days=2))
    room.provider.start()
    room.later(hours=1)
    await room.round()
    assert [row.partnership for row in await room.rows(DeliveryRow) if row.mail] == ["most-2"]
    await days(room, 4)
    assert room.provider.recipients == ["olena", "olena"]
    assert await room.waiting() == []
    assert len({message["Message-ID"] for message in room.provider.received}) == 2
