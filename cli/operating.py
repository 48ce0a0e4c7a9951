"""Operating: importing the register, policies, health."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.explaining import role_words
from cli.options import Json
from cli.output import complain, errors, heading, print_json, say, table
from cli.running import edge, run
from models.policy import POLICIES, policy_named
from settings import Settings

if TYPE_CHECKING:
    from console.health import Health

PANEL = "Operating"

File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A CSV; usually the one that comes along.")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="name@version; usually that of the settings.")]

imports = typer.Typer(no_args_is_help=True, help="Take over what is on record elsewhere.")
policies = typer.Typer(no_args_is_help=True, help="The ladders: who is told when.")


def add_commands(main: typer.Typer) -> None:
    main.add_typer(imports, name="import", rich_help_panel=PANEL)
    main.add_typer(policies, name="policy", rich_help_panel=PANEL)
    main.command("health", rich_help_panel=PANEL)(health)
    main.command("new-key", rich_help_panel=PANEL)(new_key)
    main.command("renew-runs", rich_help_panel=PANEL)(renew_runs)


@imports.command("register")
def import_register(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A CSV; usually the one that comes along.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import the state register of agreements. The same file again changes nothing, nobody is mailed, and nothing is
    watched until an officer responsible accepts a row."""

    async def work(settings: Settings) -> Any:
        with _progress(shown=not as_json) as progress:
            return await _import(settings, file, progress)

    report = run(work)
    if as_json:
        print_json(asdict(report))
        return
    say(f"{report.total} rows: {report.started} partnerships begun, {report.already} were there already.")
    _print_unclear(report.problems)


async def _import(settings: Settings, file: Path | None, progress: Callable[[int, int], None]) -> Any:
    from console.edge import reached
    from console.problems import Away
    from imports.errors import UnreadableFile
    from imports.load import load_register
    from models.base import Refused

    async with edge(settings) as there:
        client = await there.client()
        try:
            with reached():
                return await load_register(settings, client, file, progress)
        except UnreadableFile as error:
            raise Refused("unreadable_file", str(error)) from None
        except ExceptionGroup as group:
            known = group.subgroup((Refused, Away))
            first = known.exceptions[0] if known else None
            if isinstance(first, Refused | Away):
                raise Away(f"{first.message} What was begun stays; import again to go on.") from group
            raise


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where somebody may be looking."""
    columns = (TextColumn("Starting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not (shown and errors.is_terminal)) as bar:
        task = bar.add_task("Starting", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield progress


def _print_unclear(problems: Any) -> None:
    """Every unclear row with its reasons, beside the source's own text."""
    row = None
    for each in problems:
        if each.row != row:
            row = each.row
            heading(f"Row {row}")
        say(f"  • {each.message}")
        if each.source_text:
            say(f"    “{each.source_text}”")


@policies.command("show")
def show_policy(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="name@version; usually that of the settings.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The ladders of a policy: after how many days who is told, with what attention."""

    async def work(settings: Settings) -> Any:
        return name or settings.policy, policy_named(name or settings.policy)

    named, policy = run(work)
    if as_json:
        print_json({"name": named, "policies": sorted(POLICIES), **policy.model_dump(mode="json")})
        return
    heading(f"Policy {named}")
    say(f"A day lasts {policy.day_seconds:g} seconds; at most {policy.longest_hold} days can be held at a time.")
    rows = [
        (ladder if first else "", steps.clock if first else "", rung.days, _told(rung), rung.attention)
        for ladder, steps in policy.ladders.items()
        for first, rung in ((index == 0, rung) for index, rung in enumerate(steps.rungs))
    ]
    table(("ladder", "clock", "day", "told to", "attention"), rows, wide="told to")
    say(f"There are: {', '.join(sorted(POLICIES))}.")


def _told(rung: Any) -> str:
    return ", ".join(role_words(role) for role in rung.roles)


def renew_runs(as_json: Json = False) -> None:
    """Have every open partnership go on in a new run, on the newest code: the last step of deploying changed rules, and
    of changing an encryption key. Nothing else changes; doing it again does no harm."""

    async def work(settings: Settings) -> Any:
        from console.engine.acting import renew_runs as renewed

        async with edge(settings) as there:
            return await renewed(there)

    count = run(work)
    if as_json:
        print_json({"renewed": count})
    else:
        say(f"{count} partnerships go on in new runs.")


def new_key(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="What the key is called; usually the month.")] = None,
) -> None:
    """A new key that encrypts what Temporal keeps: a line for the file that MOSTY_ENCRYPTION_KEYS_FILE names."""
    from datetime import UTC, datetime

    from workflows.encryption import new_key as made

    if id is not None and (":" in id or not id.strip() or id.split() != [id]):
        raise typer.BadParameter("An id has no colon and no blank.", param_hint="ID")
    print(made(id or f"{datetime.now(UTC):%Y-%m}"))


def health(
    wait: Annotated[float, typer.Option(min=0, max=3_600, metavar="SECONDS", help="Wait for it so long.")] = 0,
    as_json: Json = False,
) -> None:
    """Whether a command would be taken now; exit status 1 and why where not."""

    async def work(settings: Settings) -> Health:
        return await _healthy_within(settings, wait)

    found = run(work)
    if as_json:
        print_json(found)
    elif found.ready:
        say("A command would be taken.")
    if not found.ready:
        complain(" ".join(filter(None, (found.database, found.engine))))
        raise typer.Exit(1)


async def _healthy_within(settings: Settings, seconds: float) -> Health:
    import asyncio

    from console.edge import Edge, LazyClient
    from console.health import health as asked
    from models.tables import open_engine

    there = Edge(settings, open_engine(settings.database_url), LazyClient(settings))
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        while True:
            found = await asked(there)
            if found.ready or asyncio.get_running_loop().time() >= deadline:
                return found
            await asyncio.sleep(0.5)
    finally:
        await there.database.dispose()
