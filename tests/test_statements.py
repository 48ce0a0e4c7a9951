"""No statement of the database is put together from pieces: values are bound, names are of code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("activities", "cli", "console", "embedded", "imports", "mailroom", "models", "workflows")
RAW = {"text", "literal_column", "exec_driver_sql", "executescript"}


def put_together(source: str) -> Iterator[int]:
    """The lines on which a statement is formatted, added up, or executed from a formatted string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _called(node) in RAW | {"execute"}:
            said = node.args[0]
            formatted = isinstance(said, ast.JoinedStr | ast.BinOp) or (
                isinstance(said, ast.Call) and _called(said) == "format"
            )
            if formatted:
                yield node.lineno


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_no_statement_is_put_together() -> None:
    files = [file for folder in OURS for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 200
    found = {f"{file.relative_to(ROOT)}:{line}" for file in files for line in put_together(file.read_text("utf-8"))}
    assert found == set()


def test_one_that_is_would_be_seen() -> None:
    for statement in ('c.execute(text(f"SELECT {x}"))', 'text("SELECT " + x)', 'c.execute("SELECT {}".format(x))'):
        assert list(put_together(statement)) == [1]
    assert list(put_together('c.execute(text("SELECT :x"), {"x": x})')) == []
