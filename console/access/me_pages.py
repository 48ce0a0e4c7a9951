"""One's own page: name, language, clock, how often mail comes; where one is signed in; the tokens of one's programs;
everything that is held."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Query, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.api_tokens import BEGINS, MOST_DAYS, make_token, revoke_token, tokens_of
from console.access.held import held
from console.access.looking import TheViewer
from console.access.sessions import cookie_in, end, end_all, hashed, sessions_of
from console.access.viewer import Viewer
from console.edge import Edge
from console.feeds import feed_address
from console.problems import Invalid
from console.record_words import RecordWords
from console.staff import Account, change_account
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Fields, Posted
from console.words import Words
from console.working_days import country_code
from models.base import Refused
from models.tables import PersonRow
from signing import links_of

router = APIRouter(include_in_schema=False)

DONE = ("saved", "signed_out", "revoked")
DAYS = (30, 90, 180, MOST_DAYS)
"""For how long a token can be made."""

Did = Annotated[str | None, Query(max_length=20)]


@router.get("/me")
async def me(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, did: Did = None) -> Response:
    """One's own page."""
    return await _shown(request, edge, record, viewer, did=did if did in DONE else None)


@router.post("/me")
async def change(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted) -> Response:
    """Change one's name, language, clock or country."""
    said = {name: fields[name] or None for name in ("name", "language", "time_zone", "country")}
    try:
        async with writing(edge) as connection:
            await change_account(connection, viewer.id, _account(said), viewer.id)
    except Refused as refused:
        return await _shown(request, edge, record, viewer, refused=refused, typed=said)
    return RedirectResponse("/me?did=saved", 303)


@router.post("/me/sessions/end")
async def end_sessions(request: Request, edge: TheEdge, viewer: TheViewer, fields: Posted) -> Response:
    """End one session, or all of them: this one too."""
    now = datetime.now(UTC)
    async with writing(edge) as connection:
        if fields["session"] == "all":
            await end_all(connection, viewer.id, now)
        else:
            for each in await sessions_of(connection, viewer.id, now):
                if each.id.startswith(fields["session"] or "-"):
                    await end(connection, each.id, now)
    return RedirectResponse("/me?did=signed_out", 303)


@router.post("/me/tokens")
async def make(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted) -> Response:
    """A token for a program. It is shown in this answer, and sent again, the same form shows the same token."""
    token = _token_of(request, edge, fields)
    days = int(fields["days"]) if fields["days"] in {str(each) for each in DAYS} else DAYS[0]
    try:
        async with writing(edge) as connection:
            writes = fields["writes"] == "yes"
            await make_token(connection, viewer.id, fields["name"], writes, days, datetime.now(UTC), token)
    except Refused as refused:
        return await _shown(request, edge, record, viewer, refused=refused)
    return page(request, viewer, "me", "me/token.html", {"token": token, "name": fields["name"], "writes": writes})


@router.post("/me/tokens/revoke")
async def revoke(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted) -> Response:
    """End a token; it counts at once."""
    try:
        async with writing(edge) as connection:
            await revoke_token(connection, viewer.id, fields["token"], viewer.id, datetime.now(UTC))
    except Refused as refused:
        return await _shown(request, edge, record, viewer, refused=refused)
    return RedirectResponse("/me?did=revoked", 303)


@router.get("/me/data")
async def data(request: Request, record: Record, viewer: TheViewer) -> Response:
    """Everything that is held of oneself."""
    found = await held(record, viewer.id)
    main = {what: [_main(what, row) for row in rows] for what, rows in found.items() if rows}
    record_words = RecordWords(viewer.language, viewer.zone)
    return page(request, viewer, "me", "me/data.html", {"held": main, "most": MOST_ROWS, "record_words": record_words})


@router.get("/me/data.json")
async def data_file(record: Record, viewer: TheViewer) -> Response:
    """The same for programs, whole."""
    headers = {"Content-Disposition": 'attachment; filename="mosty-data.json"'}
    return JSONResponse(jsonable_encoder(await held(record, viewer.id)), headers=headers)


MOST_ROWS = 50
"""So many rows of a kind stand on the page; all are in the file."""

MAIN: Mapping[str, str] = {
    "account": "name email language time_zone created_at",
    "trust": "role scope of granted_at revoked_at",
    "sessions": "browser began_at ends_at",
    "links": "made_at used_at",
    "programs": "name made_at ends_at used_on",
    "views": "name",
    "looks": "partnership day",
    "absences": "first_day last_day",
    "handovers": "partnership role state proposed_at",
    "mails": "subject address planned_at status",
    "deliveries": "partnership role created_at",
    "holds": "place oblast begins ends",
    "texts": "partnership written_at body",
    "files": "partnership name added_at",
    "contacts": "partnership added_at",
    "published": "place field published_at",
    "profiles": "place edited_at",
    "shares": "place made_at",
    "batches": "kind made_at",
    "webhooks": "url added_at",
    "acts": "partnership kind at",
    "edits": "what key at",
    "seats": "partnership role stage",
}
"""The main facts of what is held, in their order."""


def _account(said: Mapping[str, str | None]) -> Account:
    """What is said of oneself. Raises `Invalid`."""
    if said["language"] not in (None, "uk", "en"):
        raise Invalid("There are Ukrainian (uk) and English (en).")
    if said["country"]:
        country_code(said["country"])
    return Account.model_validate(said)


def _token_of(request: Request, edge: Edge, fields: Fields) -> str:
    """A token drawn from the cookie, which nobody else knows, and from the form, which is good once."""
    cookie = cookie_in(request.cookies, edge.settings.pages_at) or ""
    drawn = hmac.digest(cookie.encode(), fields.command_id("token").encode(), hashlib.sha256)
    return BEGINS + drawn.hex()


def _main(what: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The main facts of a row, without what is empty."""
    return {name: row[name] for name in MAIN[what].split() if row.get(name) not in (None, "", {}, [])}


async def _shown(
    request: Request,
    edge: Edge,
    record: AsyncConnection,
    viewer: Viewer,
    did: str | None = None,
    refused: Refused | None = None,
    typed: Mapping[str, str | None] | None = None,
) -> Response:
    words, now = words_of(request, viewer, "me"), datetime.now(UTC)
    cookie = cookie_in(request.cookies, edge.settings.pages_at) or ""
    values = {
        "done": words(f"done.{did}") if did else None,
        "problem": refusal(words, refused) if refused else None,
        "typed": typed or {},
        "sessions": await sessions_of(record, viewer.id, now),
        "this": hashed(cookie),
        "named": partial(_named, words),
        "tokens": await tokens_of(record, viewer.id, now),
        "days": DAYS,
        "zones": _zones(viewer.zone.key),
        "rhythm": await _rhythm_link(edge, record, viewer, now),
        "calendar": (await feed_address(record, edge.settings, viewer.id, now)).url if edge.settings.secret else None,
    }
    return page(request, viewer, "me", "me/me.html", values, 409 if refused else 200)


BROWSERS = {"Firefox/": "Firefox", "Edg/": "Edge", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS": "macOS",
           "Linux": "Linux"}  # fmt: skip
"""How browsers and systems are called, by what stands in the names that they give themselves; the first that does."""


def _named(words: Words, browser: str) -> str:
    """A browser as people know it."""
    names = [next((known for sign, known in each.items() if sign in browser), "") for each in (BROWSERS, SYSTEMS)]
    return words("sessions.browser", browser=names[0], system=names[1]) if all(names) else words("sessions.unknown")


def _zones(own: str) -> list[str]:
    """The clocks of Europe, and one's own."""
    return sorted({own, *(name for name in available_timezones() if name.startswith("Europe/"))})


async def _rhythm_link(edge: Edge, record: AsyncConnection, viewer: Viewer, now: datetime) -> str | None:
    """Where one chooses how often mail comes; none without the installation's secret."""
    epoch = await record.scalar(select(PersonRow.link_epoch).where(PersonRow.id == viewer.id))
    return links_of(edge.settings).to("settings", viewer.id, epoch=epoch or 0, now=now) or None
