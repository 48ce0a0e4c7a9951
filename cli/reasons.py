"""Why somebody was told or was not, and a mail as it would be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cli.options import Json, Partnership
from cli.output import heading, print_json, say
from cli.running import record, run
from settings import Settings

Spoken = Annotated[Literal["uk", "en"] | None, typer.Option(help="None: the reader's own.")]


def add_commands(mail: typer.Typer) -> None:
    mail.command()(why)
    mail.command()(preview)


def why(
    partnership: Partnership,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Id, mail address or name.")],
    language: Spoken = None,
    as_json: Json = False,
) -> None:
    """Why somebody was told what they were told of a partnership, or was not."""

    async def work(settings: Settings) -> Any:
        from console.people import person_meant
        from console.references import partnership_meant
        from console.why import why_told

        async with record(settings) as connection:
            meant, named = await partnership_meant(connection, partnership), await person_meant(connection, person)
            return await why_told(connection, meant, named.id, datetime.now(UTC), language)

    answer = run(work)
    if as_json:
        print_json(answer)
        return
    for sentence in answer.sentences:
        say(sentence)


def preview(
    partnership: Partnership,
    watch: Annotated[
        str | None, typer.Option(help="What it is about, such as contact; none: the first watched.")
    ] = None,
    rung: Annotated[int, typer.Option(min=1, max=12, help="Which rung of its ladder.")] = 1,
    language: Spoken = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the HTML there, to look at it.")] = None,
    as_json: Json = False,
) -> None:
    """A mail as somebody would get it, with real data. Nothing is sent."""

    async def work(settings: Settings) -> Any:
        from console.previewing import previewed
        from console.references import partnership_meant

        async with record(settings) as connection:
            meant = await partnership_meant(connection, partnership)
            return await previewed(connection, meant, datetime.now(UTC), settings.pages_at, watch, rung, language)

    seen = run(work)
    if html is not None:
        html.write_text(seen.html, encoding="utf-8")
    if as_json:
        print_json(seen)
        return
    say(f"To: {seen.to}")
    heading(seen.subject)
    say(seen.text)
