"""What holds for notes and files alike: whose they are, that they are shared, removed and brought back, and erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Row, Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import What, audited
from console.partnership.seen import Seen
from console.partnership.store import Store
from console.privacy import NOTE
from console.small_pages import Sorry
from models.tables import FileRow, TextRow

BROUGHT_BACK = timedelta(days=30)
"""So long a removed note or file can be brought back; then it is erased for good."""

Act = Literal["share", "unshare", "remove", "restore"]
ACTS: tuple[Act, ...] = ("share", "unshare", "remove", "restore")


@dataclass(frozen=True)
class Kept:
    """A note or file as somebody meets it who may read it; one that was removed lately is there for whoever may bring
    it back."""

    row: Row[Any]
    mine: bool

    @property
    def gone_at(self) -> datetime | None:
        """When a removed one is erased for good."""
        return self.row.removed_at + BROUGHT_BACK if self.row.removed_at else None


async def kept_of(
    connection: AsyncConnection, there: Seen, table: type[TextRow] | type[FileRow], query: Select[Any]
) -> list[Kept]:
    """What a query finds in a table of a partnership's notes or files, as far as somebody may read it."""
    query = query.where(table.partnership == there.p.id)
    if not there.reader.everything:
        ours = table.place.in_(sorted(there.reader.places))
        query = query.where(or_(table.place.is_(None), table.shared_at.is_not(None), ours))
    kept = [Kept(row, may_change(there, row)) for row in await connection.execute(query)]
    return [each for each in kept if each.row.removed_at is None or each.mine]


def may_change(there: Seen, kept: Any) -> bool:
    """Whether something kept is theirs to share and remove: their municipality's; what is nobody's, who added it."""
    if there.viewer.is_operator:
        return True
    added_by = kept.author if hasattr(kept, "author") else kept.added_by
    return kept.place in there.own_places if kept.place is not None else added_by == there.viewer.id


_DONE: Mapping[Act, tuple[str, What, What]] = {
    "share": ("shared_at", "text shared", "file shared"),
    "unshare": ("shared_at", "text no longer shared", "file no longer shared"),
    "remove": ("removed_at", "text removed", "file removed"),
    "restore": ("removed_at", "text brought back", "file brought back"),
}
"""The column that says so; what it is called of a text, and of a file."""


async def change(connection: AsyncConnection, there: Seen, row: Row[Any], what: Act, now: datetime) -> None:
    """Share a text or a file, take that back, remove it, bring it back: on record, without its words. What is so
    already stays. Refused: somebody else's."""
    if not may_change(there, row):
        raise Sorry("not_yours", place=there.names.place(row.place) if row.place else "–")
    table = TextRow if hasattr(row, "body") else FileRow
    name, of_text, of_file = _DONE[what]
    before, after = getattr(row, name), now if what in ("share", "remove") else None
    if (before is None) == (after is None):
        return
    await connection.execute(update(table).where(table.id == row.id).values({name: after}))
    said = of_text if table is TextRow else of_file
    await audited(connection, there.viewer.id, said, row.id, {name: before}, {name: after})


async def erase_removed(connection: AsyncConnection, store: Store, now: datetime) -> None:
    """Erase for good what was removed long enough ago; bytes that no other file has."""
    long_ago = now - BROUGHT_BACK
    await connection.execute(delete(TextRow).where(TextRow.about == NOTE, TextRow.removed_at < long_ago))
    gone = (
        await connection.execute(delete(FileRow).where(FileRow.removed_at < long_ago).returning(FileRow.sha256))
    ).all()
    hashes = {row.sha256 for row in gone}
    if hashes:
        left = set(await connection.scalars(select(FileRow.sha256).where(FileRow.sha256.in_(hashes))))
        for sha256 in hashes - left:
            await run_in_threadpool(store.forget, sha256)
