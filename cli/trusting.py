"""Whom an operator trusts with what, and letting somebody in from the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.editing import Editing, edited, editing
from cli.options import As, Json
from cli.output import print_json, table, tell
from cli.running import record, run
from settings import Settings

if TYPE_CHECKING:
    from console.access.grants import Grant

Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, mail address or name.")]
RoleName = Annotated[
    Literal["operator", "coordinator", "officer", "viewer"], typer.Option(help="What they are trusted with.")
]
Scope = Annotated[
    Literal["all", "oblast", "programme", "place"],
    typer.Option(help="For what: an officer, for a municipality (place)."),
]
Of = Annotated[
    str | None, typer.Option(metavar="NAME", help="The oblast's Ukrainian name, the programme's or the place's id.")
]


def add_commands(app: typer.Typer) -> None:
    """Put these commands beside those of people."""
    app.command("trust")(trust)
    app.command("distrust")(distrust)
    app.command("trusted")(trusted)
    app.command("sign-in")(sign_in)


def trust(
    who: Who, role: RoleName, scope: Scope = "all", of: Of = None, person: As = None, as_json: Json = False
) -> None:
    """Trust somebody with a role within a scope; it counts at once."""

    async def edit(by: Editing) -> Grant:
        from console.access.grants import Trust, grant
        from console.people import person_meant

        meant = await person_meant(by.connection, who)
        return await grant(by.connection, meant.id, Trust(role), scope, of, by.who, datetime.now(UTC))

    made = edited(person, edit)
    tell(made, f"{who}: {made.role}, {made.of or made.scope} (grant {made.id}).", as_json=as_json)


def distrust(
    grant_id: Annotated[str, typer.Argument(metavar="GRANT", help="Its id, as “trusted” shows it.")],
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take a role back; it counts at once."""

    async def edit(by: Editing) -> Grant:
        from console.access.grants import revoke

        return await revoke(by.connection, grant_id, by.who, datetime.now(UTC))

    gone = edited(person, edit)
    tell(gone, f"{gone.person} is no longer {gone.role}, {gone.of or gone.scope}.", as_json=as_json)


def trusted(as_json: Json = False) -> None:
    """Who is trusted with what beyond their duties in partnerships."""

    async def work(settings: Settings) -> Any:
        from console.access.grants import all_grants
        from console.people import people_named

        async with record(settings) as connection:
            grants = await all_grants(connection)
            return grants, await people_named(connection, (each.person for each in grants))

    grants, people = run(work)
    if as_json:
        print_json({"total": len(grants), "items": [each.model_dump(mode="json") for each in grants]})
        return
    rows = [(g.id, people[g.person].name, str(g.role), g.of or g.scope, f"{g.granted_at:%Y-%m-%d}") for g in grants]
    table(("grant", "name", "role", "for", "since"), rows, wide="name")


def sign_in(who: Who, as_json: Json = False) -> None:
    """A link with which somebody signs in, good once and for twelve hours: for whoever sits at this machine, or cannot
    be reached by mail."""

    async def work(settings: Settings) -> Any:
        from console.access.signing_in import local_link
        from console.people import person_meant
        from models.base import Refused
        from signing import links_of

        async with editing(settings, None) as by:
            meant = await person_meant(by.connection, who)
            link = await local_link(by.connection, links_of(settings), meant.id, datetime.now(UTC))
            if not link:
                raise Refused("no_secret", "Links need the installation's secret (MOSTY_SECRET, or make run).")
            return {"person": meant.id, "url": link}

    made = run(work)
    tell(made, made["url"], as_json=as_json)
