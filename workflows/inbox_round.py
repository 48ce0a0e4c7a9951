"""The inbox round: every few minutes, what came by mail is read and heeded."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.ports import Inbox
    from workflows.rounds import Rounds, until_done

MOST_STEPS = 20
"""Each reads one batch of messages."""

STEP_TIMEOUT = timedelta(minutes=5)
STEP_HEARTBEAT = timedelta(minutes=2)
STEP_RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=2))


@workflow.defn(name="InboxRound")
class InboxRound:
    @workflow.run
    async def run(self) -> dict[str, int]:
        """What was made of the messages, counted."""
        return await until_done(
            Inbox.read,
            MOST_STEPS,
            start_to_close_timeout=STEP_TIMEOUT,
            heartbeat_timeout=STEP_HEARTBEAT,
            retry_policy=STEP_RETRY,
        )


INBOX_ROUNDS = Rounds("inbox-round", "InboxRound")
