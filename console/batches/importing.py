"""A register from a file: read and looked at first, then begun row by row. The same content begins nothing twice."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import UploadFile

from console.access.sight import may_start
from console.access.viewer import Viewer
from console.batches import keeping
from console.batches.keeping import Batch, Item, Outcome
from console.batches.kinds import BatchKind
from console.batches.trying import NOT_YOURS
from console.edge import Edge, reached
from console.record import RecordedRevisions
from imports.agreement import ImportedAgreement, read_agreements
from imports.begin import start_of
from imports.load import MUNICIPALITIES, write_reference
from imports.municipalities import Municipality, read_municipalities
from imports.other_names import name_otherwise
from imports.positions import place_on_earth
from models.tables import BatchItemRow, PartnershipRow

CHUNK = 1024 * 1024


async def read_upload(file: UploadFile) -> list[ImportedAgreement]:
    """The rows of a file as somebody sent it. Raises `UnreadableFile`."""
    with tempfile.TemporaryDirectory(prefix="mosty-import-") as folder:
        path = Path(folder) / _file_name(file)
        with path.open("wb") as kept:
            while chunk := await file.read(CHUNK):
                kept.write(chunk)
        return await asyncio.to_thread(_read, path)


def _file_name(file: UploadFile) -> str:
    """The file's own name, for sentences, without a way out of its folder."""
    name = Path((file.filename or "").replace("\\", "/")).name.strip()
    return name[:80] if name not in ("", ".", "..") else "register"


def _read(path: Path) -> list[ImportedAgreement]:
    return read_agreements(path, municipalities())


def municipalities() -> list[Municipality]:
    return read_municipalities(MUNICIPALITIES)


async def keep_preview(
    connection: AsyncConnection,
    key: str,
    name: str,
    agreements: Sequence[ImportedAgreement],
    viewer: Viewer,
    now: datetime,
) -> None:
    """Keep what was read, to be looked at; nothing is begun."""
    query = select(PartnershipRow.id).where(PartnershipRow.source_row.is_not(None))
    known = set(await connection.scalars(query))
    batch = Batch(
        id=key,
        kind=BatchKind.IMPORT,
        person=viewer.id,
        said={"source": name[-64:]},
        total=len(agreements),
        made_at=now,
        begun_at=None,
        ended_at=None,
        leased_until=None,
        stopped=None,
    )
    await keeping.make(connection, batch, _items(agreements, known))


def _items(agreements: Sequence[ImportedAgreement], known: set[str]) -> Iterator[Item]:
    for number, each in enumerate(agreements):
        yield Item(
            number=number,
            partnership=str(each.key),
            facts=each.model_dump(mode="json"),
            unclear=len(each.problems),
            outcome="already" if str(each.key) in known else None,
        )


async def make_ready(edge: Edge, batch: Batch) -> None:
    """Put the places and the rows as written on record, which partnerships name; what is there stays."""
    async with edge.database.connect() as connection:
        query = select(BatchItemRow.facts).where(BatchItemRow.batch == batch.id).order_by(BatchItemRow.number)
        read = [ImportedAgreement.model_validate(facts) for facts in await connection.scalars(query) if facts]
    if read:
        await write_reference(edge.database, municipalities(), read, str(batch.said["source"]))
        await place_on_earth(edge.database)
        await name_otherwise(edge.database)


async def begun(edge: Edge, viewer: Viewer, batch: Batch, item: Item) -> Outcome:
    """Begin the partnership of one row, as somebody who may."""
    from workflows.client import start

    facts = start_of(ImportedAgreement.model_validate(item.facts), edge.settings.policy)
    revisions = RecordedRevisions(edge.database)
    if await revisions.revision(facts.id) is not None:
        return Outcome(outcome="already")
    async with edge.database.connect() as connection:
        if not await may_start(connection, viewer, [party.place for party in facts.parties]):
            raise NOT_YOURS
    client = await edge.client()
    with reached():
        await start(client, facts, edge.settings.task_queue, revisions)
    return Outcome(outcome="done")
