"""Importing a register from a file: upload, a look at what is unclear beside its source, then the import itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.batches import keeping
from console.batches.bulk_pages import PATIENCE, batches_at
from console.batches.importing import keep_preview, make_ready, read_upload
from console.batches.kinds import BatchKind
from console.partnership.uploads import TheUpload
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Posted
from imports.errors import UnreadableFile
from imports.register import REQUIRED_COLUMNS

UNCLEAR_A_PAGE = 25

router = APIRouter(include_in_schema=False)


@router.get("/partnerships/import")
async def upload_page(request: Request, viewer: TheViewer) -> Response:
    """Where a file is chosen."""
    _only_who_may(viewer)
    return _upload_page(request, viewer)


@router.post("/partnerships/import")
async def upload(request: Request, edge: TheEdge, viewer: TheViewer, sent: TheUpload) -> Response:
    """Read a file and keep what it says, to be looked at. Nothing is begun."""
    _only_who_may(viewer)
    words = words_of(request, viewer, "import")
    if sent.file is None:
        return _upload_page(request, viewer, words("refused.no_file"))
    try:
        agreements = await read_upload(sent.file)
    except UnreadableFile as unreadable:
        return _upload_page(request, viewer, words(f"refused.{unreadable.code}", **unreadable.facts))
    key = sent.fields.command_id("import", viewer.id)
    async with writing(edge) as connection:
        await keep_preview(connection, key, sent.file.filename or "register", agreements, viewer, datetime.now(UTC))
    return RedirectResponse(f"/partnerships/import/{key}", 303)


@router.get("/partnerships/import/{batch}")
async def preview(
    request: Request, record: Record, viewer: TheViewer, batch: str, after: Annotated[int, Query(ge=-1, le=10**6)] = -1
) -> Response:
    """What the file says: how much is new, what is unclear and how it is written."""
    found = await keeping.batch_of(record, batch, None if viewer.is_operator else viewer.id)
    if found.kind is not BatchKind.IMPORT or found.begun_at is not None:
        return RedirectResponse(f"/partnerships/batches/{found.id}", 303)
    items = await keeping.unclear(record, found.id, after, UNCLEAR_A_PAGE + 1)
    counts = await keeping.counted(record, found.id)
    values: dict[str, Any] = {
        "batch": found,
        "new": counts.get(None, 0),
        "already": counts.get("already", 0),
        "unclear": await keeping.unclear_count(record, found.id),
        "rows": [_row(item.facts, viewer.language) for item in items[:UNCLEAR_A_PAGE]],
        "after": items[UNCLEAR_A_PAGE - 1].number if len(items) > UNCLEAR_A_PAGE else None,
        "further": after >= 0,
    }
    return page(request, viewer, "import", "batch/import.html", values)


@router.post("/partnerships/import/{batch}/begin")
async def begin(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, batch: str
) -> Response:
    """Import what was looked at; it goes on by itself."""
    _only_who_may(viewer)
    found = await keeping.batch_of(record, batch, viewer.id)
    if found.kind is BatchKind.IMPORT and found.begun_at is None:
        await make_ready(edge, found)
        async with writing(edge) as connection:
            await keeping.begin(connection, found.id, datetime.now(UTC))
        await batches_at(request).begin(found.id, PATIENCE)
    return RedirectResponse(f"/partnerships/batches/{found.id}", 303)


def _upload_page(request: Request, viewer: Viewer, problem: str | None = None) -> Response:
    values = {"problem": problem, "columns": REQUIRED_COLUMNS}
    return page(request, viewer, "import", "batch/upload.html", values, 422 if problem else 200)


def _row(facts: Any, language: str) -> dict[str, Any]:
    """A row of the file as it is read: who with whom, and each thing unclear beside the cell as written."""
    parties = facts.get("parties") or []
    problems = [
        {"message": each["message_uk" if language == "uk" else "message_en"], "source": each["source_text"]}
        for each in facts.get("problems") or []
    ]
    return {"row": facts["row"], "title": " — ".join(party["name"] for party in parties), "problems": problems}


def _only_who_may(viewer: Viewer) -> None:
    if not (viewer.is_operator or viewer.coordinates):
        raise HTTPException(403, "This is for coordinators; nothing was changed.")
