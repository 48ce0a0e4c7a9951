"""What is asked of either database in its own way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import JSON, Boolean, ColumnElement, Dialect, String, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import or_
from sqlalchemy.types import TypeEngine

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


class _Words(TypeDecorator[Sequence[str]]):
    """A list of words as one parameter, however many they are."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        words = list(value or ())
        return words if dialect.name == "postgresql" else json.dumps(words)


class among(FunctionElement[bool]):
    """Whether a column is one of these words. The statement is the same however many they are."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: Any, words: Sequence[str]) -> None:
        super().__init__(column, bindparam("words", list(words), type_=_Words(), unique=True))

    def self_group(self, against: Any = None) -> Self:
        """It is a condition by itself: compared with true, no index would answer it."""
        return self


@compiles(among)
def _in_a_list(element: among, compiler: SQLCompiler, **said: Any) -> str:
    column, words = (compiler.process(each, **said) for each in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each({words}))"
    return f"{column} = ANY ({words})"


def alternatives(condition: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    """The ways in which a condition can hold, each of which an index may answer by itself."""
    if isinstance(condition, BooleanClauseList) and condition.operator is or_:
        return tuple(condition.clauses)
    return (condition,)
