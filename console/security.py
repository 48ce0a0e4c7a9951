"""What every request meets first: a limit on its size, headers that keep a page to itself. And who operates."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from ipaddress import ip_address

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.bodies import FILES_AT_ONCE, TOO_LARGE_WORDS, counted, taken_in

LARGEST_BODY = 64 * 1024

OURS = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
PAGES = f"default-src 'none'; img-src 'self' data:; style-src 'self'; {OURS}"
WITH_OWN_STYLE = f"default-src 'none'; style-src 'unsafe-inline'; {OURS}"
"""Of small pages and pictures, which carry their style along."""

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": PAGES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""`same-origin`: nobody else is told where somebody comes from, and our forms say that they come from here."""

ENCRYPTED: Mapping[str, str] = {"Strict-Transport-Security": "max-age=31536000"}
"""Where the pages are at an https address: browsers ask for no other for a year."""

UPLOADS = re.compile(r"/partnerships/(?:[^/]+/files|import)")
LARGEST_UPLOAD = 10 * 1024 * 1024 + LARGEST_BODY
"""What a file takes with the form around it. It is kept on disk while it comes in."""

READ_TO_THE_END = 4 * LARGEST_UPLOAD
"""So much of a file that is too large is taken in and dropped, so that the browser hears why it was refused."""

NO_TOKEN = (
    "A token is missing. Send “Authorization: Bearer …”: your own, which you make on the page “/me”, or on this "
    "machine the operator's."
)
WRONG_TOKEN = (
    "The token is wrong. The operator's is MOSTY_TOKEN, or what stands in the file “token” of the home folder; a "
    "person's own begins with mst_."
)
TOO_LARGE = JSONResponse({"code": "too_large", "message": TOO_LARGE_WORDS}, 413)
BUSY_WORDS = "Too many files are coming in at once; nothing was kept. Wait a minute and send it again."
BUSY = PlainTextResponse(BUSY_WORDS, 503, headers={"Retry-After": "60"})


class Guard:
    """Refuses bodies over 64 KB (10 MB where files are uploaded), told or streamed, and those that do not arrive in
    time; and adds the headers that a route has not set itself. `encrypted`: the pages are at an https address."""

    def __init__(self, app: ASGIApp, encrypted: bool = False) -> None:
        self._app = app
        self._headers = {**HEADERS, **(ENCRYPTED if encrypted else {})}
        self._files = asyncio.Semaphore(FILES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = _with_headers(send, self._headers) if scope["type"] == "http" else send
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _is_upload(scope):
            await self._upload(scope, receive, send)
        elif _told(scope) > LARGEST_BODY:
            await TOO_LARGE(scope, receive, send)
        else:
            await self._app(scope, await taken_in(receive, LARGEST_BODY), send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._files.locked():
            await BUSY(scope, receive, send)
            return
        async with self._files:
            await self._app(scope, counted(receive, LARGEST_UPLOAD, READ_TO_THE_END), send)


def _is_upload(scope: Scope) -> bool:
    return scope["method"] == "POST" and UPLOADS.fullmatch(scope["path"]) is not None


def _with_headers(send: Send, usual: Mapping[str, str]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("image/svg"):
                headers.setdefault("Content-Security-Policy", WITH_OWN_STYLE)
            for name, value in usual.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers


def _told(scope: Scope) -> int:
    """How long the body is said to be."""
    told = Headers(scope=scope).get("content-length", "")
    return int(told[:20]) if told.isascii() and told.isdigit() else 0


def may_operate(request: Request, said: str, token: SecretStr | None) -> None:
    """Let the operator through, from this machine, with the token. Otherwise 401 or 403 with a sentence."""
    if not said:
        raise HTTPException(401, NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})
    if not from_here(request):
        raise HTTPException(403, "The operator's token is good on this machine only. Nothing was changed.")
    if token is None:
        raise HTTPException(403, "No operator's token is set, so nobody may do this. Set MOSTY_TOKEN, or use make run.")
    if not secrets.compare_digest(said.encode(), token.get_secret_value().encode()):
        raise HTTPException(401, WRONG_TOKEN, headers={"WWW-Authenticate": "Bearer"})


def from_here(request: Request) -> bool:
    """Whether the other end is this machine, and nobody passed the request on for somebody else."""
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip")):
        return False
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
