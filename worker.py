"""The worker's composition root: which workflows and activities run, on which settings, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    FixedSizeSlotSupplier,
    ResourceBasedSlotConfig,
    ResourceBasedSlotSupplier,
    ResourceBasedTunerConfig,
    Worker,
    WorkerTuner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.audit import Auditor
from activities.inbox import InboxReader, giving, nowhere
from activities.inbox_judge import Give
from activities.mail import PostOffice
from activities.record import Recorder
from activities.webhooks import Messenger
from connecting import connect
from leaving import leave
from logs import log_structured
from models.policy import policy_named
from models.tables import WebhookRow, open_engine
from settings import Settings, SettingsError, read_settings
from workflows.audit import AUDIT_ROUNDS, AuditMend, AuditRound
from workflows.inbox_round import INBOX_ROUNDS, InboxRound
from workflows.mail_round import MAIL_ROUNDS, MailRound
from workflows.partnership import PartnershipWorkflow
from workflows.visibility import SEARCH_ATTRIBUTES
from workflows.webhook_round import WEBHOOK_ROUNDS, WebhookRound, WebhookSender

WORKFLOWS: Sequence[type] = (
    PartnershipWorkflow,
    MailRound,
    InboxRound,
    AuditRound,
    AuditMend,
    WebhookRound,
    WebhookSender,
)


MEMORY_USED = 0.95
"""Share of the machine's memory above which a worker takes the fewest tasks as well."""


def activities(
    engine: AsyncEngine, settings: Settings | None = None, client: Client | None = None
) -> list[Callable[..., Any]]:
    """Every activity that a workflow names, bound to its database and to the mail servers of the settings (none
    given: the environment's). By the client commands read off mails reach their partnerships, and an audit looks."""
    settings = settings or Settings()
    give: Give = giving(client, engine) if client else nowhere
    mail_room, inbox = PostOffice(engine, settings), InboxReader(engine, settings, give)
    auditor, messenger = Auditor(engine, settings, client), Messenger(engine, settings)
    mail = [mail_room.plan, mail_room.send, inbox.read]
    return [Recorder(engine).record, *mail, auditor.look, auditor.mend, messenger.plan, messenger.send]


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox, with all modules passed through: ours are pure, and loading them per run costs 17 ms."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_all_modules())


def slots(*, fewest: int = 2, most: int = 8, activities: int = 8, busy: float = 0.7) -> WorkerTuner:
    """How much a worker does at once. Of workflow tasks the fewest where processors are busy by more than that share,
    so that a command beside a storm finds a processor; the most where tasks wait for slow disks instead."""
    some = ResourceBasedSlotConfig(minimum_slots=fewest, maximum_slots=most)
    fixed = FixedSizeSlotSupplier(activities)
    return WorkerTuner.create_composite(
        workflow_supplier=ResourceBasedSlotSupplier(some, ResourceBasedTunerConfig(MEMORY_USED, busy)),
        activity_supplier=fixed,
        local_activity_supplier=fixed,
        nexus_supplier=fixed,
    )


def production() -> dict[str, Any]:
    """A worker's options, each by evidence (docs/scale.md, Workers)."""
    return {
        "graceful_shutdown_timeout": timedelta(seconds=30),
        "sticky_queue_schedule_to_start_timeout": timedelta(seconds=1),
        "tuner": slots(),
        "max_cached_workflows": 300,
    }


def build_worker(
    client: Client, engine: AsyncEngine, task_queue: str, settings: Settings | None = None, **options: Any
) -> Worker:
    """A worker as it runs in production; tests pass others of its options."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=activities(engine, settings, client),
        workflow_runner=workflow_runner(),
        **(production() | options),
    )


async def register_search_attributes(client: Client) -> None:
    """Create the search attributes that are missing; a server may have been started without them."""
    there = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in there.custom_attributes]
    if not missing:
        return
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=dict.fromkeys(missing, keyword))
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def serve(settings: Settings, client: Client, stop: asyncio.Event) -> None:
    """Run a worker until `stop` is set; what it holds in hand is finished, for 30 seconds at most."""
    await register_search_attributes(client)
    policy = policy_named(settings.policy)
    between_rounds = timedelta(seconds=policy.mail_seconds)
    await AUDIT_ROUNDS.keep(client, settings.task_queue, policy.between_audits)
    await MAIL_ROUNDS.keep(client, settings.task_queue, between_rounds)
    if settings.imap_host is None:
        await INBOX_ROUNDS.end(client, settings.task_queue)
    else:
        await INBOX_ROUNDS.keep(client, settings.task_queue, between_rounds)
    engine = open_engine(str(settings.database_url))
    try:
        await _keep_webhook_rounds(client, engine, settings.task_queue, between_rounds)
        async with build_worker(client, engine, settings.task_queue, settings):
            structlog.get_logger().info("worker started", task_queue=settings.task_queue)
            await stop.wait()
            structlog.get_logger().info("worker stopping")
    finally:
        await engine.dispose()


async def _keep_webhook_rounds(client: Client, engine: AsyncEngine, task_queue: str, every: timedelta) -> None:
    """Rounds of webhooks, while there is an endpoint; where the record cannot be asked they stay as they are."""
    try:
        async with engine.connect() as connection:
            endpoints = await connection.scalar(select(func.count()).select_from(WebhookRow))
    except (SQLAlchemyError, OSError):
        structlog.get_logger().warning("webhooks are left as they are: the record cannot be asked")
        return
    await (WEBHOOK_ROUNDS.keep(client, task_queue, every) if endpoints else WEBHOOK_ROUNDS.end(client, task_queue))


def runtime(settings: Settings) -> Runtime:
    """One runtime a process, with Prometheus metrics where a port is set."""
    if settings.metrics_port is None:
        return Runtime(telemetry=TelemetryConfig())
    metrics = PrometheusConfig(bind_address=f"{settings.metrics_host}:{settings.metrics_port}")
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


async def main() -> int:
    """Run a worker until SIGINT or SIGTERM. What it cannot run without is named in a sentence, and the status is 1."""
    log_structured()
    try:
        settings = read_settings()
        client = await connect(settings, runtime(settings))
    except (SettingsError, RuntimeError) as error:
        structlog.get_logger().error("the worker cannot start", reason=str(error))
        return 1
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(settings, client, stop)
    return 0


if __name__ == "__main__":
    leave(asyncio.run(main()))
