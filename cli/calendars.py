"""Working calendars: single days on which a country or a municipality does not keep its usual week."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from cli.editing import day_meant, editing
from cli.options import As, Json
from cli.output import print_json, say, table, tell
from cli.running import record, run
from settings import Settings

app = typer.Typer(no_args_is_help=True, help="Days that are closed, or worked, whatever week and holidays say.")

Calendar = Annotated[
    str, typer.Argument(metavar="CALENDAR", help="A country such as UA, or a municipality by id or name.")
]
Day = Annotated[str, typer.Argument(metavar="DATE", help="Such as 2026-12-25.")]
Note = Annotated[str | None, typer.Option(metavar="WORDS", help="Why, or by which order.")]


def add_commands(main: typer.Typer) -> None:
    main.add_typer(app, name="calendar", rich_help_panel="Operating")


@app.command("close")
def close(calendar: Calendar, day: Day, note: Note = None, person: As = None, as_json: Json = False) -> None:
    """No mail goes on this day."""
    _set(calendar, day, None, note, person, as_json=as_json)


@app.command("work")
def work_on(
    calendar: Calendar,
    day: Day,
    begins: Annotated[str, typer.Option("--from", metavar="09:00")],
    ends: Annotated[str, typer.Option("--until", metavar="13:00")],
    note: Note = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """This day is worked, for some hours: a moved working day, or half a day."""
    _set(calendar, day, (begins, ends), note, person, as_json=as_json)


@app.command("unset")
def unset(calendar: Calendar, day: Day, person: As = None, as_json: Json = False) -> None:
    """The day is again as the week and the holidays say."""

    async def work(settings: Settings) -> Any:
        from console.working_days import unset_day

        async with editing(settings, person) as by:
            return await unset_day(by.connection, calendar, day_meant(day, settings.time_zone), by.who)

    _report(run(work), "{}: {} is as usual again.", as_json=as_json)


@app.command("list")
def list_days(
    calendar: Calendar,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="Usually today.")] = "today",
    last: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Usually a year later.")] = None,
    as_json: Json = False,
) -> None:
    """The days of a calendar that are not as usual."""

    async def work(settings: Settings) -> Any:
        from console.working_days import days

        begins = day_meant(first, settings.time_zone)
        ends = day_meant(last, settings.time_zone) if last else begins + timedelta(days=365)
        async with record(settings) as connection:
            return await days(connection, calendar, begins, ends)

    found = run(work)
    if as_json:
        print_json({"total": len(found), "items": found})
    elif found:
        table(("day", "", "note"), ((each.day, _hours(each), each.note) for each in found), wide="note")
    else:
        say("Every day is as usual.")


def _set(
    calendar: str, day: str, hours: tuple[str, str] | None, note: str | None, person: str | None, *, as_json: bool
) -> None:
    async def work(settings: Settings) -> Any:
        from console.working_days import Hours, set_day

        worked = Hours(open_from=hours[0], open_until=hours[1]) if hours else None
        async with editing(settings, person) as by:
            meant = day_meant(day, settings.time_zone)
            return await set_day(by.connection, calendar, meant, worked, note, by.who)

    found = run(work)
    _report(found, f"{{}}: {{}} is {_hours(found)}.", as_json=as_json)


def _report(day: Any, words: str, *, as_json: bool) -> None:
    tell(day, words.format(day.calendar, day.day), as_json=as_json)


def _hours(day: Any) -> str:
    return f"worked from {day.open_from} until {day.open_until}" if day.open_from else "closed"
