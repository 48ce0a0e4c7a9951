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


def test_contenders_stand_beside_each_other_also_where_one_name_begins_as_another() -> None:
    figures = {"dbos_lost": 0, "dbos_parked_lost": 3, "cron_doubled": 4, "open": 200}
    head, *lines = report.beside(figures, ["cron", "dbos", "dbos_parked"]).splitlines()
    assert head.split() == ["cron", "dbos", "dbos_parked"]
    assert [line.split() for line in lines] == [["doubled", "4", "-", "-"], ["lost", "-", "0", "3"]]
