"""Reference data on both databases: every edit once, and what two edits at the same time may not do."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from console.absences import absences, record_absence
from console.edge import Edge, LazyClient
from console.handovers import offer_handover, offered, withdraw
from console.holds import hold_mail, holds, lift_hold
from console.mails import mail_in_full, mails
from console.one_person import person_in_full
from console.people import roles_held, roles_of
from console.staff import Account, change_account, open_account, revoke_links
from console.working_days import Hours, days, set_day, unset_day
from models.base import Refused
from models.party import NewParty
from models.tables import AbsenceRow, HandoverRow, MailRow
from settings import Settings
from tests.console.both_databases import database, there
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

__all__ = ["database", "there"]

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)


async def test_every_edit_of_people_and_calendars(database: AsyncEngine) -> None:
    async with database.begin() as connection:
        account = Account(name="Остап", email="ostap@example.org", digest="daily")
        assert await open_account(connection, account, "iryna", "o_stap") == "o_stap"
        await change_account(connection, "o_stap", Account(email="other@example.org", quiet_from="17:00"), "iryna")
        await revoke_links(connection, "o_stap", "iryna")
        await record_absence(connection, "o_stap", date(2026, 8, 3), None, "olena", "iryna")
        await set_day(connection, "UA", date(2026, 12, 25), None, None, "iryna")
        await set_day(connection, "UA", date(2026, 12, 25), Hours(open_from="9:00", open_until="13:00"), None, "iryna")
        assert len(await days(connection, "UA", date(2026, 12, 25), date(2026, 12, 25))) == 1
        await unset_day(connection, "UA", date(2026, 12, 25), "iryna")
        hold = await hold_mail(connection, "Київська область", "iryna", NOW)
        assert [each.id for each in await holds(connection, NOW)] == [hold.id]
        await lift_hold(connection, hold.id, "iryna", NOW)
    async with database.connect() as connection:
        full = await person_in_full(connection, "o_stap")
        assert [each.what for each in full.edits] == ["links revoked", "person changed", "person added"]
        assert [each.person.id for each in await absences(connection, on=date(2030, 1, 1))] == ["o_stap"]


async def test_seats_are_offered_and_one_persons_are_found(database: AsyncEngine, there: Settings) -> None:
    shelf, edge = Shelf(database), Edge(there, database, LazyClient(there))
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN, deputy="taras"))
    await shelf.begin("one", parties=parties, stage="dialogue")
    async with database.connect() as connection:
        everybody = await roles_held(connection)
        for id in ("olena", "taras", "iryna"):
            assert await roles_of(connection, id) == everybody.get(id, [])
    offer = await offer_handover(edge, "olena", "iryna", None, "Нотатка", "operator")
    async with database.begin() as connection:
        assert await offered(connection, offer.id) == offer
        (mail,) = (await mails(connection, "planned", "iryna")).items
        assert (await mail_in_full(connection, mail.message_id)).about == offer.id
        assert (await withdraw(connection, offer.id, "operator")).state == "withdrawn"
        await change_account(connection, "iryna", Account(active=False), "operator")


async def test_of_four_absences_recorded_at_once_three_overlap(database: AsyncEngine) -> None:
    async def record(_: int) -> Any:
        async with database.begin() as connection:
            return await record_absence(connection, "olena", date(2026, 8, 3), None, None, "operator")

    told = await asyncio.gather(*map(record, range(4)), return_exceptions=True)
    assert [isinstance(each, Refused) for each in told].count(True) == 3
    async with database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(AbsenceRow)) == 1


async def test_of_two_offers_made_at_once_one_stands(database: AsyncEngine, there: Settings) -> None:
    edge = Edge(there, database, LazyClient(there))
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    await Shelf(database).begin("one", parties=parties, stage="dialogue")
    offering = (offer_handover(edge, "olena", heir, None, "Нотатка", "operator") for heir in ("taras", "iryna"))
    told = await asyncio.gather(*offering, return_exceptions=True)
    assert [isinstance(each, Refused) for each in told].count(True) == 1
    async with database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(HandoverRow)) == 1
        assert await connection.scalar(select(func.count()).select_from(MailRow)) == 1
