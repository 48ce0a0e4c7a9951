"""The pages of what-if: a ladder to be changed, and what came of looking. Looking changes nothing on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.edge import Edge
from console.jobs import Job
from console.labels import LANGUAGES, label
from console.pictures.chosen import oblasts
from console.pictures.gallery import SVG
from console.pictures.views import Pen
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge
from console.web.posting import Posted
from console.what_if.asked import Asked, begin_look, usual_policy
from console.what_if.looking import MOST_LINES
from console.what_if.typed import MOST_RUNGS, ROLES, Misfit, Typed, climbable, typed
from console.what_if.views import PAGE, ladder_word, line_views, result_view
from console.workshop import Workshop
from models.watch import Attention, Carry

router = APIRouter(include_in_schema=False)

BOOK = "what_if"

WAITS = 6.0
"""Seconds for which a page waits for what is being looked at, before it says how far that is."""


@router.get("/what-if")
async def ladder_page(request: Request, edge: TheEdge, record: Record, viewer: TheViewer) -> Response:
    """A ladder to be changed: as the address says, or as it usually is."""
    return await shown(request, edge, record, viewer, typed(_query(request), usual_policy(edge.settings)))


@router.post("/what-if")
async def ask(request: Request, fields: Posted, edge: TheEdge, record: Record, viewer: TheViewer) -> Response:
    """Add or remove a rung, or look. What cannot be climbed is said above what was typed."""
    policy = usual_policy(edge.settings)
    asked, do = typed(fields.form, policy), fields["do"]
    if do == "add" or do.startswith("remove-"):
        changed = asked.with_rung() if do == "add" else asked.without_rung(_number(do))
        return RedirectResponse(f"/what-if?{changed.query()}{lang_of(request)}#rungs", 303)
    try:
        ladder = climbable(asked, policy.ladders[asked.ladder])
    except Misfit as misfit:
        return await shown(request, edge, record, viewer, asked, misfit)
    id = fields.command_id("what-if", viewer.id)
    begin_look(workshop_of(request).jobs, edge, viewer, id, Asked(asked, ladder, datetime.now(UTC), policy))
    return RedirectResponse(f"/what-if/{id}?{asked.query()}{lang_of(request)}", 303)


@router.get("/what-if/{id}")
async def result_page(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, id: str) -> Response:
    """How far it is, or what came of it; where it is not kept any more, what was asked."""
    job = look_of(request, viewer, id)
    if job is None:
        asked = typed(_query(request), usual_policy(edge.settings))
        return await shown(request, edge, record, viewer, asked, gone=True)
    if not await job.waited_for(WAITS) or job.result is None:
        return page(request, viewer, BOOK, "what_if/working.html", {"job": job, "again": _here(request)})
    first = _first(request, len(job.result.lines))
    pen = pen_of(request, edge, viewer)
    seen = job.result.lines[first : first + PAGE]
    values = {
        "job": job,
        "asked": job.asked,
        "outcome": job.result,
        "result": result_view(job.result, job.asked, pen),
        "shown": await line_views(record, viewer, seen, job.asked, pen),
        "first": first,
        "page_size": PAGE,
        "most_lines": MOST_LINES,
        **always(request),
    }
    return page(request, viewer, BOOK, "what_if/result.html", values)


@router.get("/what-if/{id}/mails.svg")
async def result_picture(request: Request, edge: TheEdge, viewer: TheViewer, id: str, narrow: bool = False) -> Response:
    """The months of a result, drawn."""
    job = look_of(request, viewer, id)
    if job is None or job.result is None:
        raise HTTPException(404)
    chart = result_view(job.result, job.asked, pen_of(request, edge, viewer)).chart
    drawn = await workshop_of(request).gallery.svg(chart.model_copy(update={"narrow": narrow}))
    return Response(drawn, media_type="image/svg+xml", headers=SVG)


async def shown(
    request: Request,
    edge: Edge,
    record: Record,
    viewer: Viewer,
    asked: Typed,
    misfit: Misfit | None = None,
    gone: bool = False,
) -> Response:
    """The form, with what was typed, and what is wrong with it."""
    policy = usual_policy(edge.settings)
    values: dict[str, Any] = {
        "asked": asked,
        "usual": policy.ladders[asked.ladder],
        "ladders": [(name, ladder_word(name)) for name in policy.ladders],
        "roles": ROLES,
        "attentions": [each.value for each in Attention],
        "carries": [each.value for each in Carry],
        "oblasts": [(uk, uk if viewer.language == "uk" else en) for uk, en in await oblasts(record)],
        "most_rungs": MOST_RUNGS,
        "problem": _in_words(request, viewer, misfit) if misfit else None,
        "wrong": misfit.rung if misfit else None,
        "gone": gone,
        **always(request),
    }
    return page(request, viewer, BOOK, "what_if/ladder.html", values, 422 if misfit else 200)


def workshop_of(request: Request) -> Workshop:
    workshop: Workshop = request.app.state.workshop
    return workshop


def always(request: Request) -> dict[str, Any]:
    """What every page of what-if knows: a ladder's word, and how an address keeps its language."""
    more = lang_of(request)
    return {"word": ladder_word, "more": more, "lang": more.replace("&", "?")}


def lang_of(request: Request) -> str:
    """The language that the address asked for, to go on with."""
    lang = request.query_params.get("lang", "")
    return f"&lang={lang}" if lang in LANGUAGES else ""


def look_of(request: Request, viewer: Viewer, id: str) -> Job | None:
    """Somebody's own look of this id, where it is kept."""
    job = workshop_of(request).jobs.of(viewer.id, id)
    return job if job is not None and isinstance(job.asked, Asked) else None


def pen_of(request: Request, edge: Edge, viewer: Viewer) -> Pen:
    return Pen(words_of(request, viewer, BOOK), viewer.language, ZoneInfo(edge.settings.time_zone))


def _in_words(request: Request, viewer: Viewer, misfit: Misfit) -> str:
    facts: Mapping[str, object] = {
        name: label(viewer.language, f"attention.{value}") if isinstance(value, Attention) else value
        for name, value in misfit.facts.items()
    }
    return words_of(request, viewer, BOOK)(f"misfit.{misfit.code}", rung=misfit.rung, **facts)


def _query(request: Request) -> dict[str, list[str]]:
    return {name: request.query_params.getlist(name) for name in request.query_params}


def _here(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _number(do: str) -> int:
    said = do.removeprefix("remove-")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else -1


def _first(request: Request, total: int) -> int:
    """From which line on, at the beginning of a page."""
    said = request.query_params.get("from", "")
    first = int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 0
    return first // PAGE * PAGE if first < total else 0
