"""`mosty audit`: does the record agree with the running workflows, and what is to be done where it does not?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.options import Json
from cli.output import heading, moment, print_json, say, short, table
from cli.running import edge, record, run
from settings import Settings

if TYPE_CHECKING:
    from console.engine.findings import AuditView, FindingView
    from console.words import Words

app = typer.Typer(
    no_args_is_help=True, help="Whether record, workflows and mail room agree, and mending where they do not."
)

Only = Annotated[str | None, typer.Argument(metavar="[PARTNERSHIP]", help="Its id; usually all of them.")]


def add_commands(main: typer.Typer) -> None:
    main.add_typer(app, name="audit", rich_help_panel="Operating")


@app.command("run")
def run_now(
    thoroughly: Annotated[
        bool, typer.Option("--thoroughly", help="Look at every partnership one by one, as after a restored backup.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Audit now, and show what was found; exit status 1 where something was. It changes nothing."""

    async def work(settings: Settings) -> Any:
        from console.engine.acting import audit

        async with edge(settings) as there:
            await audit(there, thoroughly=thoroughly)
        return await _last(settings), settings

    _show(*run(work), as_json=as_json)


@app.command()
def show(as_json: Json = False) -> None:
    """The last audit; exit status 1 where it found something."""

    async def work(settings: Settings) -> Any:
        return await _last(settings), settings

    _show(*run(work), as_json=as_json)


@app.command()
def mend(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: Json = False,
) -> None:
    """Mend what the last audit found, and audit again. A lost workflow begins anew from the record, a record that came
    back from yesterday is written again from Temporal, a workflow that came back from yesterday catches up. Nothing is
    deleted, and mending again changes nothing."""

    async def work(settings: Settings) -> Any:
        from console.engine.acting import audit, mend

        async with edge(settings) as there:
            mends = await mend(there, dry=dry_run)
            if not dry_run:
                await audit(there)
        return mends, await _last(settings), settings

    mends, last, settings = run(work)
    if as_json:
        print_json({"dry_run": dry_run, "counted": mends.counted, "mended": list(mends.mended), "left": last})
        return
    words = _words()
    heading("Would be done" if dry_run else "Done")
    rows = [(_named(each.partnership), words(f"finding.{each.code}"), words(f"became.{each.became}"))
            for each in mends.mended]  # fmt: skip
    table(("partnership", "finding", "becomes"), rows, wide="finding")
    if sum(mends.counted.values()) > len(mends.mended):
        say(f"{sum(mends.counted.values())} in all.")
    if not dry_run:
        _show(last, settings, as_json=False)


@app.command()
def tell(partnership: Only = None, as_json: Json = False) -> None:
    """Have notices in doubt told, twice at worst: they came back from Temporal's history after the record was
    restored, and whether they were mailed before is not known."""
    _decide(partnership, tell=True, as_json=as_json)


@app.command("told")
def leave_told(partnership: Only = None, as_json: Json = False) -> None:
    """Leave notices in doubt as told: nobody is mailed."""
    _decide(partnership, tell=False, as_json=as_json)


def _decide(partnership: str | None, *, tell: bool, as_json: bool) -> None:
    async def work(settings: Settings) -> Any:
        from console.audit import OPERATOR
        from console.engine.acting import decide_doubts

        async with edge(settings) as there:
            return await decide_doubts(there.database, OPERATOR, tell=tell, partnership=partnership)

    count = run(work)
    if as_json:
        print_json({"notices": count})
    elif count:
        say(f"Notices {'that go to the mail room' if tell else 'left as told'}: {count}.")
    else:
        say("No notice is in doubt.")


async def _last(settings: Settings) -> Any:
    from console.engine.findings import last_audit

    async with record(settings) as connection:
        return await last_audit(connection)


def _show(last: AuditView | None, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        print_json(last if last is not None else {})
    elif last is None:
        say(_words()("none_yet"))
    else:
        _print(last, ZoneInfo(settings.time_zone))
    if last is not None and last.total:
        raise typer.Exit(1)


def _print(last: AuditView, zone: ZoneInfo) -> None:
    words = _words()
    heading(words("as_of", at=moment(last.ended_at, zone)))
    say(words("compared", open=last.open, running=last.running, examined=last.examined))
    if not last.total:
        say(words("clean"))
        return
    rows = [(_named(each.partnership), words(f"finding.{each.code}"), _todo(words, each)) for each in last.findings]
    table(("partnership", "finding", "what to do"), rows, wide="finding")
    if last.total > len(last.findings):
        say(words("shown_of", shown=len(last.findings), total=last.total))


def _todo(words: Words, finding: FindingView) -> str:
    return words(f"became.{finding.mended}") if finding.mended else words(f"mending.{finding.code}")


def _named(partnership: str | None) -> str | None:
    return short(partnership) if partnership else None


def _words() -> Words:
    from console.words import words_in

    return words_in("engine", "en")
