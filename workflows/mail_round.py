"""The mail round: every few minutes, notices become mails and mails leave."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.types import MethodAsyncNoParam

with workflow.unsafe.imports_passed_through():
    from activities.ports import MailRoom, MailStep
    from models.base import Fact
    from workflows.rounds import Rounds, until_done

MOST_STEPS = 50
"""Of each kind."""

STEP_TIMEOUT = timedelta(minutes=10)
STEP_HEARTBEAT = timedelta(minutes=5)
STEP_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))


class Round(Fact):
    """What a round did, counted by outcome."""

    planned: dict[str, int] = Field(default_factory=dict)
    sent: dict[str, int] = Field(default_factory=dict)


@workflow.defn(name="MailRound")
class MailRound:
    @workflow.run
    async def run(self) -> Round:
        return Round(planned=await _until_done(MailRoom.plan), sent=await _until_done(MailRoom.send))


MAIL_ROUNDS = Rounds("mail-round", "MailRound")


async def _until_done(step: MethodAsyncNoParam[MailRoom, MailStep]) -> dict[str, int]:
    return await until_done(
        step,
        MOST_STEPS,
        start_to_close_timeout=STEP_TIMEOUT,
        heartbeat_timeout=STEP_HEARTBEAT,
        retry_policy=STEP_RETRY,
    )
