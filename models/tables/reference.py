"""What commands name by id or came from elsewhere: texts, places, rows of a source, and the audit of edits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from models.search_words import search_words
from models.tables.base import Table

OBLAST = ("область", "oblast")
"""What people write behind an oblast's name."""


def _found_by(context: DefaultExecutionContext) -> str:
    return place_search(context.get_current_parameters())  # type: ignore[no-untyped-call]


def place_search(place: Mapping[str, Any]) -> str:
    """What a place is found by; made anew where its names or its oblast change."""
    oblasts = (place.get("oblast_uk"), place.get("oblast_en"))
    return search_words(
        place["name_uk"],
        place.get("name_en"),
        place.get("other_names"),
        *oblasts,
        *(OBLAST if any(oblasts) else ()),
        abroad=place.get("country") != "UA",
    )


class PlaceRow(Table):
    """A municipality, oblast or other public body, in Ukraine (by KATOTTG) or abroad."""

    __tablename__ = "places"

    id: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str | None] = mapped_column(doc="ISO 3166 alpha-2; none: not given")
    name_uk: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str | None]
    oblast_uk: Mapped[str | None]
    oblast_en: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int | None]
    sender_name: Mapped[str | None] = mapped_column(String(200), doc="in whose name mail to its people leaves")
    other_names: Mapped[str | None] = mapped_column(Text, doc="found by, shown nowhere; none: not looked up yet")
    search: Mapped[str] = mapped_column(Text, default=_found_by, doc="models.search_words, of its names")

    __table_args__ = (Index(None, "country"), Index(None, "oblast_uk"))


class TextRow(Table):
    """Free text that commands carry by id: where it comes from, of which day, who verified it."""

    __tablename__ = "texts"

    id: Mapped[str] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    about: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(default="uk")
    author: Mapped[str | None]
    written_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="stated")
    as_of: Mapped[datetime | None]
    verified_by: Mapped[str | None]
    place: Mapped[str | None] = mapped_column(
        doc="whose municipality's it is; none: everybody's who sees it; empty: untold"
    )
    shared_at: Mapped[datetime | None] = mapped_column(doc="a private text was shared with all who see the partnership")
    removed_at: Mapped[datetime | None] = mapped_column(doc="a note was removed; erased for good some weeks later")

    __table_args__ = (
        Index(None, "partnership", "about"),
        Index(None, "about", "written_at"),
        Index(None, "removed_at"),
    )


class ImportRow(Table):
    """A row of a source as it was read: its own text, what was unclear, and which other rows look alike."""

    __tablename__ = "import_rows"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    row: Mapped[int]
    text: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]]
    duplicates: Mapped[list[Any]]
    related: Mapped[list[Any]]
    imported_at: Mapped[datetime]

    __table_args__ = (Index(None, "source", "row"),)


class AuditRow(Table):
    """An edit of reference data: who changed what, and how it was before."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    key: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]

    __table_args__ = (Index(None, "key"),)
