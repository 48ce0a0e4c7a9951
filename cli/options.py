"""Options that many commands share."""

from __future__ import annotations

from typing import Annotated

import typer

HOW = "How it is sent"
WHERE_FROM = "Where the fact comes from"

Partnership = Annotated[
    str, typer.Argument(metavar="PARTNERSHIP", help="Its id, how the id begins, or row:17 for the imported row 17.")
]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="PERSON",
        envvar="MOSTY_PERSON",
        help="Who acts: id, mail address or name. Without it: the operator.",
        rich_help_panel=HOW,
    ),
]
CommandId = Annotated[
    str | None,
    typer.Option("--command-id", help="A second use is answered as the first time.", rich_help_panel=HOW),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")]
Offset = Annotated[int, typer.Option(min=0, max=10_000_000, help="Leave out so many first.")]
