"""The list as a page, and the lists that people keep."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Trust
from console.access.looking import TheViewer
from console.access.sight import known_to, people_known, visible
from console.access.viewer import Viewer
from console.edge import Edge
from console.listing import Page, listed
from console.lists.asking import ListAsked
from console.lists.filters import Sort
from console.lists.showing import COLUMNS, chips, offered, row_of
from console.lists.views import forget_view, save_view, saved_views, understood
from console.maps.choices import Choices, choices
from console.maps.map_pages import TheMaps
from console.people import PersonName
from console.places import places_named
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Fields, Posted
from models.agreement import Standing
from models.base import Refused
from models.stage import Stage
from models.tables import GrantRow, PartnershipRow, PersonRow
from models.watch import Attention

PAGE_SIZE = 50
MOST_CHOSEN = 1_000
"""So many partnerships can be acted on at once."""

router = APIRouter(include_in_schema=False)


@router.get("/partnerships")
async def list_page(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: TheViewer,
    maps: TheMaps,
    asked: Annotated[ListAsked, Query()],
) -> Response:
    """What somebody may see, narrowed and sorted as they wish."""
    found = await listed(record, asked, PAGE_SIZE, asked.sort, asked.cursor, visible(viewer))
    known = await maps.choices.get(None, partial(_choices, edge))
    return await _page(request, record, viewer, asked, found, known)


@router.post("/partnerships/views")
async def save(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted) -> Response:
    """Keep a list under a name."""
    try:
        async with writing(edge) as connection:
            view = await save_view(connection, viewer.id, fields["name"], fields["query"], datetime.now(UTC))
    except Refused as refused:
        words = words_of(request, viewer, "list")
        values = {"title": words("views.title"), "message": refusal(words, refused)}
        return page(request, viewer, "list", "web/sentence.html", values, 409)
    return RedirectResponse(f"/partnerships?{view.query}", 303)


@router.post("/partnerships/views/forget")
async def forget(edge: TheEdge, viewer: TheViewer, fields: Posted) -> Response:
    """Keep a list no longer."""
    async with writing(edge) as connection:
        await forget_view(connection, viewer.id, fields["name"])
    return RedirectResponse(_back(fields), 303)


async def _page(
    request: Request, record: AsyncConnection, viewer: Viewer, asked: ListAsked, found: Page, known: Choices
) -> Response:
    words = words_of(request, viewer, "list")
    people = await people_known(record, viewer, (asked.coordinator, asked.person))
    places = await places_named(record, [asked.municipality] if asked.municipality else [])
    values: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "rows": [row_of(line, viewer.language) for line in found.items],
        "columns": COLUMNS,
        "sorts": list(Sort),
        "chips": chips(asked, words, people, places),
        "offered": offered(known, await leads(record, viewer), viewer, words),
        "choices": {
            "stage": [each.value for each in Stage],
            "standing": [each.value for each in Standing],
            "attention": [each.value for each in reversed(Attention)],
            "confirmation": ["imported", "confirmed", "accepted"],
        },
        "views": await saved_views(record, viewer.id),
        "acts": viewer.is_operator or viewer.coordinates,
        "most_chosen": MOST_CHOSEN,
    }
    return page(request, viewer, "list", "list/list.html", values)


async def coordinators(record: AsyncConnection, viewer: Viewer) -> list[PersonName]:
    """Everybody who is trusted to coordinate, of those the viewer knows."""
    return await _trusted(record, known_to(viewer))


async def leads(record: AsyncConnection, viewer: Viewer) -> list[PersonName]:
    """Those of them who lead something that the viewer sees: one is found by the index of leads, where looking for
    any role of theirs reads most of what is seen."""
    if viewer.sees_all:
        return await coordinators(record, viewer)
    led = exists().where(PartnershipRow.coordinator == PersonRow.id, visible(viewer))
    return await _trusted(record, or_(PersonRow.id == viewer.id, led))


async def _trusted(record: AsyncConnection, which: ColumnElement[bool]) -> list[PersonName]:
    holding = select(GrantRow.person).where(GrantRow.role == Trust.COORDINATOR.value, GrantRow.revoked_at.is_(None))
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(holding), which).order_by(PersonRow.name)
    return [PersonName.model_validate(row, from_attributes=True) for row in await record.execute(query)]


async def _choices(edge: Edge) -> Choices:
    async with edge.database.connect() as connection:
        return await choices(connection)


def _back(fields: Fields) -> str:
    """The list that the form came from."""
    return f"/partnerships?{understood(fields['query']).query()}"
