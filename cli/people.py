"""People and places: who has an account, in which roles, and what municipalities are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.options import As, Json
from cli.output import print_json, say, table
from cli.running import record, run
from settings import Settings

if TYPE_CHECKING:
    from console.staff import Account

app = typer.Typer(no_args_is_help=True, help="Who has an account, and in which roles.")

Name = Annotated[str, typer.Option(help="First and last name.")]
Language = Annotated[Literal["uk", "en"] | None, typer.Option(help="Of the mails.")]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="Such as Europe/Kyiv.")]
Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, mail address or name.")]


def add_commands(main: typer.Typer) -> None:
    main.add_typer(app, name="people", rich_help_panel="Operating")
    main.command("places", rich_help_panel="Looking")(places)


@app.command("list")
def list_them(
    active: Annotated[bool | None, typer.Option("--active/--closed", help="Only open or closed accounts.")] = None,
    as_json: Json = False,
) -> None:
    """Everybody, with their roles in open partnerships."""

    async def work(settings: Settings) -> Any:
        from console.people import everybody

        async with record(settings) as connection:
            return await everybody(connection, active=active)

    people = run(work)
    if as_json:
        print_json({"total": len(people), "items": people})
        return
    rows = [(each.id, each.name, each.email, each.language, _roles(each)) for each in people]
    table(("id", "name", "mail", "language", "roles"), rows, wide="mail")


def _roles(person: Any) -> str:
    names = {"officer": "officer responsible", "deputy": "deputy", "coordinator": "programme coordinator"}
    counts = {role: sum(each.role == role for each in person.roles) for role in names}
    held = ", ".join(f"{names[role]} of {count}" for role, count in counts.items() if count)
    return held if person.active else f"closed{'; ' if held else ''}{held}"


@app.command()
def add(
    name: Name,
    email: Annotated[str, typer.Option(metavar="ADDRESS")],
    language: Language = None,
    time_zone: Zone = None,
    person_id: Annotated[str | None, typer.Option("--id", help="An id of your own; usually made up.")] = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Open an account."""

    async def work(settings: Settings) -> Any:
        from console.staff import Account, open_account

        account = Account(name=name, email=email, language=language, time_zone=time_zone)
        async with writing(settings) as connection:
            return await open_account(connection, account, await _who(connection, person), person_id)

    added = run(work)
    if as_json:
        print_json({"id": added, "name": name, "email": email})
    else:
        say(f"Added: {added} ({name}).")


@app.command()
def edit(
    who: Who,
    name: Annotated[str | None, typer.Option(help="First and last name.")] = None,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS")] = None,
    language: Language = None,
    time_zone: Zone = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Correct an account."""

    async def work(settings: Settings) -> Any:
        from console.staff import Account

        account = Account(name=name, email=email, language=language, time_zone=time_zone)
        return await _change(settings, who, account, person)

    _report(run(work), as_json=as_json)


@app.command()
def deactivate(who: Who, person: As = None, as_json: Json = False) -> None:
    """Close an account. What would have reached this person then reaches the programme coordinator."""

    async def work(settings: Settings) -> Any:
        from console.staff import Account

        return await _change(settings, who, Account(active=False), person)

    _report(run(work), as_json=as_json)


@app.command()
def activate(who: Annotated[str, typer.Argument(metavar="PERSON", help="The id.")], person: As = None,
             as_json: Json = False) -> None:  # fmt: skip
    """Open a closed account again."""

    async def work(settings: Settings) -> Any:
        from console.staff import Account

        return await _change(settings, who, Account(active=True), person, by_id=True)

    _report(run(work), as_json=as_json)


def places(
    text: Annotated[str, typer.Argument(help="A part of a name, in either alphabet.")],
    country: Annotated[str | None, typer.Option(metavar="PL")] = None,
    oblast: Annotated[str | None, typer.Option(help="A part of an oblast's name.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=2_000)] = 50,
    as_json: Json = False,
) -> None:
    """Municipalities and other public bodies by a part of their name."""

    async def work(settings: Settings) -> Any:
        from console.places import places_like

        async with record(settings) as connection:
            return await places_like(connection, text, oblast, country)

    found = run(work)
    if as_json:
        print_json({"total": len(found), "items": found[:limit]})
        return
    table(("id", "name", "where"), ((each.id, each.name, each.oblast or each.country) for each in found[:limit]))
    say(f"{min(limit, len(found))} of {len(found)}.")


def writing(settings: Settings) -> Any:
    """A transaction on the record's reference data."""
    from contextlib import asynccontextmanager

    from console.database import opened

    @asynccontextmanager
    async def transaction() -> Any:
        async with opened(settings.database_url) as engine, engine.begin() as connection:
            yield connection

    return transaction()


async def _who(connection: Any, person: str | None) -> str:
    from console.people import person_meant

    return (await person_meant(connection, person)).id if person else "operator"


async def _change(settings: Settings, who: str, account: Account, person: str | None, *, by_id: bool = False) -> Any:
    from console.people import person_meant, roles_held
    from console.staff import change_account

    async with writing(settings) as connection:
        meant = who if by_id else (await person_meant(connection, who)).id
        changed = await change_account(connection, meant, account, await _who(connection, person))
        roles = (await roles_held(connection)).get(meant, [])
    return {"id": meant, "changed": changed, "roles": roles}


def _report(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    changes = ", ".join(f"{name}: {value}" for name, value in answer["changed"].items())
    say(f"Changed: {answer['id']} ({changes})." if changes else "Nothing was to be changed.")
    if answer["changed"].get("active") is False and answer["roles"]:
        say(f"Still named in {len(answer['roles'])} open roles; name somebody else with “mosty name-person”.")
