"""Looking: the list, one partnership, why, what is due, what would be told. The record only; nothing is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli import explaining, showing
from cli.options import Json, Limit, Offset, Partnership
from cli.output import moment, print_json, say, short, table, words
from cli.running import record, run
from console.lists.filters import Sort
from console.moments import understood
from models.agreement import Standing
from models.stage import Stage
from models.watch import Attention
from settings import Settings

if TYPE_CHECKING:
    from console.listing import Page
    from console.upcoming import DuePage

PANEL = "Looking"
FORECAST = "730 days from now"

Text = Annotated[str | None, typer.Option(help="Parts of the parties' names, in either alphabet; or a row's number.")]
Ended = Annotated[bool | None, typer.Option("--ended/--not-ended", help="Only those that have, or have not.")]
Days = Annotated[int | None, typer.Option(min=0, max=36_500, help="Only what is due within so many days.")]


def add_commands(app: typer.Typer) -> None:
    app.command("list", rich_help_panel=PANEL)(list_them)
    app.command("show", rich_help_panel=PANEL)(show)
    app.command("why", rich_help_panel=PANEL)(why)
    app.command("due", rich_help_panel=PANEL)(due)
    app.command("forecast", rich_help_panel=PANEL)(forecast)


def list_them(
    text: Text = None,
    stage: Annotated[Stage | None, typer.Option()] = None,
    standing: Annotated[Standing | None, typer.Option()] = None,
    attention: Annotated[Attention | None, typer.Option()] = None,
    confirmation: Annotated[str | None, typer.Option(help="imported, confirmed or accepted")] = None,
    oblast: Annotated[str | None, typer.Option(help="A part of an oblast's name.")] = None,
    country: Annotated[str | None, typer.Option(metavar="PL", help="The country of any party.")] = None,
    coordinator: Annotated[str | None, typer.Option(metavar="PERSON", help="nobody: those without one.")] = None,
    person: Annotated[str | None, typer.Option(metavar="PERSON", help="In any role.")] = None,
    ended: Annotated[
        bool | None, typer.Option("--ended/--not-ended", help="Only those that have, or have not.")
    ] = None,
    unclear: Annotated[bool, typer.Option("--unclear", help="Say what was unclear about each imported row.")] = False,
    sphere: Annotated[str | None, typer.Option(metavar="CODE", help="One of the agreement's: education, …")] = None,
    suspended: Annotated[bool | None, typer.Option(help="Only those whose reminders are paused, or are not.")] = None,
    sort: Annotated[Sort, typer.Option(help="The order.")] = Sort.WORST,
    limit: Limit = 1_000,
    cursor: Annotated[str | None, typer.Option(metavar="WORD", help="Where an earlier page said it goes on.")] = None,
    as_json: Json = False,
) -> None:
    """The partnerships: what needs a decision first, ended ones last."""
    said = {
        "text": text, "stage": stage, "standing": standing, "attention": attention, "confirmation": confirmation,
        "oblast": oblast, "country": country, "coordinator": coordinator, "person": person, "ended": ended,
        "sphere": sphere, "suspended": suspended,
    }  # fmt: skip

    async def work(settings: Settings) -> Page:
        return await _listed(settings, said, limit, sort, cursor)

    page = run(work)
    if as_json:
        print_json(page)
    else:
        showing.listing(page, unclear=unclear)


async def _listed(settings: Settings, said: dict[str, Any], limit: int, sort: Sort, cursor: str | None) -> Page:
    from pydantic import ValidationError

    from console.listing import listed
    from console.lists.filters import NOBODY, Filters
    from console.people import person_meant
    from console.problems import Invalid
    from console.wording import sentence

    async with record(settings) as connection:
        for role in ("coordinator", "person"):
            if said[role] and said[role] != NOBODY:
                said[role] = (await person_meant(connection, said[role])).id
        try:
            filters = Filters(**said)
        except ValidationError as error:
            raise Invalid(sentence(error)) from None
        return await listed(connection, filters, limit, sort, cursor)


def show(
    partnership: Partnership,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="So many changes of the timeline.")] = 20,
    as_json: Json = False,
) -> None:
    """One partnership in full: three axes, parties and people, what was unclear, what happened."""

    async def work(settings: Settings) -> Any:
        from console.reading import in_full
        from console.references import partnership_meant

        async with record(settings) as connection:
            meant = await partnership_meant(connection, partnership)
            return await in_full(connection, settings, meant, limit), settings

    full, settings = run(work)
    if as_json:
        print_json(full)
    else:
        showing.one(full, ZoneInfo(settings.time_zone))


def why(partnership: Partnership, as_json: Json = False) -> None:
    """The explained clock: who was heard by what, what is watched, what was told, what comes and why then."""

    async def work(settings: Settings) -> Any:
        from console.reading import explained
        from console.references import partnership_meant

        async with record(settings) as connection:
            meant = await partnership_meant(connection, partnership)
            return await explained(connection, meant, datetime.now(UTC)), settings

    explanation, settings = run(work)
    if as_json:
        print_json(explanation)
    else:
        explaining.explanation(explanation, ZoneInfo(settings.time_zone))


def due(
    partnership: Annotated[str | None, typer.Argument(metavar="[PARTNERSHIP]", help="One; without it all.")] = None,
    days: Days = None,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: Json = False,
) -> None:
    """What comes next: of every partnership the next thing told, or everything watched in one."""

    async def work(settings: Settings) -> tuple[DuePage, Settings]:
        from console.references import partnership_meant
        from console.upcoming import due as due_of_all
        from console.upcoming import due_of

        now = datetime.now(UTC)
        async with record(settings) as connection:
            if partnership is None:
                return await due_of_all(connection, now, days, limit, offset), settings
            meant = await partnership_meant(connection, partnership)
            return await due_of(connection, meant, now, days), settings

    page, settings = run(work)
    if as_json:
        print_json(page)
    else:
        _print_due(page, ZoneInfo(settings.time_zone))


def _print_due(page: DuePage, zone: ZoneInfo) -> None:
    if not page.items:
        say("Nothing is due.")
        return
    rows = [
        (moment(each.due, zone), short(each.partnership), each.title, words(each.watch), _whom(each.roles))
        for each in page.items
    ]
    table(("when", "id", "partnership", "about", "told to"), rows, wide="partnership")
    if len(page.items) < page.total:
        say(f"{len(page.items)} of {page.total}; more with --offset.")


def _whom(roles: list[str]) -> str:
    return ", ".join(explaining.role_words(role) for role in roles)


def forecast(
    partnership: Partnership,
    until: Annotated[str | None, typer.Option(metavar="DATE", help=f"Until a day; usually {FORECAST}.")] = None,
    as_json: Json = False,
) -> None:
    """What would be told until a day if nobody acted."""

    async def work(settings: Settings) -> Any:
        from datetime import timedelta

        from console.reading import forecast_of
        from console.references import partnership_meant

        now, zone = datetime.now(UTC), ZoneInfo(settings.time_zone)
        end = understood(until, zone, now, future=True) if until else now + timedelta(days=730)
        async with record(settings) as connection:
            meant = await partnership_meant(connection, partnership)
            return await forecast_of(connection, meant, end, now), settings

    coming, settings = run(work)
    if as_json:
        print_json(coming)
    else:
        explaining.forecast(coming, ZoneInfo(settings.time_zone))
