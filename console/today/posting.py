"""The forms of the page: each acts once, and leads back to the page, where what was done is said. What cannot be done
is said above the form, with everything that was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.sight import acts_of, partnership_seen
from console.access.viewer import Viewer
from console.acting import Order, act
from console.answers import SUCCESSOR, WRONG, keep_text
from console.database import said_in_words
from console.edge import Edge
from console.handovers import accept, decline, offer_handover, offered, withdraw
from console.mails import arrived, send_again
from console.offers import Offered
from console.problems import Away
from console.reading import state_of
from console.small_pages import Sorry, id_after, sentence
from console.staff import Account
from console.successors import about_what, confirm_successor, dismiss
from console.today.acts import Saying, command_of
from console.today.besides import theirs_to_settle
from console.today.done import undo_for
from console.today.offered import COMMAND
from console.today.pages import Looking, Trouble, back, shown
from console.web.needs import Record, TheEdge
from console.web.posting import Posted
from console.words import words_in
from models.base import Refused
from models.partnership import Partnership
from models.tables import PersonRow

router = APIRouter(include_in_schema=False)

UNREADABLE = frozenset({"invalid", "not_a_date", "text_too_long", "nothing_said", "not_an_address"})

Looked = Annotated[Looking, Query()]


@dataclass(frozen=True)
class Form:
    """A form as it came: which of them, what was typed in it, of which partnership it is."""

    what: str
    typed: Mapping[str, str]
    of: str = ""


@router.post("/today/do/{partnership}/{what}")
async def give(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, looked: Looked,
    partnership: str, what: str,
) -> Response:  # fmt: skip
    """Act in a partnership by one of the small forms."""
    p = await state_of(record, await partnership_seen(record, viewer, partnership))
    form = {name: values[0] for name, values in fields.typed().items()}
    command_id = fields.command_id(viewer.id, p.id, what)

    async def given() -> dict[str, str]:
        return await _given(edge, record, viewer, p, what, form, command_id)

    return await _answered(request, record, viewer, looked, Form(what, form, p.id), given)


@router.post("/today/offers/{offer}/{what}")
async def answer_offer(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, looked: Looked,
    offer: str, what: str,
) -> Response:  # fmt: skip
    """Accept or decline seats that were offered, or take an own offer back."""

    async def given() -> dict[str, str]:
        return {"done": await _offer_answered(edge, record, viewer, offer, what)}

    return await _answered(request, record, viewer, looked, Form(what, {}), given)


@router.post("/today/words/{said}/{what}")
async def see_to(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, looked: Looked,
    said: str, what: str,
) -> Response:  # fmt: skip
    """Confirm a successor who was named, or say that words were seen to."""
    form = {"email": fields["email"]} if "email" in fields else {}

    async def given() -> dict[str, str]:
        return {"done": await _seen_to(edge, record, viewer, said, what, fields["email"])}

    return await _answered(request, record, viewer, looked, Form(what, form), given)


@router.post("/today/mails/{what}")
async def settle_mail(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, looked: Looked, what: str
) -> Response:
    """Say what became of a mail in doubt: it arrived, or it is to go once more."""
    if what not in ("again", "arrived") or not await theirs_to_settle(record, viewer, fields["mail"]):
        raise HTTPException(403, "This is not yours to decide.")

    async def given() -> dict[str, str]:
        async with edge.database.begin() as connection:
            if what == "again":
                await send_again(connection, fields["mail"], viewer.id, datetime.now(UTC))
            else:
                await arrived(connection, fields["mail"], viewer.id)
        return {"done": f"mail_{what}"}

    return await _answered(request, record, viewer, looked, Form(what, {}), given)


async def _answered(
    request: Request,
    record: AsyncConnection,
    viewer: Viewer,
    looked: Looking,
    form: Form,
    given: Callable[[], Awaitable[dict[str, str]]],
) -> Response:
    """Do it, and go back to the page; or the page again with why not, and with what was typed."""
    try:
        with said_in_words():
            return back(request, **await given())
    except Refused as refused:
        said, status = _sentence(viewer, refused), 422 if refused.code in UNREADABLE else 409
    except Away:
        said, status = words_in("today", viewer.language)("away"), 503
    trouble = Trouble(form.of, form.typed.get("about", ""), form.what, said, form.typed, status)
    return await shown(request, record, viewer, looked, trouble)


async def _given(
    edge: Edge,
    record: AsyncConnection,
    viewer: Viewer,
    p: Partnership,
    what: str,
    form: Mapping[str, str],
    command_id: str,
) -> dict[str, str]:
    """Do it; what the page is asked to say of it afterwards."""
    match what:
        case "undo":
            return await _undone(edge, record, viewer, p, form.get("act", ""))
        case "wrong":
            return await _wrong(edge, viewer, p, form, command_id)
        case "handover":
            return await _handed_over(edge, viewer, p, form)
        case _ if what in COMMAND:
            kind, said = command_of(what, Saying(p, form, viewer.zone, datetime.now(UTC)))
            return await _command(edge, record, viewer, p, kind, said, command_id)
    raise HTTPException(404, "There is no such answer.")


async def _command(
    edge: Edge, record: AsyncConnection, viewer: Viewer, p: Partnership, kind: str, said: Mapping[str, Any], id: str
) -> dict[str, str]:
    if not (await acts_of(record, viewer, p)).may(kind):
        raise HTTPException(403, "This is not yours to do.")
    done = await act(edge, Order(p.id, kind, said, command_id=id, speaker=viewer.speaker(p, kind)))
    return {"done": done.command_id, "of": p.id}


async def _undone(edge: Edge, record: AsyncConnection, viewer: Viewer, p: Partnership, before: str) -> dict[str, str]:
    """Take back what this person did here; a second time is the first again."""
    undo = await undo_for(record, viewer, p, before)
    if undo is None:
        raise Sorry("not_undone")
    await _command(edge, record, viewer, p, undo.kind, undo.facts, id_after(before, "undo"))
    return {"done": before[:64], "of": p.id}


async def _wrong(
    edge: Edge, viewer: Viewer, p: Partnership, form: Mapping[str, str], command_id: str
) -> dict[str, str]:
    """Words for the coordinator about what is recorded wrongly, kept once."""
    words = Saying(p, form, viewer.zone, datetime.now(UTC)).words("text").get("text", "").strip()
    if not words:
        raise Sorry("nothing_said", what="check.wrong")
    row = {
        "id": command_id,
        "partnership": p.id,
        "about": WRONG,
        "body": words,
        "language": viewer.language,
        "author": viewer.id,
        "written_at": datetime.now(UTC),
    }
    async with edge.database.begin() as connection:
        await keep_text(connection, row)
    return {"done": "wrong"}


async def _handed_over(edge: Edge, viewer: Viewer, p: Partnership, form: Mapping[str, str]) -> dict[str, str]:
    """Offer the own seats here to somebody; the same again is the offer that stands."""
    heir, note = form.get("heir", ""), form.get("note", "")
    if not heir or not note:
        raise Sorry("nothing_said", what="successor.name" if not heir else "offer.note")
    offer = await offer_handover(edge, viewer.id, heir, [p.id], note, viewer.id)
    return {"done": "offered", "of": offer.id}


async def _offer_answered(edge: Edge, record: AsyncConnection, viewer: Viewer, offer: str, what: str) -> str:
    there = await offered(record, offer)
    _only_theirs(viewer, there)
    if what == "accept":
        await accept(edge, there.id, viewer.id)
        return "offer_taken"
    async with edge.database.begin() as connection:
        if what == "decline":
            await decline(connection, there.id, viewer.id)
            return "offer_declined"
        if what == "withdraw":
            await withdraw(connection, there.id, viewer.id)
            return "offer_withdrawn"
    raise HTTPException(404, "There is no such answer.")


async def _seen_to(edge: Edge, record: AsyncConnection, viewer: Viewer, said: str, what: str, email: str) -> str:
    of, about = await about_what(record, said)
    p = await state_of(record, await partnership_seen(record, viewer, of))
    if not (await acts_of(record, viewer, p)).coordinates or what not in ("confirm", "dismiss"):
        raise HTTPException(403, "This is not yours to decide.")
    if what == "confirm":
        await confirm_successor(edge, said, await _successor(record, email), viewer.id)
        return "successor_confirmed"
    await dismiss(edge, said, about, viewer.id)
    return "dismissed" if about == SUCCESSOR else "corrected"


async def _successor(record: AsyncConnection, email: str) -> str | Account:
    """The account of the successor where there is one; a new one otherwise."""
    known: str | None = await record.scalar(
        select(PersonRow.id).where(func.lower(PersonRow.email) == email.casefold(), PersonRow.active)
    )
    return known or Account()


def _only_theirs(viewer: Viewer, offer: Offered) -> None:
    """An offer that is neither to nor by somebody does not exist for them."""
    if viewer.id not in (offer.heir.id, offer.giver.id, offer.proposed_by):
        raise HTTPException(404, "There is no such offer.")


def _sentence(viewer: Viewer, refused: Refused) -> str:
    """A refusal in the reader's words; the engine's own where there are none."""
    answers, commands = words_in("answer", viewer.language), words_in("command", viewer.language)
    own = f"refused.{refused.code}"
    if not isinstance(refused, Sorry) and commands.has(own):
        return commands(own, message=refused.message)
    return sentence(answers, refused)
