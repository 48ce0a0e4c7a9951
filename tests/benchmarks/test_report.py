"""What a benchmark found is a table for people and flat JSON for programs."""

import json
from pathlib import Path

import pytest

from benchmarks import report


def test_figures_are_written_under_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOSTY_HOME", str(tmp_path))
    file = report.write("year", {"events": 277, "update_ratio_warm": 1.2})
    assert file == tmp_path / "bench" / "year.json"
    assert json.loads(file.read_text()) == {"events": 277, "update_ratio_warm": 1.2}


def test_a_missed_goal_is_named() -> None:
    lines = report.table({"events": 301, "actions": 60, "notices": 3}, {"events": 300, "actions": 60}).splitlines()
    assert [line.endswith("MISSED") for line in lines] == [False, True, False, False]
    assert "notices" in lines[-1]
