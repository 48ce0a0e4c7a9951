"""Who stands in: absences with their substitutes, and offers of seats with their answers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import one_person, people
from cli.editing import day_meant, editing
from cli.options import As, Json
from cli.output import complain, heading, print_json, say, table
from cli.running import REFUSED, edge, record, run
from settings import Settings

away = typer.Typer(no_args_is_help=True, help="Who is away, and who stands in.")
handovers = typer.Typer(no_args_is_help=True, help="Seats offered to an heir (“mosty people hand-over” offers them).")

Absence = Annotated[str, typer.Argument(metavar="ID", help="As “mosty absences list” has it.")]
Offer = Annotated[str, typer.Argument(metavar="ID", help="As “mosty handovers list” has it, or how that begins.")]
OfPerson = Annotated[str | None, typer.Option(metavar="PERSON", help="Only this one's.")]


def add_commands(main: typer.Typer) -> None:
    main.add_typer(away, name="absences", rich_help_panel="Operating")
    main.add_typer(handovers, name="handovers", rich_help_panel="Operating")
    people.app.command("hand-over")(hand_over)


@away.command("add")
def add(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="Who is away: id, mail address or name.")],
    first_day: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")],
    last_day: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day; without it until further notice.")
    ] = None,
    substitute: Annotated[str | None, typer.Option(metavar="PERSON", help="Who is mailed instead.")] = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Somebody is away. Without a substitute the deputy, or the officer, of the same municipality stands in."""

    async def work(settings: Settings) -> Any:
        from console.absences import record_absence
        from console.people import person_meant

        async with editing(settings, person) as by:
            absent = await person_meant(by.connection, who)
            first = day_meant(first_day, absent.time_zone)
            last = day_meant(last_day, absent.time_zone) if last_day else None
            return await record_absence(by.connection, absent.id, first, last, substitute, by.who)

    _absence(run(work), "Recorded", as_json=as_json)


@away.command("list")
def list_absences(
    person: OfPerson = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Only who is away that day.")] = None,
    as_json: Json = False,
) -> None:
    """Absences, past ones too, by their first day."""

    async def work(settings: Settings) -> Any:
        from console.absences import absences
        from console.people import account_meant

        async with record(settings) as connection:
            meant = (await account_meant(connection, person)).id if person else None
            return await absences(connection, meant, day_meant(on, settings.time_zone) if on else None)

    found = run(work)
    if as_json:
        print_json({"total": len(found), "items": found})
    elif found:
        one_person.absences(found)
    else:
        say("Nobody is away.")


@away.command("cancel")
def cancel(absence: Absence, person: As = None, as_json: Json = False) -> None:
    """Take an absence back, as if it had never been recorded."""

    async def work(settings: Settings) -> Any:
        from console.absences import cancel_absence

        async with editing(settings, person) as by:
            return await cancel_absence(by.connection, absence, by.who)

    _absence(run(work), "Cancelled", as_json=as_json)


@away.command("end")
def end(absence: Absence, person: As = None, as_json: Json = False) -> None:
    """Somebody is back today, earlier than was said: the last day was yesterday."""

    async def work(settings: Settings) -> Any:
        from datetime import UTC, datetime

        from console.absences import end_absence

        async with editing(settings, person) as by:
            return await end_absence(by.connection, absence, by.who, datetime.now(UTC))

    _absence(run(work), "Ended", as_json=as_json)


def _absence(absence: Any, done: str, *, as_json: bool) -> None:
    from console.absences import in_words

    if as_json:
        print_json(absence)
        return
    stands_in = f"; {absence.substitute.name} stands in" if absence.substitute else ""
    say(f"{done}: {absence.id}, {absence.person.name} away {in_words(absence)}{stands_in}.")


def hand_over(
    giver: Annotated[str, typer.Argument(metavar="GIVER", help="Who gives: id, mail address or name.")],
    heir: Annotated[str, typer.Argument(metavar="HEIR", help="Who is to take: id, mail address or name.")],
    note: Annotated[str, typer.Option(metavar="WORDS", help="What the heir should know.")],
    partnership: Annotated[
        list[str] | None, typer.Option(metavar="PARTNERSHIP", help="Only this one; may be repeated.")
    ] = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Offer somebody's seats to an heir, all of them or some. The heir gets one mail; accepting moves the seats."""

    async def work(settings: Settings) -> Any:
        from console.handovers import offer_handover

        async with editing(settings, person) as by:
            who = by.who
        async with edge(settings) as there:
            return await offer_handover(there, giver, heir, partnership or None, note, who)

    offer = run(work)
    if as_json:
        print_json(offer)
        return
    say(f"Offered to {offer.heir.name}, who gets one mail: {offer.id}.")
    table(("id", "partnership", "role"), ((each.partnership[:8], each.title, each.role) for each in offer.seats))


@handovers.command("list")
def list_offers(
    person: OfPerson = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were answered as well.")] = False,
    as_json: Json = False,
) -> None:
    """Offers that wait for an answer, the newest first."""

    async def work(settings: Settings) -> Any:
        from console.handovers import offers
        from console.people import account_meant

        async with record(settings) as connection:
            meant = (await account_meant(connection, person)).id if person else None
            return await offers(connection, meant, open_only=not everything)

    found = run(work)
    if as_json:
        print_json({"total": len(found), "items": found})
    elif found:
        one_person.offers(found)
    else:
        say("No seats are on offer.")


@handovers.command("show")
def show(offer: Offer, as_json: Json = False) -> None:
    """One offer: its note and its seats."""

    async def work(settings: Settings) -> Any:
        from console.handovers import offered

        async with record(settings) as connection:
            return await offered(connection, offer)

    _offer(run(work), as_json=as_json)


@handovers.command("accept")
def accept(offer: Offer, person: As = None, as_json: Json = False) -> None:
    """The heir takes the seats; only the heir can say so. If it stops in the middle, give it again: it goes on."""

    async def work(settings: Settings) -> Any:
        from console.handovers import accept

        async with edge(settings) as there:
            return await accept(there, offer, _heir(person))

    accepted = run(work)
    if as_json:
        print_json(accepted)
    else:
        _offer(accepted.offer, as_json=False)
    for each in accepted.not_taken:
        complain(f"Not taken: {each.partnership}: {each.message}")
    if accepted.not_taken:
        raise typer.Exit(REFUSED)


@handovers.command("decline")
def decline(offer: Offer, person: As = None, as_json: Json = False) -> None:
    """The heir does not take the seats: they stay where they are."""

    async def work(settings: Settings) -> Any:
        from console.handovers import decline

        _heir(person)
        async with editing(settings, person) as by:
            return await decline(by.connection, offer, by.who)

    _offer(run(work), as_json=as_json)


@handovers.command("withdraw")
def withdraw(offer: Offer, person: As = None, as_json: Json = False) -> None:
    """The offer no longer stands."""

    async def work(settings: Settings) -> Any:
        from console.handovers import withdraw

        async with editing(settings, person) as by:
            return await withdraw(by.connection, offer, by.who)

    _offer(run(work), as_json=as_json)


def _heir(person: str | None) -> str:
    from console.problems import Invalid

    if person is None:
        raise Invalid("Say who answers: --as HEIR. Only the heir accepts or declines an offer.")
    return person


def _offer(offer: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(offer)
        return
    heading(f"{offer.giver.name} → {offer.heir.name} ({offer.id}): {offer.state}")
    say(f"“{offer.note}”")
    rows = [(each.partnership[:8], each.title, each.role, each.state) for each in offer.seats]
    table(("id", "partnership", "role", "state"), rows, wide="partnership")
