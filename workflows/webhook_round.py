"""Webhooks: a short round gives what is new to the endpoints, and starts a sender for each that has something to
send. A sender tries again with growing pauses, for days, while its endpoint does not answer."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.ports import Webhooks
    from models.webhook import GIVEN_UP_AFTER, Planned
    from workflows.rounds import Rounds

MOST_STEPS = 50

PLAN_TIMEOUT = timedelta(minutes=5)
SEND_TIMEOUT = timedelta(minutes=10)
HEARTBEAT = timedelta(minutes=1)
PLAN_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
SEND_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=5), backoff_coefficient=3.0, maximum_interval=timedelta(hours=6)
)
"""After 5 s, 15 s, 45 s, … and in the end every six hours."""


@workflow.defn(name="WebhookRound")
class WebhookRound:
    @workflow.run
    async def run(self) -> Planned:
        """What was planned; the senders go on by themselves."""
        planned, endpoints = 0, set[str]()
        for _ in range(MOST_STEPS):
            step = await workflow.execute_activity_method(
                Webhooks.plan,
                start_to_close_timeout=PLAN_TIMEOUT,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=PLAN_RETRY,
            )
            planned += step.planned
            endpoints |= set(step.endpoints)
            if not step.more:
                break
        for endpoint in sorted(endpoints):
            await _start_sender(endpoint)
        return Planned(endpoints=tuple(sorted(endpoints)), planned=planned)


async def _start_sender(endpoint: str) -> None:
    """Have a sender for an endpoint; one that is there goes on."""
    try:
        await workflow.start_child_workflow(
            WebhookSender.run,
            endpoint,
            id=f"webhook/{workflow.info().task_queue}/{endpoint}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )
    except WorkflowAlreadyStartedError:
        return


@workflow.defn(name="WebhookSender")
class WebhookSender:
    @workflow.run
    async def run(self, endpoint: str) -> dict[str, int]:
        """What became of an endpoint's messages, counted."""
        done: dict[str, int] = {}
        for _ in range(MOST_STEPS):
            step = await workflow.execute_activity_method(
                Webhooks.send,
                endpoint,
                start_to_close_timeout=SEND_TIMEOUT,
                heartbeat_timeout=HEARTBEAT,
                schedule_to_close_timeout=GIVEN_UP_AFTER + timedelta(days=1),
                retry_policy=SEND_RETRY,
            )
            for what, count in step.done.items():
                done[what] = done.get(what, 0) + count
            if not step.more:
                break
        return done


WEBHOOK_ROUNDS = Rounds("webhook-round", "WebhookRound")
