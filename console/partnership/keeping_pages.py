"""Notes and files: kept, shared, removed, brought back, handed out. What is wrong is said beside what was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, RedirectResponse, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.edge import Edge
from console.partnership.addresses import kept
from console.partnership.files import add_file, file_meant, files_of
from console.partnership.keeping import ACTS, Act, change, erase_removed
from console.partnership.notes import keep_note, notes_of, text_meant
from console.partnership.seen import Seen, seen
from console.partnership.sizes import in_bytes
from console.partnership.store import LARGEST_FILE, TYPES, Store
from console.partnership.uploads import TheUpload, Upload
from console.privacy import NOTE
from console.small_pages import Sorry
from console.web.frame import page
from console.web.needs import Record, TheEdge
from console.web.posting import Posted

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Change:
    """What is to be done with a text or a file, and before whom."""

    there: Seen
    act: Act


async def writing_in(record: AsyncConnection, viewer: Viewer, partnership: str) -> Seen:
    """The partnership before somebody who may add to it. Raises 403 for those who only look."""
    there = await seen(record, viewer, partnership)
    if not there.writes:
        raise HTTPException(403, "You can look at this partnership, but not change it.")
    return there


async def change_asked(_: Posted, record: Record, viewer: TheViewer, partnership: str, what: str) -> Change:
    """The change that a form asks for. Raises 403 for those who only look, 404 for what cannot be done."""
    there = await writing_in(record, viewer, partnership)
    for act in ACTS:
        if act == what:
            return Change(there, act)
    raise HTTPException(404, "There is nothing like that to be done.")


TheChange = Annotated[Change, Depends(change_asked)]


@router.get("/partnerships/{partnership}/notes")
async def notes_page(request: Request, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """All notes, and room for another."""
    return await _notes(request, record, await seen(record, viewer, partnership))


@router.post("/partnerships/{partnership}/notes")
async def write_note(
    request: Request, edge: TheEdge, record: Record, fields: Posted, viewer: TheViewer, partnership: str
) -> Response:
    """Keep a note, once."""
    there = await writing_in(record, viewer, partnership)
    id, now = fields.command_id(viewer.id, there.p.id, NOTE), datetime.now(UTC)
    try:
        async with edge.database.begin() as connection:
            await keep_note(connection, there, id, fields["text"], shared="shared" in fields, now=now)
            await erase_removed(connection, store_of(edge), now)
    except Sorry as sorry:
        return await _notes(request, record, there, sorry, fields["text"])
    return _back(request, there, "note", "notes")


@router.get("/partnerships/{partnership}/texts/{text}")
async def text_page(request: Request, record: Record, viewer: TheViewer, partnership: str, text: str) -> Response:
    """One text, whole."""
    there = await seen(record, viewer, partnership)
    try:
        values = {"row": await text_meant(record, there, text)}
    except Sorry as sorry:
        return await _notes(request, record, there, sorry)
    return _shown(request, there, "partnership/text.html", values, None)


@router.post("/partnerships/{partnership}/texts/{text}/{what}")
async def change_text(request: Request, edge: TheEdge, record: Record, asked: TheChange, text: str) -> Response:
    """Share a private text or take that back; remove a note or bring it back."""
    try:
        row = await text_meant(record, asked.there, text)
        if row.about != NOTE and asked.act in ("remove", "restore"):
            raise Sorry("text_gone")
        await _make(edge, asked, row)
    except Sorry as sorry:
        return await _notes(request, record, asked.there, sorry)
    return _back(request, asked.there, f"{asked.act}_text", "notes")


@router.get("/partnerships/{partnership}/files")
async def files_page(request: Request, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """All files, and room for another."""
    return await _files(request, record, await seen(record, viewer, partnership))


@router.post("/partnerships/{partnership}/files")
async def upload(
    request: Request, edge: TheEdge, record: Record, upload: TheUpload, viewer: TheViewer, partnership: str
) -> Response:
    """Keep a file, once."""
    there = await writing_in(record, viewer, partnership)
    try:
        await _keep(edge, there, upload)
    except Sorry as sorry:
        return await _files(request, record, there, sorry)
    return _back(request, there, "upload", "files")


@router.get("/partnerships/{partnership}/files/{file}")
async def download(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, partnership: str, file: str
) -> Response:
    """A file, to be saved and not to be shown."""
    there = await seen(record, viewer, partnership)
    try:
        row = await file_meant(record, there, file)
    except Sorry as sorry:
        return await _files(request, record, there, sorry)
    path = store_of(edge).path(row.sha256)
    if row.removed_at is not None or not path.is_file():
        return await _files(request, record, there, Sorry("file_gone"))
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}"}
    return FileResponse(path, media_type=TYPES[row.kind], headers=named)


@router.post("/partnerships/{partnership}/files/{file}/{what}")
async def change_file(request: Request, edge: TheEdge, record: Record, asked: TheChange, file: str) -> Response:
    """Share a file or take that back, remove it or bring it back."""
    try:
        await _make(edge, asked, await file_meant(record, asked.there, file))
    except Sorry as sorry:
        return await _files(request, record, asked.there, sorry)
    return _back(request, asked.there, f"{asked.act}_file", "files")


def store_of(edge: Edge) -> Store:
    """Where this installation keeps its files."""
    return Store(edge.settings.home / "files")


async def _keep(edge: Edge, there: Seen, upload: Upload) -> None:
    if upload.file is None:
        raise Sorry("no_file")
    who = upload.fields["who"]
    if there.keeps_for is not None and who not in ("ours", "all"):
        raise Sorry("who_may_see")
    stored = await run_in_threadpool(store_of(edge).keep, upload.file.file)
    id = upload.fields.command_id(there.viewer.id, there.p.id, stored.sha256)
    async with edge.database.begin() as connection:
        now, name = datetime.now(UTC), upload.file.filename or ""
        await add_file(connection, there, id, name, stored, shared=who == "all", now=now)


async def _make(edge: Edge, asked: Change, row: Row[Any]) -> None:
    """Change a text or file as asked, and erase what was removed long enough ago."""
    now = datetime.now(UTC)
    async with edge.database.begin() as connection:
        await change(connection, asked.there, row, asked.act, now)
        await erase_removed(connection, store_of(edge), now)


def _back(request: Request, there: Seen, did: str, where: str) -> Response:
    return RedirectResponse(f"/partnerships/{there.p.id}{kept(request, did=did)}#{where}", 303)


async def _notes(
    request: Request, record: AsyncConnection, there: Seen, sorry: Sorry | None = None, typed: str = ""
) -> Response:
    values = {"notes": await notes_of(record, there), "typed": typed}
    return _shown(request, there, "partnership/notes.html", values, sorry)


async def _files(request: Request, record: AsyncConnection, there: Seen, sorry: Sorry | None = None) -> Response:
    return _shown(request, there, "partnership/files.html", {"files": await files_of(record, there)}, sorry)


def _shown(request: Request, there: Seen, template: str, values: dict[str, Any], sorry: Sorry | None) -> Response:
    words = there.names.words
    size = partial(in_bytes, words=words)
    most = size(LARGEST_FILE)
    said = words(f"refused.{sorry.code}", **({"most": most} | sorry.facts)) if sorry else None
    status = 200 if sorry is None else 404 if sorry.code.endswith("_gone") else 422
    known = {"there": there, "names": there.names, "problem": said, "most": most, "size": size, "kept": kept(request)}
    return page(request, there.viewer, "partnership", template, known | values, status)
