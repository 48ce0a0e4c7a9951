"""An officer asks a partner abroad one question, in their own name and words: to whom, how often, and what is sent.

Mosty proposes and puts the fixed end below; the officer reads, changes and sends. Whoever objected, or whose address
came back, is not written to under any partnership; nobody is asked more often than once a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Order, Speaker, act
from console.answer_visit import Visit
from console.answers import Form
from console.correspondents import Addressee, addressee, asker, may_ask, without_links
from console.database import said_in_words
from console.edge import Edge
from console.problems import Away
from console.small_pages import Sorry, act_id
from mailroom.letters import CONTROL, QUESTION_LANGUAGES, Letter, Question, question, question_letter
from mailroom.message import Sender
from models.base import Refused
from models.tables import CorrespondentRow, MailRow
from settings import Settings
from signing import links_of

MOST_A_DAY = 10
"""Questions of one person."""

MOST_TEXT, MOST_SUBJECT = 2_000, 150


@dataclass(frozen=True)
class Draft:
    """A question as the officer wrote it."""

    language: str
    subject: str
    text: str


def proposed(settings: Settings, visit: Visit, to: Addressee, language: str) -> Draft:
    """The question as Mosty proposes it, in a language."""
    if language not in QUESTION_LANGUAGES:
        language = str(to.row.language)
    subject, text = question(_question(settings, visit, to, language, datetime.now(UTC), shown=True), language)
    return Draft(language, subject, text)


def drafted(form: Form) -> Draft:
    """The question as the officer wrote it. Refused: no language, an empty or too long text, links in it."""
    if form.get("language") not in QUESTION_LANGUAGES:
        raise Sorry("not_a_choice")
    subject, text = CONTROL.sub(" ", form.get("subject", "")).strip(), form.get("text", "").replace("\r\n", "\n")
    for words, most, label in ((subject, MOST_SUBJECT, "ask.subject"), (text, MOST_TEXT, "ask.text")):
        if not words:
            raise Sorry("nothing_said", what=label)
        if len(words) > most:
            raise Sorry("text_too_long", most=most)
    without_links(subject, text)
    return Draft(form["language"], subject, text)


def letter_of(
    settings: Settings, visit: Visit, to: Addressee, draft: Draft, now: datetime, *, shown: bool = False
) -> Letter:
    """The mail as it will be sent; `shown` to the officer, whose links must not work: they are the partner's."""
    q = _question(settings, visit, to, draft.language, now, shown=shown)
    return question_letter(q, draft.language, draft.subject, draft.text)


async def ask(edge: Edge, visit: Visit, correspondent: str, form: Form) -> None:
    """Send the question: one mail, which the mail room takes along, and a letter of the officer's party on record.

    The same form again sends nothing. Refused: whoever must not or need not be asked now, too many on one day."""
    draft, now = drafted(form), datetime.now(UTC)
    key = act_id(form, visit.person.id, visit.p.id, correspondent, "ask")
    with said_in_words():
        async with edge.database.begin() as connection:
            await _one_question_at_a_time(connection, correspondent)
            to = await addressee(connection, visit, correspondent, now)
            message_id = Sender(edge.settings.mail_from).message_id_of("partner", key)
            if not await _is_planned(connection, message_id):
                may_ask(to, visit.zone)
                await _not_too_many(connection, visit, now)
                await _plan(connection, edge.settings, visit, to, draft, message_id, now)
    said = {"how": "letter", "author": asker(visit).party}
    speaker = Speaker(asker(visit), visit.zone, visit.person.language)
    try:
        await act(edge, Order(visit.p.id, "record_contact", said, visit.person.id, key, speaker))
    except (Refused, Away) as reason:
        raise Sorry("sent_unrecorded") from reason


def _question(
    settings: Settings, visit: Visit, to: Addressee, language: str, now: datetime, *, shown: bool
) -> Question:
    links, epoch = links_of(settings), to.row.link_epoch
    answer = links.to("question", to.row.id, visit.p.id, epoch=epoch, now=now)
    objection = links.to("object", to.row.id, epoch=epoch, now=now)
    if shown:
        answer, objection = (f"{link.rpartition('/')[0]}/…" if link else "" for link in (answer, objection))
    return Question(
        asker=visit.person.name,
        asker_role_place=visit.place(str(asker(visit).party), language),
        partner_place=visit.place(to.row.party, language),
        to_name=to.row.name,
        why="",
        source=to.row.source,
        answer=answer,
        object=objection,
    )


async def _one_question_at_a_time(connection: AsyncConnection, correspondent: str) -> None:
    """Other questions to this person wait until this one is over: a write that changes nothing."""
    same = update(CorrespondentRow).where(CorrespondentRow.id == correspondent)
    await connection.execute(same.values(link_epoch=CorrespondentRow.link_epoch))


async def _is_planned(connection: AsyncConnection, message_id: str) -> bool:
    query = select(MailRow.message_id).where(MailRow.message_id == message_id)
    return await connection.scalar(query) is not None


async def _not_too_many(connection: AsyncConnection, visit: Visit, now: datetime) -> None:
    query = select(func.count()).where(
        MailRow.kind == "partner", MailRow.person == visit.person.id, MailRow.planned_at > now - timedelta(days=1)
    )
    if (await connection.scalar(query) or 0) >= MOST_A_DAY:
        raise Sorry("too_many_letters")


async def _plan(
    connection: AsyncConnection,
    settings: Settings,
    visit: Visit,
    to: Addressee,
    draft: Draft,
    message_id: str,
    now: datetime,
) -> None:
    letter = letter_of(settings, visit, to, draft, now)
    mail = {
        "message_id": message_id,
        "kind": "partner",
        "person": visit.person.id,
        "correspondent": to.row.id,
        "about": visit.p.id,
        "address": to.row.email,
        "language": letter.language,
        "subject": letter.subject,
        "body": letter.body,
        "html": letter.html,
        "status": "planned",
        "planned_at": now,
        "send_after": now,
    }
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    await connection.execute(dialect.insert(MailRow).values(mail).on_conflict_do_nothing())
