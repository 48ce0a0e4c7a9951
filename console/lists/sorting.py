"""How a list is sorted, and where a page of it begins: behind a row, or before one.

A page is asked for by a cursor: the ranks of the row it lies beside. So a page deep in the list costs as much as the
first, and what changes meanwhile moves no row twice."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_

from console.lists.filters import Sort
from console.problems import Invalid
from models.tables import PartnershipRow

NOT_UNDERSTOOD = "The place in the list is not understood; begin again with its first page."
LONGEST = 300


@dataclass(frozen=True)
class Cursor:
    """Beside which row a page lies, by that row's ranks; `back`: it ends before it."""

    ranks: tuple[Any, ...]
    back: bool = False

    def written(self, sort: Sort) -> str:
        """The cursor as an address carries it."""
        plain = [rank.isoformat() if isinstance(rank, datetime) else rank for rank in self.ranks]
        packed = json.dumps([sort, self.back, *plain], separators=(",", ":")).encode()
        return urlsafe_b64encode(packed).decode().rstrip("=")


def cursor_read(written: str | None, sort: Sort) -> Cursor | None:
    """The cursor of an address; none: the first page. Raises `Invalid` where it is none of this sort."""
    if not written:
        return None
    try:
        packed = written.encode("ascii")[: LONGEST + 1]
        named, back, *ranks = json.loads(urlsafe_b64decode(packed + b"=" * (-len(packed) % 4)))
        if len(written) > LONGEST or named != sort.value or not isinstance(back, bool):
            raise ValueError(written)
        return Cursor(tuple(_rank(*each) for each in zip(sort.columns, ranks, strict=True)), back)
    except (ValueError, TypeError):
        raise Invalid(NOT_UNDERSTOOD) from None


def cursor_at(row: Any, sort: Sort, *, back: bool) -> str:
    """The cursor of the page behind a row, or before it."""
    return Cursor(tuple(getattr(row, name) for name in sort.columns), back).written(sort)


def order(sort: Sort, of: Any, *, back: bool) -> Sequence[ColumnElement[Any]]:
    """The columns of `of` (a table, a query) in the order of a page, or of one that is read backwards."""
    columns = [getattr(of, name) for name in sort.columns]
    return [column.desc() if sort.descending != back else column.asc() for column in columns]


def beyond(sort: Sort, cursor: Cursor) -> ColumnElement[bool]:
    """The condition of lying on the cursor's side of its row."""
    here = tuple_(*(getattr(PartnershipRow, name) for name in sort.columns))
    there = tuple_(*(_bound(name, rank) for name, rank in zip(sort.columns, cursor.ranks, strict=True)))
    return here < there if sort.descending != cursor.back else here > there


def _bound(name: str, rank: Any) -> ColumnElement[Any]:
    return literal(rank, getattr(PartnershipRow, name).type)


def _rank(name: str, said: Any) -> Any:
    """A rank as its column has it."""
    if name == "started_at" and isinstance(said, str):
        at = datetime.fromisoformat(said)
        if at.tzinfo is not None:
            return at
    elif isinstance(said, str) if name == "id" else type(said) is int and abs(said) < 2**53:
        return said
    raise ValueError(said)
