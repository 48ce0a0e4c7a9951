"""Accounts: opened, corrected, closed, each edit on record; and what follows from another address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from console.one_person import person_in_full
from console.people import account_meant, person_meant, roles_held, roles_of
from console.problems import Invalid
from console.staff import Account, change_account, open_account, resubscribe, revoke_feed, revoke_links
from models.base import Refused
from models.party import NewParty
from models.tables import AuditRow, MailRow, PersonRow
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)


async def person(shelf: Shelf, id: str) -> Any:
    async with shelf.engine.connect() as connection:
        return (await connection.execute(select(PersonRow).where(PersonRow.id == id))).one()


async def audits(shelf: Shelf) -> list[Any]:
    async with shelf.engine.connect() as connection:
        return list((await connection.execute(select(AuditRow).order_by(AuditRow.id))).all())


async def change(shelf: Shelf, id: str, who: str = "operator", **said: Any) -> Any:
    async with shelf.engine.begin() as connection:
        return await change_account(connection, id, Account(**said), who)


async def put(shelf: Shelf, id: str, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == id).values(**values))


async def test_whoever_added_a_person_is_on_record(shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        added = await open_account(connection, Account(name=" Остап В ", email="ostap@example.org"), "iryna")
    row = await person(shelf, added)
    assert (row.name, row.added_by, row.country, row.working_days, row.digest) == (
        "Остап В", "iryna", "UA", "12345", "weekly",
    )  # fmt: skip
    (audit,) = await audits(shelf)
    assert (audit.who, audit.what, audit.key, audit.before) == ("iryna", "person added", added, {})
    assert audit.after["email"] == "ostap@example.org"


async def test_when_somebody_can_be_mailed_is_written_in_one_way(shelf: Shelf) -> None:
    said = {"country": "pl", "working_days": "7123", "quiet_from": "9:00", "quiet_until": "09:00", "digest_day": 7}
    done = await change(shelf, "olena", "iryna", **said, digest="daily")
    assert done.changed == {
        "country": "PL", "working_days": "1237", "quiet_from": "09:00", "digest_day": 7, "digest": "daily",
    }  # fmt: skip
    (audit,) = await audits(shelf)
    assert (audit.who, audit.before["country"], audit.after["country"]) == ("iryna", "UA", "PL")
    assert audit.before["working_days"] == "12345"


async def test_what_is_the_same_already_is_no_edit(shelf: Shelf) -> None:
    assert (await change(shelf, "olena", name="Олена Коваль", digest="weekly")).changed == {}
    assert await audits(shelf) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "1 to 200 characters"),
        ({"name": "я" * 201}, "1 to 200 characters"),
        ({"email": "nowhere"}, "not a mail address"),
        ({"email": "олена@example.org"}, "not an address for mail"),
        ({"time_zone": "Mars/Crater"}, "No time zone is called “Mars/Crater”"),
        ({"country": "UK"}, "its two letters, such as UA, PL or GB"),
        ({"country": "EU"}, "is no country"),
        ({"country": "POL"}, "is no country"),
        ({"working_days": ""}, "no working days"),
        ({"working_days": "0"}, "no working days"),
        ({"working_days": "8"}, "no working days"),
        ({"working_days": "1-5"}, "no working days"),
        ({"quiet_from": "24:00"}, "no time of day"),
        ({"quiet_from": "18"}, "no time of day"),
        ({"quiet_until": "09:60"}, "no time of day"),
        ({"quiet_from": "09:59"}, "less than an hour"),
        ({"quiet_from": "00:30", "quiet_until": "23:45"}, "less than an hour"),
    ],
)
async def test_what_cannot_be_is_a_sentence(shelf: Shelf, said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        await change(shelf, "olena", **said)
    assert await audits(shelf) == []


@pytest.mark.parametrize("quiet_from", ["10:00", "09:00"])
async def test_an_hour_of_the_day_is_enough_and_no_quiet_hours_are_too(shelf: Shelf, quiet_from: str) -> None:
    assert (await change(shelf, "olena", quiet_from=quiet_from)).changed == {"quiet_from": quiet_from}


@pytest.mark.parametrize(
    ("id", "sentence"), [("olena", "a person with the id “olena”"), ("operator", "the id “operator”"), ("a b", "An id")]
)
async def test_an_id_is_somebodys_once(shelf: Shelf, id: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        async with shelf.engine.begin() as connection:
            await open_account(connection, Account(name="Х", email="x@example.org"), "operator", id)


async def test_an_address_is_somebodys_once_however_it_is_written(shelf: Shelf) -> None:
    with pytest.raises(Refused, match="belongs to taras already"):
        await change(shelf, "olena", email="TARAS@example.org")


async def test_the_operators_address_is_that_of_the_settings(shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        row = {"id": "operator", "name": "", "email": "o@example.org", "created_at": NOW}
        await connection.execute(insert(PersonRow).values(**row))
    for said in ({"email": "other@example.org"}, {"active": False}):
        with pytest.raises(Refused, match="MOSTY_OPERATOR_EMAIL"):
            await change(shelf, "operator", **said)
    assert (await change(shelf, "operator", language="en")).changed == {"language": "en"}


async def test_links_and_the_calendar_feed_are_revoked_apart(shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        await revoke_links(connection, "olena", "iryna")
        await revoke_links(connection, "olena", "iryna")
        await revoke_feed(connection, "olena", "operator")
    row = await person(shelf, "olena")
    assert (row.link_epoch, row.feed_epoch) == (2, 1)
    entries = [(each.who, each.what, each.before, each.after) for each in await audits(shelf)]
    assert entries[1:] == [
        ("iryna", "links revoked", {"link_epoch": 1}, {"link_epoch": 2}),
        ("operator", "calendar feed revoked", {"feed_epoch": 0}, {"feed_epoch": 1}),
    ]
    with pytest.raises(Refused, match="no person with the id “nobody”"):
        async with shelf.engine.begin() as connection:
            await revoke_links(connection, "nobody", "iryna")


async def test_who_declined_digests_can_have_them_again_once(shelf: Shelf) -> None:
    await put(shelf, "olena", unsubscribed_at=NOW)
    async with shelf.engine.begin() as connection:
        await resubscribe(connection, "olena", "olena")
    assert (await person(shelf, "olena")).unsubscribed_at is None
    assert (await audits(shelf))[0].before == {"unsubscribed_at": "2026-08-01T09:00:00+00:00"}
    with pytest.raises(Refused, match="gets digests already"):
        async with shelf.engine.begin() as connection:
            await resubscribe(connection, "olena", "olena")


class TestAnotherAddress:
    async def mail(self, shelf: Shelf, id: str, kind: str, status: str, day: int = 1) -> None:
        at = NOW.replace(day=day)
        row = {
            "message_id": f"<{id}@example.org>", "kind": kind, "person": "olena", "address": "olena@example.org",
            "language": "uk", "subject": "С", "body": "Т", "status": status, "planned_at": at, "send_after": at,
            "settled_at": at if status not in ("planned", "claimed") else None, "attempts": 3, "answer": "550 no",
        }  # fmt: skip
        async with shelf.engine.begin() as connection:
            await connection.execute(insert(MailRow).values(**row))

    async def mails(self, shelf: Shelf) -> dict[str, str]:
        async with shelf.engine.connect() as connection:
            rows = await connection.execute(select(MailRow.message_id, MailRow.status))
            return {row.message_id[1:].partition("@")[0]: row.status for row in rows}

    async def test_it_is_taken_to_be_good_and_old_links_are_nobodys(self, shelf: Shelf) -> None:
        await put(shelf, "olena", unreachable_at=NOW, unreachable_why="550 no such user")
        assert (await change(shelf, "olena", email="new@example.org")).changed == {"email": "new@example.org"}
        row = await person(shelf, "olena")
        assert (row.unreachable_at, row.unreachable_why, row.link_epoch, row.feed_epoch) == (None, None, 1, 0)
        (audit,) = await audits(shelf)
        assert audit.before["unreachable_why"] == "550 no such user"

    async def test_another_spelling_of_the_same_address_is_the_same_address(self, shelf: Shelf) -> None:
        await put(shelf, "olena", unreachable_at=NOW, unreachable_why="550")
        await change(shelf, "olena", email="Olena@example.org")
        row = await person(shelf, "olena")
        assert (row.email, row.unreachable_why, row.link_epoch) == ("Olena@example.org", "550", 0)

    async def test_what_came_back_goes_there_and_of_reminders_the_latest(self, shelf: Shelf) -> None:
        await self.mail(shelf, "welcome", "welcome", "failed")
        await self.mail(shelf, "old", "reminder", "bounced", 1)
        await self.mail(shelf, "new", "reminder", "failed", 2)
        await self.mail(shelf, "doubt", "reminder", "unknown", 3)
        await self.mail(shelf, "fine", "reminder", "sent", 4)
        done = await change(shelf, "olena", email="new@example.org")
        assert done.sent_again == ["<new@example.org>", "<welcome@example.org>"]
        assert await self.mails(shelf) == {
            "welcome": "planned", "old": "bounced", "new": "planned", "doubt": "unknown", "fine": "sent",
        }  # fmt: skip

    async def test_a_reminder_on_its_way_is_enough(self, shelf: Shelf) -> None:
        await self.mail(shelf, "came-back", "reminder", "failed")
        await self.mail(shelf, "waits", "reminder", "planned", 2)
        assert (await change(shelf, "olena", email="new@example.org")).sent_again == []
        assert await self.mails(shelf) == {"came-back": "failed", "waits": "planned"}


class TestRoles:
    async def test_one_persons_roles_are_those_everybody_sees(self, shelf: Shelf) -> None:
        async with shelf.engine.begin() as connection:
            for id in ("o_ena", "OLENA"):
                await open_account(connection, Account(name=id, email=f"{id}x@example.org"), "operator", id)
        parties = (NewParty(place=BROVARY, officer="olena", deputy="taras"), NewParty(place=ERLANGEN, deputy="olena"))
        await shelf.begin("one", parties=parties, coordinator="olena", stage="dialogue")
        await shelf.begin("two", parties=(NewParty(place=BROVARY, officer="OLENA", deputy="o_ena"),))
        p = await shelf.begin("over", parties=(NewParty(place=BROVARY, officer="olena"),))
        await shelf.give(p, "end", why="other")
        async with shelf.engine.connect() as connection:
            everybody = await roles_held(connection)
            for id in ("olena", "OLENA", "o_ena", "taras", "iryna"):
                assert await roles_of(connection, id) == everybody.get(id, [])
        assert [(each.partnership, each.role) for each in everybody["olena"]] == [
            ("one", "coordinator"), ("one", "officer"), ("one", "deputy"),
        ]  # fmt: skip

    async def test_an_account_that_is_closed_is_found_but_not_for_new_things(self, shelf: Shelf) -> None:
        await change(shelf, "olena", active=False)
        async with shelf.engine.connect() as connection:
            assert not (await account_meant(connection, "Олена Коваль")).active
            with pytest.raises(Refused, match="account of Олена Коваль is closed"):
                await person_meant(connection, "olena")

    async def test_a_person_in_full_has_their_seats_by_name(self, shelf: Shelf) -> None:
        parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
        await shelf.begin("one", parties=parties, stage="dialogue")
        await change(shelf, "olena", "iryna", digest="daily")
        async with shelf.engine.connect() as connection:
            full = await person_in_full(connection, "olena@example.org")
        (seat,) = full.seats
        assert (seat.title, seat.role, seat.place) == (
            "Броварська міська громада — Ерланген", "officer", "Броварська міська громада",
        )  # fmt: skip
        assert [(each.who, each.what) for each in full.edits] == [("iryna", "person changed")]
