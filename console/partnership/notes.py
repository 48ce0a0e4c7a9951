"""Notes on a partnership: kept, shared, removed. A note is not contact, and the engine knows nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.fields import MOST_CHARACTERS
from console.partnership.keeping import BROUGHT_BACK, may_change
from console.partnership.seen import Seen
from console.privacy import NOTE
from console.small_pages import Sorry
from models.tables import PersonRow, TextRow

MOST_NOTES = 50


@dataclass(frozen=True)
class Note:
    """A note as its reader meets it; one that was removed lately is there for whoever may bring it back."""

    row: Row[Any]
    mine: bool

    @property
    def gone_at(self) -> datetime | None:
        """When a removed one is erased for good."""
        return self.row.removed_at + BROUGHT_BACK if self.row.removed_at else None


async def notes_of(connection: AsyncConnection, there: Seen, limit: int = MOST_NOTES) -> list[Note]:
    """The notes that somebody may read, the newest first: one query."""
    query = (
        select(TextRow.__table__, PersonRow.name.label("by"))
        .join(PersonRow, PersonRow.id == TextRow.author, isouter=True)
        .where(TextRow.partnership == there.p.id, TextRow.about == NOTE)
        .where(*_readable(there))
        .order_by(TextRow.written_at.desc(), TextRow.id)
        .limit(limit)
    )
    rows = await connection.execute(query)
    notes = [Note(row, may_change(there, row)) for row in rows]
    return [note for note in notes if note.row.removed_at is None or note.mine]


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


def _readable(there: Seen) -> Sequence[Any]:
    if there.reader.everything:
        return ()
    ours = TextRow.place.in_(sorted(there.reader.places))
    return (or_(TextRow.place.is_(None), TextRow.shared_at.is_not(None), ours),)
