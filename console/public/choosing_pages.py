"""Where a municipality decides what is public: fact by fact, with a preview; revoking takes effect at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.audit import Edit, edits_of
from console.edge import Edge
from console.maps.map_pages import TheMaps, choices_of
from console.maps.naming import Namer
from console.people import people_named
from console.public.facts import candidates, municipality, place_named
from console.public.publishing import Chosen, choose, chosen_by
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge
from console.web.posting import Fields, Posted
from models.public import PublicField

router = APIRouter(include_in_schema=False)


@router.get("/municipalities/{place}/public")
async def choosing(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, maps: TheMaps, place: str
) -> Response:
    """The choices as they stand, with what the public sees of them."""
    await _mine(record, viewer, place)
    namer = Namer(words_of(request, viewer, "map"), viewer.language, dict((await choices_of(edge, maps)).oblasts))
    done = request.query_params.get("done") == "1"
    return await _shown(request, record, viewer, place, await chosen_by(record, place), namer, done=done)


@router.post("/municipalities/{place}/public")
async def chosen_page(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, maps: TheMaps, fields: Posted, place: str
) -> Response:
    """Show what would be public; or publish that, and revoke the rest."""
    await _mine(record, viewer, place)
    own = {each.id for each in await candidates(record, place)}
    wanted = _chosen(fields, own, await chosen_by(record, place))
    if fields["do"] != "publish":
        namer = Namer(words_of(request, viewer, "map"), viewer.language, dict((await choices_of(edge, maps)).oblasts))
        return await _shown(request, record, viewer, place, wanted, namer, preview=True)
    await _publish(edge, place, wanted, viewer)
    return RedirectResponse(f"/municipalities/{place}/public?done=1", 303)


async def _mine(record: AsyncConnection, viewer: Viewer, place: str) -> None:
    """Only a municipality itself publishes, or the operator for it; for all others there is no such page."""
    if not (viewer.is_operator or place in viewer.municipalities) or await place_named(record, place) is None:
        raise HTTPException(404)


async def _publish(edge: Edge, place: str, wanted: Chosen, viewer: Viewer) -> None:
    async with edge.database.begin() as connection:
        await choose(connection, place, wanted, viewer.id, datetime.now(UTC))


def _chosen(fields: Fields, own: set[str], before: Chosen) -> Chosen:
    """What the form says. Of partnerships that were not on it nothing changes."""
    offered, ticked = set(fields.all("offered")), set(fields.all("shown"))
    return Chosen(
        fields=frozenset(field for field in PublicField if field in fields.all("field")),
        indexed="indexed" in fields,
        shown=frozenset((ticked & own) | (before.shown - offered)),
        since=before.since,
    )


async def _shown(
    request: Request,
    record: AsyncConnection,
    viewer: Viewer,
    place: str,
    chosen: Chosen,
    namer: Namer,
    *,
    preview: bool = False,
    done: bool = False,
) -> Response:
    edits = [each for each in await edits_of(record, place) if each.what == "publication changed"]
    values: dict[str, Any] = {
        "place": await place_named(record, place),
        "chosen": chosen,
        "preview": preview,
        "done": done,
        "fields": list(PublicField),
        "candidates": await candidates(record, place),
        "public": await municipality(record, place, chosen, datetime.now(UTC).date()),
        "edits": [(edit, list(_changes(edit))) for edit in edits],
        "people": await people_named(record, (each.who for each in edits)),
        "namer": namer,
        "there_is_a_page": (await chosen_by(record, place)).anything,
    }
    return page(request, viewer, "public", "public/choosing.html", values)


def _changes(edit: Edit) -> Iterator[tuple[str, str, int]]:
    """What was published (+) and revoked (−), how often of each kind."""
    was, now_is = (Counter(each.split()[0] for each in facts["public"]) for facts in (edit.before, edit.after))
    for sign, kinds in (("+", now_is - was), ("−", was - now_is)):
        yield from ((sign, kind, count) for kind, count in sorted(kinds.items()))
