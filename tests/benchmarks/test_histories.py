"""What is counted in a history, on small ones written by hand and on a recorded one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from benchmarks.histories import actions, by_type, encoded, live_bytes, retained_bytes, within, written

RECORDED = Path(__file__).parents[1] / "replay" / "histories"
BEGAN = datetime(2026, 1, 1)  # noqa: DTZ001 - as Temporal's events say it
DAY = timedelta(days=1)


def _event(kind: str, day: float = 0.0, **attributes: object) -> HistoryEvent:
    event = HistoryEvent(event_type=EventType.Value(f"EVENT_TYPE_{kind}"), **attributes)  # type: ignore[arg-type]
    event.event_time.FromDatetime((BEGAN + day * DAY).replace(tzinfo=UTC))
    return event


def _run(*events: HistoryEvent) -> WorkflowHistory:
    return WorkflowHistory("partnership/p", list(events))


def test_what_is_billed_is_counted_and_the_rest_is_not() -> None:
    kinds = [
        "WORKFLOW_EXECUTION_STARTED",
        "WORKFLOW_TASK_SCHEDULED",
        "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
        "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
        "WORKFLOW_EXECUTION_SIGNALED",
        "TIMER_STARTED",
        "TIMER_FIRED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
        "ACTIVITY_TASK_SCHEDULED",
    ]
    counted = actions([_event(kind) for kind in kinds])
    assert counted == {"starts": 1, "updates": 1, "signals": 1, "timers": 1, "upserts": 1, "activities": 1}


def test_an_activity_tried_again_is_billed_again() -> None:
    started = _event("ACTIVITY_TASK_STARTED", activity_task_started_event_attributes={"attempt": 3})
    assert actions([_event("ACTIVITY_TASK_SCHEDULED"), started])["activities"] == 3


def test_what_time_skipping_writes_is_left_out() -> None:
    run = _run(
        _event("WORKFLOW_EXECUTION_STARTED"),
        _event("WORKFLOW_EXECUTION_OPTIONS_UPDATED"),
        _event("WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED"),
        _event("TIMER_FIRED"),
    )
    assert by_type(written([run])) == {"workflow_execution_started": 1, "timer_fired": 1}


def test_a_year_has_its_first_moment_and_not_its_last() -> None:
    events = [_event("TIMER_FIRED", day) for day in (-0.5, 0, 1, 2)]
    assert within(events, BEGAN, 2 * DAY) == events[1:3]


def test_live_bytes_are_weighted_by_how_long_they_were_live() -> None:
    started, fired = _event("WORKFLOW_EXECUTION_STARTED"), _event("TIMER_FIRED", 3)
    next_started = _event("WORKFLOW_EXECUTION_STARTED", 6)
    lives = [_run(started, fired), _run(next_started)]
    small, large = encoded(started), encoded(started) + encoded(fired)
    size = live_bytes(lives, BEGAN, 10 * DAY)
    assert size.mean == pytest.approx((3 * small + 3 * large + 4 * encoded(next_started)) / 10)
    assert size.largest == large
    assert live_bytes(lives, BEGAN + 4 * DAY, DAY).mean == large
    assert retained_bytes(lives) == large


def test_a_recorded_life_is_counted_as_its_file_says() -> None:
    file = min(RECORDED.glob("*.json"))
    text = file.read_text()
    history = WorkflowHistory.from_json("partnership/p", text)
    counted = actions(history.events)
    assert by_type(history.events).total() == len(history.events)
    assert counted["updates"] == text.count('"EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED"') > 0
    assert counted["timers"] == text.count('"EVENT_TYPE_TIMER_STARTED"') > 0
    assert counted["starts"] == 1
