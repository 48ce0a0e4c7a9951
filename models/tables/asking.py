"""What is asked of either database in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import or_

WordsOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A list of words, or nothing at all."""


class each_of(FunctionElement[Any]):
    """The words of such a list, a row each with a column `value`."""

    inherit_cache = True


@compiles(each_of)
def _json_each(element: each_of, compiler: SQLCompiler, **said: Any) -> str:
    name = "json_each" if compiler.dialect.name == "sqlite" else "jsonb_array_elements_text"
    return f"{name}({compiler.process(element.clauses, **said)})"


class unindexed(FunctionElement[Any]):
    """A column or condition that SQLite answers row by row: without statistics it believes that any index narrows
    well. Other databases know better by themselves."""

    inherit_cache = True

    def __init__(self, of: Any) -> None:
        super().__init__(of)
        self.type = of.type


@compiles(unindexed)
def _as_it_is(element: unindexed, compiler: SQLCompiler, **said: Any) -> str:
    plus = "+" if compiler.dialect.name == "sqlite" else ""
    (of,) = element.clauses
    return f"{plus}({compiler.process(of, **said)})"


def alternatives(condition: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    """The ways in which a condition can hold, each of which an index may answer by itself."""
    if isinstance(condition, BooleanClauseList) and condition.operator is or_:
        return tuple(condition.clauses)
    return (condition,)
