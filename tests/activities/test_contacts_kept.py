"""Contacts of ended partnerships: kept for a while, then erased; an objection is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.contacts_kept import erase_contacts
from models.tables import CorrespondentRow, MailRow, TextRow, open_engine
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf, furnish

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)


@pytest.fixture
async def engine(migrated_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(migrated_url)
    await furnish(engine)
    yield engine
    await engine.dispose()


async def partnership(engine: AsyncEngine, id: str, *, ended: bool) -> None:
    shelf = Shelf(engine)
    p = await shelf.begin(id, BROVARY, ERLANGEN, stage="dialogue")
    if ended:
        await shelf.give(p, "end", why="no_reply")


async def contact(engine: AsyncEngine, id: str, partnership: str, objected: datetime | None = None) -> None:
    email = f"{id}@example.org"
    row = {"id": id, "partnership": partnership, "party": "p2", "name": f"Anna {id}", "email": email,
           "source": "Rathaus", "added_by": "olena", "added_at": NOW, "objected_at": objected}  # fmt: skip
    mail = {"message_id": f"<{id}@example.org>", "kind": "partner", "correspondent": id, "about": partnership,
            "address": email, "language": "de", "subject": f"Frage an Anna {id}", "body": "Liebe Anna",
            "status": "sent", "planned_at": NOW, "send_after": NOW}  # fmt: skip
    said = {"id": f"text-{id}", "partnership": partnership, "about": "partner", "body": "Ja, gern", "author": id,
            "written_at": NOW}  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(CorrespondentRow).values(**row))
        await connection.execute(insert(MailRow).values(**mail))
        await connection.execute(insert(TextRow).values(**said))


async def names(engine: AsyncEngine) -> dict[str, tuple[str, str]]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(CorrespondentRow.id, CorrespondentRow.name, CorrespondentRow.email))
        return {row.id: (row.name, row.email) for row in rows}


async def test_only_after_the_time_and_only_where_the_partnership_has_ended(engine: AsyncEngine) -> None:
    await partnership(engine, "ended", ended=True)
    await partnership(engine, "open", ended=False)
    for id, where in (("anna", "ended"), ("berta", "open")):
        await contact(engine, id, where)
    assert await erase_contacts(engine, NOW + YEAR - timedelta(days=1), YEAR) == 0
    assert await erase_contacts(engine, NOW + YEAR + timedelta(days=1), YEAR) == 1
    assert await erase_contacts(engine, NOW + YEAR + timedelta(days=2), YEAR) == 0
    assert await names(engine) == {
        "anna": ("—", "anna@erased.invalid"),
        "berta": ("Anna berta", "berta@example.org"),
    }


async def test_the_words_of_mails_go_and_what_the_partner_said_stays_without_its_author(engine: AsyncEngine) -> None:
    await partnership(engine, "ended", ended=True)
    await contact(engine, "anna", "ended")
    await erase_contacts(engine, NOW + 2 * YEAR, YEAR)
    async with engine.connect() as connection:
        mail = (await connection.execute(select(MailRow.address, MailRow.subject, MailRow.body))).one()
        said = (await connection.execute(select(TextRow.body, TextRow.author))).one()
        source = await connection.scalar(select(CorrespondentRow.source))
    assert tuple(mail) == ("anna@erased.invalid", "", "")
    assert tuple(said) == ("Ja, gern", None)
    assert source == ""


async def test_whoever_objected_is_remembered_by_their_address_alone(engine: AsyncEngine) -> None:
    await partnership(engine, "ended", ended=True)
    await contact(engine, "anna", "ended", objected=NOW)
    await erase_contacts(engine, NOW + 2 * YEAR, YEAR)
    assert await names(engine) == {"anna": ("—", "anna@example.org")}
