"""The page on security names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", PAGE)))


def names_in(file: Path) -> set[str]:
    """The tests and groups of tests in a file."""
    tree = ast.parse(file.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_it_names_many() -> None:
    assert len(NAMED) > 35


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_it_is_there(file: str, name: str) -> None:
    assert (ROOT / file).is_file()
    assert not name or name in names_in(ROOT / file)


def test_every_threat_has_a_defence_and_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    for threat, defence, shown in ([cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:]):
        assert threat
        assert defence
        assert "`tests/" in shown, threat
