"""Cases that broke comparable tools: people who leave, are away, or change roles while something waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.tables import AbsenceRow, DeliveryRow, PersonRow
from tests.mail.conftest import Room
from tests.mail.lives import NOW, living
from tests.mail.test_plan import notice, seated

TODAY = date(2026, 7, 31)


async def away(room: Room, person: str, first: date, last: date | None, substitute: str | None = None) -> None:
    said: dict[str, Any] = {"id": f"away-{person}-{first}", "recorded_by": person, "recorded_at": NOW}
    await room.add(AbsenceRow, person=person, first_day=first, last_day=last, substitute=substitute, **said)


async def weekly(room: Room, person: str = "olena") -> None:
    """A reader whose digest is due on Mondays: what comes up on Friday waits."""
    await room.change(PersonRow, person, digest="weekly")


async def rounds(room: Room, days: int = 10) -> None:
    """Some days of rounds, every three hours."""
    for _ in range(days * 8):
        await room.round()
        room.later(hours=3)


async def test_reassigned_one_minute_before_due_reaches_the_new_person_only(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.record(seated(officer="petro").but(revision=1))
    room.later(minutes=1)
    await rounds(room, 1)
    assert room.provider.recipients == ["petro"]


async def test_reassigned_while_a_digest_waits_is_the_new_persons_at_the_next_round(room: Room) -> None:
    await weekly(room)
    await room.record(living(), notice())
    await room.round()
    await room.record(seated(officer="petro").but(revision=1))
    await room.round()
    await room.round()
    assert room.provider.recipients == ["petro"]


async def test_absence_begins_while_pending_and_the_substitute_is_told_with_both_names_on_record(room: Room) -> None:
    await weekly(room)
    await room.record(living(), notice())
    await room.round()
    await away(room, "olena", TODAY, TODAY + timedelta(days=20), "petro")
    await rounds(room, 1)
    assert room.provider.recipients == ["petro"]
    told = {row.person: row.instead_of for row in await room.rows(DeliveryRow) if row.mail}
    assert told == {"petro": "olena"}


async def test_absence_ends_while_pending_and_the_person_is_told(room: Room) -> None:
    await weekly(room, "petro")
    await away(room, "olena", TODAY, TODAY, "petro")
    await room.record(living(), notice())
    await room.round()
    assert [person for _, _, person in await room.waiting()] == ["petro"]
    await rounds(room)
    assert room.provider.recipients == ["olena"]


async def test_away_without_anybody_to_stand_in_is_waited_for(room: Room) -> None:
    await away(room, "olena", TODAY, TODAY + timedelta(days=4))
    await room.record(seated(deputy=None), notice())
    await rounds(room, 4)
    assert room.provider.received == []
    await rounds(room, 3)
    assert room.provider.recipients == ["olena"]


async def test_away_for_long_without_anybody_to_stand_in_is_told_to_the_coordinator(room: Room) -> None:
    await away(room, "olena", TODAY, TODAY + timedelta(days=60))
    await room.record(seated(deputy=None), notice())
    await rounds(room, 1)
    assert room.provider.recipients == ["kateryna"]


async def test_substitutes_who_are_away_too_and_circles_are_settled(room: Room) -> None:
    await away(room, "olena", TODAY, None, "petro")
    await away(room, "petro", TODAY, None, "olena")
    await room.record(living(), notice())
    await rounds(room, 1)
    assert room.provider.recipients == ["danylo"]


async def test_leaver_with_forty_open_items_leaves_none_behind(room: Room) -> None:
    """The account is closed though seats are still theirs: the coordinator hears of all forty, in one mail."""
    await weekly(room)
    for number in range(40):
        await room.record(living(id=f"most-{number:02}"), notice())
    await room.round()
    await room.change(PersonRow, "olena", active=False)
    await rounds(room, 1)
    assert room.provider.recipients == ["kateryna"]
    assert len([row for row in await room.rows(DeliveryRow) if row.mail]) == 40


async def test_role_change_removes_permission_and_nothing_more_is_mailed(room: Room) -> None:
    await weekly(room)
    await room.record(living(), notice())
    await room.round()
    await room.record(seated(officer=None, deputy=None).but(revision=1))
    await rounds(room)
    assert room.provider.recipients == ["kateryna"]
