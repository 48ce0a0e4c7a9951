"""Everything that is held of a person: shown to them, and to operators who are asked for it.

A table that names people and is not here fails a test, which says so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables import (
    AbsenceRow,
    ApiTokenRow,
    AuditRow,
    BatchRow,
    CorrespondentRow,
    DeliveryRow,
    FileRow,
    GrantRow,
    HandoverRow,
    HoldRow,
    LookRow,
    MailRow,
    PartnershipRow,
    PersonRow,
    ProfileRow,
    ProfileShareRow,
    PublicationRow,
    SavedViewRow,
    SessionRow,
    SignInRow,
    Table,
    TextRow,
    TimelineRow,
    WebhookRow,
)

Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""What is held, by what it is: rows with their columns."""

NAMING: Mapping[str, tuple[type[Table], tuple[str, ...]]] = {
    "account": (PersonRow, ("id", "added_by")),
    "trust": (GrantRow, ("person", "granted_by")),
    "sessions": (SessionRow, ("person",)),
    "links": (SignInRow, ("person",)),
    "programs": (ApiTokenRow, ("person",)),
    "views": (SavedViewRow, ("person",)),
    "looks": (LookRow, ("person",)),
    "absences": (AbsenceRow, ("person", "substitute", "recorded_by")),
    "handovers": (HandoverRow, ("giver", "heir", "proposed_by")),
    "mails": (MailRow, ("person",)),
    "deliveries": (DeliveryRow, ("person", "instead_of")),
    "holds": (HoldRow, ("made_by",)),
    "texts": (TextRow, ("author", "verified_by")),
    "files": (FileRow, ("added_by",)),
    "contacts": (CorrespondentRow, ("added_by",)),
    "published": (PublicationRow, ("published_by", "revoked_by")),
    "profiles": (ProfileRow, ("edited_by",)),
    "shares": (ProfileShareRow, ("made_by", "revoked_by")),
    "batches": (BatchRow, ("person",)),
    "webhooks": (WebhookRow, ("added_by",)),
    "acts": (TimelineRow, ("actor_person",)),
    "edits": (AuditRow, ("who", "key")),
}
"""The columns in which a person's id stands, by what the rows are called."""

ABOUT_OTHERS: Mapping[str, frozenset[str]] = {
    "account": frozenset({"name", "email"}),
    "contacts": frozenset({"name", "email"}),
    "profiles": frozenset({"facts"}),
    "edits": frozenset({"before", "after"}),
}
"""What of a row is another person's, unless the column of OWN_BY says that it is about this one."""

OWN_BY: Mapping[str, str] = {"account": "id", "edits": "key"}

SECRETS = frozenset({("sessions", "id"), ("links", "id"), ("programs", "id")})
"""Columns by which somebody could be found to be signed in; they say nothing about anybody."""


async def held(connection: AsyncConnection, person: str) -> Held:
    """Everything that is held of a person, by what it is: one query each."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for what, (table, columns) in NAMING.items():
        rows = await connection.execute(select(table.__table__).where(_names(table, columns, person)))
        found[what] = [_shown(what, dict(row._mapping), person) for row in rows]
    found["seats"] = await _seats(connection, person)
    return found


def _names(table: type[Table], columns: Sequence[str], person: str) -> ColumnElement[bool]:
    return or_(*(getattr(table, column) == person for column in columns))


def _shown(what: str, row: Mapping[str, Any], person: str) -> dict[str, Any]:
    """A row without what is somebody else's, and without what opens doors."""
    own = row.get(OWN_BY.get(what, "")) == person
    hidden = frozenset() if own else ABOUT_OTHERS.get(what, frozenset())
    return {name: value for name, value in row.items() if name not in hidden and (what, name) not in SECRETS}


async def _seats(connection: AsyncConnection, person: str) -> list[dict[str, Any]]:
    """In which partnerships they have a role, ended ones too."""
    columns = (PartnershipRow.id, PartnershipRow.stage, PartnershipRow.coordinator, PartnershipRow.state["parties"])
    rows = await connection.execute(select(*columns).where(PartnershipRow.seats_somebody(person)))
    seats = []
    for id, stage, coordinator, parties in rows:
        roles = ["coordinator"] if coordinator == person else []
        roles += [role for party in parties for role in ("officer", "deputy") if party.get(role) == person]
        seats += [{"partnership": id, "stage": stage, "role": role} for role in roles]
    return seats


def says(column: Any, words: str) -> ColumnElement[bool]:
    """Whether a column of JSON says these words, which databases keep as they are or escaped."""
    written = cast(column, String)
    return or_(*(written.contains(form, autoescape=True) for form in (words, json.dumps(words)[1:-1])))
