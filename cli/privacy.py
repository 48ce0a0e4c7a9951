"""What is held of a person, shown and erased from the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli.editing import editing
from cli.options import As, Json
from cli.output import print_json, say, table
from cli.running import record, run
from settings import Settings

Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, mail address or name.")]


def add_commands(app: typer.Typer) -> None:
    """Put these commands beside those of people."""
    app.command("data")(data)
    app.command("erase")(erase)


def data(who: Who, as_json: Json = False) -> None:
    """Everything that is held of a person: counted, or with --json whole, to be handed to them."""

    async def work(settings: Settings) -> Any:
        from console.access.held import held
        from console.people import account_meant

        async with record(settings) as connection:
            return await held(connection, (await account_meant(connection, who)).id)

    found = run(work)
    if as_json:
        print_json(found)
        return
    table(("what", "rows"), ((what, str(len(rows))) for what, rows in found.items() if rows))
    say("All of it: --json.")


def erase(
    who: Who,
    sure: Annotated[bool, typer.Option("--yes", help="Do it; without it, what it would do is shown.")] = False,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Erase a person for good: name, address, what was only theirs. Texts stay with the municipality, without their
    author; timeline and trail keep an id that leads to nobody. Refused while they hold seats in open partnerships."""

    async def work(settings: Settings) -> Any:
        from console.access.erasing import erase, erasure_of
        from models.base import Refused

        async with editing(settings, person) as by:
            what = await erasure_of(by.connection, who)
            if what.refused:
                raise Refused(*what.refused)
            if sure:
                await erase(by.connection, what.person, by.who, datetime.now(UTC))
            return what

    what = run(work)
    if as_json:
        print_json({**what.model_dump(mode="json"), "erased": sure})
        return
    table(("what", "rows"), ((kind, str(count)) for kind, count in what.counts.items() if count))
    for each in what.mentions:
        say(f"Their name stands in a text of {each.partnership}, {each.written_at:%Y-%m-%d} ({each.about}).")
    for place in what.profiles:
        say(f"Their name stands in the profile of {place}.")
    say(f"Erased: {what.person}." if sure else f"Nothing was changed. To erase {what.name} for good: --yes.")
