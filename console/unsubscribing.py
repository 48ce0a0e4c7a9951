"""How often regular mails come, or that they do not: by links in the mails themselves, without an account.

A mail program may stop them by one POST (RFC 8058), from anywhere and without having looked at the page before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from babel.dates import get_day_names
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.answer_pages import LOOKING, looking, status_of
from console.answer_visit import person_of, scope_of
from console.audit import What, audited
from console.edge import Edge
from console.people import one_at_a_time
from console.small_pages import Sorry, fields, onward, page, posted, sentence, words_for
from console.staff import Account, change_account
from console.web.needs import TheEdge, writing
from console.words import Words
from mailroom.links import Kind
from models.base import Refused
from models.tables import PersonRow

HOW_OFTEN = ("weekly", "daily", "at_once")
NONE = "none"

router = APIRouter(include_in_schema=False)


@router.api_route("/u/{token}", methods=LOOKING)
async def unsubscribe_page(request: Request, edge: TheEdge, token: str) -> Response:
    """A button that stops regular mails; whoever has stopped them finds another to take that back."""
    person, words = await _reading(request, edge, "unsubscribe", token)
    return _button(request, words, token, stopped=person.unsubscribed_at is not None)


@router.post("/u/{token}")
async def unsubscribe(request: Request, edge: TheEdge, token: str) -> Response:
    """Stop regular mails, at once and without further questions; or want them again (`undo`). The answer is no
    redirection, which programs would not follow."""
    person, words = await _reading(request, edge, "unsubscribe", token)
    stop = (await fields(request, token)).get("undo") != "yes"
    async with writing(edge) as connection:
        await set_regular_mails(connection, person.id, stop=stop)
    return _button(request, words, token, stopped=stop, done=True)


@router.api_route("/s/{token}", methods=LOOKING)
async def settings_page(request: Request, edge: TheEdge, token: str) -> Response:
    """How often regular mails come."""
    person, words = await _reading(request, edge, "settings", token)
    return _choices(request, words, token, _chosen(person), person.digest_day)


@router.api_route("/s/{token}/saved", methods=LOOKING)
async def saved_page(request: Request, edge: TheEdge, token: str) -> Response:
    """The same, after it was changed."""
    person, words = await _reading(request, edge, "settings", token)
    return _choices(request, words, token, _chosen(person), person.digest_day, saved=True)


@router.post("/s/{token}")
async def change_settings(request: Request, edge: TheEdge, token: str) -> Response:
    """Change how often regular mails come; choosing any rhythm takes a stop back."""
    person, words = await _reading(request, edge, "settings", token)
    form = await posted(request, token)
    often, day = form.get("often", ""), form.get("day", str(person.digest_day))
    try:
        if often not in (*HOW_OFTEN, NONE) or day not in set("1234567"):
            raise Sorry("not_a_choice")
        async with writing(edge) as connection:
            if often != NONE:
                account = Account.model_validate({"digest": often, "digest_day": int(day)})
                await change_account(connection, person.id, account, person.id)
            await set_regular_mails(connection, person.id, stop=often == NONE)
    except Refused as refused:
        return _choices(request, words, token, _chosen(person), person.digest_day, refused=refused)
    return onward(request, f"{token}/saved")


async def set_regular_mails(connection: AsyncConnection, person: str, *, stop: bool) -> None:
    """A person wants no digests any more (decisions still reach them), or wants them again; once, with an audit entry
    by themselves. What is so already is left as it is."""
    await one_at_a_time(connection, person)
    at = datetime.now(UTC) if stop else None
    otherwise = PersonRow.unsubscribed_at.is_(None) if stop else PersonRow.unsubscribed_at.is_not(None)
    change = update(PersonRow).where(PersonRow.id == person, otherwise).values(unsubscribed_at=at)
    if (await connection.execute(change)).rowcount:
        what: What = "digests not wanted" if stop else "digests wanted again"
        await audited(connection, person, what, person, {}, {"unsubscribed_at": at})


async def _reading(request: Request, edge: Edge, kind: Kind, token: str) -> tuple[Row[Any], Words]:
    scope = scope_of(edge.settings, kind, token, datetime.now(UTC))
    async with looking(edge) as connection:
        person = await person_of(connection, scope)
    return person, words_for(request, person.language)


def _chosen(person: Row[Any]) -> str:
    return NONE if person.unsubscribed_at is not None else str(person.digest)


def _button(request: Request, words: Words, token: str, *, stopped: bool, done: bool = False) -> Response:
    values = {"token": token, "stopped": stopped, "done": done}
    return page(request, words, "answer_unsubscribe.html", values)


def _choices(
    request: Request,
    words: Words,
    token: str,
    chosen: str,
    day: int,
    *,
    saved: bool = False,
    refused: Refused | None = None,
) -> Response:
    names = get_day_names("wide", locale=words.language)
    values = {
        "token": token,
        "often": chosen,
        "day": day,
        "days": [(number, names[number - 1]) for number in range(1, 8)],
        "saved": saved,
        "problem": sentence(words, refused) if refused else None,
    }
    return page(request, words, "answer_settings.html", values, status_of(refused) if refused else 200)
