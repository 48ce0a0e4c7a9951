"""The engine's page, for operators: what the last audit found, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.access.looking import TheOperator
from console.access.viewer import Viewer
from console.engine.acting import audit, decide_doubts, mend
from console.engine.findings import MENDABLE, AuditView, FindingView, heartbeat, last_audit
from console.labels import label
from console.problems import Away
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge
from console.web.posting import Posted
from console.words import Words
from models.base import Refused
from models.policy import policy_named
from models.stage import Stage

router = APIRouter(include_in_schema=False)

DONE = ("audited", "mended", "told", "let_be")


@router.get("/engine")
async def engine_page(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, did: Annotated[str | None, Query()] = None
) -> Response:
    """The last audit."""
    return await _shown(request, edge, record, viewer, did=did if did in DONE else None)


@router.post("/engine/audit")
async def audit_now(request: Request, edge: TheEdge, record: Record, viewer: TheOperator, _: Posted) -> Response:
    try:
        await audit(edge)
    except (Refused, Away) as refused:
        return await _shown(request, edge, record, viewer, refused=refused)
    return RedirectResponse("/engine?did=audited", 303)


@router.post("/engine/mend")
async def mend_now(request: Request, edge: TheEdge, record: Record, viewer: TheOperator, _: Posted) -> Response:
    """Mend, and look again whether all is well."""
    try:
        await mend(edge, dry=False)
        await audit(edge)
    except (Refused, Away) as refused:
        return await _shown(request, edge, record, viewer, refused=refused)
    return RedirectResponse("/engine?did=mended", 303)


@router.post("/engine/doubts")
async def decide(edge: TheEdge, viewer: TheOperator, fields: Posted) -> Response:
    """Notices in doubt are told, or left as told."""
    tell = fields["decided"] == "tell"
    await decide_doubts(edge.database, viewer.id, tell=tell)
    return RedirectResponse(f"/engine?did={'told' if tell else 'let_be'}", 303)


async def _shown(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: Viewer,
    did: str | None = None,
    refused: Refused | Away | None = None,
) -> Response:
    words = words_of(request, viewer, "engine")
    found = await last_audit(record)
    values = {
        "audit": found,
        "beat": await heartbeat(record, policy_named(edge.settings.policy), datetime.now(UTC)),
        "mendable": found is not None and bool(MENDABLE & set(found.by_code)),
        "counted": list(_counted(words, viewer, found)) if found else [],
        "facts": partial(_facts, words, viewer),
        "done": words(f"done.{did}") if did else None,
        "problem": _sentence(words, refused) if refused else None,
    }
    status = 200 if refused is None else 503 if isinstance(refused, Away) else 409
    return page(request, viewer, "engine", "engine/audit.html", values, status)


def _sentence(words: Words, refused: Refused | Away) -> str:
    return refusal(words, refused) if isinstance(refused, Refused) else refused.message


def _facts(words: Words, viewer: Viewer, finding: FindingView) -> str:
    """The facts of a finding, moments in the reader's zone."""
    told = ((name, _plain(words, viewer, name, value)) for name, value in finding.facts.items() if value is not None)
    return "; ".join(words(f"fact.{name}", value=value) for name, value in told if words.has(f"fact.{name}"))


def _plain(words: Words, viewer: Viewer, name: str, value: Any) -> str:
    if name in ("due", "since"):
        return words.moment(datetime.fromisoformat(value), viewer.zone)
    return words.number(value) if isinstance(value, int) else str(value)


def _counted(words: Words, viewer: Viewer, found: AuditView) -> Iterator[tuple[str, int]]:
    """What was counted, in words."""
    counts = found.counts
    for stage in (each for each in Stage if each is not Stage.ENDED):
        if count := counts.get("by_stage", {}).get(stage, 0):
            yield words("count.open", stage=label(viewer.language, f"stage.{stage}")), count
    for late, count in counts.get("overdue", {}).items():
        yield words("count.overdue", late=words(f"late.{late}")), count
    for name in ("faulted", "notices_waiting", "notices_in_doubt", "deliveries_waiting"):
        yield words(f"count.{name}"), counts.get(name, 0)
    for status, count in counts.get("mails", {}).items():
        yield words("count.mails", status=words(f"mail.{status}")), count
