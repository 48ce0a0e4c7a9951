"""The mails themselves: exactly what was sent, what the server said, what each carried; and what a person decides about
one that is in doubt or came back. Nothing is sent twice by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import Edit, What, audited, edits_of
from console.people import PersonName, people_named
from console.places import places_named
from console.seats import titles
from models.base import Refused
from models.tables import CorrespondentRow, DeliveryRow, MailRow, NoticeRow, PersonRow

Status = Literal["planned", "claimed", "sent", "failed", "unknown", "withdrawn", "bounced"]

RETURNED = ("failed", "bounced")
DOUBTFUL = ("unknown", *RETURNED)
ON_ITS_WAY = ("planned", "claimed")

SHORTEST = 4
"""So many characters of a Message-ID, at least."""


class MailLine(BaseModel):
    """One mail in a list. Without a subject it is not written yet: that happens when it leaves."""

    message_id: str
    kind: str
    person: PersonName | None
    correspondent: PersonName | None
    address: str
    subject: str
    status: str
    planned_at: datetime
    send_after: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    attempts: int
    answer: str | None


class Carried(BaseModel):
    """A notice that a mail carries: of which partnership, about what, to whom in which role."""

    partnership: str
    title: str
    watch: str
    episode: int
    rung: int
    role: str
    place: str | None
    instead_of: PersonName | None
    at_once: bool


class MailView(MailLine):
    """One mail in full: its words as they were sent, what it carried, what people decided about it."""

    language: str
    about: str | None
    body: str
    html: str
    carried: list[Carried]
    edits: list[Edit]


class MailPage(BaseModel):
    """Some of the mails that fit, and how many fit in all."""

    total: int
    items: list[MailLine]


async def mails(
    connection: AsyncConnection,
    status: Status | None = None,
    person: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> MailPage:
    """Mails, the newest first: in one status, to one person (an id), or all."""
    wanted: list[Any] = []
    if status is not None:
        wanted.append(MailRow.status == status)
    if person is not None:
        wanted.append(MailRow.person == person)
    total = await connection.scalar(select(func.count()).select_from(MailRow).where(*wanted))
    query = select(MailRow).where(*wanted).order_by(MailRow.planned_at.desc(), MailRow.message_id)
    rows = (await connection.execute(query.limit(limit).offset(offset))).all()
    return MailPage(total=total or 0, items=await _lines(connection, rows))


async def mail_in_full(connection: AsyncConnection, said: str) -> MailView:
    """One mail, by its Message-ID or how that begins, with or without the brackets. Refused: none, several."""
    row = await _meant(connection, said)
    (line,) = await _lines(connection, [row])
    return MailView(
        **line.model_dump(),
        language=row.language,
        about=row.about,
        body=row.body,
        html=row.html,
        carried=await _carried(connection, row.message_id),
        edits=await edits_of(connection, row.message_id),
    )


async def send_again(connection: AsyncConnection, said: str, who: str, now: datetime) -> MailLine:
    """A person decides that a mail goes once more, under the same Message-ID: one of which nobody knows whether it
    arrived, that failed, or that came back. The address is taken to be good again. What it says is written anew when
    it leaves, without what has gone meanwhile.

    Refused: any other mail, a reminder while another is on its way to the same person, a closed account, a partner
    who objected."""
    row = await _meant(connection, said)
    if row.status not in DOUBTFUL:
        raise Refused("not_in_doubt", f"{_why_not(row)} Only a mail that failed, came back or is in doubt goes again.")
    await _address_is_good(connection, row, who)
    await _plan(connection, row, who, now)
    return (await _lines(connection, [await _meant(connection, row.message_id)]))[0]


async def arrived(connection: AsyncConnection, said: str, who: str) -> MailLine:
    """A person found out that a mail in doubt did arrive: it counts as sent. Refused: one that is not in doubt."""
    row = await _meant(connection, said)
    if row.status != "unknown":
        raise Refused("not_in_doubt", f"{_why_not(row)} Only a mail in doubt can be said to have arrived.")
    await _put(connection, row, {"status": "sent"}, "mail arrived", who)
    return (await _lines(connection, [await _meant(connection, row.message_id)]))[0]


async def send_returned_again(connection: AsyncConnection, person: str, who: str, now: datetime) -> list[str]:
    """A person has another address: what failed or came back goes there. Of reminders only the latest, and none while
    another is on its way. The Message-IDs."""
    returned = select(MailRow).where(MailRow.person == person, MailRow.status.in_(RETURNED), MailRow.kind != "partner")
    rows = (await connection.execute(returned.order_by(MailRow.settled_at.desc(), MailRow.message_id))).all()
    reminders = [row for row in rows if row.kind == "reminder"]
    if reminders and await _reminder_on_its_way(connection, reminders[0]) is not None:
        reminders = []
    again = [*reminders[:1], *(row for row in rows if row.kind != "reminder")]
    for row in again:
        await _plan(connection, row, who, now)
    return [row.message_id for row in again]


async def _plan(connection: AsyncConnection, row: Any, who: str, now: datetime) -> None:
    other = await _reminder_on_its_way(connection, row)
    if other is not None:
        raise _on_its_way(other)
    planned = {"status": "planned", "send_after": now, "claimed_at": None, "settled_at": None, "attempts": 0}
    try:
        await _put(connection, row, planned, "mail sent again", who)
    except IntegrityError:  # the mail room made one in this moment
        raise _on_its_way("another one") from None


async def _reminder_on_its_way(connection: AsyncConnection, row: Any) -> str | None:
    """The Message-ID of the one reminder that may be on its way to a person, where this is a reminder too."""
    if row.kind != "reminder":
        return None
    query = select(MailRow.message_id).where(
        MailRow.person == row.person, MailRow.kind == "reminder", MailRow.status.in_(ON_ITS_WAY)
    )
    found: str | None = await connection.scalar(query)
    return found


def _on_its_way(other: str) -> Refused:
    return Refused(
        "one_at_a_time",
        f"A reminder is on its way to this person already ({other}), and nobody gets two. When it has left, send this "
        "one again. Nothing was changed.",
    )


async def _address_is_good(connection: AsyncConnection, row: Any, who: str) -> None:
    """Somebody decides that mail can reach this address: nothing keeps it back any more. Refused: nobody reads it."""
    if row.kind == "partner":
        await _correspondent_can_be_mailed(connection, row)
        return
    person = (await connection.execute(select(PersonRow).where(PersonRow.id == row.person))).one()
    if not person.active:
        raise Refused("closed_account", f"The account of {person.name} is closed, so nothing is mailed there.")
    if person.unreachable_at is None:
        return
    reachable = {"unreachable_at": None, "unreachable_why": None}
    before = {name: getattr(person, name) for name in reachable}
    await connection.execute(update(PersonRow).where(PersonRow.id == person.id).values(**reachable))
    await audited(connection, who, "address tried again", person.id, before, reachable)


async def _correspondent_can_be_mailed(connection: AsyncConnection, row: Any) -> None:
    there = (await connection.execute(select(CorrespondentRow).where(CorrespondentRow.id == row.correspondent))).one()
    if there.objected_at is not None:
        raise Refused("objected", f"{there.name} objected to mail on {there.objected_at:%Y-%m-%d}; nothing goes there.")
    if there.bounced_at is not None:
        raise Refused("bounced", f"Mail to {there.name} came back on {there.bounced_at:%Y-%m-%d}; find a new contact.")


async def _put(connection: AsyncConnection, row: Any, after: dict[str, Any], what: What, who: str) -> None:
    """Refused: the mail has become something else meanwhile."""
    unchanged = (MailRow.message_id == row.message_id, MailRow.status == row.status)
    changed = await connection.execute(update(MailRow).where(*unchanged).values(**after))
    if changed.rowcount == 0:
        raise Refused("changed_meanwhile", "This mail has changed meanwhile; look at it again.")
    before = {name: getattr(row, name) for name in {**after, "answer": None}}
    await audited(connection, who, what, row.message_id, before, after)


def _why_not(row: Any) -> str:
    if row.status == "sent":
        return f"The server took this mail on {row.settled_at:%Y-%m-%d %H:%M} UTC ({row.answer})."
    if row.status == "withdrawn":
        return "This mail was withdrawn before it left: its reason had gone."
    if row.status == "unknown":
        return "Nobody knows whether this mail arrived."
    return "This mail is on its way." if row.status in ON_ITS_WAY else f"This mail {row.status}: {row.answer}."


async def _meant(connection: AsyncConnection, said: str) -> Any:
    bare = said.strip().removeprefix("<").removesuffix(">")
    found = (await connection.execute(select(MailRow).where(MailRow.message_id == f"<{bare}>"))).all()
    if not found and len(bare) >= SHORTEST:
        begins = MailRow.message_id.startswith(f"<{bare}", autoescape=True)
        found = (await connection.execute(select(MailRow).where(begins).limit(4))).all()
    if not found:
        raise Refused("unknown_mail", f"There is no mail “{said[:80]}”; “mosty mail list” names them.")
    if len(found) > 1:
        choices = ", ".join(row.message_id for row in found[:3])
        raise Refused("ambiguous", f"“{said}” may be {choices}; write more of it.")
    return found[0]


async def _lines(connection: AsyncConnection, rows: Sequence[Any]) -> list[MailLine]:
    people = await people_named(connection, (row.person for row in rows))
    partners = await _correspondents(connection, [row.correspondent for row in rows if row.correspondent])
    columns = [name for name in MailLine.model_fields if name not in ("person", "correspondent")]
    return [
        MailLine(
            **{name: getattr(row, name) for name in columns},
            person=people.get(row.person),
            correspondent=partners.get(row.correspondent),
        )
        for row in rows
    ]


async def _correspondents(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, PersonName]:
    query = select(CorrespondentRow.id, CorrespondentRow.name).where(CorrespondentRow.id.in_(list(ids)))
    return {row.id: PersonName(id=row.id, name=row.name) for row in await connection.execute(query)}


async def _carried(connection: AsyncConnection, message_id: str) -> list[Carried]:
    same = (DeliveryRow.partnership == NoticeRow.partnership) & (DeliveryRow.episode == NoticeRow.episode)
    query = (
        select(DeliveryRow.__table__, NoticeRow.watch)
        .join(NoticeRow, same & (DeliveryRow.rung == NoticeRow.rung))
        .where(DeliveryRow.mail == message_id)
        .order_by(DeliveryRow.partnership, DeliveryRow.episode, DeliveryRow.rung)
    )
    rows = (await connection.execute(query)).all()
    called = await titles(connection, (row.partnership for row in rows))
    places = await places_named(connection, (row.place for row in rows if row.place))
    people = await people_named(connection, (row.instead_of for row in rows))
    return [
        Carried(
            partnership=row.partnership,
            title=called[row.partnership],
            watch=row.watch,
            episode=row.episode,
            rung=row.rung,
            role=row.role,
            place=places[row.place].name if row.place in places else row.place,
            instead_of=people.get(row.instead_of),
            at_once=row.at_once,
        )
        for row in rows
    ]
