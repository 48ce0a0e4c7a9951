"""What people said under links and a coordinator has to look at: who is to be asked instead, what is recorded wrongly.

It is kept as words until somebody confirms or dismisses it; which of the two is in the audit, under the words' id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Order, act
from console.answer_visit import seats_in
from console.answers import SUCCESSOR, WRONG
from console.audit import OPERATOR, What, audited
from console.database import said_in_words
from console.edge import Edge
from console.handovers import OTHER_SEAT
from console.people import PersonName, one_at_a_time, people_named, person_meant
from console.reading import state_of
from console.seats import titles
from console.staff import Account, open_account
from models.base import Actor, Refused, Role
from models.partnership import Partnership
from models.tables import AuditRow, PersonRow, TextRow

CONFIRMED: What = "successor confirmed"
DISMISSED: What = "successor dismissed"
DONE: What = "correction done"


class SaidView(BaseModel):
    """Words left under a link: by whom, about which partnership."""

    id: str
    about: str = ""
    partnership: str
    title: str
    author: PersonName | None
    body: str
    written_at: datetime


class SuccessorView(SaidView):
    """Somebody to be asked instead, as they were named; `name` and `email` are read off the words."""

    name: str
    email: str


class Confirmed(BaseModel):
    """Who was named, and in which roles: `officer of p1`."""

    person: str
    roles: list[str]


async def successors(connection: AsyncConnection) -> list[SuccessorView]:
    """Proposed successors that nobody has confirmed or dismissed, the oldest first."""
    return [_successor(each) for each in await _open(connection, SUCCESSOR)]


async def corrections(connection: AsyncConnection) -> list[SaidView]:
    """What is said to be recorded wrongly and has not been seen to, the oldest first."""
    return await _open(connection, WRONG)


async def about_what(connection: AsyncConnection, said: str) -> tuple[str, str]:
    """The partnership that words are about, and whether they name a successor or something recorded wrongly. Refused:
    words that are none."""
    query = select(TextRow.partnership, TextRow.about).where(TextRow.id == said, TextRow.about.in_((SUCCESSOR, WRONG)))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise Refused("unknown_words", f"Nobody said “{said[:64]}”; the list names what was said.")
    return row.partnership, row.about


async def confirm_successor(edge: Edge, said: str, person: str | Account, who: str) -> Confirmed:
    """Name the successor in every seat that whoever proposed them holds in that partnership, by the ordinary command.

    `person` is somebody with an account (id, address or name), or the new account to open; `who` confirms: a person's
    id, or operator. The same again names nobody twice. Refused: words that are none, dismissed before, a proposer who
    holds no seat there any more."""
    with said_in_words():
        async with edge.database.begin() as connection:
            view = await _said(connection, said, SUCCESSOR)
            if (known := await _became(connection, said)) is not None:
                return _again(known)
            heir = await _person(connection, view, person, who)
            p = await state_of(connection, view.partnership)
    author = view.author.id if view.author else ""
    seats = [*seats_in(p, author)] or [*seats_in(p, heir)]
    if not seats:
        raise Refused("no_seat", "Whoever proposed this holds no seat there any more; nothing was changed.")
    for seat in seats:
        await _name(edge, p, seat, heir, said, None if who == OPERATOR else who)
    confirmed = Confirmed(person=heir, roles=[_role(seat) for seat in seats])
    await _decide(edge, said, CONFIRMED, who, confirmed.model_dump())
    return confirmed


async def dismiss(edge: Edge, said: str, about: str, who: str) -> None:
    """Nothing is to be done about it (any more). Refused: words that are none, what was confirmed."""
    with said_in_words():
        async with edge.database.connect() as connection:
            await _said(connection, said, about)
            known = await _became(connection, said)
    if known is not None and known.what == CONFIRMED:
        raise Refused("already_decided", "This successor has been confirmed already; nothing was changed.")
    await _decide(edge, said, DISMISSED if about == SUCCESSOR else DONE, who, {})


async def _name(edge: Edge, p: Partnership, seat: Actor, heir: str, said: str, by: str | None) -> None:
    """The heir takes a seat; one who sits in the other seat of the same party leaves that one first."""
    key = f"successor/{said}/{_role(seat).replace(' of ', '-')}"
    other = OTHER_SEAT.get(seat.role.value)
    if seat.party is not None and other is not None and getattr(p.party(seat.party), other) == heir:
        await act(edge, Order(p.id, "name_person", {"role": other, "party": seat.party}, by, f"{key}/{other}"))
    named = {"role": seat.role.value, "party": seat.party, "person": heir}
    await act(edge, Order(p.id, "name_person", named, by, key))


async def _decide(edge: Edge, said: str, what: What, who: str, after: dict[str, Any]) -> None:
    """Put on record what became of it; only the first time counts."""
    with said_in_words():
        async with edge.database.begin() as connection:
            await one_at_a_time(connection, who)
            if await _became(connection, said) is None:
                await audited(connection, who, what, said, {}, after)


async def _open(connection: AsyncConnection, about: str) -> list[SaidView]:
    decided = select(AuditRow.key).where(AuditRow.what.in_((CONFIRMED, DISMISSED, DONE)))
    query = select(TextRow).where(TextRow.about == about, TextRow.id.not_in(decided))
    return await said_views(
        connection, (await connection.execute(query.order_by(TextRow.written_at, TextRow.id))).all()
    )


async def _said(connection: AsyncConnection, said: str, about: str) -> SaidView:
    rows = (await connection.execute(select(TextRow).where(TextRow.id == said, TextRow.about == about))).all()
    if not rows:
        raise Refused("unknown_words", f"Nobody said “{said[:64]}”; the list names what was said.")
    return (await said_views(connection, rows))[0]


async def said_views(connection: AsyncConnection, rows: Sequence[Any]) -> list[SaidView]:
    """Rows of words with the names of those who left them and of the partnerships they are about."""
    people = await people_named(connection, (row.author for row in rows))
    named = await titles(connection, (row.partnership for row in rows))
    return [
        SaidView(
            id=row.id,
            about=row.about,
            partnership=row.partnership,
            title=named.get(row.partnership, row.partnership),
            author=people.get(row.author),
            body=row.body,
            written_at=row.written_at,
        )
        for row in rows
    ]


def _successor(said: SaidView) -> SuccessorView:
    name, _, email = said.body.rpartition(", ")
    return SuccessorView(**said.model_dump(), name=name, email=email)


async def _became(connection: AsyncConnection, said: str) -> Any:
    """The audit's entry of what became of it; none while it waits."""
    decisions = (CONFIRMED, DISMISSED, DONE)
    query = select(AuditRow).where(AuditRow.key == said, AuditRow.what.in_(decisions)).order_by(AuditRow.id).limit(1)
    return (await connection.execute(query)).one_or_none()


def _again(known: Any) -> Confirmed:
    if known.what != CONFIRMED:
        raise Refused("already_decided", "This successor has been dismissed already; nothing was changed.")
    return Confirmed.model_validate(known.after)


async def _person(connection: AsyncConnection, view: SaidView, person: str | Account, who: str) -> str:
    """The id of the successor; a new account has one made of the words' own, so that it is opened once."""
    if isinstance(person, str):
        return (await person_meant(connection, person)).id
    own = view.id.rpartition(".")[2][:12]
    if await connection.scalar(select(PersonRow.id).where(PersonRow.id == own)) is not None:
        return own
    read = _successor(view)
    account = person.model_copy(update={"name": person.name or read.name, "email": person.email or read.email})
    return await open_account(connection, account, who, own)


def _role(seat: Actor) -> str:
    return seat.role.value if seat.role is Role.COORDINATOR else f"{seat.role.value} of {seat.party}"
