"""What Temporal's own histories say of a life: events, billable actions, live bytes.

The development server's time skipping writes two event types that a calm life never has. They are left out of every
figure here (one of them is also written for a command that is let ahead, which no measured life needs).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory

SKIPPING = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    }
)

ACTIONS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "starts",  # by a client or by continue-as-new
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "updates",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signals",
    EventType.EVENT_TYPE_TIMER_STARTED: "timers",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activities",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "upserts",
}
"""What is billed as one action, by the event that shows it (docs.temporal.io/cloud/actions). Not seen in a history:
rejected Updates, Queries, heartbeats; a year of the trace has none of them. Retries of activities are added."""

Histories = Sequence[WorkflowHistory]


async def runs_of(client: Client, workflow_id: str) -> list[WorkflowHistory]:
    """The history of every run of a workflow, oldest first."""
    described = await client.get_workflow_handle(workflow_id).describe()
    run_id = described.raw_description.workflow_execution_info.first_run_id
    histories: list[WorkflowHistory] = []
    while run_id:
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        histories.append(history)
        last = history.events[-1]
        run_id = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return histories


def at(event: HistoryEvent) -> datetime:
    """When an event was, on the workflow's own clock."""
    return event.event_time.ToDatetime()


def written(histories: Histories) -> Iterator[HistoryEvent]:
    """Every event of every run, without those of time skipping."""
    return (event for history in histories for event in history.events if event.event_type not in SKIPPING)


def within(events: Iterable[HistoryEvent], since: datetime, lasting: timedelta) -> list[HistoryEvent]:
    """The events of some time from `since`."""
    return [event for event in events if since <= at(event) < since + lasting]


def by_type(events: Iterable[HistoryEvent]) -> Counter[str]:
    """How many events there are of each type, by Temporal's short names."""
    names = (EventType.Name(event.event_type) for event in events)
    return Counter(name.removeprefix("EVENT_TYPE_").lower() for name in names)


def actions(events: Iterable[HistoryEvent]) -> Counter[str]:
    """How many billable actions there are of each kind."""
    counted: Counter[str] = Counter()
    for event in events:
        if event.event_type in ACTIONS:
            counted[ACTIONS[event.event_type]] += 1
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            counted["activities"] += event.activity_task_started_event_attributes.attempt - 1
    return counted


@dataclass(frozen=True)
class Sizes:
    """Bytes of the open run over a time: weighted by how long each lasted, and the most."""

    mean: float
    largest: int


def live_bytes(histories: Histories, since: datetime, lasting: timedelta) -> Sizes:
    """The size of the run that was open, over some time from `since`. A run's size is the sum of its events as
    they are encoded, which is what the server's `history_size_bytes` counts."""
    until = since + lasting
    steps = [(max(moment, since), size) for moment, size in _sizes(histories) if moment < until]
    ends = [moment for moment, _ in steps[1:]] + [until]
    weighted = sum((end - start).total_seconds() * size for (start, size), end in zip(steps, ends, strict=True))
    kept = [size for (start, size), end in zip(steps, ends, strict=True) if end > start]
    return Sizes(mean=weighted / lasting.total_seconds(), largest=max(kept))


def _sizes(histories: Histories) -> Iterator[tuple[datetime, int]]:
    """The open run's size after each of its events."""
    for history in histories:
        size = 0
        for event in written([history]):
            size += encoded(event)
            yield at(event), size


def encoded(event: HistoryEvent) -> int:
    """Bytes of an event in a stored batch: its own, a tag and its length."""
    size = event.ByteSize()
    return size + 1 + max(1, (size.bit_length() + 6) // 7)


def retained_bytes(histories: Histories) -> int:
    """Bytes of the runs that are over."""
    return sum(encoded(event) for event in written(histories[:-1]))
