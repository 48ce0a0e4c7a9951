"""The directory and a municipality's page. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.atlas.where import raion_of
from console.audit import edits_of
from console.directory.finding import Asked, listed, name_in
from console.directory.near import Nearness, nearness
from console.directory.profiles import EDITED, Kept, profile_of
from console.directory.town import town
from console.feeds import feed_address
from console.maps.choices import country_name
from console.maps.map_pages import TheMaps, choices_of
from console.people import people_named
from console.places import PlaceView, places_named
from console.web.frame import page
from console.web.needs import Record, TheEdge
from console.words import words_in
from models.base import Refused
from models.profile import Part, Profile, for_everybody
from models.tables import PlaceRow
from settings import Settings

router = APIRouter(include_in_schema=False)


class Looking(Asked):
    """The query of the list."""

    lang: str | None = Query(None, max_length=8)


@dataclass(frozen=True)
class There:
    """A municipality somebody looks at: what it is called, where it lies, what it says of itself, how near they are."""

    place: PlaceView
    name: str
    apart: str
    sender_name: str | None
    kept: Kept
    near: Nearness

    @property
    def shown(self) -> Profile:
        """What of the profile this reader may read."""
        return self.kept.profile if self.near.inside else for_everybody(self.kept.profile, frozenset(Part))


@router.get("/municipalities")
async def directory(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: TheViewer,
    maps: TheMaps,
    looking: Annotated[Looking, Query()],
) -> Response:
    """Every municipality, by name."""
    found = await listed(record, viewer, looking)
    values = {
        "found": found,
        "looking": looking,
        "oblasts": (await choices_of(edge, maps)).oblasts_in(viewer.language),
        "country": lambda code: country_name(code, viewer.language) if code else "",
    }
    return page(request, viewer, "directory", "directory/list.html", values)


@router.get("/municipalities/{place}")
async def municipality(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, place: str) -> Response:
    """One municipality."""
    return await shown(request, edge.settings, record, viewer, await there(record, viewer, place))


async def there(record: AsyncConnection, viewer: Viewer, place: str) -> There:
    """The municipality of this id. Raises 404 where there is none."""
    view = (await places_named(record, [place])).get(place)
    if view is None:
        raise HTTPException(404)
    sender = await record.scalar(select(PlaceRow.sender_name).where(PlaceRow.id == place))
    name = name_in(view.name, view.name_en, viewer.language)
    return There(
        view, name, apart(view, viewer.language), sender, await profile_of(record, place), nearness(viewer, view)
    )


def apart(place: PlaceView, language: str, *, abroad: bool = False) -> str:
    """What tells a place from others of its name: raion and oblast, or the country; for readers `abroad`, whom raions
    tell nothing, the oblast alone."""
    words = words_in("map", language)
    parts = []
    if place.country == "UA" and not abroad and (raion := raion_of(place.id)):
        parts.append(words("raion", name=raion))
    if place.oblast:
        parts.append(words("oblast", name=name_in(place.oblast, place.oblast_en, language)))
    if place.country and place.country != "UA":
        parts.append(country_name(place.country, "uk" if language == "uk" else "en"))
    return ", ".join(parts)


async def shown(
    request: Request,
    settings: Settings,
    record: AsyncConnection,
    viewer: Viewer,
    at: There,
    trouble: Mapping[str, Any] | None = None,
) -> Response:
    """A municipality's page, with what could not be done."""
    now = datetime.now(UTC)
    edits = [each for each in await edits_of(record, at.place.id) if each.what == EDITED] if at.near.inside else []
    by = at.kept.edited_by
    people = await people_named(record, [by, *(each.who for each in edits)])
    values = {
        "there": at,
        "profile": at.shown,
        "edited_by": people[by].name if by in people and at.near.inside else None,
        "edits": edits,
        "people": people,
        "town": await town(record, viewer, at.place, now, inside=at.near.inside),
        "feed": await _feed(record, settings, viewer, now) if at.place.id in viewer.municipalities else None,
        "done": request.query_params.get("done") if request.query_params.get("done") in DONE else None,
        "trouble": trouble,
        "today": now.astimezone(viewer.zone).date(),
        "kept": kept(request),
        "commands": words_in("command", viewer.language),
    }
    return page(
        request, viewer, "directory", "directory/municipality.html", values, trouble["status"] if trouble else 200
    )


DONE = frozenset({"saved", "sender", "day", "day_gone", "held", "lifted"})
"""What the page can say was done."""


def kept(request: Request, **more: str) -> str:
    """A query that keeps the page's language where one was asked for, and says more."""
    asked = request.query_params.get("lang")
    said = more | ({"lang": asked} if asked in ("uk", "en") else {})
    return f"?{urlencode(said)}" if said else ""


async def _feed(record: AsyncConnection, settings: Settings, viewer: Viewer, now: datetime) -> str | None:
    """The address of the reader's own calendar; none where there are no links."""
    try:
        return (await feed_address(record, settings, viewer.id, now)).url
    except Refused:
        return None
