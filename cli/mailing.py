"""Mail: exactly what was sent, what a person decides about one in doubt, and holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from cli import calendars, reasons
from cli.editing import Editing, edited, editing
from cli.options import As, Json, Offset
from cli.output import heading, moment, print_json, say, short, table, tell, words
from cli.running import record, run
from settings import Settings

if TYPE_CHECKING:
    from console.holds import HoldView
    from console.mails import MailLine, MailView
    from console.sender_names import SenderName

app = typer.Typer(no_args_is_help=True, help="What was sent, what is in doubt, and where mail is held.")

Status = Literal["planned", "claimed", "sent", "failed", "unknown", "withdrawn", "bounced"]
Message = Annotated[
    str, typer.Argument(metavar="MESSAGE_ID", help="As “mosty mail list” has it, or how it begins; without < >.")
]


def add_commands(main: typer.Typer) -> None:
    main.add_typer(app, name="mail", rich_help_panel="Operating")
    calendars.add_commands(main)
    reasons.add_commands(app)


@app.command("list")
def list_mails(
    status: Annotated[Status | None, typer.Option(help="“unknown” are those nobody knows whether they left.")] = None,
    person: Annotated[str | None, typer.Option(metavar="PERSON", help="Only to this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    offset: Offset = 0,
    as_json: Json = False,
) -> None:
    """Mails, the newest first."""

    async def work(settings: Settings) -> Any:
        from console.mails import mails
        from console.people import account_meant

        async with record(settings) as connection:
            meant = (await account_meant(connection, person)).id if person else None
            return await mails(connection, status, meant, limit, offset), settings

    page, settings = run(work)
    if as_json:
        print_json(page)
        return
    zone = ZoneInfo(settings.time_zone)
    rows = [(_short_id(each), moment(each.planned_at, zone), _to(each), each.status, _subject(each))
            for each in page.items]  # fmt: skip
    table(("id", "planned", "to", "status", "subject"), rows, wide="subject")
    say(f"{len(page.items)} of {page.total}.")


@app.command()
def show(message: Message, as_json: Json = False) -> None:
    """One mail: exactly what was sent, the server's answer, which notices it carried, what people decided."""

    async def work(settings: Settings) -> Any:
        from console.mails import mail_in_full

        async with record(settings) as connection:
            return await mail_in_full(connection, message), settings

    mail, settings = run(work)
    if as_json:
        print_json(mail)
    else:
        _print(mail, ZoneInfo(settings.time_zone))


@app.command()
def again(message: Message, person: As = None, as_json: Json = False) -> None:
    """Send a mail once more that failed, came back, or of which nobody knows whether it arrived."""

    async def edit(by: Editing) -> MailLine:
        from console.mails import send_again

        return await send_again(by.connection, message, by.who, datetime.now(UTC))

    mail = edited(person, edit)
    tell(mail, f"Goes again to {_to(mail)}, in their hours: {mail.message_id}.", as_json=as_json)


@app.command()
def arrived(message: Message, person: As = None, as_json: Json = False) -> None:
    """A mail in doubt did arrive: it counts as sent."""

    async def edit(by: Editing) -> MailLine:
        from console.mails import arrived

        return await arrived(by.connection, message, by.who)

    mail = edited(person, edit)
    tell(mail, f"Counts as sent: {mail.message_id} to {_to(mail)}.", as_json=as_json)


@app.command()
def hold(
    of: Annotated[
        str, typer.Argument(metavar="PLACE_OR_OBLAST", help="A municipality's id or name, or “Львівська область”.")
    ],
    days: Annotated[int, typer.Option(min=1, max=60, help="For so many days from now.")] = 14,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Hold all mail to a municipality, or to all of an oblast. No reason is asked; afterwards one digest comes."""

    async def work(settings: Settings) -> Any:
        from console.holds import hold_mail

        async with editing(settings, person) as by:
            return await hold_mail(by.connection, of, by.who, datetime.now(UTC), days), settings

    held, settings = run(work)
    until = moment(held.ends, ZoneInfo(settings.time_zone))
    tell(held, f"Mail to {held.of} is held until {until} ({held.id}).", as_json=as_json)


@app.command()
def sender(
    of: Annotated[str, typer.Argument(metavar="PLACE", help="A municipality's id or name.")],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Without it the usual sender again.")] = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """In whose name mail to a municipality's people leaves, such as “Association of Vyhadane”."""

    async def edit(by: Editing) -> SenderName:
        from console.sender_names import set_sender_name

        return await set_sender_name(by.connection, of, name, by.who)

    changed = edited(person, edit)
    named = f"Mail to the people of {of} comes in the name “{changed.name}”." if changed.name else "The usual sender."
    tell(changed, named, as_json=as_json)


@app.command("holds")
def list_holds(as_json: Json = False) -> None:
    """Where mail is held just now."""

    async def work(settings: Settings) -> Any:
        from console.holds import holds

        async with record(settings) as connection:
            return await holds(connection, datetime.now(UTC)), settings

    found, settings = run(work)
    if as_json:
        print_json({"total": len(found), "items": found})
    elif found:
        zone = ZoneInfo(settings.time_zone)
        rows = [(each.id, each.of, moment(each.ends, zone), each.made_by) for each in found]
        table(("id", "of", "until", "made by"), rows, wide="of")
    else:
        say("No mail is held.")


@app.command()
def lift(
    hold: Annotated[str, typer.Argument(metavar="ID", help="As “mosty mail holds” has it.")],
    person: As = None,
    as_json: Json = False,
) -> None:
    """Let mail go again before the hold's time."""

    async def edit(by: Editing) -> HoldView:
        from console.holds import lift_hold

        return await lift_hold(by.connection, hold, by.who, datetime.now(UTC))

    lifted = edited(person, edit)
    tell(lifted, f"Mail to {lifted.of} goes again.", as_json=as_json)


def _print(mail: MailView, zone: ZoneInfo) -> None:
    heading(_subject(mail))
    table(("", ""), [
        ("id", mail.message_id), ("to", f"{_to(mail)} <{mail.address}>"), ("kind", mail.kind), ("status", mail.status),
        ("planned", moment(mail.planned_at, zone)), ("not before", moment(mail.send_after, zone)),
        ("claimed", moment(mail.claimed_at, zone)), ("settled", moment(mail.settled_at, zone)),
        ("attempts", mail.attempts), ("the server said", mail.answer),
    ])  # fmt: skip
    if mail.carried:
        heading("What it carried")
        rows = [(short(each.partnership), each.title, words(each.watch), each.rung, each.role) for each in mail.carried]
        table(("id", "partnership", "about", "rung", "as"), rows, wide="partnership")
    for each in mail.carried:
        if each.instead_of:
            say(f"Instead of {each.instead_of.name}, in {each.title}.")
    if mail.edits:
        heading("What people decided")
        table(("when", "who", "what"), ((moment(each.at, zone), each.who, each.what) for each in mail.edits))
    if mail.body:
        heading("Its words")
        print(mail.body)  # as it was sent: a link stays whole


def _subject(mail: MailLine) -> str:
    return mail.subject or f"{mail.kind}, written when it leaves"


def _to(mail: MailLine) -> str:
    reader = mail.correspondent if mail.kind == "partner" else mail.person
    return reader.name if reader and reader.name else mail.address


def _short_id(mail: MailLine) -> str:
    return mail.message_id.removeprefix("<")[:8]
