"""Notes on a partnership: kept, shared, removed. A note is not contact, and the engine knows nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.fields import MOST_CHARACTERS
from console.partnership.keeping import Kept, kept_of
from console.partnership.seen import Seen
from console.privacy import NOTE
from console.small_pages import Sorry
from models.tables import PersonRow, TextRow

MOST_NOTES = 50


async def notes_of(connection: AsyncConnection, there: Seen, limit: int = MOST_NOTES) -> list[Kept]:
    """The notes that somebody may read, the newest first: one query."""
    query = (
        select(TextRow.__table__, PersonRow.name.label("by"))
        .join(PersonRow, PersonRow.id == TextRow.author, isouter=True)
        .where(TextRow.about == NOTE)
        .order_by(TextRow.written_at.desc(), TextRow.id)
        .limit(limit)
    )
    return await kept_of(connection, there, TextRow, query)


async def text_meant(connection: AsyncConnection, there: Seen, text: str) -> Row[Any]:
    """A text of this partnership that somebody may read. Refused: none."""
    query = select(TextRow.__table__).where(TextRow.id == text, TextRow.partnership == there.p.id)
    row = (await connection.execute(query)).one_or_none()
    if row is None or not there.reader.may_read_text(row):
        raise Sorry("text_gone")
    return row


async def keep_note(
    connection: AsyncConnection, there: Seen, id: str, words: str, *, shared: bool, now: datetime
) -> None:
    """Keep a note under an id; the same one again changes nothing. Refused: nothing in it, too long."""
    body = words.replace("\x00", "").strip()
    if not body:
        raise Sorry("nothing_written")
    if len(body) > MOST_CHARACTERS:
        raise Sorry("text_too_long")
    values = {
        "id": id,
        "partnership": there.p.id,
        "about": NOTE,
        "body": body,
        "language": there.viewer.language,
        "author": there.viewer.person.id if there.viewer.person else None,
        "written_at": now,
        "source": "stated",
        "place": there.keeps_for,
        "shared_at": now if shared and there.keeps_for else None,
    }
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    await connection.execute(dialect.insert(TextRow).values(values).on_conflict_do_nothing())
