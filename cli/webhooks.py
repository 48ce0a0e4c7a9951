"""`mosty webhooks`: programs elsewhere are told what happened, signed, in ids and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.editing import editing
from cli.options import As, Json
from cli.output import complain, heading, moment, print_json, say, table
from cli.running import edge, record, run
from settings import Settings

if TYPE_CHECKING:
    from console.engine.webhooks import EndpointView

app = typer.Typer(no_args_is_help=True, help="Programs elsewhere that are told what happened (Standard Webhooks).")

Endpoint = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Its id, or how the id begins.")]


def add_commands(main: typer.Typer) -> None:
    main.add_typer(app, name="webhooks", rich_help_panel="Operating")


@app.command("list")
def list_endpoints(as_json: Json = False) -> None:
    """Every endpoint, and what became of its messages."""

    async def work(settings: Settings) -> Any:
        from console.engine.webhooks import endpoints

        async with record(settings) as connection:
            return await endpoints(connection), settings

    found, settings = run(work)
    if as_json:
        print_json(found)
        return
    table(("id", "address", "told of", "messages", "state"), [_line(each, settings) for each in found], wide="address")
    if not found:
        say("There is no endpoint.")


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="https://…, reached from the worker.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="advance, record_*, told; may be repeated. Usually all."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Whose it is, for whoever looks later.")] = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Tell a program elsewhere what happens from now on. Its secret is shown once; it is given to whoever runs it."""

    async def work(settings: Settings) -> Any:
        from console.engine.webhooks import add as added

        async with editing(settings, person) as edit:
            there, secret = await added(edit.connection, settings, edit.who, url, kind or [], note)
        return there, secret, await _rounds(settings)

    there, secret, away = run(work)
    if as_json:
        print_json({"endpoint": there, "secret": secret})
    else:
        say(f"Endpoint {there.id} is told of {', '.join(there.kinds) or 'everything'} from now on.")
        say(f"Its secret: {secret}")
    _complain(away)


@app.command()
def show(endpoint: Endpoint, as_json: Json = False) -> None:
    """One endpoint and its newest messages."""

    async def work(settings: Settings) -> Any:
        from console.engine.webhooks import endpoint_meant, messages

        async with record(settings) as connection:
            there = await endpoint_meant(connection, endpoint)
            return there, await messages(connection, there.id), settings

    there, newest, settings = run(work)
    if as_json:
        print_json({"endpoint": there, "messages": newest})
        return
    zone = ZoneInfo(settings.time_zone)
    heading(f"{there.id}: {there.url}")
    say(f"{_state(there, settings)}; added {moment(there.added_at, zone)} by {there.added_by}. {there.note or ''}")
    rows = [(each.partnership[:8], each.revision, each.status, each.attempts, moment(each.tried_at, zone), each.answer)
            for each in newest]  # fmt: skip
    table(("partnership", "revision", "state", "tried", "last", "answer"), rows, wide="answer")


@app.command()
def remove(endpoint: Endpoint, person: As = None, as_json: Json = False) -> None:
    """Tell it nothing more; what waits for it goes with it."""

    async def work(settings: Settings) -> Any:
        from console.engine.webhooks import remove as removed

        async with editing(settings, person) as edit:
            await removed(edit.connection, edit.who, endpoint)
        return await _rounds(settings)

    away = run(work)
    if as_json:
        print_json({"removed": endpoint})
    else:
        say("It is told nothing more.")
    _complain(away)


@app.command()
def wake(endpoint: Endpoint, person: As = None, as_json: Json = False) -> None:
    """Send to an endpoint again that rests because it took nothing for days; what waited is sent first."""

    async def work(settings: Settings) -> Any:
        from console.engine.webhooks import wake as woken

        async with editing(settings, person) as edit:
            return await woken(edit.connection, edit.who, endpoint)

    there = run(work)
    if as_json:
        print_json(there)
    else:
        say(f"Endpoint {there.id} is sent to again; {there.messages.get('waiting', 0)} messages wait for it.")


@app.command("renew-secret")
def renew_secret(endpoint: Endpoint, person: As = None, as_json: Json = False) -> None:
    """A new secret; for a day messages are signed with the old one as well, so that the receiver can change it."""

    async def work(settings: Settings) -> Any:
        from console.engine.webhooks import renew

        async with editing(settings, person) as edit:
            return await renew(edit.connection, settings, edit.who, endpoint)

    secret = run(work)
    if as_json:
        print_json({"secret": secret})
    else:
        say(f"Its secret from now on: {secret}")


async def _rounds(settings: Settings) -> str | None:
    """Have rounds where there are endpoints; where the engine is away a worker does so when it starts."""
    from console.engine.webhooks import keep_rounds
    from console.problems import Away

    try:
        async with edge(settings) as there:
            await keep_rounds(there)
    except Away as away:
        return away.message
    return None


def _complain(away: str | None) -> None:
    if away:
        complain(f"It is on record. The rounds begin when a worker starts next: {away}")


def _line(each: EndpointView, settings: Settings) -> tuple[object, ...]:
    counted = ", ".join(f"{count} {status}" for status, count in sorted(each.messages.items()))
    return each.id, each.url, ", ".join(each.kinds) or "everything", counted or "none", _state(each, settings)


def _state(each: EndpointView, settings: Settings) -> str:
    if each.rests_since is None:
        return "open"
    return f"rests since {moment(each.rests_since, ZoneInfo(settings.time_zone))}: {each.rests_why}"
