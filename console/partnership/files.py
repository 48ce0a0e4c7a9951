"""Files of a partnership: kept by what is in them, for everybody who sees it or for one municipality alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.partnership.keeping import Kept, kept_of
from console.partnership.seen import Seen
from console.partnership.store import Stored, safe_name
from console.small_pages import Sorry
from models.tables import FileRow, PersonRow

MOST_FILES = 100


async def files_of(connection: AsyncConnection, there: Seen) -> list[Kept]:
    """The files that somebody may see, the newest first: one query."""
    query = (
        select(FileRow.__table__, PersonRow.name.label("by"))
        .join(PersonRow, PersonRow.id == FileRow.added_by, isouter=True)
        .order_by(FileRow.added_at.desc(), FileRow.id)
        .limit(MOST_FILES)
    )
    return await kept_of(connection, there, FileRow, query)


async def file_meant(connection: AsyncConnection, there: Seen, file: str) -> Row[Any]:
    """A file of this partnership that somebody may see, removed or not. Refused: none."""
    query = select(FileRow.__table__).where(FileRow.id == file, FileRow.partnership == there.p.id)
    row = (await connection.execute(query)).one_or_none()
    if row is None or not there.reader.may_read(row):
        raise Sorry("file_gone")
    return row


async def add_file(
    connection: AsyncConnection, there: Seen, id: str, name: str, stored: Stored, *, shared: bool, now: datetime
) -> str:
    """Put a kept file on record under an id; what it is called. The same one again changes nothing. Refused: too
    many."""
    known = await connection.scalar(select(FileRow.name).where(FileRow.id == id))
    if known is not None:
        return str(known)
    there_are = select(func.count()).where(FileRow.partnership == there.p.id, FileRow.removed_at.is_(None))
    if (await connection.scalar(there_are) or 0) >= MOST_FILES:
        raise Sorry("too_many_files", most=MOST_FILES)
    values = {
        "id": id,
        "partnership": there.p.id,
        "place": there.keeps_for,
        "sha256": stored.sha256,
        "name": safe_name(name, stored.kind),
        "kind": stored.kind,
        "size": stored.size,
        "added_by": there.viewer.id,
        "added_at": now,
        "shared_at": now if shared and there.keeps_for else None,
    }
    await connection.execute(insert(FileRow).values(values))
    await audited(connection, there.viewer.id, "file added", id, {}, {"partnership": there.p.id, "kind": stored.kind})
    return str(values["name"])
