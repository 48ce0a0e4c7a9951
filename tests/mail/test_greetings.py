"""Welcomes and offers of seats: they keep the hours, calendars and holds of the municipality they are about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.mail_seats import municipalities_of
from models.tables import CalendarDayRow, HandoverRow, HoldRow, MailRow, PersonRow, PlaceRow
from tests.mail.conftest import Room, person_row
from tests.mail.lives import HOME, NOW, PARTNER, living
from tests.mail.test_gather import days, left
from tests.mail.test_plan import notice, seated


async def hold(room: Room, of: str = "UA01", **more: Any) -> None:
    times = {"begins": room.now, "ends": room.now + timedelta(days=14)}
    await room.add(HoldRow, id=f"h-{of}", made_by="kateryna", **times, **({"place": of} | more))


async def offer(room: Room, role: str = "officer", party: str | None = "p1") -> None:
    """Olena offers a seat to Petro, with the mail that says so."""
    said = {"giver": "olena", "heir": "petro", "proposed_by": "kateryna", "proposed_at": NOW, "state": "proposed"}
    await room.add(HandoverRow, id="o1", partnership="most-1", role=role, party=party, **said)
    mail = {"kind": "handover", "person": "petro", "about": "o1", "address": "petro@example.org", "language": "uk"}
    moment = {"planned_at": NOW, "send_after": NOW, "status": "planned", "subject": "", "body": ""}
    await room.add(MailRow, message_id="<offer@example.org>", **mail, **moment)


@pytest.mark.parametrize("of", ["the municipality", "its oblast"])
async def test_a_hold_keeps_a_welcome_back_until_it_is_over(room: Room, of: str) -> None:
    await room.change(PlaceRow, "UA01", oblast_uk="Вигадана")
    await hold(room, **({} if of == "the municipality" else {"place": None, "oblast": "Вигадана"}))
    await room.add(PersonRow, **person_row("nadia", added_by="kateryna"))
    await room.record(seated(officer="nadia"))
    await days(room, 13)
    assert room.provider.received == []
    await days(room, 5)
    assert room.provider.recipients == ["nadia"]


async def test_a_hold_lifted_lets_a_welcome_go_within_hours(room: Room) -> None:
    await hold(room)
    await room.add(PersonRow, **person_row("nadia"))
    await room.record(seated(officer="nadia"))
    await room.round()
    await room.change(HoldRow, "h-UA01", lifted_at=room.now)
    room.later(hours=1)
    await room.round()
    assert room.provider.recipients == ["nadia"]


async def test_whoever_has_a_seat_elsewhere_too_is_welcomed_during_a_hold(room: Room) -> None:
    await hold(room)
    await room.add(PersonRow, **person_row("nadia"))
    await room.record(living(parties=(HOME.but(officer="nadia"), PARTNER.but(officer="nadia"))))
    await room.round()
    assert room.provider.recipients == ["nadia"]


async def test_whoever_lost_their_seat_before_the_welcome_left_is_welcomed_with_the_next_one(room: Room) -> None:
    await room.add(PersonRow, **person_row("nadia"))
    await room.record(seated(officer="nadia"))
    await room.plan()
    await room.record(seated(officer=None, deputy=None).but(revision=1))
    await days(room, 2)
    assert room.provider.received == []
    await room.record(seated(officer="nadia").but(revision=2), notice())
    await days(room, 5)
    kinds = [row.kind for row in await room.rows(MailRow, MailRow.settled_at) if row.person == "nadia"]
    assert kinds == ["welcome", "reminder"]
    assert room.provider.recipients == ["nadia", "nadia"]


async def test_a_coordinators_welcome_is_not_held_with_a_municipality(room: Room) -> None:
    await hold(room)
    await room.add(PersonRow, **person_row("nadia"))
    await room.record(living(coordinator="nadia"))
    await room.round()
    assert room.provider.recipients == ["nadia"]


async def test_a_welcome_waits_where_the_municipality_closed_the_day(room: Room) -> None:
    await room.add(CalendarDayRow, calendar="UA01", day=NOW.date(), note="the town's day")
    await room.add(PersonRow, **person_row("nadia"))
    await room.record(seated(officer="nadia"))
    await days(room, 5)
    (at,) = left(room)
    assert at.date() == NOW.date() + timedelta(days=3)


async def test_a_hold_keeps_an_offer_of_a_seat_there_back(room: Room) -> None:
    await room.record(living())
    await offer(room)
    await hold(room)
    await days(room, 13)
    assert room.provider.received == []
    await days(room, 5)
    assert room.provider.recipients == ["petro"]


@pytest.mark.parametrize(
    ("role", "party", "of"), [("officer", "p1", {"UA01"}), ("deputy", "p2", {"de-1"}), ("coordinator", None, set())]
)
async def test_an_offer_is_mail_to_the_municipality_of_its_seat(
    room: Room, role: str, party: str | None, of: set[str]
) -> None:
    await room.record(living())
    await offer(room, role, party)
    async with room.engine.connect() as connection:
        assert await municipalities_of(connection, "petro", "o1") == of
        assert await municipalities_of(connection, "petro", "gone") == set()
