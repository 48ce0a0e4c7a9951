"""Many mails to one domain at once would look like a flood to its server."""

from __future__ import annotations

from datetime import timedelta

from activities.mail import MOST_TO_A_DOMAIN, Pace
from models.tables import MailRow, PersonRow
from tests.mail.conftest import Room, person_row, welcome_row
from tests.mail.lives import NOW
from tests.mail.test_plan import notice, seated

TEN = timedelta(minutes=10)


def test_so_many_go_to_a_domain_within_a_while_and_the_next_after_it() -> None:
    pace = Pace(TEN, most=2)
    assert [pace.allows(f"{who}@example.org", NOW) for who in "abc"] == [True, True, False]
    assert not pace.allows("c@example.org", NOW + TEN - timedelta(microseconds=1))
    assert pace.allows("c@example.org", NOW + TEN)


def test_one_domain_keeps_back_no_other() -> None:
    pace = Pace(TEN, most=1)
    assert pace.allows("a@example.org", NOW)
    assert pace.allows("a@example.com", NOW)


def test_a_domain_is_the_same_however_it_is_written() -> None:
    pace = Pace(TEN, most=1)
    assert pace.allows("a@example.org", NOW)
    assert not pace.allows("b@EXAMPLE.ORG", NOW)


async def test_what_is_above_goes_with_the_next_round(room: Room) -> None:
    people = [f"person-{number:02}" for number in range(MOST_TO_A_DOMAIN + 2)]
    for number, person in enumerate(people):
        await room.add(PersonRow, **person_row(person))
        await room.add(MailRow, **welcome_row(person))
        await room.record(seated(officer=person, deputy=None).but(id=f"most-{number:02}"), notice())
    await room.round()
    assert len(room.provider.received) == MOST_TO_A_DOMAIN
    room.later(minutes=10)
    await room.round()
    assert room.provider.recipients == people
