"""The pages on which an officer asks a partner: who is known there, what is proposed, what exactly will be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.answer_pages import LOOKING, looking, status_of, visiting
from console.answer_view import others_named
from console.answer_visit import Visit
from console.asking import MOST_SUBJECT, MOST_TEXT, Draft, ask, drafted, letter_of, proposed
from console.correspondents import Addressee, add_addressee, addressee, addressees, asker, by_party, may_ask
from console.edge import Edge
from console.small_pages import Sorry, onward, page, posted, sentence
from console.web.needs import TheEdge
from console.words import NAMES, Words
from mailroom.letters import QUESTION_LANGUAGES
from models.base import Refused

router = APIRouter(include_in_schema=False)


@router.api_route("/a/{token}/ask", methods=LOOKING)
async def ask_page(request: Request, edge: TheEdge, token: str) -> Response:
    """Who is known at the partner, and a form to add somebody."""
    visitor, words = await visiting(request, edge, token)
    asker(visitor)
    return await _people(request, edge, visitor, words)


@router.post("/a/{token}/ask")
async def add_page(request: Request, edge: TheEdge, token: str) -> Response:
    """Add somebody at the partner; on to the mail for them."""
    visitor, words = await visiting(request, edge, token)
    asker(visitor)
    form = await posted(request, token)
    try:
        correspondent = await add_addressee(edge, visitor, form)
    except Refused as refused:
        return await _people(request, edge, visitor, words, refused, form)
    return onward(request, f"{token}/ask/{correspondent}")


@router.api_route("/a/{token}/ask/{correspondent}", methods=LOOKING)
async def write_page(request: Request, edge: TheEdge, token: str, correspondent: str, language: str = "") -> Response:
    """The proposed question, to be changed; or from when the next one can be sent."""
    visitor, words = await visiting(request, edge, token)
    to = await _addressee(edge, visitor, correspondent)
    return _written(request, visitor, words, to, proposed(edge.settings, visitor, to, language))


@router.post("/a/{token}/ask/{correspondent}")
async def send_page(request: Request, edge: TheEdge, token: str, correspondent: str) -> Response:
    """Show what will be sent, go back to changing it, or send it: only `step` “send” changes anything."""
    visitor, words = await visiting(request, edge, token)
    to = await _addressee(edge, visitor, correspondent)
    form = await posted(request, token)
    typed = Draft(form.get("language", ""), form.get("subject", ""), form.get("text", ""))
    step = form.pop("step", "")
    try:
        if step == "change":
            return _written(request, visitor, words, to, typed)
        if step == "look":
            draft = drafted(form)
            may_ask(to, visitor.zone)
            return _looked(request, edge, visitor, words, to, draft)
        if step == "send":
            await ask(edge, visitor, correspondent, form)
            return onward(request, f"{token}/ask/{correspondent}")
        raise Sorry("not_a_choice")
    except Refused as refused:
        if refused.code == "sent_unrecorded":
            return _looked(request, edge, visitor, words, to, typed, refused, form["nonce"])
        return _written(request, visitor, words, to, typed, refused)


async def _addressee(edge: Edge, visitor: Visit, correspondent: str) -> Addressee:
    async with looking(edge) as connection:
        return await addressee(connection, visitor, correspondent, datetime.now(UTC))


async def _people(
    request: Request,
    edge: Edge,
    visitor: Visit,
    words: Words,
    refused: Refused | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    now = datetime.now(UTC)
    async with looking(edge) as connection:
        known = await addressees(connection, visitor, now)
        named = [row.body for row in await others_named(connection, visitor, now)]
    values = {
        "token": visitor.token,
        "title": visitor.title(words.language),
        "known": by_party(visitor, known),
        "named": named,
        "place": lambda party: visitor.place(party, words.language),
        "day": lambda at: words.day(at, visitor.zone),
        "languages": _languages(),
        "form": form or {},
        "problem": sentence(words, refused) if refused else None,
    }
    return page(request, words, "answer_ask.html", values, status_of(refused) if refused else 200)


def _written(
    request: Request, visitor: Visit, words: Words, to: Addressee, draft: Draft, refused: Refused | None = None
) -> Response:
    values = _of_mail(visitor, words, to, draft) | {
        "day": lambda at: words.day(at, visitor.zone),
        "languages": _languages(),
        "most_subject": MOST_SUBJECT,
        "most_text": MOST_TEXT,
        "problem": sentence(words, refused) if refused else None,
    }
    return page(request, words, "answer_write.html", values, status_of(refused) if refused else 200)


def _looked(
    request: Request,
    edge: Edge,
    visitor: Visit,
    words: Words,
    to: Addressee,
    draft: Draft,
    refused: Refused | None = None,
    nonce: str | None = None,
) -> Response:
    letter = letter_of(edge.settings, visitor, to, draft, datetime.now(UTC), shown=True)
    values: dict[str, Any] = _of_mail(visitor, words, to, draft) | {
        "letter": letter,
        "problem": sentence(words, refused) if refused else None,
    }
    if nonce is not None:
        values["nonce"] = nonce  # trying again is the same act
    return page(request, words, "answer_look.html", values, 503 if refused else 200)


def _of_mail(visitor: Visit, words: Words, to: Addressee, draft: Draft) -> dict[str, Any]:
    return {
        "token": visitor.token,
        "title": visitor.title(words.language),
        "to": to,
        "draft": draft,
        "person": visitor.person,
    }


def _languages() -> list[tuple[str, str]]:
    return [(code, NAMES[code]) for code in QUESTION_LANGUAGES]
