"""The pages of going over: a preview, the act, and what came of it, partnership by partnership."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge
from console.web.posting import Posted
from console.what_if.adopting import ADOPTED, MOST_AT_ONCE, REFUSED, UNCHANGED, Adoption, Came, begin_adoption
from console.what_if.looking import Outcome
from console.what_if.pages import BOOK, WAITS, always, lang_of, look_of, workshop_of
from console.what_if.views import titles_of

router = APIRouter(include_in_schema=False)

NAMED = 200
"""So many partnerships are named on a page."""


@router.get("/what-if/{id}/adopt")
async def preview_page(request: Request, record: Record, viewer: TheViewer, id: str) -> Response:
    """What would be gone over to, and where; nothing is changed yet."""
    job = look_of(request, viewer, id)
    if job is None or job.result is None:
        return RedirectResponse(f"/what-if/{id}", 303)
    chosen = _chosen(job.result, request.query_params.getlist("row"), bool(request.query_params.get("all")))
    now_chosen = chosen[:MOST_AT_ONCE]
    titles = await titles_of(record, viewer, now_chosen[:NAMED])
    wanted = set(now_chosen)
    values: dict[str, Any] = {
        "job": job,
        "asked": job.asked,
        "chosen": now_chosen,
        "all": len(chosen) > NAMED or bool(request.query_params.get("all")),
        "more": len(chosen) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "titles": titles,
        "at_once": sum(max(0, each.line.at_once) for each in job.result.lines if each.line.id in wanted),
        **always(request),
    }
    return page(request, viewer, BOOK, "what_if/adopt.html", values)


@router.post("/what-if/{id}/adopt")
async def adopt(request: Request, fields: Posted, edge: TheEdge, viewer: TheViewer, id: str) -> Response:
    """Go over, once for this form."""
    job = look_of(request, viewer, id)
    if job is None or job.result is None:
        return RedirectResponse(f"/what-if/{id}", 303)
    chosen = _chosen(job.result, fields.all("row"), "all" in fields)[:MOST_AT_ONCE]
    if not chosen:
        return RedirectResponse(f"/what-if/{id}/adopt", 303)
    act_id = fields.command_id("adopt", viewer.id, id)
    begin_adoption(workshop_of(request).jobs, edge, viewer, act_id, Adoption(job.asked, tuple(chosen), id))
    return RedirectResponse(f"/what-if/{id}/adopted/{act_id}?{job.asked.typed.query()}{lang_of(request)}", 303)


@router.get("/what-if/{id}/adopted/{act_id}")
async def adopted_page(request: Request, record: Record, viewer: TheViewer, id: str, act_id: str) -> Response:
    """How far it is, or what came of it: what could not be done is named."""
    job = workshop_of(request).jobs.of(viewer.id, act_id)
    if job is None or not isinstance(job.asked, Adoption):
        return page(request, viewer, BOOK, "what_if/adopted_gone.html", {"query": request.url.query})
    if not await job.waited_for(WAITS) or job.result is None:
        return page(request, viewer, BOOK, "what_if/adopting.html", {"job": job})
    came: list[Came] = job.result
    refused = [each for each in came if each.outcome == REFUSED]
    values = {
        "job": job,
        "query": job.asked.asked.typed.query(),
        "counts": {outcome: _count(came, outcome) for outcome in (ADOPTED, UNCHANGED, REFUSED)},
        "refused": [(each.partnership, _why(request, viewer, each)) for each in refused[:NAMED]],
        "titles": await titles_of(record, viewer, [each.partnership for each in refused[:NAMED]]),
        **always(request),
    }
    return page(request, viewer, BOOK, "what_if/adopted.html", values)


def _chosen(outcome: Outcome, rows: list[str], everything: bool) -> list[str]:
    """Those of the rows, or all, that this person coordinated when it was looked at."""
    if everything:
        return outcome.mine
    mine = set(outcome.mine)
    return [row for row in dict.fromkeys(rows) if row in mine]


def _count(came: list[Came], outcome: str) -> int:
    return sum(each.outcome == outcome for each in came)


def _why(request: Request, viewer: Viewer, came: Came) -> str:
    words = words_of(request, viewer, BOOK)
    key = f"refused.{came.code}"
    return words(key) if words.has(key) else came.message
