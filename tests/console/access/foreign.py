"""A partnership of which somebody else may not read a word: its places, people, texts, contacts, mails, files, each
with a word that stands nowhere else; and everybody who may see it, or may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.calendar_entries import keep_entries
from console.access.grants import Scope, Trust, grant
from console.privacy import NOTE
from models import tables
from models.party import NewParty
from models.tables import Table
from tests.console.fixtures import ERLANGEN, LUBLIN, LVIV, Shelf

SECRET = ("аємносл", "ajemnosl")
"""Stands in every word that only they may read, in either alphabet."""

PRIVATE = "риватослов"
"""Stands in what the municipality keeps to itself, of those who see the partnership."""

NAMED = ("етутешн", "etutesh")
"""Stands in the name of its municipality, which a map or a directory may say, but not with whom it is linked."""

PARTNERSHIP = "f04e16a9-7c3d-4e52-9b1a-5d2c8e7f6a90"
PLACE, ABROAD = "UA80000000000099999", "de-9999"
PERSON, DEPUTY = "p-7331", "p-7332"
OBLAST = "Полтавська"
ROW = 4242

IDS = (PARTNERSHIP, PERSON, DEPUTY)
"""What nobody else is told either, unless they asked with it."""

NOW = datetime.now(UTC)

FILE, OWN_FILE = "%PDF-1.7 Таємнослово".encode(), "%PDF-1.7 Приватослово".encode()
"""What is in its files; one of them is the municipality's own."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "partnership": (PARTNERSHIP, PARTNERSHIP[:8], f"row:{ROW}"),
    "person": (PERSON, "tajemnosl@example.org", "Оксана Таємнословська"),
    "place": (PLACE,),
    "programme": ("theirs",),
    "kind": ("record_contact", "accept", "name_person", "suspend", "end", "confirm"),
    "entry": (),
    "absence": ("absence-7331",),
    "handover": ("handover-7331",),
    "hold": ("hold-7331",),
    "message": ("<mail-7331@example.org>",),
    "said": ("text-7331",),
    "correspondent": ("contact-7331",),
    "calendar": (PLACE,),
    "day": ("2031-01-08",),
    "file": ("file-7331", "file-7332"),
    "text": ("text-7331", "text-7333"),
    "token": (),
    "key": (),
    "what": ("wrong", "accept", "contact", "share", "remove"),
    "act": ("a.0123456789ab",),
}
"""What each part of a path is filled with: what belongs to the foreign partnership. A part's name that is not here
fails the test, which says so. `token`, `entry` and `key` are found out while it runs."""

ASKED: Mapping[str, str] = {
    "text": "аємносл", "q": "аємносл", "search": "ajemnosl", "place": PLACE, "municipality": PLACE, "home": PLACE,
    "of": PLACE, "person": PERSON, "coordinator": "lead", "partnership": PARTNERSHIP, "oblast": OBLAST,
    "country": "DE", "key": PERSON, "who": PERSON, "programme": "theirs", "id": PARTNERSHIP,
}  # fmt: skip
"""What queries ask, by the names of their parts."""

BLIND = (
    "signed_out",
    "nobody",
    "officer_elsewhere",
    "viewer_elsewhere",
    "coordinator_elsewhere",
    "programme_elsewhere",
)
"""Everybody for whom the partnership does not exist."""

SEEING = (
    PERSON, DEPUTY, "lead", "officer_here", "viewer_here", "viewer_all", "coordinator_here", "coordinator_all",
    "programme_here", "operator",
)  # fmt: skip
"""Everybody who may see it."""

OWN = "0123beef" + "0" * 28
"""A partnership of the officer elsewhere, with a third party."""

GRANTS: tuple[tuple[str, str, Scope, str | None], ...] = (
    ("officer_elsewhere", "officer", "place", LVIV),
    ("viewer_elsewhere", "viewer", "oblast", "Львівська"),
    ("coordinator_elsewhere", "coordinator", "oblast", "Львівська"),
    ("programme_elsewhere", "coordinator", "programme", "others"),
    ("officer_here", "officer", "place", PLACE),
    ("viewer_here", "viewer", "oblast", OBLAST),
    ("viewer_all", "viewer", "all", None),
    ("coordinator_here", "coordinator", "oblast", OBLAST),
    ("coordinator_all", "coordinator", "all", None),
    ("programme_here", "coordinator", "programme", "theirs"),
    ("operator", "operator", "all", None),
)


@dataclass(frozen=True)
class World:
    """The record, and what is only known once it is there."""

    engine: AsyncEngine
    entry: str


async def furnished(shelf: Shelf) -> World:
    """Everything on record."""
    await _people_and_places(shelf.engine)
    parties = (NewParty(place=PLACE, officer=PERSON, deputy=DEPUTY), NewParty(place=ABROAD))
    p = await shelf.begin(PARTNERSHIP, parties=parties, coordinator="lead", stage="dialogue", source_row=ROW)
    await _written(shelf.engine)
    p = await shelf.give(p, "record_contact", contact="c1", how="meeting", text="text-7331")
    p = await shelf.give(p, "record_contact", contact="c2", how="call", text="text-7333")
    p = await shelf.give(p, "plan_meeting", meeting="g1", at=NOW + timedelta(days=30), text="text-7332")
    await shelf.unclear(p, ROW, "Таємнослово в рядку")
    own = (
        NewParty(place=LVIV, officer="officer_elsewhere"),
        NewParty(place=ERLANGEN),
        NewParty(place=LUBLIN, officer="third"),
    )
    await shelf.begin(OWN, parties=own, stage="dialogue")
    await keep_entries(shelf.engine, NOW)
    async with shelf.engine.begin() as connection:
        for person, role, scope, of in GRANTS:
            await grant(connection, person, Trust(role), scope, of, "operator", NOW)
        found = select(tables.CalendarEntryRow.uid).where(tables.CalendarEntryRow.partnership == PARTNERSHIP)
        entry = str(await connection.scalar(found.limit(1)))
    return World(shelf.engine, entry.removesuffix("@mosty"))


async def all_of_it(engine: AsyncEngine) -> set[str]:
    """Every row that has anything to do with the partnership, its people or its municipality."""
    mine = (*SECRET, *IDS, PLACE, ABROAD)
    async with engine.connect() as connection:
        return {
            f"{name}: {row}"
            for name, table in Table.metadata.tables.items()
            for row in await connection.execute(select(text("*")).select_from(table))
            if any(each in str(row) for each in mine)
        }


async def _people_and_places(engine: AsyncEngine) -> None:
    names = {
        PERSON: "Оксана Таємнословська", DEPUTY: "Таємнослав Заступник", "lead": "Ведуча Таємнослова",
        "nobody": "Ніхто Нічого", "officer_elsewhere": "Олег Інший",
    }  # fmt: skip
    everybody = dict.fromkeys([PERSON, DEPUTY, *(name for name, *_ in GRANTS), "lead", "nobody", "third"])
    address = {PERSON: "tajemnosl@example.org", DEPUTY: "tajemnosl2@example.org"}
    people = [
        {"id": i, "name": names.get(i, f"Хтось {i}"), "email": address.get(i, f"{i}@example.org"), "created_at": NOW}
        for i in everybody
    ]
    async with engine.begin() as connection:
        await connection.execute(insert(tables.PersonRow), people)
        places = [
            {"id": PLACE, "name_uk": "Нетутешнянська міська громада", "name_en": "Netutesh", "country": "UA",
             "oblast_uk": OBLAST, "oblast_en": "Poltava"},
            {"id": ABROAD, "name_uk": "Таємнослштадт", "name_en": "Tajemnoslstadt", "country": "DE", "oblast_uk": None,
             "oblast_en": None},
        ]  # fmt: skip
        await connection.execute(insert(tables.PlaceRow), places)
        programmes = [
            {"id": "theirs", "name_uk": "Таємнослівна програма", "name_en": "Tajemnoslivna"},
            {"id": "others", "name_uk": "Інша програма", "name_en": "Another"},
        ]
        await connection.execute(insert(tables.ProgrammeRow), programmes)
        inside = [{"programme": "theirs", "partnership": PARTNERSHIP}, {"programme": "others", "partnership": OWN}]
        await connection.execute(insert(tables.ProgrammePartnershipRow), inside)


async def _written(engine: AsyncEngine) -> None:
    """Texts, contacts, mails, offers, absences, holds, edits."""
    async with engine.begin() as connection:
        for table, rows in _rows().items():
            for row in rows:
                await connection.execute(insert(getattr(tables, table)).values(**row))


def _rows() -> Mapping[str, list[dict[str, Any]]]:
    said = {"partnership": PARTNERSHIP, "body": "Таємнослово: протокол", "author": PERSON, "written_at": NOW}
    mail = {"person": PERSON, "about": PARTNERSHIP, "address": "tajemnosl@example.org", "language": "uk",
            "subject": "Таємнослово", "body": "Таємнослово", "planned_at": NOW, "send_after": NOW}  # fmt: skip
    a_file = {"partnership": PARTNERSHIP, "kind": "pdf", "size": 9, "added_by": PERSON, "added_at": NOW}
    return {
        "TextRow": [
            {"id": "text-7331", "about": "record_contact.text", **said},
            {"id": "text-7332", "about": "successor", **said},
            {"id": "text-7333", "about": "record_contact.text", **said, "body": "Приватослово", "place": PLACE},
            {"id": "text-7334", "about": NOTE, **said, "body": "Приватослово", "place": PLACE},
        ],
        "FileRow": [
            {"id": "file-7331", "sha256": sha256(FILE).hexdigest(), "name": "Таємнослово.pdf", **a_file},
            {"id": "file-7332", "sha256": sha256(OWN_FILE).hexdigest(), "name": "Приватослово.pdf", "place": PLACE,
             **a_file},
        ],
        "CorrespondentRow": [
            {"id": "contact-7331", "partnership": PARTNERSHIP, "party": "p2", "name": "Anna Tajemnoslova",
             "email": "anna.tajemnosl@example.org", "source": "Rathaus Tajemnosl", "added_by": PERSON, "added_at": NOW},
        ],
        "MailRow": [
            {"message_id": "<mail-7331@example.org>", "kind": "reminder", "status": "unknown", **mail},
        ],
        "HandoverRow": [
            {"id": "handover-7331", "partnership": PARTNERSHIP, "role": "officer", "party": "p1", "giver": PERSON,
             "heir": DEPUTY, "note": "text-7331", "proposed_by": PERSON, "proposed_at": NOW},
        ],
        "AbsenceRow": [
            {"id": "absence-7331", "person": PERSON, "first_day": date(2026, 1, 1), "substitute": DEPUTY,
             "recorded_by": PERSON, "recorded_at": NOW},
        ],
        "HoldRow": [
            {"id": "hold-7331", "place": PLACE, "begins": NOW, "ends": NOW + timedelta(days=9), "made_by": PERSON},
        ],
        "AuditRow": [
            {"at": NOW, "who": PERSON, "what": "person changed", "key": PERSON, "before": {"name": "Таємнослова"},
             "after": {"name": "Оксана Таємнословська"}},
        ],
        "BatchRow": [
            {"id": "batch-7331", "kind": "suspend", "person": "coordinator_here", "said": {"note": "Таємнослово"},
             "total": 1, "made_at": NOW, "begun_at": NOW},
        ],
        "BatchItemRow": [
            {"batch": "batch-7331", "number": 0, "partnership": PARTNERSHIP, "facts": {}, "outcome": "refused",
             "code": "other", "message": "Таємнослово"},
        ],
        "LookRow": [{"partnership": PARTNERSHIP, "person": DEPUTY, "day": date(2026, 1, 1)}],
    }  # fmt: skip
