"""Who is told, by the record as it is when mail is planned; and what is withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.partnership import Partnership
from models.tables import PartnershipRow, PersonRow
from models.watch import Notice
from tests.mail.conftest import Provider, Room, text_of
from tests.mail.lives import HOME, NOW, PARTNER, living, partnership_with, told


def notice(rung: int = 1, *roles: str, episode: int = 1, **more: Any) -> Notice:
    usual = {"watch": "contact", "at": NOW, "since": NOW - timedelta(days=180), "roles": roles or ("officer",)}
    return Notice.model_validate({"episode": episode, "rung": rung} | usual | more)


def end(episode: int = 1, **more: Any) -> Notice:
    return Notice(episode=episode, rung=0, watch="contact", at=NOW, **more)


def seated(**seats: str | None) -> Partnership:
    return living(parties=(HOME.but(counted_from=NOW, **seats), PARTNER.but(counted_from=NOW)))


async def test_the_officer_is_told_once_however_often_the_round_comes(room: Room) -> None:
    await room.record(living(), notice())
    for _ in range(3):
        await room.round()
    assert room.provider.recipients == ["olena"]
    assert await room.outcomes() == {(1, 1): "told"}


async def test_every_party_with_an_account_is_told(room: Room) -> None:
    both = (HOME.but(counted_from=NOW), PARTNER.but(officer="petro", counted_from=NOW))
    await room.record(living(parties=both), notice())
    await room.plan()
    assert await room.deliveries() == [(1, 1, "olena", "officer"), (1, 1, "petro", "officer")]


async def test_the_same_person_in_two_roles_gets_one_mail(room: Room) -> None:
    await room.record(living(coordinator="olena"), notice(1, "officer", "coordinator"))
    await room.round()
    assert room.provider.recipients == ["olena"]
    assert "відповідальна особа, координатор програми" in text_of(room.provider.received[0])


async def test_an_empty_deputys_seat_is_the_officers(room: Room) -> None:
    await room.record(seated(deputy=None), notice(2, "deputy"))
    await room.plan()
    assert await room.deliveries() == [(1, 2, "olena", "officer")]


@pytest.mark.parametrize("gone", ["inactive", "unknown", "nobody named"])
async def test_nobody_responsible_is_told_to_the_coordinator(room: Room, gone: str) -> None:
    p = living() if gone == "inactive" else seated(officer="stranger" if gone == "unknown" else None)
    await room.change(PersonRow, "olena", active=False)
    await room.record(p, notice())
    await room.round()
    assert await room.outcomes() == {(1, 1): "nobody"}
    assert await room.deliveries() == [(1, 1, "kateryna", "coordinator")]
    assert "нікому повідомити" in room.provider.received[0]["Subject"]


async def test_without_a_coordinator_the_operator_is_told(engine: AsyncEngine, provider: Provider) -> None:
    room = Room(engine, provider, operator_email="operator@example.org")
    await room.record(seated(officer=None).but(coordinator=None), notice(3, "officer", "coordinator"))
    await room.round()
    assert await room.deliveries() == [(1, 3, "operator", "operator")]
    text = text_of(provider.received[0])
    assert "«відповідальна особа», «координатор програми»" in text


async def test_the_operators_address_follows_the_settings(engine: AsyncEngine, provider: Provider) -> None:
    await Room(engine, provider, operator_email="first@example.org").plan()
    room = Room(engine, provider, operator_email="second@example.org")
    await room.plan()
    (operator,) = [row for row in await room.rows(PersonRow) if row.id == "operator"]
    assert operator.email == "second@example.org"


async def test_nobody_at_all_is_put_on_record(room: Room) -> None:
    await room.record(seated(officer=None).but(coordinator=None), notice())
    await room.plan()
    assert await room.outcomes() == {(1, 1): "nobody"}
    assert await room.mails() == {}


async def test_moved_later_before_planning_nobody_is_told(room: Room) -> None:
    await room.record(living(), notice(1), notice(2), end())
    await room.round()
    assert room.provider.received == []
    assert await room.outcomes() == {(1, 0): "quiet", (1, 1): "withdrawn", (1, 2): "withdrawn"}


async def test_moved_later_before_sending_the_mail_is_withdrawn(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    assert await room.waiting() == [(1, 1, "olena")]
    await room.record(living(revision=1), end())
    await room.round()
    assert await room.waiting() == []
    assert await room.mails() == {}
    assert await room.outcomes() == {(1, 0): "quiet", (1, 1): "withdrawn"}


async def test_an_end_recorded_after_planning_stops_the_sending(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.record(living(revision=1), end())
    await room.send()
    assert await room.mails() == {"olena": "withdrawn"}
    assert room.provider.received == []
    await room.round()
    assert await room.outcomes() == {(1, 0): "quiet", (1, 1): "withdrawn"}


async def test_what_still_stands_is_told_when_only_higher_rungs_are_over(room: Room) -> None:
    await room.record(living(), notice(1), notice(3, "coordinator"))
    await room.plan()
    await room.record(living(revision=1), end(rest=1, next_episode=2))
    await room.round()
    assert await room.mails() == {"olena": "sent"}
    assert await room.outcomes() == {(1, 0): "quiet", (1, 1): "told", (1, 3): "withdrawn"}


async def test_resolved_goes_only_to_those_who_were_told(room: Room) -> None:
    await room.record(living(), notice(1))
    await room.round()
    await room.record(living(revision=1), notice(3, "coordinator"))
    await room.plan()
    await room.record(living(revision=2), end())
    room.later(hours=1)
    await room.round()
    assert room.provider.recipients == ["olena", "olena"]
    assert await room.mails() == {"olena": "sent sent"}
    assert "записано новий контакт" in room.provider.received[1]["Subject"]


async def test_resolved_reaches_those_told_under_an_earlier_number(room: Room) -> None:
    await room.record(living(), notice(1), notice(3, "coordinator"))
    await room.round()
    await room.record(living(revision=1), end(rest=1, next_episode=2))
    await room.round()
    assert room.provider.recipients == ["kateryna", "olena"]
    await room.record(living(revision=2), end(2))
    room.later(hours=1)
    await room.round()
    assert room.provider.recipients == ["kateryna", "kateryna", "olena", "olena"]


async def test_who_has_left_is_not_told_that_it_is_over(room: Room) -> None:
    await room.record(living(), notice())
    await room.round()
    await room.change(PersonRow, "olena", active=False)
    await room.record(living(revision=1), end())
    await room.round()
    assert await room.outcomes() == {(1, 0): "quiet", (1, 1): "told"}
    assert len(room.provider.received) == 1


async def test_reassigned_before_sending_only_the_new_person_is_told(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.record(seated(officer="petro").but(revision=1))
    await room.send()
    await room.round()
    assert room.provider.recipients == ["petro"]
    assert await room.mails() == {"petro": "sent"}


async def test_reassigned_there_and_back_loses_nothing(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.record(seated(officer="petro").but(revision=1))
    await room.send()
    await room.plan()
    await room.record(seated(officer="olena").but(revision=2))
    await room.send()
    await room.round()
    assert room.provider.recipients == ["olena"]


async def test_reminders_on_pause_wait_and_go_out_afterwards(room: Room) -> None:
    await room.record(living(), notice())
    await room.plan()
    await room.change(PartnershipRow, "most-1", suspended=True)
    await room.send()
    assert await room.mails() == {}
    assert await room.waiting() == [(1, 1, "olena")]
    await room.change(PartnershipRow, "most-1", suspended=False)
    await room.send()
    assert await room.mails() == {"olena": "sent"}


async def test_the_pause_itself_is_spoken_of_during_the_pause(room: Room) -> None:
    p, review = told(partnership_with("suspension"), "suspension")
    await room.record(p, review)
    await room.round()
    assert room.provider.recipients == ["kateryna"]


async def test_one_that_cannot_be_written_does_not_stop_the_others(room: Room) -> None:
    await room.record(living(id="broken"), notice())
    await room.change(PartnershipRow, "broken", state={"id": "broken"})
    await room.record(living(), notice())
    done = (await room.plan()).done
    assert (done["troubled"], done["told"]) == (1, 1)
    await room.send()
    assert room.provider.recipients == ["olena"]


async def test_more_than_a_page_of_notices_is_planned(room: Room) -> None:
    for number in range(120):
        await room.record(living(id=f"most-{number:03}"), notice())
    assert (await room.plan()).done["told"] == 120
