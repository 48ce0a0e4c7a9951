"""Offering seats to an heir: which of the giver's, with a note, by one mail for the whole offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import OPERATOR, audited
from console.database import said_in_words
from console.edge import Edge
from console.offers import Offered, decide, few, offered, ordered
from console.people import HeldRole, PersonView, account_meant, one_at_a_time, people_named, person_meant, roles_of
from console.problems import Invalid
from console.references import partnership_meant
from console.seats import seats_named
from console.written import checked
from models.base import Refused
from models.tables import HandoverRow, MailRow, TextRow


@dataclass(frozen=True)
class _Handing:
    """Who gives to whom, with which words, who offers it, and when."""

    giver: PersonView
    heir: PersonView
    note: str
    who: str
    at: datetime


async def offer_handover(
    edge: Edge, giver: str, heir: str, partnerships: Sequence[str] | None, note: str, who: str
) -> Offered:
    """Offer the giver's seats in these partnerships, or every seat not offered yet, to the heir, who gets one mail.

    People and partnerships are named as anywhere; the giver's account may be closed. Nothing changes hands before
    the heir accepts. Refused: nobody, an heir whose account is closed, giver and heir the same, no seat there, an
    offer of it that still stands, an officer as the heir of the own deputy's seat; an empty note. Raises `Away`."""
    words = checked(note, "note")
    with said_in_words():
        async with edge.database.begin() as connection:
            handing = _Handing(
                giver=await account_meant(connection, giver),
                heir=await person_meant(connection, heir),
                note=words,
                who=who,
                at=datetime.now(UTC),
            )
            if handing.giver.id == handing.heir.id:
                raise Refused("own_heir", f"{handing.giver.name} cannot be the own heir; name somebody else.")
            seats = await _seats_to_offer(connection, handing, partnerships)
            ids = [await _offer(connection, handing, seat) for seat in seats]
            await _plan_mail(connection, handing, ids[0], edge.settings.mail_from)
            return await offered(connection, ids[0])


async def _seats_to_offer(
    connection: AsyncConnection, handing: _Handing, partnerships: Sequence[str] | None
) -> list[HeldRole]:
    await one_at_a_time(connection, handing.giver.id)
    held = await roles_of(connection, handing.giver.id)
    if partnerships is not None:
        held = await _narrowed(connection, handing, held, partnerships)
    offered_to = {_seat_of(row): row for row in await _standing(connection, held)}
    free = [seat for seat in held if (standing := offered_to.get(_seat_of(seat))) is None or _stale(standing, handing)]
    if not held:
        raise Refused("no_seat", f"{handing.giver.name} holds no seat in an open partnership; nothing to hand over.")
    if not free or (partnerships is not None and len(free) < len(held)):
        raise await _offered_already(connection, offered_to, held, free)
    await _not_to_own_officer(connection, handing, free)
    for seat in free:
        if (stale := offered_to.get(_seat_of(seat))) is not None:
            await decide(connection, stale, "withdrawn", handing.who)
    return free


async def _narrowed(
    connection: AsyncConnection, handing: _Handing, held: Sequence[HeldRole], partnerships: Sequence[str]
) -> list[HeldRole]:
    """The seats held in these partnerships. Refused: one where there is none."""
    wanted = list(dict.fromkeys([await partnership_meant(connection, each) for each in partnerships]))
    for partnership in wanted:
        if all(seat.partnership != partnership for seat in held):
            raise Refused("no_seat", f"{handing.giver.name} holds no seat in the partnership {partnership}.")
    return [seat for seat in held if seat.partnership in wanted]


async def _standing(connection: AsyncConnection, seats: Iterable[HeldRole]) -> Sequence[Any]:
    """The offers that stand in the partnerships of these seats."""
    wanted = {seat.partnership for seat in seats}
    where = (HandoverRow.state == "proposed", HandoverRow.partnership.in_(wanted))
    rows: Sequence[Any] = (await connection.execute(ordered().where(*where))).all()
    return rows


def _stale(row: Any, handing: _Handing) -> bool:
    """An offer by somebody who held the seat before."""
    return bool(row.giver != handing.giver.id)


def _seat_of(seat: Any) -> tuple[str, str, str | None]:
    return seat.partnership, seat.role, seat.party


async def _offered_already(
    connection: AsyncConnection, offered_to: dict[Any, Any], held: Sequence[HeldRole], free: Sequence[HeldRole]
) -> Refused:
    taken = [seat for seat in held if seat not in free]
    first = offered_to[_seat_of(taken[0])]
    names = await people_named(connection, [first.heir])
    return Refused(
        "offered_already",
        f"Offered already and not answered yet: {few(await seats_named(connection, taken))}, to "
        f"{names[first.heir].name}. Withdraw that offer first: “mosty handovers withdraw {first.id}”.",
    )


async def _not_to_own_officer(connection: AsyncConnection, handing: _Handing, seats: Sequence[HeldRole]) -> None:
    """An officer cannot be the own deputy, and to become it would leave the officer's seat empty."""
    officer = {(seat.partnership, seat.party) for seat in await roles_of(connection, handing.heir.id)
               if seat.role == "officer"}  # fmt: skip
    for seat in seats:
        if seat.role == "deputy" and (seat.partnership, seat.party) in officer:
            raise Refused(
                "same_person",
                f"{handing.heir.name} is the officer there already and cannot be the own deputy. Leave the seat empty: "
                f"“mosty name-person {seat.partnership} --role deputy --party {seat.party}”.",
            )


async def _offer(connection: AsyncConnection, handing: _Handing, seat: HeldRole) -> str:
    """One seat on offer, with its note; the offer's id."""
    from workflows.client import new_id

    note = {
        "id": new_id(),
        "partnership": seat.partnership,
        "about": "handover.note",
        "body": handing.note,
        "language": handing.giver.language,
        "author": None if handing.who == OPERATOR else handing.who,
        "written_at": handing.at,
    }
    await connection.execute(insert(TextRow).values(**note))
    row = {
        "id": new_id(),
        **seat.model_dump(),
        "giver": handing.giver.id,
        "heir": handing.heir.id,
        "note": note["id"],
        "proposed_by": handing.who,
        "proposed_at": handing.at,
        "state": "proposed",
    }
    await connection.execute(insert(HandoverRow).values(**row))
    await audited(connection, handing.who, "handover offered", row["id"], {}, row)
    return str(row["id"])


async def _plan_mail(connection: AsyncConnection, handing: _Handing, handover: str, mail_from: str) -> None:
    """One mail for the whole offer; it is written when it leaves."""
    from mailroom.message import Sender, Unwritable

    try:
        message_id = Sender(mail_from).message_id_of("handover", handover)
    except Unwritable as reason:
        raise Invalid(f"The sender of the mails is not set right (MOSTY_MAIL_FROM): {reason}") from None
    mail = {
        "message_id": message_id,
        "kind": "handover",
        "person": handing.heir.id,
        "about": handover,
        "address": handing.heir.email,
        "language": handing.heir.language,
        "subject": "",
        "body": "",
        "html": "",
        "status": "planned",
        "planned_at": handing.at,
        "send_after": handing.at,
        "attempts": 0,
    }
    await connection.execute(insert(MailRow).values(**mail))
