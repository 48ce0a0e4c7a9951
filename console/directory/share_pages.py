"""The profile for people outside: a preview, links to it that end and can be revoked, and what such a link leads to."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.directory.editing import told
from console.directory.finding import name_in
from console.directory.pages import There, apart, kept, there
from console.directory.profiles import profile_of
from console.directory.shares import LANGUAGES, LASTS, make_share, revoke_share, share_at, shares_of
from console.labels import Language
from console.people import people_named
from console.places import places_named
from console.small_pages import Sorry
from console.web.frame import page
from console.web.needs import Record, TheEdge
from console.web.posting import Posted
from console.words import words_in
from mailroom.links import Links
from models.base import Refused
from models.profile import Part, for_everybody
from signing import links_of

router = APIRouter(include_in_schema=False)

NO_ROBOTS = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


@router.get("/municipalities/{place}/profile")
async def preview(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, place: str) -> Response:
    """How the profile reads outside, with the links that were made."""
    at = await _inside(record, viewer, place)
    return await _shown(request, links_of(edge.settings), record, viewer, at)


@router.post("/municipalities/{place}/profile")
async def share(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, place: str
) -> Response:
    """Make a link to the parts that were ticked."""
    at = await _inside(record, viewer, place, edits=True)
    links, act = links_of(edge.settings), fields.command_id(viewer.id, at.place.id, "share")
    days = int(fields["days"]) if fields["days"].isdecimal() else 0
    now, parts = datetime.now(UTC), fields.all("part")
    try:
        if not links.secret:
            raise Sorry("no_secret")
        async with edge.database.begin() as connection:
            await make_share(connection, at.place.id, act, parts, fields["language"], days, viewer.id, now)
    except Refused as refused:
        said = told(request, viewer, refused)
        return await _shown(request, links, record, viewer, at, said, frozenset(parts))
    return RedirectResponse(f"/municipalities/{at.place.id}/profile{kept(request, done='shared')}", 303)


@router.post("/municipalities/{place}/profile/{link}/revoke")
async def revoke(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, place: str, link: str
) -> Response:
    """A link leads nowhere any more."""
    at = await _inside(record, viewer, place, edits=True)
    async with edge.database.begin() as connection:
        await revoke_share(connection, at.place.id, link, viewer.id, datetime.now(UTC))
    return RedirectResponse(f"/municipalities/{at.place.id}/profile{kept(request, done='revoked')}", 303)


@router.get("/profile/{token}")
async def outside(request: Request, edge: TheEdge, record: Record, token: str) -> Response:
    """What a link leads to, for whoever has it."""
    now = datetime.now(UTC)
    found = await share_at(record, links_of(edge.settings), token, now)
    if found is None or not found.works(now):
        return _over(request, 404 if found is None else 410)
    asked = request.query_params.get("lang")
    if asked not in LANGUAGES:
        return RedirectResponse(f"/profile/{token}?lang={found.language}", 303, headers=NO_ROBOTS)
    language: Language = "uk" if asked == "uk" else "en"
    place = (await places_named(record, [found.place]))[found.place]
    kept_profile = await profile_of(record, found.place)
    values = {
        "profile": for_everybody(kept_profile.profile, found.parts),
        "name": name_in(place.name, place.name_en, language),
        "other": name_in(place.name, place.name_en, "uk" if language == "en" else "en"),
        "place": place,
        "apart": apart(place, language, abroad=language == "en"),
        "as_of": kept_profile.as_of,
        "ends_at": found.ends_at,
        "in": language,
        "said": words_in("directory", language),
        "commands": words_in("command", language),
    }
    answer = page(request, None, "directory", "directory/outside.html", values)
    answer.headers.update(NO_ROBOTS | {"Content-Language": language})
    return answer


async def _inside(record: AsyncConnection, viewer: Viewer, place: str, *, edits: bool = False) -> There:
    """The municipality, for those who are near it; for all others there is no such page."""
    at = await there(record, viewer, place)
    if not (at.near.edits if edits else at.near.inside):
        raise HTTPException(404)
    return at


async def _shown(
    request: Request,
    links: Links,
    record: AsyncConnection,
    viewer: Viewer,
    at: There,
    problem: str | None = None,
    ticked: frozenset[str] = frozenset(),
) -> Response:
    now = datetime.now(UTC)
    shares = await shares_of(record, links, at.place.id, now)
    language: Language = "uk" if request.query_params.get("in") == "uk" else "en"
    done = request.query_params.get("done")
    values = {
        "there": at,
        "profile": for_everybody(at.kept.profile, frozenset(Part)),
        "kept_inside": at.kept.profile.kept_inside,
        "project_inside": at.kept.profile.project.tells,
        "in": language,
        "said": words_in("directory", language),
        "name": name_in(at.place.name, at.place.name_en, language),
        "other": name_in(at.place.name, at.place.name_en, "uk" if language == "en" else "en"),
        "place": at.place,
        "apart": apart(at.place, language, abroad=language == "en"),
        "as_of": at.kept.as_of,
        "commands": words_in("command", language),
        "shares": shares,
        "people": await people_named(record, (each.made_by for each in shares)),
        "parts": list(Part),
        "ticked": ticked,
        "lasts": LASTS,
        "problem": problem,
        "done": done if done in ("shared", "revoked") else None,
        "kept": kept(request),
    }
    return page(request, viewer, "directory", "directory/share.html", values, 422 if problem else 200)


def _over(request: Request, status: int) -> Response:
    answer = page(request, None, "directory", "directory/over.html", {}, status)
    answer.headers.update(NO_ROBOTS)
    return answer
