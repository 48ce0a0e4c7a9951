"""Calendar feeds over HTTP: anybody with the address reads one, nobody changes anything; where an entry's link leads;
and the address itself, for operators and the person alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from console.access.calling import Caller
from console.access.looking import TheViewer
from console.access.sight import visible
from console.api_naming import ANSWERS, meant_id
from console.feeds import FeedAddress, NoFeed, feed_address, feed_at, partnership_of_entry
from console.labels import chosen
from console.web.needs import Record, TheEdge
from mailroom.feed import CONTENT_TYPE, feed_words

STATUS = {"unknown": 404, "closed": 410}

TO_ITSELF: Mapping[str, str] = {
    "Cache-Control": "private, max-age=900",
    "X-Robots-Tag": "noindex",
}

router = APIRouter()


@router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"], include_in_schema=False)
async def calendar(request: Request, edge: TheEdge, record: Record, token: str) -> Response:
    """A person's calendar, or 404 or 410 with a sentence."""
    try:
        body = await feed_at(record, edge.settings, token, datetime.now(UTC))
    except NoFeed as none:
        return _without_body(request, _no_feed(request, none))
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**TO_ITSELF, "ETag": tag, "Content-Disposition": 'inline; filename="mosty.ics"'}
    if _known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return _without_body(request, Response(body, headers=headers, media_type=CONTENT_TYPE))


@router.get("/partnerships/dated/{entry}", include_in_schema=False)
async def page_of_entry(record: Record, viewer: TheViewer, entry: str) -> Response:
    """On to the page of the partnership that an entry of a calendar belongs to."""
    partnership = await partnership_of_entry(record, entry, visible(viewer))
    if partnership is None:
        raise HTTPException(404, "There is no such date on record any more.")
    return RedirectResponse(f"../{quote(partnership, safe='')}", 303)


@router.get("/api/v1/people/{person}/calendar", tags=["people"], responses=ANSWERS)
async def address(edge: TheEdge, record: Record, caller: Caller, person: str) -> FeedAddress:
    """The address of a person's calendar feed, to be handed to that person only."""
    meant = await meant_id(record, caller, person)
    return await feed_address(record, edge.settings, meant, datetime.now(UTC))


def _no_feed(request: Request, none: NoFeed) -> Response:
    language = none.language or chosen(None, request.headers.get("accept-language"))
    words: dict[str, Any] = feed_words(language)
    headers = {"X-Robots-Tag": "noindex", "Content-Language": language}
    return PlainTextResponse(words[none.code], STATUS[none.code], headers)


def _known(said: str, tag: str) -> bool:
    """Whether the caller has this version already (If-None-Match, compared weakly: RFC 9110, 13.1.2)."""
    tags = [each.strip().removeprefix("W/") for each in said.split(",")]
    return tag in tags or "*" in tags


def _without_body(request: Request, answer: Response) -> Response:
    """The same answer; for HEAD its headers only."""
    if request.method == "HEAD":
        answer.body = b""
    return answer
