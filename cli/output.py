"""What a command prints: one JSON document, or tables and sentences that fit the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from console.moments import shown

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def print_json(document: BaseModel | Sequence[Any] | dict[str, Any]) -> None:
    """One JSON document on standard output, Cyrillic as it is."""
    plain = document.model_dump(mode="json") if isinstance(document, BaseModel) else document
    print(json.dumps(plain, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.isoformat() if isinstance(value, datetime) else str(value)


def say(words: str = "") -> None:
    """A line for people; what stands in brackets is no markup. A link that is longer than the terminal is wide stays in
    one piece, to be copied."""
    console.print(escape(words), soft_wrap=any(len(word) > console.width for word in words.split()))


def tell(made: BaseModel | dict[str, Any], words: str, *, as_json: bool) -> None:
    """What came of a command: whole for programs, in a sentence for people."""
    if as_json:
        print_json(made)
    else:
        say(words)


def complain(words: str) -> None:
    """A sentence on standard error, unbroken so that programs can find words in it."""
    print(words, file=sys.stderr)


def heading(words: str) -> None:
    console.print(f"\n[bold]{escape(words)}[/bold]")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, wide: str | None = None) -> None:
    """A table that fits; the `wide` column takes what room is left, the others keep to their words."""
    grid = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for column in columns:
        grid.add_column(column, overflow="fold", min_width=16 if column == wide else None)
    for row in rows:
        grid.add_row(*(escape("—" if cell is None else str(cell)) for cell in row))
    console.print(grid)


def words(code: str) -> str:
    """A code in words."""
    return code.replace("_", " ")


def moment(at: datetime | str | None, zone: ZoneInfo) -> str:
    return shown(datetime.fromisoformat(at) if isinstance(at, str) else at, zone)


def short(partnership: str) -> str:
    """How an id begins: enough to name it by."""
    return partnership[:8]
