"""How one person is printed: when they can be mailed, where they sit, who stands in, what was edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cli.output import heading, moment, table, words

if TYPE_CHECKING:
    from console.absences import AbsenceView
    from console.offers import Offered
    from console.one_person import PersonInFull

MONDAY = 1
EDITS_SHOWN = 5


def show(full: PersonInFull, zone: ZoneInfo) -> None:
    """One person in full."""
    heading(f"{full.name} ({full.id})")
    table(("", ""), _facts(full, zone))
    if full.seats:
        heading("Seats in open partnerships")
        rows = [(each.partnership[:8], each.title, each.role, each.place) for each in full.seats]
        table(("id", "partnership", "role", "for"), rows, wide="partnership")
    if full.absences or full.standing_in:
        heading("Absences")
        absences([*full.absences, *full.standing_in])
    if full.offers:
        heading("Offers of seats")
        offers(full.offers)
    if full.edits:
        heading("Edits")
        rows = [(moment(each.at, zone), each.who, each.what, _changed(each)) for each in full.edits[:EDITS_SHOWN]]
        table(("when", "who", "what", "to"), rows, wide="to")


def absences(found: Sequence[AbsenceView]) -> None:
    """A table of absences."""
    rows = [
        (each.id, each.person.name, each.first_day, each.last_day or "further notice",
         each.substitute.name if each.substitute else None)
        for each in found
    ]  # fmt: skip
    table(("id", "who", "from", "to", "stands in"), rows, wide="stands in")


def offers(found: Sequence[Offered]) -> None:
    """A table of offers of seats."""
    rows = [(each.id, each.giver.name, each.heir.name, len(each.seats), each.state) for each in found]
    table(("id", "from", "to", "seats", "state"), rows)


def _facts(full: PersonInFull, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    yield "mail", f"{full.email}, in {full.language}"
    yield "account", f"{'open' if full.active else 'closed'}, since {moment(full.created_at, zone)}"
    yield "added by", full.added_by or "not known"
    yield "time zone", full.time_zone
    yield "works", f"{', '.join(_weekday(int(each)) for each in full.working_days)}; holidays of {full.country}"
    quiet = full.quiet_from != full.quiet_until
    yield "quiet", f"from {full.quiet_from} until {full.quiet_until}" if quiet else "never"
    yield "digest", words(full.digest) + (f", on {_weekday(full.digest_day)}" if full.digest == "weekly" else "")
    if full.unsubscribed_at:
        yield "digests declined", moment(full.unsubscribed_at, zone)
    if full.unreachable_at:
        yield "takes no mail", f"since {moment(full.unreachable_at, zone)}: {full.unreachable_why or 'no reason given'}"


def _weekday(number: int) -> str:
    from babel.dates import format_date

    monday = date(2024, 1, 1)
    return format_date(monday + timedelta(days=number - MONDAY), "EEE", locale="en")


def _changed(edit: Any) -> str:
    return ", ".join(f"{name}: {value}" for name, value in edit.after.items())
