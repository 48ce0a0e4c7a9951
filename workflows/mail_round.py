"""The mail round: every few minutes, notices become mails and mails leave. A short workflow on a Schedule."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from pydantic import Field
from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import RetryPolicy
from temporalio.types import MethodAsyncNoParam

with workflow.unsafe.imports_passed_through():
    from activities.ports import MailRoom, MailStep
    from models.base import Fact

MOST_STEPS = 50
"""A round takes so many steps of each kind at most; what is left waits for the next one."""

STEP_TIMEOUT = timedelta(minutes=10)
STEP_HEARTBEAT = timedelta(minutes=5)
STEP_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
ROUND_TIMEOUT = timedelta(minutes=30)

SHORTEST_CATCHUP = timedelta(seconds=10)
"""What the server takes at least."""


class Round(Fact):
    """What a round did, counted by outcome."""

    planned: dict[str, int] = Field(default_factory=dict)
    sent: dict[str, int] = Field(default_factory=dict)


@workflow.defn(name="MailRound")
class MailRound:
    @workflow.run
    async def run(self) -> Round:
        return Round(planned=await _until_done(MailRoom.plan), sent=await _until_done(MailRoom.send))


async def _until_done(step: MethodAsyncNoParam[MailRoom, MailStep]) -> dict[str, int]:
    done: Counter[str] = Counter()
    for _ in range(MOST_STEPS):
        report = await workflow.execute_activity_method(
            step, start_to_close_timeout=STEP_TIMEOUT, heartbeat_timeout=STEP_HEARTBEAT, retry_policy=STEP_RETRY
        )
        done.update(report.done)
        if not report.more:
            break
    return dict(done)


def schedule_id(task_queue: str) -> str:
    return f"mail-round/{task_queue}"


async def keep_mail_rounds(client: Client, task_queue: str, every: timedelta) -> None:
    """Have a mail round at this interval: create the schedule, or move the one there is. One that somebody paused
    stays paused."""
    wanted = _schedule(task_queue, every)
    try:
        await client.create_schedule(schedule_id(task_queue), wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id(task_queue)).update(lambda there: _moved(there, wanted))


def _moved(there: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate | None:
    schedule = there.description.schedule
    if schedule.spec.intervals == wanted.spec.intervals:
        return None
    wanted.state = schedule.state
    return ScheduleUpdate(schedule=wanted)


def _schedule(task_queue: str, every: timedelta) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            MailRound.run, id=schedule_id(task_queue), task_queue=task_queue, run_timeout=ROUND_TIMEOUT
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=max(every, SHORTEST_CATCHUP)),
    )
