"""What can be said under a link in a mail: each answer becomes the ordinary command, or words for the coordinator.

Every answer is given once, however often its form is sent: what it does is named by its id."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Order, act
from console.answer_holds import MARK, hold, lift
from console.answer_visit import Visit
from console.audit import What, audited
from console.database import said_in_words
from console.edge import Edge
from console.moments import understood
from console.people import one_at_a_time
from console.problems import Invalid
from console.small_pages import Sorry, Turned, act_id, id_after
from mailroom.letters import CONTROL
from mailroom.message import Sender, Unwritable
from models.base import Refused
from models.care import WhyPaused
from models.partnership import Partnership
from models.tables import AuditRow, TextRow, TimelineRow

Form: TypeAlias = Mapping[str, str]

TOGETHER = ("meeting", "online_meeting", "call", "visit", "event")
"""Ways of being in contact that hear both sides, as the form offers them."""

MESSAGE = "message/"
"""Before the key of the party that wrote."""

MOST_WORDS = 1_000
"""Characters of what somebody writes in their own words."""

MOST_LINE = 200

ADDRESS = re.compile(r"[^@\s<>,]{1,64}@[^@\s<>,]{1,200}\.[^@\s<>,]{2,60}")

CHECKED: What = "checked"
SUCCESSOR, WRONG = "successor", "wrong"


async def answer(edge: Edge, visit: Visit, what: str, form: Form) -> str:
    """Give one of the answers; the id under which its thanks are found. Raises `Refused` (nothing was changed), `Away`,
    `Turned` where there is no such answer for this reader."""
    given = ANSWERS.get(what)
    if given is None:
        raise Turned("unknown", 404)
    return await given(edge, visit, form, act_id(form, visit.person.id, visit.p.id, what))


async def _contact(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """They were in contact on a day, by some way."""
    said: dict[str, Any] = {"how": form.get("how", ""), "at": day_said(form, "date", visit.zone).isoformat()}
    if said["how"].startswith(MESSAGE):
        said |= {"how": "message", "author": said["how"].removeprefix(MESSAGE)}
        if said["author"] not in {party.key for party in visit.p.parties}:
            raise Sorry("not_a_choice")
    elif said["how"] not in TOGETHER:
        raise Sorry("not_a_choice")
    return await _give(edge, visit, "record_contact", said, command_id)


async def _in_touch(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """They are in touch, and there is nothing to add."""
    return await _give(edge, visit, "record_contact", {"how": "in_touch"}, command_id)


async def _until(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """They need time: whatever was told waits; where nothing was, the silence between the partners does."""
    until = held_until(visit.p, day_said(form, "until", visit.zone), visit.zone, datetime.now(UTC))
    held = []
    for watch in waiting(visit.p):
        said = {"watch": watch, "until": until.isoformat()}
        try:
            held.append(await _give(edge, visit, "acknowledge", said, id_after(command_id, watch)))
        except Refused as refused:
            if refused.code not in ("nothing_to_hold", "unknown_watch"):
                raise
    if not held:
        raise Sorry("nothing_to_hold")
    return held[0]


async def _pause(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """Reminders pause, for a reason, until a day on which a coordinator looks again."""
    if visit.municipality is None:
        raise Turned("unknown", 404)
    if form.get("why") not in set(WhyPaused):
        raise Sorry("not_a_choice")
    said = {"why": form["why"], "review_at": day_said(form, "review", visit.zone).isoformat()} | _words(form, "text")
    return await _give(edge, visit, "suspend", said, command_id)


async def _resume(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    return await _give(edge, visit, "resume", {}, command_id)


async def _propose(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """A coordinator proposes what should become of it, in words."""
    if visit.coordinator is None:
        raise Turned("unknown", 404)
    if form.get("what") not in ("revive", "rest", "end"):
        raise Sorry("not_a_choice")
    return await _give(edge, visit, "propose", {"what": form["what"]} | _words(form, "text"), command_id)


async def _withdraw(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    if visit.coordinator is None:
        raise Turned("unknown", 404)
    proposal = visit.p.proposal.id if visit.p.proposal else "none"
    return await _give(edge, visit, "withdraw_proposal", {"proposal": proposal}, command_id)


async def _successor(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """Somebody else is to be asked: kept as words until a coordinator confirms it."""
    name, address = line(form, "name", "successor.name"), mail_address(form, "address")
    return await _note(edge, visit, SUCCESSOR, f"{name}, {address}", command_id)


async def _wrong(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """Something is recorded wrongly."""
    words = _words(form, "text").get("text")
    if not words:
        raise Sorry("nothing_said", what="check.wrong")
    return await _note(edge, visit, WRONG, words, command_id)


async def _right(edge: Edge, visit: Visit, form: Form, command_id: str) -> str:
    """Everything is recorded rightly: noted in the audit, once."""
    with said_in_words():
        async with edge.database.begin() as connection:
            await one_at_a_time(connection, visit.person.id)
            if not await _noted(connection, visit, command_id):
                after = {"answer": command_id, "role": visit.speaker.actor.role.value}
                await audited(connection, visit.person.id, CHECKED, visit.p.id, {}, after)
    return CHECKED


async def _undo(edge: Edge, visit: Visit, form: Form, _: str) -> str:
    """Take back what this reader said here before, where the rules allow that."""
    before = form.get("act", "")
    if before.startswith(MARK):
        return await lift(edge, visit, before)
    undo = id_after(before, "undo")
    with said_in_words():
        async with edge.database.connect() as connection:
            if await said_before(connection, visit, undo) is not None:
                return undo
            done = await said_before(connection, visit, before)
    taken_back = undoing(visit.p, done) if done is not None else None
    if taken_back is None:
        raise Sorry("not_undone")
    kind, said = taken_back
    return await _give(edge, visit, kind, said, undo)


ANSWERS: Mapping[str, Callable[[Edge, Visit, Form, str], Awaitable[str]]] = {
    "contact": _contact,
    "in_touch": _in_touch,
    "until": _until,
    "pause": _pause,
    "resume": _resume,
    "propose": _propose,
    "withdraw": _withdraw,
    "successor": _successor,
    "wrong": _wrong,
    "right": _right,
    "hold": hold,
    "undo": _undo,
}


async def said_before(connection: AsyncConnection, visit: Visit, command_id: str) -> Any:
    """The line of the timeline that this reader's answer made; none where there is none (yet)."""
    query = select(TimelineRow).where(
        TimelineRow.partnership == visit.p.id,
        TimelineRow.command_id == command_id,
        TimelineRow.actor_person == visit.person.id,
    )
    return (await connection.execute(query)).one_or_none()


def undoing(p: Partnership, line: Any) -> tuple[str, dict[str, str]] | None:
    """The command that takes a recorded answer back; none where there is none (any more)."""
    match line.kind:
        case "record_contact" if any(each.id == line.facts["contact"] for each in p.contacts):
            return "withdraw_contact", {"contact": line.facts["contact"]}
        case "suspend" if p.suspension is not None and p.pauses[-1].start == line.at:
            return "resume", {}
        case "propose" if p.proposal is not None and p.proposal.id == line.facts["proposal"]:
            return "withdraw_proposal", {"proposal": p.proposal.id}
    return None


def waiting(p: Partnership) -> list[str]:
    """What “we need time” holds: each armed watch that has told something; otherwise the clock between the partners."""
    armed = p.watches()
    told = [watch.name for watch in armed if p.book.memo(watch.name).level]
    return told or [watch.name for watch in armed if watch.kind in ("contact", "dialogue")]


def last_day_to_hold(p: Partnership, zone: ZoneInfo, now: datetime) -> date:
    """The last day that “we need time” may name; tomorrow at least, where the policy's days are seconds."""
    today = now.astimezone(zone).date()
    return max((now + p.policy.longest_hold * p.policy.day).astimezone(zone).date(), today + timedelta(days=1))


async def _give(edge: Edge, visit: Visit, kind: str, said: Mapping[str, Any], command_id: str) -> str:
    done = await act(edge, Order(visit.p.id, kind, said, visit.person.id, command_id, visit.speaker))
    return done.command_id


async def _note(edge: Edge, visit: Visit, about: str, body: str, text: str) -> str:
    """Words for a coordinator, kept once; their id."""
    row = {
        "id": text,
        "partnership": visit.p.id,
        "about": about,
        "body": body,
        "language": visit.person.language,
        "author": visit.person.id,
        "written_at": datetime.now(UTC),
    }
    with said_in_words():
        async with edge.database.begin() as connection:
            await keep_text(connection, row)
    return text


async def keep_text(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Keep a text once, whatever is said under its id later."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    await connection.execute(dialect.insert(TextRow).values(**row).on_conflict_do_nothing())


async def _noted(connection: AsyncConnection, visit: Visit, command_id: str) -> bool:
    query = select(AuditRow.after).where(
        AuditRow.key == visit.p.id, AuditRow.what == CHECKED, AuditRow.who == visit.person.id
    )
    return any(after.get("answer") == command_id for after in await connection.scalars(query))


def held_until(p: Partnership, day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """Noon of a day, at most the longest hold from now. Refused: today and before, a day beyond the longest hold."""
    last = last_day_to_hold(p, zone, now)
    if day <= now.astimezone(zone).date():
        raise Sorry("in_the_past")
    if day > last:
        raise Sorry("too_far", days=p.policy.longest_hold, on=last)
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    return min(noon, now + p.policy.longest_hold * p.policy.day)


def day_said(form: Form, name: str, zone: ZoneInfo) -> date:
    """The day of a form's field. Refused: none, what is none."""
    said = form.get(name, "")
    try:
        return understood(said, zone, datetime.now(UTC), future=True).astimezone(zone).date()
    except Invalid:
        raise Sorry("not_a_date", said=said[:20]) from None


def _words(form: Form, name: str) -> dict[str, str]:
    """Somebody's own words, if there are any. Refused: too many."""
    words = form.get(name, "").replace("\r\n", "\n")
    if len(words) > MOST_WORDS:
        raise Sorry("text_too_long", most=MOST_WORDS)
    return {name: words} if words else {}


def line(form: Form, name: str, label: str) -> str:
    """One line of a form, which has to be there; people know the field by its label. Refused: nothing, too much."""
    said = CONTROL.sub(" ", form.get(name, "")).strip()
    if not said:
        raise Sorry("nothing_said", what=label)
    if len(said) > MOST_LINE:
        raise Sorry("text_too_long", most=MOST_LINE)
    return said


def mail_address(form: Form, name: str) -> str:
    """A mail address of a form. Refused: none, what is none."""
    said = form.get(name, "")
    try:
        if ADDRESS.fullmatch(said):
            return Sender(said).written
    except Unwritable:
        pass
    raise Sorry("not_an_address", said=said[:60])
