"""Being signed in, for tests: a browser of somebody's, with the token that its forms carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from console.access.grants import Scope, Trust, grant
from console.access.sessions import COOKIE, ENCRYPTED_COOKIE, begin, csrf_of
from tests.console.fixtures import Shelf


async def signed_in(web: httpx.AsyncClient, shelf: Shelf, person: str) -> str:
    """Sign a person in, in this browser; the token of its forms."""
    async with shelf.engine.begin() as connection:
        cookie = await begin(connection, person, "a browser", datetime.now(UTC))
    web.cookies.clear()
    for name in (COOKIE, ENCRYPTED_COOKIE):  # by http, and where pages are reached by https
        web.cookies.set(name, cookie)
    return csrf_of(cookie)


async def trusted(shelf: Shelf, person: str, role: str, scope: Scope = "all", of: str | None = None) -> None:
    """Trust a person with a role."""
    async with shelf.engine.begin() as connection:
        await grant(connection, person, Trust(role), scope, of, "operator", datetime.now(UTC))


async def as_operator(web: httpx.AsyncClient, shelf: Shelf, person: str = "iryna") -> str:
    """Sign a person in as an operator, who sees all."""
    await trusted(shelf, person, "operator")
    return await signed_in(web, shelf, person)


def hidden(page: str) -> dict[str, str]:
    """What the first form of a page that acts carries along: its nonce and token."""
    found = re.search(r'name="csrf" value="([^"]+)"><input type="hidden" name="nonce" value="([^"]+)"', page)
    assert found, "there is no form on the page"
    return {"csrf": found[1], "nonce": found[2]}


async def press(web: httpx.AsyncClient, page: str, action: str, **fields: Any) -> httpx.Response:
    """Fill in a page's form and send it."""
    carried: Mapping[str, Any] = hidden((await web.get(page)).text)
    return await web.post(action, data={**carried, **fields})
