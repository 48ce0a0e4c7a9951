"""The pages behind a question to a partner abroad: ten seconds, in their language, without an account. They see the
places and the municipality that asks: no attention, no reasons, nobody else's name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Row

from console.answer_pages import LOOKING, looking, status_of
from console.answer_visit import scope_of
from console.edge import Edge
from console.partner_visit import (
    OBJECTED,
    PartnerVisit,
    can_be_undone,
    correspondent_of,
    latest_day,
    object_to_mail,
    partner_answer,
    partner_visit,
    said_before,
    words_before,
)
from console.small_pages import id_after, onward, page, posted, sentence, words_for
from console.web.needs import TheEdge
from console.words import Words
from models.base import Refused

router = APIRouter(include_in_schema=False)


@router.api_route("/p/{token}", methods=LOOKING)
async def question_page(request: Request, edge: TheEdge, token: str) -> Response:
    """The question and its answers."""
    visitor, words = await _visiting(request, edge, token)
    return _shown(request, visitor, words)


@router.api_route("/p/{token}/done/{act}", methods=LOOKING)
async def answered_page(request: Request, edge: TheEdge, token: str, act: str) -> Response:
    """Thanks for an answer, and how it is taken back."""
    visitor, words = await _visiting(request, edge, token)
    lines, undo = await _thanks(edge, visitor, words, act)
    values = _about(visitor, words) | {"lines": lines, "undo": undo}
    return page(request, words, "partner_done.html", values)


@router.post("/p/{token}/{what}")
async def give_answer(request: Request, edge: TheEdge, token: str, what: str) -> Response:
    """Take an answer, once; what cannot be done is said above the forms."""
    visitor, words = await _visiting(request, edge, token)
    form = await posted(request, token)
    try:
        act = await partner_answer(edge, visitor, what, form)
    except Refused as refused:
        return _shown(request, visitor, words, refused, {**form, "form": what})
    return onward(request, f"{token}/done/{act}")


@router.api_route("/p/{token}/{what}", methods=LOOKING)
async def back_to_question(request: Request, edge: TheEdge, token: str, what: str) -> Response:
    """A form's address looked at: on to the question."""
    await _visiting(request, edge, token)
    return onward(request, token)


@router.api_route("/o/{token}", methods=LOOKING)
async def objection_page(request: Request, edge: TheEdge, token: str) -> Response:
    """A button to be asked no more; whoever has pressed it finds another to take that back."""
    correspondent, words = await _objecting(request, edge, token)
    values = {"token": token, "objected": correspondent.objected_at is not None}
    return page(request, words, "partner_object.html", values)


@router.post("/o/{token}")
async def give_objection(request: Request, edge: TheEdge, token: str) -> Response:
    """Keep the objection, or take it back (`undo`)."""
    correspondent, words = await _objecting(request, edge, token)
    form = await posted(request, token)
    objects = form.get("undo") != "yes"
    await object_to_mail(edge, correspondent, objects=objects)
    values = {"token": token, "objected": objects, "undone": not objects}
    return page(request, words, "partner_object.html", values)


async def _visiting(request: Request, edge: Edge, token: str) -> tuple[PartnerVisit, Words]:
    async with looking(edge) as connection:
        visitor = await partner_visit(connection, edge.settings, token, datetime.now(UTC))
    return visitor, words_for(request, visitor.correspondent.language)


async def _objecting(request: Request, edge: Edge, token: str) -> tuple[Row[Any], Words]:
    scope = scope_of(edge.settings, "object", token, datetime.now(UTC))
    async with looking(edge) as connection:
        correspondent = await correspondent_of(connection, scope)
    return correspondent, words_for(request, correspondent.language)


def _about(visitor: PartnerVisit, words: Words) -> dict[str, Any]:
    language = words.language
    return {
        "token": visitor.token,
        "asker": visitor.place(visitor.asker, language),
        "places": " – ".join(visitor.place(party.key, language) for party in visitor.p.parties),
    }


def _shown(
    request: Request,
    visitor: PartnerVisit,
    words: Words,
    refused: Refused | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    began = visitor.p.began.date() if visitor.p.began else date(1950, 1, 1)
    values = _about(visitor, words) | {
        "objected": visitor.correspondent.objected_at is not None,
        "began": began,
        "today": latest_day(datetime.now(UTC)),
        "form": form or {},
        "problem": sentence(words, refused) if refused else None,
    }
    return page(request, words, "partner.html", values, status_of(refused) if refused else 200)


async def _thanks(edge: Edge, visitor: PartnerVisit, words: Words, act: str) -> tuple[list[str], str | None]:
    """What is said after an answer, and what of it can be taken back."""
    asker = visitor.place(visitor.asker, words.language)
    if act == OBJECTED:
        return [words("object.done")], OBJECTED
    if act == "undone":
        return [words("object.undone")], None
    async with looking(edge) as connection:
        line = await said_before(connection, visitor, act)
        undone = await said_before(connection, visitor, id_after(act, "undo"))
        other = await words_before(connection, visitor, act)
    if undone is not None or (line is not None and line.kind == "withdraw_contact"):
        return [words("done.undone")], None
    if line is not None and line.facts["how"] == "in_touch":
        at = datetime.fromisoformat(line.facts["at"]) if line.facts.get("at") else line.at
        told = words("done.contact", on=words.day(at, visitor.zone))
        return [told], act if can_be_undone(visitor, line) else None
    if line is not None:
        return [words("done.write", asker=asker)], None
    return [words("done.other", asker=asker, text=other) if other else words("done.accepted")], None
