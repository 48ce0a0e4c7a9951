"""Coming in and going out: ask for a link, follow it, press; sign out. Looking at a link changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from console.access.looking import MaybeViewer
from console.access.sessions import ENCRYPTED_COOKIE, LASTS, begin, cookie_in, cookie_name, end, hashed
from console.access.signing_in import LONGEST_ONWARD, ask_for_link, hurry_mail, inside, person_of_link, use_link
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import AnyFields
from mailroom.message import Sender
from models.tables import PersonRow
from signing import links_of

router = APIRouter(include_in_schema=False)

Next = Annotated[str | None, Query(max_length=LONGEST_ONWARD)]


@router.get("/signin")
async def sign_in_page(request: Request, viewer: MaybeViewer, next: Next = None) -> Response:
    """Where one asks for a link."""
    return _asking(request, inside(next))


@router.post("/signin")
async def ask(request: Request, edge: TheEdge, fields: AnyFields) -> Response:
    """Mail a link, where somebody has this address; the answer is the same where nobody has."""
    address, onward = fields["email"], inside(fields["next"])
    if "@" not in address or len(address) > 320 or any(not c.isprintable() for c in address):
        words = words_of(request, None, "access")
        return _asking(request, onward, words("signin.no_address", said=address[:80]), address, 422)
    async with writing(edge) as connection:
        planned = await ask_for_link(connection, address, Sender(edge.settings.mail_from), datetime.now(UTC), onward)
    if planned:
        await hurry_mail(edge)
    return page(request, None, "access", "access/asked.html", {})


@router.get("/signin/{token}")
async def link_page(request: Request, edge: TheEdge, record: Record, token: str) -> Response:
    """What a link leads to: whom it would sign in, and a button."""
    links = links_of(edge.settings)
    person = await person_of_link(record, links, token, datetime.now(UTC))
    if person is None:
        return page(request, None, "access", "access/spent.html", {}, 410)
    name = await record.scalar(select(PersonRow.name).where(PersonRow.id == person))
    return page(request, None, "access", "access/link.html", {"name": name, "token": token})


@router.post("/signin/{token}")
async def come_in(request: Request, edge: TheEdge, fields: AnyFields, token: str) -> Response:
    """Use the link, and be signed in, by a cookie that is new, whatever this browser had before; on to the page that
    one came from."""
    now, browser = datetime.now(UTC), request.headers.get("user-agent", "")
    before = cookie_in(request.cookies, edge.settings.pages_at)
    async with writing(edge) as connection:
        came_in = await use_link(connection, links_of(edge.settings), token, now)
        cookie = await begin(connection, came_in.person, browser, now) if came_in else ""
        if came_in and before:
            await end(connection, hashed(before), now)
    if came_in is None:
        return page(request, None, "access", "access/spent.html", {}, 410)
    answer = RedirectResponse(came_in.onward or "/", 303)
    name, lasts = cookie_name(edge.settings.pages_at), int(LASTS.total_seconds())
    answer.set_cookie(name, cookie, lasts, httponly=True, samesite="lax", secure=name == ENCRYPTED_COOKIE)
    return answer


@router.post("/signout")
async def go_out(request: Request, edge: TheEdge, fields: AnyFields) -> Response:
    """End this session."""
    cookie = cookie_in(request.cookies, edge.settings.pages_at)
    if cookie:
        async with writing(edge) as connection:
            await end(connection, hashed(cookie), datetime.now(UTC))
    words = words_of(request, None, "access")
    answer = _asking(request, None, done=words("signin.signed_out"))
    name = cookie_name(edge.settings.pages_at)
    answer.delete_cookie(name, httponly=True, samesite="lax", secure=name == ENCRYPTED_COOKIE)
    return answer


def _asking(
    request: Request,
    onward: str | None,
    problem: str | None = None,
    email: str = "",
    status: int = 200,
    done: str | None = None,
) -> Response:
    values = {"onward": onward, "problem": problem, "email": email, "done": done}
    return page(request, None, "access", "access/signin.html", values, status)
