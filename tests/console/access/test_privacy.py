"""What is held of a person is shown to them, and goes when they ask for that; what the municipality did stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from console.access.api_tokens import make_token
from console.access.erasing import erase, erasure_of
from console.access.grants import Trust, grant
from console.access.held import NAMING, held
from console.access.sessions import begin
from console.staff import Account, change_account
from embedded.parts import migrate
from models import tables
from models.base import Refused
from models.party import NewParty
from models.tables import Table, open_engine
from settings import Settings, read_settings
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf, furnish

NOW = datetime.now(UTC)

NAME, EMAIL = "Олена Коваль", "olena@example.org"


@pytest.fixture
def there(database_url: str, tmp_path: Path) -> Settings:
    settings = read_settings(home=tmp_path, database_url=database_url, temporal_address="127.0.0.1:9")
    migrate(settings)
    return settings


@pytest.fixture
async def shelf(there: Settings) -> AsyncIterator[Shelf]:
    """The record on either database, with places and people."""
    engine = open_engine(there.database_url)
    await furnish(engine)
    yield Shelf(engine)
    await engine.dispose()


async def much_of_olena(shelf: Shelf) -> None:
    """Something of hers in every table that could hold it; she sits in a partnership that has ended."""
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    p = await shelf.begin("hers", parties=parties, stage="dialogue")
    await shelf.give(p, "end", why="no_reply")
    mail = {"person": "olena", "address": EMAIL, "language": "uk", "subject": NAME, "body": NAME, "html": NAME,
            "planned_at": NOW, "send_after": NOW, "answer": f"250 {EMAIL}"}  # fmt: skip
    said = {"partnership": "hers", "body": "Домовились про табір", "author": "olena", "written_at": NOW}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (tables.TextRow, {"id": "t1", "about": "record_contact.text", **said}),
        (tables.TextRow, {"id": "t2", "about": "note", **said, "author": "taras", "body": f"Дзвонив до: {NAME}"}),
        (tables.MailRow, {"message_id": "<1@example.org>", "status": "sent", **mail}),
        (tables.MailRow, {"message_id": "<2@example.org>", "status": "planned", **mail}),
        (tables.SignInRow, {"id": "s1", "person": "olena", "made_for": "mail", "made_at": NOW, "ends_at": NOW}),
        (tables.SavedViewRow, {"person": "olena", "name": "Мої", "query": "", "saved_at": NOW}),
        (tables.LookRow, {"person": "olena", "partnership": "hers", "day": date(2026, 5, 12)}),
        (tables.AbsenceRow, {"id": "a1", "person": "olena", "first_day": date(2026, 5, 12), "recorded_by": "olena",
                             "recorded_at": NOW}),
        (tables.AbsenceRow, {"id": "a2", "person": "taras", "first_day": date(2026, 5, 12), "substitute": "olena",
                             "recorded_by": "taras", "recorded_at": NOW}),
        (tables.HandoverRow, {"id": "h1", "partnership": "hers", "role": "officer", "party": "p1", "giver": "olena",
                              "heir": "taras", "proposed_by": "olena", "proposed_at": NOW}),
        (tables.ProfileRow, {"place": BROVARY, "revision": 1, "facts": {"contact": NAME}, "as_of": date(2026, 5, 12),
                             "edited_by": "taras", "edited_at": NOW}),
        (tables.AuditRow, {"at": NOW, "who": "taras", "what": "successor confirmed", "key": "t9", "before": {},
                           "after": {"name": NAME, "email": EMAIL}}),
    ]  # fmt: skip
    async with shelf.engine.begin() as connection:
        for table, row in rows:
            await connection.execute(insert(table).values(**row))
        await begin(connection, "olena", "a browser", NOW)
        await make_token(connection, "olena", "a program", True, 9, NOW)
        await grant(connection, "olena", Trust.VIEWER, "all", None, "taras", NOW)
        await grant(connection, "taras", Trust.OPERATOR, "all", None, "operator", NOW)
        await change_account(connection, "olena", Account(time_zone="Europe/Berlin"), "taras")


async def everything(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return [
            f"{name}: {row}"
            for name, table in Table.metadata.tables.items()
            for row in await connection.execute(select(text("*")).select_from(table))
        ]


def test_every_table_that_names_people_is_among_what_is_held() -> None:
    """A new one is added to NAMING in console/access/held.py, and erasing.py does with it what is right."""
    known = {(table.__tablename__, column) for table, columns in NAMING.values() for column in columns}
    naming = {
        (table.name, column.name)
        for table in Table.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
        or column.name.endswith("_by")
        or column.name in ("who", "author", "actor_person", "person")
    }
    assert naming - known == set()


async def test_everything_that_is_held_is_shown_and_no_secret(shelf: Shelf) -> None:
    await much_of_olena(shelf)
    async with shelf.engine.connect() as connection:
        found = await held(connection, "olena")
    counts = {what: len(rows) for what, rows in found.items() if rows}
    assert counts == {
        "account": 1, "trust": 1, "sessions": 1, "links": 1, "programs": 1, "views": 1, "looks": 1, "absences": 2,
        "handovers": 1, "mails": 2, "texts": 1, "edits": 3, "seats": 1,
    }  # fmt: skip
    assert found["account"][0]["email"] == EMAIL
    assert found["seats"] == [{"partnership": "hers", "stage": "ended", "role": "officer"}]
    assert "id" not in {*found["sessions"][0], *found["programs"][0], *found["links"][0]}


async def test_of_an_account_that_somebody_opened_only_the_opening_is_theirs(shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(
            insert(tables.PersonRow).values(
                id="new", name="Нова Людина", email="new@example.org", created_at=NOW, added_by="olena"
            )
        )
        found = await held(connection, "olena")
    added = next(row for row in found["account"] if row["id"] == "new")
    assert not {"name", "email"} & added.keys()


async def test_erased_nothing_says_who_it_was_and_what_was_done_stays(shelf: Shelf) -> None:
    await much_of_olena(shelf)
    async with shelf.engine.begin() as connection:
        before = await erasure_of(connection, "olena")
        assert before.refused is None
        assert [each.partnership for each in before.mentions] == ["hers"]
        assert before.profiles == [BROVARY]
        await connection.execute(tables.ProfileRow.__table__.delete())
        await connection.execute(tables.TextRow.__table__.delete().where(tables.TextRow.id == "t2"))
        await erase(connection, "olena", "taras", NOW)
    rows = await everything(shelf.engine)
    for words in (NAME, EMAIL, "\\u041e\\u043b\\u0435\\u043d\\u0430"):
        assert [row for row in rows if words in row] == []
    async with shelf.engine.connect() as connection:
        kept = (await connection.execute(select(tables.TextRow.body, tables.TextRow.author))).all()
        status = (await connection.scalars(select(tables.MailRow.status).order_by(tables.MailRow.message_id))).all()
        acted = await connection.scalar(select(tables.AuditRow.who).where(tables.AuditRow.what == "person erased"))
        seat = await connection.scalar(select(tables.PartnershipRow.state))
    assert [tuple(row) for row in kept] == [("Домовились про табір", None)]
    assert status == ["sent", "withdrawn"]
    assert acted == "taras"
    assert seat["parties"][0]["officer"] == "olena"


async def test_who_cannot_be_erased_is_told_why(shelf: Shelf) -> None:
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    await shelf.begin("hers", parties=parties, stage="dialogue")
    async with shelf.engine.begin() as connection:
        await grant(connection, "taras", Trust.OPERATOR, "all", None, "operator", NOW)
    for person, code in (("olena", "needs_heirs"), ("taras", "last_operator")):
        async with shelf.engine.begin() as connection:
            assert (await erasure_of(connection, person)).refused[0] == code  # type: ignore[index]
            with pytest.raises(Refused) as refused:
                await erase(connection, person, "operator", NOW)
            assert refused.value.code == code


async def test_somebody_who_was_erased_is_not_opened_again_and_not_erased_twice(shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        await erase(connection, "iryna", "operator", NOW)
        with pytest.raises(Refused, match="was erased"):
            await change_account(connection, "iryna", Account(active=True), "operator")
        with pytest.raises(Refused, match="was erased"):
            await erase(connection, "iryna", "operator", NOW + timedelta(days=1))
