"""What the record says, as Prometheus reads it. The worker's own figures come from Temporal's SDK, on its own port."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from console.database import check_there
from console.engine.findings import AuditView, Heartbeat, heartbeat_of, last_audit
from console.problems import Away
from console.security import from_here
from console.web.needs import TheEdge
from models.policy import Policy, policy_named
from models.stage import Stage
from models.tables.overview import Overview, overview
from settings import Settings

KEPT_SECONDS = 10.0
"""Several who ask at once are answered with one look."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Measured:
    """The record at a moment; nothing counted: it could not be asked."""

    at: datetime
    counted: Overview | None = None
    audit: AuditView | None = None
    beat: Heartbeat | None = None


@dataclass
class Meter:
    """Measures the record, at most every few seconds."""

    database: AsyncEngine
    url: str
    policy: Policy
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last: tuple[float, Measured] | None = None

    async def read(self) -> Measured:
        async with self._turn:
            if self._last is None or monotonic() - self._last[0] > KEPT_SECONDS:
                self._last = monotonic(), await self._measured(datetime.now(UTC))
            return self._last[1]

    async def _measured(self, now: datetime) -> Measured:
        try:
            check_there(self.url)
            async with self.database.connect() as connection:
                counted, audit = await overview(connection, now), await last_audit(connection, most=0)
        except (Away, SQLAlchemyError, OSError):
            return Measured(now)
        return Measured(now, counted, audit, heartbeat_of(audit, self.policy, now))


class Exposed(Collector):
    """A measurement in Prometheus's terms."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterable[GaugeMetricFamily]:
        counted = self._measured.counted
        yield _one("mosty_record_up", "Whether the record's database could be asked.", counted is not None)
        if counted is not None:
            yield from _of_record(counted, self._measured.at)
        if self._measured.beat is not None:
            yield from _of_audit(self._measured.beat, self._measured.audit, self._measured.at)


@router.get("/metrics")
async def metrics(request: Request, edge: TheEdge) -> Response:
    """For Prometheus: from this machine, or with the token for metrics."""
    _may_measure(request, edge.settings)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Exposed(await meter_of(request, edge.database, edge.settings).read()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def meter_of(request: Request, database: AsyncEngine, settings: Settings) -> Meter:
    """The one meter of the app."""
    state = request.app.state
    if not hasattr(state, "meter"):
        state.meter = Meter(database, settings.database_url, policy_named(settings.policy))
    meter: Meter = state.meter
    return meter


def _may_measure(request: Request, settings: Settings) -> None:
    said = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = settings.metrics_token
    if token is not None and secrets.compare_digest(said.encode(), token.get_secret_value().encode()):
        return
    if not from_here(request):
        raise HTTPException(403, "Metrics are for this machine, or for whoever has MOSTY_METRICS_TOKEN.")


def _of_record(counted: Overview, now: datetime) -> Iterator[GaugeMetricFamily]:
    stages = {stage.value: counted.by_stage.get(stage, 0) for stage in Stage if stage is not Stage.ENDED}
    yield _by("mosty_partnerships_open", "Open partnerships on record.", "stage", stages)
    yield _by(
        "mosty_wakes_overdue",
        "Open partnerships whose next wake should have been more than so many seconds ago.",
        "by_more_than",
        {str(late): count for late, count in counted.overdue.items()},
    )
    yield _one("mosty_partnerships_faulted", "Partnerships whose wakes a bug in a rule stops.", counted.faulted)
    yield _one("mosty_notices_waiting", "Notices that the mail room has not dealt with.", counted.notices_waiting)
    waiting = (now - counted.waiting_since).total_seconds() if counted.waiting_since else 0
    yield _one("mosty_notices_waiting_seconds", "How long the oldest of them has been waiting.", max(waiting, 0))
    yield _one("mosty_notices_in_doubt", "Notices that came back with a restored record.", counted.notices_in_doubt)
    yield _one("mosty_deliveries_waiting", "Deliveries that wait for their reader's mail.", counted.deliveries_waiting)
    yield _by("mosty_mails", "Mails on record.", "status", {**dict.fromkeys(STATUSES, 0), **counted.mails})

    messages = {**dict.fromkeys(("waiting", "delivered", "failed"), 0), **counted.webhook_messages}
    yield _by("mosty_webhook_messages", "Messages to webhooks on record.", "status", messages)
    yield _one("mosty_webhooks_resting", "Webhooks that took nothing for days.", counted.webhooks_resting)


STATUSES = ("planned", "claimed", "sent", "failed", "unknown", "withdrawn", "bounced")


def _of_audit(beat: Heartbeat, audit: AuditView | None, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _one("mosty_audit_in_time", "Whether audits finish in time.", beat.in_time)
    if audit is None:
        return
    yield _one("mosty_audit_age_seconds", "Since the last audit finished.", (now - audit.ended_at).total_seconds())
    yield _one("mosty_audit_findings", "What the last audit found, all together.", audit.total)
    yield _by("mosty_audit_findings_by_code", "What the last audit found.", "code", audit.by_code)
    yield _one("mosty_workflows_running", "Partnerships' workflows, as the last audit counted them.", audit.running)


def _one(name: str, help: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, value=float(value))


def _by(name: str, help: str, what: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help, labels=[what])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
