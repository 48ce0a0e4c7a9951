"""The map of partnerships, and the same as a table: what somebody may see, narrowed as they wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.sight import visible
from console.access.viewer import Viewer
from console.edge import Edge
from console.maps.addresses import OwnAddresses
from console.maps.choices import MOST_OFFERED, Choices, choices, offered
from console.maps.counting import picture
from console.maps.drawing import View
from console.maps.kept import Kept
from console.maps.naming import Namer
from console.maps.nodes import places
from console.maps.picture import Mark, Node, Picture, Wanted
from console.maps.showing import Shown
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Maps:
    """What maps keep between looks."""

    shown: Kept[tuple[str, Wanted], Shown] = field(default_factory=Kept)
    choices: Kept[None, Choices] = field(default_factory=Kept)

    async def close(self) -> None:
        for kept in (self.shown, self.choices):
            await kept.close()


class MapQuery(BaseModel):
    """What an address asks of the map; what was left empty says nothing."""

    model_config = ConfigDict(extra="ignore")

    municipality: str | None = Field(None, max_length=300)
    oblast: str | None = Field(None, max_length=64)
    country: str | None = Field(None, max_length=2)
    mark: Mark | None = None
    view: View | None = None
    page: int = Field(1, ge=1, le=1_000)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_says_nothing(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if isinstance(value, str) and not value.strip() else value


@dataclass(frozen=True)
class Found:
    """What the query comes to: what is wanted, and the municipalities that may be meant where it is not one."""

    wanted: Wanted
    place: Node | None
    may_be: Sequence[Node]


def maps_of(request: Request) -> Maps:
    maps: Maps = request.app.state.maps
    return maps


TheMaps = Annotated[Maps, Depends(maps_of)]


@router.get("/map")
async def map_page(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: TheViewer,
    maps: TheMaps,
    asked: Annotated[MapQuery, Query()],
) -> Response:
    """The map and its table."""
    known = await choices_of(edge, maps)
    found = await _found(record, asked, known)
    key = (_scope(edge, viewer), found.wanted)
    shown = await maps.shown.get(key, partial(_counted, edge, viewer, found.wanted))
    view = asked.view or (View.FIT if found.wanted.narrowed else View.EUROPE)
    namer = Namer(words_of(request, viewer, "map"), viewer.language, dict(known.oblasts))
    content = shown.picture
    values = {
        "asked": asked,
        "found": found,
        "own": [(key, namer.name(node)) for key, node in (await places(record, viewer.municipalities)).items()],
        "narrowed_to": namer.narrowed_to(found.wanted, found.place),
        "place_name": namer.name(found.place) if found.place else None,
        "may_be": [(node.key, namer.name(node), namer.apart(node)) for node in found.may_be[:MOST_OFFERED]],
        "picture": content,
        "coverage": _coverage(content, found.wanted),
        "oblasts": known.oblasts_in(viewer.language),
        "countries": known.countries_in(viewer.language),
        "by_mark": {mark: content.by_mark.get(mark, 0) for mark in Mark},
        "views": list(View),
        "view": view,
        "sheet": shown.sheet(namer, view),
        "rows": shown.rows(namer, asked.page),
        "pages": shown.pages,
    }
    return page(request, viewer, "map", "map/map.html", values)


def _coverage(content: Picture, wanted: Wanted) -> str:
    """Which sentence says how many hromadas are covered."""
    if content.coverage and content.coverage.have == content.coverage.of:
        return "coverage_all"
    return "coverage_narrowed" if wanted.country or wanted.mark else "coverage"


async def choices_of(edge: Edge, maps: Maps) -> Choices:
    """What maps can be narrowed to."""
    return await maps.choices.get(None, partial(_choices, edge))


async def _choices(edge: Edge) -> Choices:
    async with edge.database.connect() as connection:
        return await choices(connection)


async def _counted(edge: Edge, viewer: Viewer, wanted: Wanted) -> Shown:
    async with edge.database.connect() as connection:
        return Shown(await picture(connection, visible(viewer), wanted, datetime.now(UTC)), OwnAddresses())


def _scope(edge: Edge, viewer: Viewer) -> str:
    """What somebody may see, as text: who may see the same shares what was counted."""
    return str(visible(viewer).compile(dialect=edge.database.dialect, compile_kwargs={"literal_binds": True}))


async def _found(record: AsyncConnection, asked: MapQuery, known: Choices) -> Found:
    found = await offered(record, asked.municipality) if asked.municipality else []
    place = found[0] if len(found) == 1 else None
    wanted = Wanted(
        place=place.place if place else None,
        oblast=asked.oblast if asked.oblast in dict(known.oblasts) else None,
        country=asked.country if asked.country in known.countries else None,
        mark=asked.mark,
    )
    return Found(wanted, place, [] if place else found)
