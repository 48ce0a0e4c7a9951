"""Asking what if by the pages themselves, as a browser without JavaScript does."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

from tests.console.access.signing import hidden

HALF_YEARLY = "contact.half_yearly"

SHORTER: dict[str, Any] = {
    "ladder": HALF_YEARLY,
    "days-0": "60",
    "roles-0": ["officer"],
    "attention-0": "quiet",
    "days-1": "120",
    "roles-1": ["officer", "coordinator"],
    "attention-1": "stalled",
    "months": "3",
}


async def sent(web: httpx.AsyncClient, **changed: Any) -> httpx.Response:
    """Fill in the ladder's form and press a button: look, where nothing else is said."""
    carried = hidden((await web.get("/what-if")).text)
    return await web.post("/what-if", data={**carried, **SHORTER, "do": "look", **changed})


async def looked(web: httpx.AsyncClient, **changed: Any) -> tuple[str, str]:
    """Look, and wait: the result's address and page."""
    answer = await sent(web, **changed)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    return path, await until_done(web, path)


async def until_done(web: httpx.AsyncClient, path: str) -> str:
    for _ in range(20):
        page = (await web.get(path)).text
        if "<progress" not in page and 'role="status">Рахуємо' not in page:
            return page
    raise AssertionError("it never came to an end")


def words(page: str) -> str:
    """A page's words alone."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
