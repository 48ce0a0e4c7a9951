"""The inbox round: every few minutes, what came by mail is read and heeded. A short workflow on a Schedule."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

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
from temporalio.service import RPCError, RPCStatusCode

with workflow.unsafe.imports_passed_through():
    from activities.ports import Inbox

MOST_STEPS = 20
"""A round reads so many batches at most; what is left waits for the next one."""

STEP_TIMEOUT = timedelta(minutes=5)
STEP_HEARTBEAT = timedelta(minutes=2)
STEP_RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=2))
ROUND_TIMEOUT = timedelta(minutes=30)

SHORTEST_CATCHUP = timedelta(seconds=10)
"""What the server takes at least."""


@workflow.defn(name="InboxRound")
class InboxRound:
    @workflow.run
    async def run(self) -> dict[str, int]:
        """What was made of the messages, counted."""
        made: Counter[str] = Counter()
        for _ in range(MOST_STEPS):
            report = await workflow.execute_activity_method(
                Inbox.read,
                start_to_close_timeout=STEP_TIMEOUT,
                heartbeat_timeout=STEP_HEARTBEAT,
                retry_policy=STEP_RETRY,
            )
            made.update(report.done)
            if not report.more:
                break
        return dict(made)


def schedule_id(task_queue: str) -> str:
    return f"inbox-round/{task_queue}"


async def keep_inbox_rounds(client: Client, task_queue: str, every: timedelta) -> None:
    """Have the mailbox read at this interval: create the schedule, or move the one there is. One that somebody paused
    stays paused."""
    wanted = _schedule(task_queue, every)
    try:
        await client.create_schedule(schedule_id(task_queue), wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id(task_queue)).update(lambda there: _moved(there, wanted))


async def end_inbox_rounds(client: Client, task_queue: str) -> None:
    """No mailbox is to be read any more: the schedule goes, where there is one."""
    try:
        await client.get_schedule_handle(schedule_id(task_queue)).delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


def _moved(there: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate | None:
    schedule = there.description.schedule
    if schedule.spec.intervals == wanted.spec.intervals:
        return None
    wanted.state = schedule.state
    return ScheduleUpdate(schedule=wanted)


def _schedule(task_queue: str, every: timedelta) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            InboxRound.run, id=schedule_id(task_queue), task_queue=task_queue, run_timeout=ROUND_TIMEOUT
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=max(every, SHORTEST_CATCHUP)),
    )
