"""A partner abroad follows a link of ours: who they are, about what they are asked, and what they answer.

They have no account. What they say is said by their party; of the partnership they see its places, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Order, Speaker, act
from console.answer_view import CORRESPONDENT
from console.answer_visit import named, scope_of
from console.answers import MOST_WORDS, Form, keep_text, line, mail_address
from console.audit import What, audited
from console.database import said_in_words
from console.edge import Edge
from console.moments import understood
from console.places import PlaceView, places_named
from console.problems import Invalid
from console.small_pages import Sorry, Turned, act_id, id_after
from mailroom.links import Scope
from models.base import Actor, Role
from models.partnership import Partnership
from models.tables import CorrespondentRow, MailRow, PartnershipRow, TextRow, TimelineRow
from settings import Settings

OBJECTED = "objected"

FARTHEST_EAST = timedelta(hours=14)
"""So far ahead of UTC is somebody's today; where a partner's clock stands is not known."""


@dataclass(frozen=True)
class PartnerVisit:
    """A correspondent who was asked. `asker` is the party whose officer asked."""

    token: str
    correspondent: Row[Any]
    p: Partnership
    asker: str
    zone: ZoneInfo
    places: Mapping[str, PlaceView] = field(default_factory=dict)

    def place(self, party: str, language: str) -> str:
        return named(self.places, self.p.party(party).place, language)

    @property
    def speaker(self) -> Speaker:
        actor = Actor(role=Role.PARTNER, party=self.correspondent.party)
        return Speaker(actor, self.zone, self.correspondent.language)


async def partner_visit(connection: AsyncConnection, settings: Settings, token: str, now: datetime) -> PartnerVisit:
    """Who follows a link to answer a question. Turned away: a link that cannot be used, a partnership that has ended or
    that their town is no longer part of."""
    scope = scope_of(settings, "question", token, now)
    correspondent = await correspondent_of(connection, scope)
    state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == scope.ids[1]))
    if state is None:
        raise Turned("forged", 404)
    p = Partnership.model_validate(state)
    keys = {party.key for party in p.parties}
    if p.ended or correspondent.party not in keys:
        raise Turned("ended", 410)
    asker = await _asker(connection, p, correspondent)
    places = await places_named(connection, (party.place for party in p.parties))
    return PartnerVisit(token, correspondent, p, asker, ZoneInfo(settings.time_zone), places)


async def correspondent_of(connection: AsyncConnection, scope: Scope) -> Row[Any]:
    """The correspondent a link was made for. Turned away: unknown, revoked."""
    query = select(CorrespondentRow.__table__).where(CorrespondentRow.id == scope.ids[0])
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise Turned("forged", 404)
    if row.link_epoch != scope.epoch:
        raise Turned("revoked", 410)
    return row


async def object_to_mail(edge: Edge, correspondent: Row[Any], objects: bool) -> None:
    """They do not want to be asked again, or may be after all. Saying so again changes nothing."""
    at = datetime.now(UTC) if objects else None
    now_so = CorrespondentRow.objected_at.is_(None) if objects else CorrespondentRow.objected_at.is_not(None)
    change = update(CorrespondentRow).where(CorrespondentRow.id == correspondent.id, now_so)
    with said_in_words():
        async with edge.database.begin() as connection:
            if (await connection.execute(change.values(objected_at=at))).rowcount:
                what: What = "correspondent objected" if objects else "objection taken back"
                before, after = {"objected_at": correspondent.objected_at}, {"objected_at": at}
                await audited(connection, correspondent.id, what, correspondent.id, before, after)


async def partner_answer(edge: Edge, visit: PartnerVisit, what: str, form: Form) -> str:
    """Give one of the answers; the id under which its thanks are found. Raises `Refused` (nothing was changed), `Away`,
    `Turned` where there is no such answer."""
    given = ANSWERS.get(what)
    if given is None:
        raise Turned("unknown", 404)
    return await given(edge, visit, form, act_id(form, visit.correspondent.id, visit.p.id, what))


async def _contact(edge: Edge, visit: PartnerVisit, form: Form, command_id: str) -> str:
    """They were in contact, with a date: without one an answer to our own mail is no contact."""
    at = _moment(form.get("date", ""), visit.zone, datetime.now(UTC))
    said = {"how": "in_touch", "at": at.isoformat(), "parties": [visit.asker, visit.correspondent.party]}
    return await _give(edge, visit, said, command_id)


async def _write(edge: Edge, visit: PartnerVisit, form: Form, command_id: str) -> str:
    """They would like to be written to: an answer to us, which hears nobody."""
    words = form.get("text", "").replace("\r\n", "\n")
    if len(words) > MOST_WORDS:
        raise Sorry("text_too_long", most=MOST_WORDS)
    return await _give(edge, visit, {"how": "answer_to_us"} | ({"text": words} if words else {}), command_id)


async def _other(edge: Edge, visit: PartnerVisit, form: Form, text: str) -> str:
    """Somebody else is responsible there: kept as words for the officer."""
    body = f"{line(form, 'name', 'ask.name')}, {mail_address(form, 'address')}"
    row = {
        "id": text,
        "partnership": visit.p.id,
        "about": CORRESPONDENT,
        "body": body,
        "language": visit.correspondent.language,
        "author": visit.correspondent.id,
        "written_at": datetime.now(UTC),
    }
    with said_in_words():
        async with edge.database.begin() as connection:
            await keep_text(connection, row)
    return text


async def _object(edge: Edge, visit: PartnerVisit, form: Form, _: str) -> str:
    await object_to_mail(edge, visit.correspondent, objects=True)
    return OBJECTED


async def _undo(edge: Edge, visit: PartnerVisit, form: Form, _: str) -> str:
    """Take back a contact that was stated here, or the objection."""
    before = form.get("act", "")
    if before == OBJECTED:
        await object_to_mail(edge, visit.correspondent, objects=False)
        return "undone"
    undo = id_after(before, "undo")
    with said_in_words():
        async with edge.database.connect() as connection:
            if await said_before(connection, visit, undo) is not None:
                return undo
            done = await said_before(connection, visit, before)
    if done is None or not can_be_undone(visit, done):
        raise Sorry("not_undone")
    said = {"contact": done.facts["contact"]}
    await act(edge, Order(visit.p.id, "withdraw_contact", said, None, undo, visit.speaker))
    return undo


ANSWERS: Mapping[str, Callable[[Edge, PartnerVisit, Form, str], Awaitable[str]]] = {
    "contact": _contact,
    "write": _write,
    "other": _other,
    "object": _object,
    "undo": _undo,
}


async def said_before(connection: AsyncConnection, visit: PartnerVisit, command_id: str) -> Any:
    """The line of the timeline that an answer of this party made; none where there is none (yet)."""
    query = select(TimelineRow).where(
        TimelineRow.partnership == visit.p.id,
        TimelineRow.command_id == command_id,
        TimelineRow.actor_role == Role.PARTNER.value,
        TimelineRow.actor_party == visit.correspondent.party,
    )
    return (await connection.execute(query)).one_or_none()


async def words_before(connection: AsyncConnection, visit: PartnerVisit, text: str) -> str | None:
    """Whom they named instead of themselves."""
    query = select(TextRow.body).where(
        TextRow.id == text, TextRow.partnership == visit.p.id, TextRow.author == visit.correspondent.id
    )
    body: str | None = await connection.scalar(query)
    return body


def can_be_undone(visit: PartnerVisit, done: Any) -> bool:
    """Whether a recorded answer is a contact that still stands."""
    return done.kind == "record_contact" and any(each.id == done.facts["contact"] for each in visit.p.contacts)


async def _give(edge: Edge, visit: PartnerVisit, said: Mapping[str, Any], command_id: str) -> str:
    done = await act(edge, Order(visit.p.id, "record_contact", said, None, command_id, visit.speaker))
    return done.command_id


async def _asker(connection: AsyncConnection, p: Partnership, correspondent: Row[Any]) -> str:
    """The party of the officer who asked last; otherwise the first of the others."""
    asked = select(MailRow.person).where(MailRow.correspondent == correspondent.id, MailRow.about == p.id)
    person = await connection.scalar(asked.order_by(MailRow.planned_at.desc()).limit(1))
    others = [party for party in p.parties if party.key != correspondent.party]
    theirs = (party.key for party in others if person is not None and person in (party.officer, party.deputy))
    return next(theirs, others[0].key if others else correspondent.party)


def _moment(said: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Noon of a day, at most now. Refused: none, what is none, a day that has not begun anywhere."""
    try:
        at = understood(said, zone, now, future=True)
    except Invalid:
        raise Sorry("not_a_date", said=said[:20]) from None
    if at.astimezone(zone).date() > latest_day(now):
        raise Sorry("in_the_future")
    return min(at, now)


def latest_day(now: datetime) -> date:
    """The last day that has begun somewhere."""
    return (now + FARTHEST_EAST).date()
