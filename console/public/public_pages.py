"""Pages for everybody: what Mosty is, what municipalities published, the published map, a municipality's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import MaybeViewer, language_of
from console.access.viewer import Viewer
from console.edge import Edge
from console.maps.addresses import PublicAddresses
from console.maps.choices import Choices, in_order
from console.maps.drawing import View
from console.maps.kept import Kept
from console.maps.map_pages import TheMaps, choices_of
from console.maps.naming import Namer
from console.maps.picture import Wanted
from console.maps.showing import Shown
from console.public.facts import municipality
from console.public.overview import Overview, overview
from console.public.publishing import chosen_by, state
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge

MUNICIPALITIES_A_PAGE = 100


@dataclass(frozen=True)
class Seen:
    """What is public, counted and drawn."""

    overview: Overview
    shown: Shown


PublishedKept = Kept[tuple[str, Wanted], Seen]
"""The published map, by what was published when it was counted."""

router = APIRouter(include_in_schema=False)


class PublicQuery(BaseModel):
    """What an address asks of the public map; what cannot be says nothing."""

    model_config = ConfigDict(extra="ignore")

    oblast: str | None = Field(None, max_length=64)
    country: str | None = Field(None, max_length=2)
    view: View | None = None
    page: int = Field(1, ge=1, le=1_000)


def published_of(request: Request) -> PublishedKept:
    kept: PublishedKept = request.app.state.published
    return kept


ThePublished = Annotated[PublishedKept, Depends(published_of)]


@router.get("/")
async def start(
    request: Request, edge: TheEdge, record: Record, viewer: MaybeViewer, maps: TheMaps, kept: ThePublished
) -> Response:
    """Today for those who are signed in, the front for everybody else."""
    if viewer is not None:
        return RedirectResponse("/today", 303)
    return await front_page(request, edge, record, viewer, maps, kept)


@router.get("/public")
async def front_page(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: MaybeViewer,
    maps: TheMaps,
    kept: ThePublished,
    number: Annotated[int, Query(alias="page", ge=1, le=1_000)] = 1,
) -> Response:
    """What Mosty is, who published, where one signs in."""
    found = (await _seen(edge, record, kept, Wanted())).overview
    namer = _namer(request, viewer, await choices_of(edge, maps))
    named = [(namer.name(node), namer.apart(node), node.key, count) for node, count in found.municipalities]
    named.sort(key=lambda each: (in_order(each[0]), each[1]))
    values = {
        "municipalities": named[(number - 1) * MUNICIPALITIES_A_PAGE : number * MUNICIPALITIES_A_PAGE],
        "number_of_page": number,
        "pages": -(-len(named) // MUNICIPALITIES_A_PAGE),
        "picture": found.picture,
    }
    return _page(request, viewer, "public/front.html", values)


@router.get("/public/map")
async def public_map(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: MaybeViewer,
    maps: TheMaps,
    kept: ThePublished,
    asked: Annotated[PublicQuery, Query()],
) -> Response:
    """The map of what was published, and its table."""
    known = await choices_of(edge, maps)
    wanted = Wanted(
        oblast=asked.oblast if asked.oblast in dict(known.oblasts) else None,
        country=asked.country if asked.country in known.countries else None,
    )
    shown = (await _seen(edge, record, kept, wanted)).shown
    view = asked.view or (View.FIT if wanted.narrowed else View.EUROPE)
    namer = _namer(request, viewer, known)
    values = {
        "asked": asked,
        "wanted": wanted,
        "picture": shown.picture,
        "narrowed_to": namer.narrowed_to(wanted),
        "views": [each for each in View if each is not View.FIT],
        "view": view,
        "sheet": shown.sheet(namer, view),
        "rows": shown.rows(namer, asked.page),
        "pages": shown.pages,
        "map": words_of(request, viewer, "map"),
    }
    return _page(request, viewer, "public/map.html", values)


@router.get("/public/{place}")
async def municipality_page(
    request: Request, edge: TheEdge, record: Record, viewer: MaybeViewer, maps: TheMaps, place: str
) -> Response:
    """What one municipality published. There is no page where it published neither partner nor country."""
    chosen = await chosen_by(record, place)
    public = await municipality(record, place, chosen, datetime.now(UTC).date())
    if public is None:
        raise HTTPException(404)
    namer = _namer(request, viewer, await choices_of(edge, maps))
    values = {"public": public, "namer": namer, "apart": namer.raion(public.place.id)}
    return _page(request, viewer, "public/municipality.html", values, indexed=public.indexed)


async def _seen(edge: Edge, record: AsyncConnection, kept: PublishedKept, wanted: Wanted) -> Seen:
    """Kept for minutes, but never beyond a publication or revocation."""
    return await kept.get((await state(record), wanted), partial(_counted, edge, wanted))


async def _counted(edge: Edge, wanted: Wanted) -> Seen:
    async with edge.database.connect() as connection:
        found = await overview(connection, wanted, datetime.now(UTC))
    return Seen(found, Shown(found.picture, PublicAddresses()))


def _namer(request: Request, viewer: Viewer | None, known: Choices) -> Namer:
    language = viewer.language if viewer else language_of(request)
    return Namer(words_of(request, viewer, "map"), language, dict(known.oblasts))


def _page(
    request: Request, viewer: Viewer | None, template: str, values: dict[str, Any], *, indexed: bool = False
) -> Response:
    """A page that search engines leave alone unless it is wished otherwise."""
    answer = page(request, viewer, "public", template, values)
    if not indexed:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
