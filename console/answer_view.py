"""What the answer page shows of a partnership: how it stands in words, what can be said, and what was said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.answer_holds import held_now, holdable
from console.answer_visit import Visit, named
from console.answers import (
    MESSAGE,
    SUCCESSOR,
    TOGETHER,
    WRONG,
    last_day_to_hold,
    said_before,
    undoing,
    waiting,
)
from console.labels import Language, label
from console.people import people_named
from console.small_pages import id_after
from console.words import Words
from models.base import Role
from models.care import WhyPaused
from models.contact import ONE_WAY, ContactKind, silent_since
from models.partnership import Partnership
from models.tables import TextRow, TimelineRow
from models.watch import Watch

CORRESPONDENT = "correspondent"
"""What a text is about in which a partner names somebody else."""

LATELY = timedelta(days=180)
MOST_OF_PARTNER = 3
PAUSE = timedelta(days=90)
"""How far ahead a pause's review is proposed."""


@dataclass(frozen=True)
class Thanks:
    """What was said and what comes of it, in words; `act`: what can be taken back."""

    lines: tuple[str, ...]
    act: str | None = None


async def answer_view(connection: AsyncConnection, visit: Visit, words: Words, now: datetime) -> dict[str, Any]:
    """Everything that the answer page shows."""
    p, language = visit.p, words.language
    return {
        "token": visit.token,
        "title": visit.title(language),
        "ours": visit.municipality is not None,
        "coordinator": visit.coordinator is not None,
        "on_behalf": await _on_behalf(connection, visit),
        "situation": list(_situation(visit, words, now)),
        "recorded": list(_recorded(visit, words)),
        "told": list(_told(visit, words)),
        "partner_said": await partner_said(connection, visit, words, now),
        "ways": list(_ways(visit, words)) if len(p.parties) > 1 else [],
        "asks": visit.municipality is not None and len(p.parties) > 1,
        "proposal": _proposal(visit, words),
        "proposals": list(_proposals(p)) if visit.coordinator is not None else [],
        "reasons": [(why.value, words(f"why.{why.value}")) for why in WhyPaused],
        "paused": p.suspension is not None,
        "held": (held := await held_now(connection, visit, words, now)),
        "holdable": {of: name for of, name in holdable(visit, words).items() if of not in {each.of for each in held}},
        "dates": _dates(visit, now),
        **_limits(visit, words, now),
    }


async def thanks(connection: AsyncConnection, visit: Visit, line: Any, words: Words) -> Thanks:
    """What a reader is told after one of their answers was recorded."""
    if await said_before(connection, visit, id_after(line.command_id, "undo")) is not None:
        return Thanks((words("done.undone"),))
    shown = tuple(_thanks(visit, line, words))
    return Thanks(shown, line.command_id if undoing(visit.p, line) else None)


async def thanks_for_words(connection: AsyncConnection, visit: Visit, text: str, words: Words) -> Thanks | None:
    """The same for words that were left for the coordinator; none where there are none of this reader's."""
    query = select(TextRow.about, TextRow.body).where(
        TextRow.id == text, TextRow.partnership == visit.p.id, TextRow.author == visit.person.id
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None or row.about not in (SUCCESSOR, WRONG):
        return None
    return Thanks((words(f"done.{row.about}", text=row.body),))


async def partner_said(connection: AsyncConnection, visit: Visit, words: Words, now: datetime) -> list[str]:
    """The partner's newest answers to a question of ours."""
    query = (
        select(TimelineRow)
        .where(TimelineRow.partnership == visit.p.id, TimelineRow.actor_role == Role.PARTNER.value)
        .where(TimelineRow.kind == "record_contact", TimelineRow.at > now - LATELY)
        .order_by(TimelineRow.revision.desc())
        .limit(MOST_OF_PARTNER)
    )
    lines = (await connection.execute(query)).all()
    texts = await _bodies(connection, [line.facts.get("text") for line in lines])
    said = [_partner_line(visit, line, texts, words) for line in lines]
    return said + [
        words("partner.other", on=words.day(row.written_at, visit.zone), text=row.body)
        for row in await others_named(connection, visit, now)
    ]


async def others_named(connection: AsyncConnection, visit: Visit, now: datetime) -> Sequence[Any]:
    """Whom partners named instead of themselves, lately; the newest first."""
    query = (
        select(TextRow)
        .where(TextRow.partnership == visit.p.id, TextRow.about == CORRESPONDENT, TextRow.written_at > now - LATELY)
        .order_by(TextRow.written_at.desc())
        .limit(MOST_OF_PARTNER)
    )
    return (await connection.execute(query)).all()


def next_ask(p: Partnership) -> datetime | None:
    """When the silence between the partners is spoken of next."""
    for watch in p.watches():
        if watch.kind in ("contact", "dialogue"):
            return p.timekeeper.due(watch, p.book.memo(watch.name))
    return None


def _situation(visit: Visit, words: Words, now: datetime) -> Iterator[str]:
    p, zone = visit.p, visit.zone
    if p.confirmation != "accepted":
        yield words("now.unaccepted")
    if p.suspension is not None:
        on = words.day(p.suspension.review_at, zone)
        yield words("now.paused", on=on, why=words(f"why.{p.suspension.why.value}"))
    if p.dormant_since is not None:
        yield words("now.dormant", on=words.day(p.dormant_since, zone))
    if len(p.parties) < 2:
        yield words("now.searching")
    since = silent_since(p.parties, p.contacts)
    if p.dormant_since is None and p.stage.between_partners and since is not None:
        days = words.glossary.counted("days", _days(p, since, now, visit))
        yield words("now.silent", on=words.day(since, zone), days=days)


def _days(p: Partnership, since: datetime, now: datetime, visit: Visit) -> int:
    """Days by the calendar on the reader's wall, or the policy's own short ones."""
    if p.policy.day == timedelta(days=1):
        return (now.astimezone(visit.zone).date() - since.astimezone(visit.zone).date()).days
    return int((now - since) / p.policy.day)


def _recorded(visit: Visit, words: Words) -> Iterator[tuple[str, str]]:
    """What is on record: the reader's roles, how far the work has come, each party's last contact."""
    if visit.instead_of is None:
        roles = dict.fromkeys(words.glossary("role", seat.role.value) for seat in visit.seats)
        yield words("now.role"), ", ".join(roles)
    language: Language = "uk" if words.language == "uk" else "en"
    yield label(language, "stage"), label(language, f"stage.{visit.p.stage}")
    for party in visit.p.parties if len(visit.p.parties) > 1 else ():
        place = visit.place(party.key, words.language)
        yield words("now.heard", place=place), _last_contact(visit, party.key, words)


def _last_contact(visit: Visit, party: str, words: Words) -> str:
    mine = [contact for contact in visit.p.contacts if party in contact.heard]
    if not mine:
        return words("now.never")
    return f"{words.day(mine[-1].at, visit.zone)}, {words(f'kind.{mine[-1].kind.value}')}"


def _told(visit: Visit, words: Words) -> Iterator[str]:
    """What was told and still stands, beside the silence between the partners."""
    for watch in visit.p.watches():
        if visit.p.book.memo(watch.name).level and watch.kind not in ("contact", "dialogue"):
            ahead = watch.kind in ("milestone", "next_step", "term", "review", "suspension")
            key = "now.ahead" if ahead else "now.since"
            yield words(key, what=_what(visit, watch, words), on=words.day(watch.since, visit.zone))


def _what(visit: Visit, watch: Watch, words: Words) -> str:
    """A watch in words, with the place it is about, if it is about one."""
    places = {candidate.id: candidate.place for candidate in visit.p.candidates}
    places |= {party.key: party.place for party in visit.p.parties}
    about = places.get(watch.subject or "")
    kind = label("uk" if words.language == "uk" else "en", f"watch.{watch.kind}")
    return f"{kind}: {named(visit.places, about, words.language)}" if about else kind


def _ways(visit: Visit, words: Words) -> Iterator[tuple[str, str]]:
    """The ways of being in contact that can be chosen; the other parties' messages before the reader's own."""
    for kind in TOGETHER:
        yield kind, words(f"kind.{kind}")
    mine = visit.municipality.party if visit.municipality else None
    for party in sorted(visit.p.parties, key=lambda party: party.key == mine):
        place = visit.place(party.key, words.language)
        yield f"{MESSAGE}{party.key}", words("contact.message", place=place)


def _proposal(visit: Visit, words: Words) -> str | None:
    proposal = visit.p.proposal
    if proposal is None:
        return None
    return words("proposal.open", on=words.day(proposal.at, visit.zone), what=words(f"what.{proposal.what}"))


def _proposals(p: Partnership) -> Iterator[str]:
    """What a coordinator may propose now."""
    if p.confirmation != "accepted" or p.proposal is not None:
        return
    if p.dormant_since is not None:
        yield "revive"
    elif p.stage.between_partners:
        yield "rest"
    yield "end"


def _dates(visit: Visit, now: datetime) -> dict[str, date]:
    today = now.astimezone(visit.zone).date()
    began = visit.p.began.astimezone(visit.zone).date() if visit.p.began else date(1950, 1, 1)
    return {
        "began": began,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "review": today + PAUSE,
        "last": last_day_to_hold(visit.p, visit.zone, now),
        "until": min(today + timedelta(days=30), last_day_to_hold(visit.p, visit.zone, now)),
    }


def _limits(visit: Visit, words: Words, now: datetime) -> dict[str, Any]:
    """Whether there is something to wait with, and for how long at most, in a sentence."""
    hold = words.glossary.counted("days", visit.p.policy.longest_hold)
    last = words.date(last_day_to_hold(visit.p, visit.zone, now))
    waits = visit.p.suspension is None and bool(waiting(visit.p))
    return {"waits": waits, "hold_hint": words("until.hint", days=hold, on=last)}


def _thanks(visit: Visit, line: Any, words: Words) -> Iterator[str]:
    facts, zone = line.facts, visit.zone
    match line.kind:
        case "record_contact":
            yield from _thanks_for_contact(visit, line, words)
        case "acknowledge":
            yield words("done.acknowledge", on=_day(facts["until"], words, zone))
        case "suspend":
            yield words("done.suspend", on=_day(facts["review_at"], words, zone))
        case "propose":
            yield words("done.propose", what=words(f"what.{facts['what']}"))
        case kind:
            yield words(f"done.{kind}") if words.has(f"done.{kind}") else words("done.accepted")


def _thanks_for_contact(visit: Visit, line: Any, words: Words) -> Iterator[str]:
    kind = ContactKind(line.facts["how"])
    on = _day(line.facts.get("at") or line.at, words, visit.zone)
    yield words("done.record_contact", kind=words(f"kind.{kind.value}"), on=on)
    if kind in ONE_WAY:
        yield words("done.one_way")
    due = next_ask(visit.p)
    yield words("done.next", on=words.day(due, visit.zone)) if due else words("done.no_next")


def _day(at: str | datetime, words: Words, zone: Any) -> str:
    return words.day(datetime.fromisoformat(at) if isinstance(at, str) else at, zone)


def _partner_line(visit: Visit, line: Any, texts: dict[str, str], words: Words) -> str:
    on = words.day(line.at, visit.zone)
    if line.facts["how"] == ContactKind.ANSWER_TO_US.value:
        said = texts.get(line.facts.get("text") or "")
        return words("partner.words", on=on, text=said) if said else words("partner.write", on=on)
    return words("partner.contact", on=on, day=_day(line.facts.get("at") or line.at, words, visit.zone))


async def _bodies(connection: AsyncConnection, ids: Sequence[str | None]) -> dict[str, str]:
    wanted = [each for each in ids if each]
    rows = await connection.execute(select(TextRow.id, TextRow.body).where(TextRow.id.in_(wanted)))
    return {row.id: row.body for row in rows}


async def _on_behalf(connection: AsyncConnection, visit: Visit) -> str | None:
    """The name of whoever the reader answers for."""
    if visit.instead_of is None:
        return None
    names = await people_named(connection, [visit.instead_of])
    known = names.get(visit.instead_of)
    return known.name if known else None
