"""What is written before a command is sent: its texts, and places abroad that it names for the first time.

A refused command takes them along: nothing of it stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from console.fields import MOST_CHARACTERS
from console.places import NewPlace, add_place, forget_place, places_named
from console.problems import Invalid
from models.base import Refused
from models.tables import TextRow


@dataclass(frozen=True)
class NewText:
    """A free text under the id that its command carries."""

    id: str
    about: str
    body: str


@dataclass
class Ahead:
    """What a command needs written first, and what of it was really new."""

    texts: list[NewText] = field(default_factory=list)
    places: list[NewPlace] = field(default_factory=list)
    new_texts: list[str] = field(default_factory=list)
    new_places: list[tuple[str, int]] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not self.texts and not self.places


@dataclass(frozen=True)
class Authorship:
    """Of which partnership the texts are, who wrote them and when, where they come from, and whose they are."""

    partnership: str
    author: str | None
    language: str
    written_at: datetime
    source: str = "stated"
    as_of: datetime | None = None
    verified_by: str | None = None
    place: str | None = None


def checked(said: object, what: str) -> str:
    """A text that can be kept. Refused: none, too long; `Invalid`: what cannot be stored as text."""
    if not isinstance(said, str):
        raise Invalid(f"“{what}” is written in words.")
    body = said.replace("\x00", "").strip()
    if not body:
        raise Invalid(f"“{what}” is empty; leave it out or write something.")
    if len(body) > MOST_CHARACTERS:
        raise Refused(
            "text_too_long",
            f"“{what}” has {len(body):,} characters; at most {MOST_CHARACTERS:,} are kept. Nothing was changed.",
        )
    try:
        body.encode()
    except UnicodeEncodeError:
        raise Invalid(f"“{what}” holds characters that cannot be stored.") from None
    return body


async def write(database: AsyncEngine, ahead: Ahead, of: Authorship) -> None:
    """Write what is not there yet, and note what was new."""
    if ahead.nothing:
        return
    async with database.begin() as connection:
        for text in ahead.texts:
            if await _insert(connection, _row(text, of)):
                ahead.new_texts.append(text.id)
        there = await places_named(connection, (place.id for place in ahead.places))
        for place in {each.id: each for each in ahead.places}.values():
            if place.id not in there:
                ahead.new_places.append((place.id, await add_place(connection, place, of.author or "operator")))


async def take_back(database: AsyncEngine, ahead: Ahead) -> None:
    """Remove what was written for a command that was refused."""
    if not ahead.new_texts and not ahead.new_places:
        return
    async with database.begin() as connection:
        if ahead.new_texts:
            await connection.execute(delete(TextRow).where(TextRow.id.in_(ahead.new_texts)))
        for place, audit in ahead.new_places:
            await forget_place(connection, place, audit)


def _row(text: NewText, of: Authorship) -> dict[str, Any]:
    return vars(text) | vars(of)


async def _insert(connection: AsyncConnection, row: dict[str, Any]) -> bool:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    result = await connection.execute(dialect.insert(TextRow).values(row).on_conflict_do_nothing())
    return bool(result.rowcount)
