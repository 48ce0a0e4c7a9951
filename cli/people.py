"""People and places: who has an account, when they can be mailed, and what municipalities are called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from cli import one_person, privacy, trusting
from cli.editing import Editing, edited, editing
from cli.options import As, Json
from cli.output import print_json, say, table, tell
from cli.running import record, run
from settings import Settings

if TYPE_CHECKING:
    from console.people import PersonView
    from console.staff import Account

app = typer.Typer(no_args_is_help=True, help="Who has an account, when they are mailed, and in which roles.")

WHEN = "When they can be mailed"

Name = Annotated[str, typer.Option(help="First and last name.")]
Address = Annotated[str | None, typer.Option(metavar="ADDRESS")]
Language = Annotated[Literal["uk", "en"] | None, typer.Option(help="Of the mails.")]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="Such as Europe/Kyiv.", rich_help_panel=WHEN)]
Country = Annotated[str | None, typer.Option(metavar="PL", help="Whose holidays they keep.", rich_help_panel=WHEN)]
WorkingDays = Annotated[
    str | None, typer.Option(metavar="12345", help="Numbers of weekdays, Monday 1.", rich_help_panel=WHEN)
]
QuietFrom = Annotated[str | None, typer.Option(metavar="18:00", help="No mail from then on.", rich_help_panel=WHEN)]
QuietUntil = Annotated[str | None, typer.Option(metavar="09:00", help="No mail before.", rich_help_panel=WHEN)]
Digest = Annotated[
    Literal["weekly", "daily", "at_once"] | None, typer.Option(help="How often at most.", rich_help_panel=WHEN)
]
DigestDay = Annotated[
    int | None, typer.Option(min=1, max=7, help="Of a weekly digest, Monday 1.", rich_help_panel=WHEN)
]
Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, mail address or name.")]


def add_commands(main: typer.Typer) -> None:
    trusting.add_commands(app)
    privacy.add_commands(app)
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
def show(who: Who, as_json: Json = False) -> None:
    """One person in full: when they can be mailed, seats, absences, offers of seats, edits."""

    async def work(settings: Settings) -> Any:
        from console.one_person import person_in_full

        async with record(settings) as connection:
            return await person_in_full(connection, who), settings

    full, settings = run(work)
    if as_json:
        print_json(full)
    else:
        one_person.show(full, ZoneInfo(settings.time_zone))


@app.command()
def add(
    name: Name,
    email: Annotated[str, typer.Option(metavar="ADDRESS")],
    language: Language = None,
    time_zone: Zone = None,
    country: Country = None,
    working_days: WorkingDays = None,
    quiet_from: QuietFrom = None,
    quiet_until: QuietUntil = None,
    digest: Digest = None,
    digest_day: DigestDay = None,
    person_id: Annotated[str | None, typer.Option("--id", help="An id of your own; usually made up.")] = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Open an account."""
    said = {
        "name": name, "email": email, "language": language, "time_zone": time_zone, "country": country,
        "working_days": working_days, "quiet_from": quiet_from, "quiet_until": quiet_until, "digest": digest,
        "digest_day": digest_day,
    }  # fmt: skip

    async def edit(by: Editing) -> str:
        from console.staff import Account, open_account

        return await open_account(by.connection, Account.model_validate(said), by.who, person_id)

    added = edited(person, edit)
    tell({"id": added, "name": name, "email": email}, f"Added: {added} ({name}).", as_json=as_json)


@app.command()
def edit(
    who: Who,
    name: Annotated[str | None, typer.Option(help="First and last name.")] = None,
    email: Address = None,
    language: Language = None,
    time_zone: Zone = None,
    country: Country = None,
    working_days: WorkingDays = None,
    quiet_from: QuietFrom = None,
    quiet_until: QuietUntil = None,
    digest: Digest = None,
    digest_day: DigestDay = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Correct an account. Another address also means: mail that came back goes there, and old links no longer work."""
    said = {
        "name": name, "email": email, "language": language, "time_zone": time_zone, "country": country,
        "working_days": working_days, "quiet_from": quiet_from, "quiet_until": quiet_until, "digest": digest,
        "digest_day": digest_day,
    }  # fmt: skip

    async def work(settings: Settings) -> Any:
        from console.staff import Account

        return await _change(settings, who, Account.model_validate(said), person)

    _report(run(work), as_json=as_json)


@app.command()
def deactivate(who: Who, person: As = None, as_json: Json = False) -> None:
    """Close an account. Refused while the person holds a seat in an open partnership: hand the seats over first."""

    async def work(settings: Settings) -> Any:
        from console.staff import Account

        return await _change(settings, who, Account(active=False), person)

    _report(run(work), as_json=as_json)


@app.command()
def activate(who: Who, person: As = None, as_json: Json = False) -> None:
    """Open a closed account again."""

    async def work(settings: Settings) -> Any:
        from console.staff import Account

        return await _change(settings, who, Account(active=True), person)

    _report(run(work), as_json=as_json)


@app.command("revoke-links")
def revoke_links(who: Who, person: As = None, as_json: Json = False) -> None:
    """No link in a mail sent to this person so far works any more; the next mails have new ones."""

    async def edit(by: Editing, meant: str) -> None:
        from console.staff import revoke_links

        await revoke_links(by.connection, meant, by.who)

    _edited(who, person, edit, "No link in a mail sent to {} so far works any more.", as_json=as_json)


@app.command()
def calendar(who: Who, as_json: Json = False) -> None:
    """The address of a person's calendar feed: deadlines, meetings, milestones. Whoever has it can read it."""

    async def work(settings: Settings) -> Any:
        from console.feeds import feed_address

        async with record(settings) as connection:
            return await feed_address(connection, settings, who, datetime.now(UTC))

    address = run(work)
    tell(address, address.url, as_json=as_json)


@app.command("revoke-calendar")
def revoke_calendar(who: Who, person: As = None, as_json: Json = False) -> None:
    """The address of this person's calendar feed no longer works; they are shown another."""

    async def edit(by: Editing, meant: str) -> None:
        from console.staff import revoke_feed

        await revoke_feed(by.connection, meant, by.who)

    _edited(who, person, edit, "The address of the calendar feed of {} no longer works.", as_json=as_json)


@app.command()
def resubscribe(who: Who, person: As = None, as_json: Json = False) -> None:
    """Digests go to this person again, who had declined them."""

    async def edit(by: Editing, meant: str) -> None:
        from console.staff import resubscribe

        await resubscribe(by.connection, meant, by.who)

    _edited(who, person, edit, "Digests go to {} again.", as_json=as_json)


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


async def _change(settings: Settings, who: str, account: Account, person: str | None) -> Any:
    from console.people import account_meant, person_meant
    from console.staff import change_account

    async with editing(settings, person) as by:
        named = account_meant if account.active is not None else person_meant
        meant = await named(by.connection, who)
        return meant.id, await change_account(by.connection, meant.id, account, by.who)


def _report(answer: Any, *, as_json: bool) -> None:
    who, done = answer
    if as_json:
        print_json({"id": who, **done.model_dump(mode="json")})
        return
    changes = ", ".join(f"{name}: {value}" for name, value in done.changed.items())
    say(f"Changed: {who} ({changes})." if changes else "Nothing was to be changed.")
    if "email" in done.changed:
        say("Links in mails to the old address no longer work.")
    for message_id in done.sent_again:
        say(f"Came back before, goes to the new address: {message_id}")


def _edited(
    who: str, person: str | None, edit: Callable[[Editing, str], Awaitable[None]], words: str, *, as_json: bool
) -> None:
    """Make one edit of one person, and say so."""

    async def of_one(by: Editing) -> PersonView:
        from console.people import account_meant

        meant = await account_meant(by.connection, who)
        await edit(by, meant.id)
        return meant

    meant = edited(person, of_one)
    tell({"id": meant.id}, words.format(meant.name), as_json=as_json)
