"""The mails on record: what was sent, and what a person decides about one that is in doubt or came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from console.mails import arrived, mail_in_full, mails, send_again
from models.base import Refused
from models.party import NewParty
from models.tables import AuditRow, CorrespondentRow, DeliveryRow, MailRow, PersonRow
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

NOW = datetime(2026, 8, 10, 9, tzinfo=UTC)
SENT = datetime(2026, 8, 1, 9, tzinfo=UTC)


async def mail(shelf: Shelf, id: str, status: str, **values: Any) -> str:
    message_id = f"<{id}@example.org>"
    row = {
        "message_id": message_id, "kind": "reminder", "person": "olena", "address": "olena@example.org",
        "language": "uk", "subject": "Броварська громада", "body": "Добрий день", "html": "<p>Добрий день</p>",
        "status": status, "planned_at": SENT, "send_after": SENT, "claimed_at": SENT, "settled_at": SENT,
        "attempts": 2, "answer": "250 2.0.0 taken",
    }  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(MailRow).values(**row | values))
    return message_id


async def row(shelf: Shelf, message_id: str) -> Any:
    async with shelf.engine.connect() as connection:
        return (await connection.execute(select(MailRow).where(MailRow.message_id == message_id))).one()


async def again(shelf: Shelf, said: str) -> Any:
    async with shelf.engine.begin() as connection:
        return await send_again(connection, said, "iryna", NOW)


async def partner(shelf: Shelf, **values: Any) -> None:
    row = {
        "id": "schmidt", "partnership": "one", "party": "p2", "name": "Anna Schmidt", "email": "anna@example.org",
        "source": "the town's page", "added_by": "olena", "added_at": SENT,
    }  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(CorrespondentRow).values(**row | values))


async def change(shelf: Shelf, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(**values))


class TestAgain:
    @pytest.mark.parametrize("status", ["unknown", "failed", "bounced"])
    async def test_a_mail_in_doubt_goes_again_where_a_person_says_so(self, shelf: Shelf, status: str) -> None:
        message_id = await mail(shelf, "one", status)
        assert (await again(shelf, "one@example.org")).status == "planned"
        kept = await row(shelf, message_id)
        assert (kept.status, kept.send_after, kept.claimed_at, kept.settled_at, kept.attempts) == (
            "planned", NOW, None, None, 0,
        )  # fmt: skip
        async with shelf.engine.connect() as connection:
            audit = (await connection.execute(select(AuditRow))).one()
        assert (audit.who, audit.what, audit.key) == ("iryna", "mail sent again", message_id)
        assert (audit.before["status"], audit.before["answer"]) == (status, "250 2.0.0 taken")

    @pytest.mark.parametrize(
        ("status", "sentence"),
        [
            ("sent", r"took this mail on 2026-08-01 09:00 UTC \(250 2.0.0 taken\)"),
            ("withdrawn", "its reason had gone"),
            ("planned", "This mail is on its way"),
            ("claimed", "This mail is on its way"),
        ],
    )
    async def test_any_other_goes_once(self, shelf: Shelf, status: str, sentence: str) -> None:
        message_id = await mail(shelf, "one", status)
        with pytest.raises(Refused, match=sentence):
            await again(shelf, message_id)
        assert (await row(shelf, message_id)).status == status

    @pytest.mark.parametrize("status", ["planned", "claimed"])
    async def test_one_reminder_at_a_time_is_on_its_way_to_a_person(self, shelf: Shelf, status: str) -> None:
        message_id = await mail(shelf, "doubtful", "unknown")
        other = await mail(shelf, "other", status)
        with pytest.raises(Refused, match=f"on its way to this person already .{other}., and nobody gets two"):
            await again(shelf, message_id)
        assert (await row(shelf, message_id)).status == "unknown"

    async def test_a_welcome_is_no_reminder(self, shelf: Shelf) -> None:
        message_id = await mail(shelf, "welcome", "failed", kind="welcome")
        await mail(shelf, "other", "planned")
        assert (await again(shelf, message_id)).status == "planned"

    async def test_the_address_is_then_taken_to_be_good(self, shelf: Shelf) -> None:
        message_id = await mail(shelf, "one", "failed")
        await change(shelf, unreachable_at=SENT, unreachable_why="550 no such user")
        await again(shelf, message_id)
        async with shelf.engine.connect() as connection:
            person = (await connection.execute(select(PersonRow).where(PersonRow.id == "olena"))).one()
            what = list(await connection.scalars(select(AuditRow.what).order_by(AuditRow.id)))
        assert (person.unreachable_at, person.unreachable_why) == (None, None)
        assert what == ["address tried again", "mail sent again"]

    async def test_a_refusal_leaves_the_address_as_it_was(self, shelf: Shelf) -> None:
        message_id = await mail(shelf, "one", "failed")
        await mail(shelf, "other", "planned")
        await change(shelf, unreachable_at=SENT, unreachable_why="550 no such user")
        with pytest.raises(Refused):
            await again(shelf, message_id)
        async with shelf.engine.connect() as connection:
            assert await connection.scalar(select(PersonRow.unreachable_why).where(PersonRow.id == "olena"))

    async def test_nothing_goes_to_a_closed_account(self, shelf: Shelf) -> None:
        message_id = await mail(shelf, "one", "failed")
        await change(shelf, active=False)
        with pytest.raises(Refused, match="account of Олена Коваль is closed"):
            await again(shelf, message_id)

    @pytest.mark.parametrize(
        ("known", "sentence"),
        [({"objected_at": SENT}, "Anna Schmidt objected to mail on 2026-08-01"), ({"bounced_at": SENT}, "find a new")],
    )
    async def test_nothing_goes_to_a_partner_who_objected_or_cannot_be_reached(
        self, shelf: Shelf, known: dict[str, Any], sentence: str
    ) -> None:
        await partner(shelf, **known)
        message_id = await mail(shelf, "one", "unknown", kind="partner", correspondent="schmidt")
        with pytest.raises(Refused, match=sentence):
            await again(shelf, message_id)

    async def test_a_partners_mail_in_doubt_goes_again(self, shelf: Shelf) -> None:
        await partner(shelf)
        message_id = await mail(shelf, "one", "unknown", kind="partner", correspondent="schmidt")
        sent = await again(shelf, message_id)
        assert (sent.status, sent.correspondent and sent.correspondent.name) == ("planned", "Anna Schmidt")


class TestArrived:
    async def test_a_mail_in_doubt_counts_as_sent_where_a_person_found_out(self, shelf: Shelf) -> None:
        message_id = await mail(shelf, "one", "unknown")
        async with shelf.engine.begin() as connection:
            assert (await arrived(connection, message_id, "iryna")).status == "sent"
        kept = await row(shelf, message_id)
        assert (kept.status, kept.settled_at, kept.attempts) == ("sent", SENT, 2)
        async with shelf.engine.connect() as connection:
            (edit,) = (await mail_in_full(connection, message_id)).edits
        assert (edit.who, edit.what, edit.before["status"]) == ("iryna", "mail arrived", "unknown")

    @pytest.mark.parametrize("status", ["failed", "bounced", "sent", "withdrawn", "planned", "claimed"])
    async def test_no_other_does(self, shelf: Shelf, status: str) -> None:
        message_id = await mail(shelf, "one", status)
        with pytest.raises(Refused, match="Only a mail in doubt"):
            async with shelf.engine.begin() as connection:
                await arrived(connection, message_id, "iryna")
        assert (await row(shelf, message_id)).status == status


class TestLooking:
    @pytest.mark.parametrize(
        ("status", "person", "found"),
        [
            (None, None, ["new", "old", "theirs"]),
            ("unknown", None, ["old", "theirs"]),
            (None, "taras", ["theirs"]),
            ("sent", "taras", []),
        ],
    )
    async def test_mails_are_listed_by_status_and_person_the_newest_first(
        self, shelf: Shelf, status: Any, person: str | None, found: list[str]
    ) -> None:
        await mail(shelf, "old", "unknown")
        await mail(shelf, "new", "sent", planned_at=SENT + timedelta(days=1))
        await mail(shelf, "theirs", "unknown", person="taras", planned_at=SENT - timedelta(days=1))
        async with shelf.engine.connect() as connection:
            page = await mails(connection, status, person)
            first = await mails(connection, status, person, limit=1)
            rest = await mails(connection, status, person, limit=9, offset=1)
        assert [each.message_id[1:].partition("@")[0] for each in page.items] == found
        assert page.total == first.total == rest.total == len(found)
        assert first.items + rest.items == page.items

    async def test_a_mail_is_shown_as_it_was_sent_with_what_it_carried(self, shelf: Shelf) -> None:
        parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
        p = await shelf.begin("one", parties=parties, stage="dialogue")
        await shelf.told(p, timedelta(days=60))
        message_id = await mail(shelf, "one", "sent")
        delivery = {
            "partnership": "one", "episode": 1, "rung": 1, "person": "olena", "channel": "mail", "role": "officer",
            "place": BROVARY, "instead_of": "taras", "mail": message_id, "created_at": SENT,
        }  # fmt: skip
        async with shelf.engine.begin() as connection:
            await connection.execute(insert(DeliveryRow).values(**delivery))
            view = await mail_in_full(connection, "<one@")
        assert (view.message_id, view.body, view.html, view.answer) == (
            message_id, "Добрий день", "<p>Добрий день</p>", "250 2.0.0 taken",
        )  # fmt: skip
        (carried,) = view.carried
        assert (carried.title, carried.watch, carried.role, carried.place) == (
            "Броварська міська громада — Ерланген", "dialogue", "officer", "Броварська міська громада",
        )  # fmt: skip
        assert carried.instead_of is not None
        assert carried.instead_of.name == "Тарас Мельник"

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [("nothing", "There is no mail “nothing”"), ("one", "There is no mail “one”"), ("same", "may be <same-")],
    )
    async def test_a_mail_is_named_so_that_only_one_is_meant(self, shelf: Shelf, said: str, sentence: str) -> None:
        for id in ("one", "same-1", "same-2"):
            await mail(shelf, id, "sent")
        with pytest.raises(Refused, match=sentence):
            async with shelf.engine.connect() as connection:
                await mail_in_full(connection, said)
