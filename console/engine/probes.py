"""What machines ask: is the process alive, do audits come in time. Readiness is asked in /healthz."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from console.engine.findings import Heartbeat, heartbeat
from console.web.needs import Record, TheEdge
from models.policy import policy_named

router = APIRouter(tags=["operating"])


@router.get("/livez", response_class=Response)
async def livez() -> Response:
    """200 while this process answers at all; it asks neither the database nor the engine. A process that does not
    answer is to be started again; one that is not ready is to be left alone."""
    return Response("alive\n", media_type="text/plain")


@router.get("/healthz/audit", response_model=Heartbeat, responses={503: {"model": Heartbeat}})
async def audit_health(edge: TheEdge, record: Record, response: Response) -> Heartbeat:
    """200 while audits finish in time, whatever they find; 503 otherwise. To be asked from outside: it watches the
    watcher."""
    beat = await heartbeat(record, policy_named(edge.settings.policy), datetime.now(UTC))
    response.status_code = 200 if beat.in_time else 503
    return beat
