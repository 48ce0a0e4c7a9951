"""Rounds: short workflows on a Schedule, never two at once, each in a bounded number of steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

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
from temporalio.common import Priority
from temporalio.service import RPCError, RPCStatusCode
from temporalio.types import MethodAsyncNoParam

with workflow.unsafe.imports_passed_through():
    from activities.ports import MailStep
    from workflows.ahead import ROUNDS

ROUND_TIMEOUT = timedelta(minutes=30)

SHORTEST_CATCHUP = timedelta(seconds=10)
"""What the server takes at least."""


async def until_done(step: MethodAsyncNoParam[Any, MailStep], most: int, **options: Any) -> dict[str, int]:
    """Take a step until it says that nothing is left, or so many times; what was done, counted. What is left after
    that waits for the next round."""
    done: Counter[str] = Counter()
    for _ in range(most):
        report = await workflow.execute_activity_method(step, **options)
        done.update(report.done)
        if not report.more:
            break
    return dict(done)


@dataclass(frozen=True)
class Rounds:
    """The schedules of one kind of round, one for each task queue: at an interval, counted from midnight UTC and some
    offset (where the interval is longer); `at_once`: the first as soon as the schedule is there."""

    name: str
    workflow: str
    offset: timedelta = timedelta(0)
    at_once: bool = False

    def schedule_id(self, task_queue: str) -> str:
        return f"{self.name}/{task_queue}"

    async def keep(self, client: Client, task_queue: str, every: timedelta) -> None:
        """Have a round at this interval: create the schedule, or move the one there is. One that somebody paused stays
        paused."""
        wanted = self._schedule(task_queue, every)
        try:
            await client.create_schedule(self.schedule_id(task_queue), wanted, trigger_immediately=self.at_once)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(self.schedule_id(task_queue)).update(lambda there: _moved(there, wanted))

    async def end(self, client: Client, task_queue: str) -> None:
        """No such rounds any more: the schedule goes, where there is one."""
        try:
            await client.get_schedule_handle(self.schedule_id(task_queue)).delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def hurry(self, client: Client, task_queue: str) -> None:
        """Have a round now, besides those of the schedule; one that runs already counts."""
        await client.get_schedule_handle(self.schedule_id(task_queue)).trigger()

    def _schedule(self, task_queue: str, every: timedelta) -> Schedule:
        offset = self.offset if self.offset < every else timedelta(0)
        return Schedule(
            action=ScheduleActionStartWorkflow(
                self.workflow,
                id=self.schedule_id(task_queue),
                task_queue=task_queue,
                run_timeout=ROUND_TIMEOUT,
                priority=Priority(priority_key=ROUNDS),
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every, offset=offset)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=max(every, SHORTEST_CATCHUP)),
        )


def _moved(there: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate | None:
    schedule = there.description.schedule
    if schedule.spec.intervals == wanted.spec.intervals and _priority(schedule) == _priority(wanted):
        return None
    wanted.state = schedule.state
    return ScheduleUpdate(schedule=wanted)


def _priority(schedule: Schedule) -> Priority:
    assert isinstance(schedule.action, ScheduleActionStartWorkflow)
    return schedule.action.priority
