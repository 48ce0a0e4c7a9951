"""Acting on many partnerships of a list: what would come of it, the act, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.sight import visible
from console.access.viewer import Viewer
from console.batches import keeping
from console.batches.keeping import Batch, Item
from console.batches.kinds import ACTS, ASKED, BatchKind, complete
from console.batches.running import Batches
from console.batches.showing import reasons, refusal_words
from console.batches.trying import Chosen, chosen, outcomes, tried
from console.lists.asking import ListAsked
from console.lists.list_pages import MOST_CHOSEN, coordinators
from console.lists.narrowing import narrowed
from console.lists.paging import Wanted, paged
from console.problems import Invalid
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Fields, Posted
from console.wording import sentence
from models.care import WhyPaused
from models.tables import PartnershipRow

PATIENCE = 3.0
"""Seconds that a form waits for its batch, so that a small one is over when its page is shown."""

NAMED = 100
"""So many partnerships are named on a page."""

REVIEW_IN = timedelta(days=90)

router = APIRouter(include_in_schema=False)


class BulkAsked(ListAsked):
    """What an address asks to be done, and with which partnerships: those ticked, or all that fit."""

    do: BatchKind = BatchKind.CONFIRM
    id: list[str] = Field(default_factory=list, max_length=MOST_CHOSEN)
    all: bool = False
    to: str | None = Field(None, max_length=64)
    why: WhyPaused | None = None
    review_at: str | None = Field(None, max_length=40)
    note: str | None = Field(None, max_length=2_000)

    @property
    def said(self) -> dict[str, str]:
        """What is said with the act, as far as it is."""
        return {name: str(value) for name in ASKED[self.do] if (value := getattr(self, name))}


def batches_at(request: Request) -> Batches:
    batches: Batches = request.app.state.batches
    return batches


@router.get("/partnerships/bulk")
async def preview(
    request: Request, record: Record, viewer: TheViewer, asked: Annotated[BulkAsked, Query()]
) -> Response:
    """What would come of it. Nothing is changed."""
    _only_who_may(viewer, asked.do)
    these = await _chosen(record, viewer, asked)
    return await _preview(request, record, viewer, asked, these)


@router.post("/partnerships/bulk")
async def do(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted) -> Response:
    """Do it, once for this form; the page of the batch says what came of it."""
    asked = _asked(fields)
    _only_who_may(viewer, asked.do)
    these = await _chosen(record, viewer, asked)
    if not these or not complete(asked.do, asked.said):
        return await _preview(request, record, viewer, asked, these)
    batch = _batch(fields.command_id("bulk", viewer.id), asked, viewer, len(these))
    items = [Item(number=number, partnership=each.id, facts={}) for number, each in enumerate(these)]
    async with writing(edge) as connection:
        await keeping.make(connection, batch, items)
    await batches_at(request).begin(batch.id, PATIENCE)
    return RedirectResponse(f"/partnerships/batches/{batch.id}", 303)


@router.get("/partnerships/batches")
async def mine(request: Request, record: Record, viewer: TheViewer) -> Response:
    """What somebody asked for lately."""
    values = {"batches": await keeping.batches_of(record, viewer.id)}
    return page(request, viewer, "batch", "batch/mine.html", values)


@router.get("/partnerships/batches/{batch}")
async def came(request: Request, record: Record, viewer: TheViewer, batch: str) -> Response:
    """What came of it so far."""
    found = await keeping.batch_of(record, batch, None if viewer.is_operator else viewer.id)
    counts = await keeping.counted(record, batch)
    refused = await keeping.refusals(record, batch, NAMED)
    titles = {
        each.id: each.title for each in await chosen(record, viewer, [r.partnership for r in refused], viewer.language)
    }
    values: dict[str, Any] = {
        "batch": found,
        "counts": counts,
        "over": found.total - counts.get(None, 0),
        "refused": [
            (each, titles.get(each.partnership), refusal_words(viewer, each.code, each.message)) for each in refused
        ],
        "stands_still": found.stands_still(datetime.now(UTC)),
    }
    return page(request, viewer, "batch", "batch/came.html", values)


@router.post("/partnerships/batches/{batch}/go-on")
async def go_on(request: Request, record: Record, viewer: TheViewer, fields: Posted, batch: str) -> Response:
    """Go on with what stopped."""
    found = await keeping.batch_of(record, batch, None if viewer.is_operator else viewer.id)
    if found.stands_still(datetime.now(UTC)):
        await batches_at(request).begin(found.id, PATIENCE)
    return RedirectResponse(f"/partnerships/batches/{found.id}", 303)


async def _preview(
    request: Request, record: AsyncConnection, viewer: Viewer, asked: BulkAsked, these: list[Chosen]
) -> Response:
    now, words = datetime.now(UTC), words_of(request, viewer, "batch")
    problem, would = None, None
    if these and complete(asked.do, asked.said):
        try:
            would = await tried(record, viewer, these, asked.do, asked.said, now)
        except Invalid:
            problem = words("date_unclear")
    values: dict[str, Any] = {
        "asked": asked,
        "these": these,
        "would": would,
        "counts": outcomes(would or []),
        "reasons": reasons(viewer, would or []),
        "problem": problem,
        "coordinators": await coordinators(record, viewer),
        "why": [each.value for each in WhyPaused],
        "review_at": asked.review_at or f"{(now + REVIEW_IN).astimezone(viewer.zone):%Y-%m-%d}",
        "named": NAMED,
        "most": MOST_CHOSEN,
        "ids": " ".join(each.id for each in these),
    }
    return page(request, viewer, "batch", "batch/bulk.html", values, 422 if problem else 200)


async def _chosen(record: AsyncConnection, viewer: Viewer, asked: BulkAsked) -> list[Chosen]:
    ids = asked.id
    if asked.all:
        asking = await narrowed(record, asked, visible(viewer))
        rows = await paged(record, asking, [PartnershipRow.id], Wanted(asked.sort, limit=MOST_CHOSEN), MOST_CHOSEN + 1)
        ids = [row.id for row in rows.rows]
    return await chosen(record, viewer, ids[:MOST_CHOSEN], viewer.language)


def _asked(fields: Fields) -> BulkAsked:
    """What a form asks; its partnerships stand in one field."""
    said: Mapping[str, Any] = {name: fields[name] for name in ("do", "to", "why", "review_at", "note")}
    try:
        return BulkAsked.model_validate({**said, "id": fields["ids"].split()[:MOST_CHOSEN]})
    except ValidationError as error:
        raise Invalid(sentence(error)) from None


def _batch(key: str, asked: BulkAsked, viewer: Viewer, total: int) -> Batch:
    now = datetime.now(UTC)
    return Batch(
        id=key,
        kind=asked.do,
        person=viewer.id,
        said=asked.said,
        total=total,
        made_at=now,
        begun_at=now,
        ended_at=None,
        leased_until=None,
        stopped=None,
    )


def _only_who_may(viewer: Viewer, do: BatchKind) -> None:
    if do not in ACTS or not (viewer.is_operator or viewer.coordinates):
        raise HTTPException(403, "This is for coordinators; nothing was changed.")
