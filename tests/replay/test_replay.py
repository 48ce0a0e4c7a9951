"""Every recorded history replays on today's code: nobody's running partnership is broken by a change."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.activity import _Definition
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from activities import ports
from models.partnership import Partnership
from models.policy import Policy
from models.tables import open_engine
from tests.replay.record_histories import HISTORIES
from worker import WORKFLOWS, activities, workflow_runner
from workflows.partnership import PartnershipWorkflow

RECORDED = sorted(HISTORIES.glob("*.json"))


def all_activities() -> list[Callable[..., Any]]:
    return activities(open_engine("sqlite+aiosqlite://"))


def _replayer() -> Replayer:
    return Replayer(workflows=WORKFLOWS, workflow_runner=workflow_runner(), data_converter=pydantic_data_converter)


def _history(recorded: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"partnership/{recorded.stem}", recorded.read_text())


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(recorded: Path) -> None:
    history = _history(recorded)
    result = await _replayer().replay_workflow(history, raise_on_replay_failure=False)
    assert result.replay_failure is None


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda path: path.stem)
async def test_it_replays_however_its_wakes_are_spread(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The spread makes timers longer and changes no command: what runs needs no patch for it."""
    monkeypatch.setattr(Policy, "after_due", lambda self, partnership: timedelta(hours=1))
    result = await _replayer().replay_workflow(_history(recorded), raise_on_replay_failure=False)
    assert result.replay_failure is None


def test_histories_of_every_stage_are_recorded() -> None:
    said = "".join(path.read_text() for path in RECORDED)
    assert len(RECORDED) >= 3
    kinds = ("WORKFLOW_EXECUTION_UPDATE_COMPLETED", "TIMER_FIRED", "TIMER_CANCELED", "CONTINUED_AS_NEW")
    for event in (*kinds, "WORKFLOW_EXECUTION_OPTIONS_UPDATED"):
        assert event in said


async def test_a_changed_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay can fail: a workflow that no longer records what it did is found out."""

    def forgetful(self: PartnershipWorkflow, rule: Callable[[], tuple[Partnership, object]]) -> None:
        self._p, _ = rule()

    monkeypatch.setattr(PartnershipWorkflow, "_apply", forgetful)
    result = await _replayer().replay_workflow(_history(RECORDED[0]), raise_on_replay_failure=False)
    assert result.replay_failure is not None


def test_every_activity_a_workflow_names_is_registered() -> None:
    ported = [method for port in vars(ports).values() if isinstance(port, type) for method in vars(port).values()]
    named = {definition.name for method in ported if (definition := _Definition.from_callable(method))}
    registered = {_Definition.must_from_callable(bound).name for bound in all_activities()}
    assert named
    assert named == registered
