"""Every route of an app, called by everybody: what is found, filled in, sent, and read in the answer."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import httpx
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel

from console.access.sessions import COOKIE, csrf_of
from console.web.problems import is_page
from tests.console.access.declared import Route, Who
from tests.console.access.foreign import ASKED, IDS, NAMED, PARTS, SECRET

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

GENERAL = {name: value for name, value in ASKED.items() if name not in ("text", "q", "search", "country", "oblast")} | {
    "reason": "з причини",
    "name": "Інша назва",
    "note": "Прошу",
}
"""What every form carries besides its own fields, which it may read or not."""


@dataclass(frozen=True)
class Found:
    """A route that an app has: its method, its path, the names of its queries."""

    method: str
    path: str
    asks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parts(self) -> list[str]:
        return re.findall(r"{(\w+)(?::\w+)?}", self.path)


@dataclass(frozen=True)
class Caller:
    """Somebody with a browser and a program: none of them is signed in where there is no cookie."""

    name: str
    cookie: str | None = None
    token: str | None = None

    @property
    def signed_in(self) -> bool:
        return self.token is not None

    def carries(self, path: str) -> dict[str, str]:
        """The headers of a call: a page gets the cookie, a program's address the token."""
        if is_page(path):
            return {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def csrf(self) -> str:
        return csrf_of(self.cookie) if self.cookie else ""


@dataclass(frozen=True)
class Call:
    """One call of a route, and its answer."""

    found: Found
    caller: Caller
    address: str
    sent: str
    answer: httpx.Response = field(repr=False)

    def __str__(self) -> str:
        return f"{self.found} as {self.caller.name}, {self.address}: {self.answer.status_code}"


def routes_of(app: FastAPI) -> list[Found]:
    """Every route there is, whoever added it; HEAD is GET."""
    return [Found(method, context.path, _asks(context)) for context in iter_route_contexts(app.routes)
            for method in _methods(context)]  # fmt: skip


def addresses(found: Found, route: Route, more: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The addresses to try: each part of the path in turn filled with all it may be, then each query."""
    fills = {part: list(route.fills.get(part) or more.get(part) or PARTS[part]) for part in found.parts}
    usual = {part: each[0] for part, each in fills.items()}
    paths = {_filled(found.path, usual): None}
    for part, each in fills.items():
        paths |= {_filled(found.path, usual | {part: value}): None for value in each}
    yield from paths
    for name in found.asks if found.method == "GET" else ():
        if name in ASKED:
            yield f"{next(iter(paths))}?{name}={quote(ASKED[name])}"


async def called(
    web: httpx.AsyncClient, caller: Caller, found: Found, route: Route, more: Mapping[str, Iterable[str]]
) -> list[Call]:
    """Call a route in all its ways."""
    calls = []
    for address in addresses(found, route, more):
        body = _body(found, route, caller)
        answer = await web.request(found.method, address, headers=caller.carries(found.path), **body)
        calls.append(Call(found, caller, address, str(body), answer))
    return calls


def told_of(call: Call, route: Route) -> list[str]:
    """What an answer says of the partnership to somebody for whom there is none."""
    said = readable(call.answer)
    asked = (unquote(call.address) + call.sent).lower()
    needles = (*SECRET, *IDS, *(() if route.names_places and call.caller.signed_in else NAMED))
    return [each for each in needles if each in said and each not in asked]


def readable(answer: httpx.Response) -> str:
    """All that can be read in an answer, in small letters: headers, markup, JSON, what is zipped."""
    body = answer.content
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    text = body.decode("utf-8", "replace")
    headers = " ".join(f"{name}: {unquote(value)}" for name, value in answer.headers.items())
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return "\n".join((headers, text, html.unescape(text), escaped, text.replace("­", ""))).lower()


def turned_away(call: Call, who: Who) -> bool:
    """Whether the answer is the one that somebody gets whose route this is not."""
    status, page = call.answer.status_code, is_page(call.found.path)
    if not call.caller.signed_in and who not in (Who.ANYBODYS, Who.LINKS):
        to_sign_in = status == 303 and call.answer.headers["location"].startswith("/signin")
        return to_sign_in if page and call.found.method == "GET" else status == 401
    match who:
        case Who.THE_PARTNERSHIPS | Who.THE_MUNICIPALITYS | Who.THE_PERSONS:
            return status == 404
        case Who.COORDINATORS:
            return status in (200, 403)
        case Who.OPERATORS:
            return status in (403, 404)
        case Who.LINKS:
            return True
    return status != 500


def _methods(context: RouteContext) -> list[str]:
    methods = getattr(context, "methods", None)
    return [each for each in METHODS if each in methods] if methods else ["MOUNT"]


def _asks(context: RouteContext) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_queries(getattr(context, "dependant", None))))


def _queries(dependant: Any) -> Iterator[str]:
    """The names of a route's queries, its dependencies' too; a model stands for its fields."""
    for each in dependant.query_params if dependant else ():
        kind = each.field_info.annotation
        yield from kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else [each.alias]
    for needed in dependant.dependencies if dependant else ():
        yield from _queries(needed)


def _filled(path: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"{(\w+)(?::\w+)?}", lambda match: quote(parts[match[1]], safe=""), path)


def _body(found: Found, route: Route, caller: Caller) -> dict[str, Any]:
    if found.method in ("GET", "DELETE"):
        return {}
    if not is_page(found.path):
        return {"json": dict(route.sends)}
    ours = {"csrf": caller.csrf, "nonce": "a-nonce-of-the-tests"}
    if route.uploads:
        return {"data": {**route.sends, **ours}, "files": {"file": ("letter.pdf", b"%PDF-1.7 ...")}}
    return {"data": {**GENERAL, **route.sends, **ours}}
