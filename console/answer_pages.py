"""The page behind “answer in one click”: how a partnership stands, and what its people can say about it without an
account. Looking changes nothing, however often and by whom; each answer is a form of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.answer_holds import thanks_for_hold
from console.answer_view import Thanks, answer_view, thanks, thanks_for_words
from console.answer_visit import Visit, visit
from console.answers import CHECKED, answer, said_before
from console.database import check_there, said_in_words
from console.edge import Edge
from console.problems import Invalid
from console.small_pages import Turned, onward, page, posted, sentence, turned, words_for
from console.web.needs import TheEdge
from console.words import Words
from models.base import Refused
from signing import copies_to

LOOKING = ["GET", "HEAD"]

UNREADABLE = frozenset(
    {"nothing_said", "not_a_date", "not_an_address", "not_a_choice", "text_too_long", "links_in_text"}
)

router = APIRouter(include_in_schema=False)


@asynccontextmanager
async def looking(edge: Edge) -> AsyncIterator[AsyncConnection]:
    """A connection to read with; what a database says becomes a sentence."""
    check_there(edge.settings.database_url)
    with said_in_words():
        async with edge.database.connect() as connection:
            yield connection


async def visiting(request: Request, edge: Edge, token: str) -> tuple[Visit, Words]:
    """Who follows this link, and the words they are spoken to in. Turned away as `visit` does."""
    async with looking(edge) as connection:
        visitor = await visit(connection, edge.settings, token, datetime.now(UTC))
    return visitor, words_for(request, visitor.person.language)


@router.api_route("/a/{token}", methods=LOOKING)
async def answer_page(request: Request, edge: TheEdge, token: str) -> Response:
    """How the partnership stands, and the answers there are."""
    visitor, words = await visiting(request, edge, token)
    return await _shown(request, edge, visitor, words)


@router.api_route("/a/{token}/done/{act}", methods=LOOKING)
async def done_page(request: Request, edge: TheEdge, token: str, act: str) -> Response:
    """Thanks for an answer: what is recorded by it, what comes next, and how it is taken back."""
    visitor, words = await visiting(request, edge, token)
    async with looking(edge) as connection:
        said = await _thanks(connection, visitor, act, words)
    values = {"token": token, "title": visitor.title(words.language), "thanks": said}
    return page(request, words, "answer_done.html", values)


@router.post("/a/{token}/{what}")
async def give_answer(request: Request, edge: TheEdge, token: str, what: str) -> Response:
    """Take an answer, once; what cannot be done is said above the form, with what was typed still in it."""
    visitor, words = await visiting(request, edge, token)
    form = await posted(request, token)
    try:
        act = await answer(edge, visitor, what, form)
    except Refused as refused:
        return await _shown(request, edge, visitor, words, refused, {**form, "form": what})
    return onward(request, f"{token}/done/{act}")


@router.api_route("/a/{token}/{what}", methods=LOOKING)
async def back_to_page(request: Request, edge: TheEdge, token: str, what: str) -> Response:
    """A form's address looked at, as a phone does that opens its tabs again: on to the page itself."""
    await visiting(request, edge, token)
    return onward(request, token)


async def turned_away(request: Request, error: Exception) -> Response:
    assert isinstance(error, Turned)
    return turned(request, error.why, error.status)


async def _shown(
    request: Request,
    edge: Edge,
    visitor: Visit,
    words: Words,
    refused: Refused | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    now = datetime.now(UTC)
    async with looking(edge) as connection:
        values = await answer_view(connection, visitor, words, now)
    values["copies_to"] = copies_to(edge.settings, visitor.p.id)
    if refused is None:
        return page(request, words, "answer.html", values)
    values |= {"problem": sentence(words, refused), "form": form or {}}
    return page(request, words, "answer.html", values, status_of(refused))


def status_of(refused: Refused) -> int:
    """422 for what cannot be read, 409 for what the partnership does not allow."""
    return 422 if isinstance(refused, Invalid) or refused.code in UNREADABLE else 409


async def _thanks(connection: AsyncConnection, visitor: Visit, act: str, words: Words) -> Thanks:
    if act == CHECKED:
        return Thanks((words("done.checked"),))
    if (held := await thanks_for_hold(connection, visitor, act, words)) is not None:
        return Thanks((held[0],), act if held[1] else None)
    line = await said_before(connection, visitor, act)
    if line is not None:
        return await thanks(connection, visitor, line, words)
    return await thanks_for_words(connection, visitor, act, words) or Thanks((words("done.accepted"),))
