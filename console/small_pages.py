"""Small pages that links in mails lead to: one column, no scripts, no cookies, nothing fetched from elsewhere.

Only POST changes anything, and only with what a page of ours minted when it was looked at (its nonce). What a form
does is known by the nonce and by what it says: sent twice it is one act, changed and sent again it is another.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.fields import MOST_CHARACTERS
from console.pace import Paces
from console.security import WITH_OWN_STYLE
from console.words import LANGUAGES, NAMES, Book, Words, words_in
from models.base import Refused

BOOKS: Mapping[str, Book] = {
    "a": "answer", "h": "answer", "u": "answer", "s": "answer", "p": "partner", "o": "partner"
}  # fmt: skip
"""Whom the pages under a path speak to."""

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": WITH_OWN_STYLE,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Vary": "Accept-Language",
}

BY_STATUS: Mapping[int, str] = {404: "unknown", 405: "unknown", 413: "too_large", 422: "stale", 503: "unavailable"}
"""What a visitor is told where something went wrong outside a page's own doing."""

MOST_FIELDS = 20

_PAGE = re.compile(r"/(?P<kind>[ahuspo])/[^/]")
_NONCE = re.compile(r"[\w-]{8,64}", re.ASCII)

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Turned(Exception):
    """The visitor is turned away, with a sentence of `turned` and an HTTP status. Nothing was changed, and nothing is
    said about the partnership."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class Sorry(Refused):
    """What a form said cannot be done, in words of `refused`, with facts put in. Nothing was changed."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, code)
        self.facts = facts


def is_small(path: str) -> bool:
    """Whether a path belongs to a small page."""
    return _PAGE.match(path) is not None


def words_for(request: Request, own: str | None = None) -> Words:
    """The words of a page: in the language asked for, the visitor's own, or the browser's. Remembered with the
    request, so that whatever goes wrong later is said in it as well."""
    if own is not None:
        request.state.language = own
    match = _PAGE.match(request.url.path)
    book = BOOKS[match["kind"]] if match else "answer"
    own = getattr(request.state, "language", None)
    return words_in(book, _asked(request), own, *_accepted(request), "uk" if book == "answer" else "en")


async def posted(request: Request, token: str) -> dict[str, str]:
    """A form as it was sent from one of our pages, its fields without blanks around. Turned away: sent from another
    website, prefetched, too many in a short time, without the nonce that its page had."""
    if request.headers.get("sec-fetch-site") == "cross-site" or prefetched(request):
        raise Turned("cross_site", 403)
    form = await fields(request, token)
    if not _NONCE.fullmatch(form.get("nonce", "")):
        raise Turned("stale", 422)
    return form


async def fields(request: Request, token: str) -> dict[str, str]:
    """A form's fields. Turned away: too many forms in a short time."""
    paces: Paces = request.app.state.paces
    if not paces.answers.allows(token, monotonic()):
        raise Turned("busy", 429)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


def prefetched(request: Request) -> bool:
    return any("prefetch" in request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))


def act_id(form: Mapping[str, str], *parts: str) -> str:
    """The id of what a form does: the same form of the same page says the same thing once."""
    said = sorted((name, value) for name, value in form.items() if name != "lang")
    return f"a.{_hashed([*parts, said])}"


def id_after(command_id: str, what: str) -> str:
    """The id of something that is done once to what an earlier act did, such as taking it back."""
    return f"a.{_hashed([command_id, what])}"


def _hashed(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:24]


def page(request: Request, words: Words, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A small page."""
    asked = _asked(request)
    known = {
        "t": words,
        "root": _root(request),
        "query": f"?lang={asked}" if asked in LANGUAGES[words.book] else "",
        "others": [(code, NAMES[code]) for code in LANGUAGES[words.book] if code != words.language],
        "nonce": secrets.token_urlsafe(12),
        "problem": None,
        "form": {},
    }
    body = TEMPLATES.get_template(template).render(known | dict(values))
    return HTMLResponse(body, status, headers={**HEADERS, "Content-Language": words.language})


def onward(request: Request, path: str) -> Response:
    """After a POST: on to a page that may be loaded as often as one likes. `path` follows the kind: `{token}/…`."""
    asked = _asked(request)
    query = f"?lang={asked}" if asked in NAMES else ""
    return RedirectResponse(f"{_root(request)}{path}{query}", 303, headers=dict(HEADERS))


def turned(request: Request, why: str, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page of somebody who is turned away."""
    words = words_for(request)
    answer = page(request, words, "small_turned.html", {"sentence": words(f"turned.{why}")}, status)
    answer.headers.update(headers or {})
    return answer


def turned_by_status(request: Request, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page for what went wrong outside a page's own doing."""
    return turned(request, BY_STATUS.get(status, "failed"), status, headers)


def sentence(words: Words, refused: Refused) -> str:
    """A refusal in the visitor's words."""
    facts: dict[str, object] = {"most": MOST_CHARACTERS, "message": refused.message}
    if isinstance(refused, Sorry):
        facts |= {name: _in_words(words, name, fact) for name, fact in refused.facts.items()}
    try:
        return words(f"refused.{refused.code}", **facts)
    except KeyError:
        return words("refused.other", **facts)


def _in_words(words: Words, name: str, fact: object) -> object:
    """A fact of a refusal as people write it: the label of a field, a date, a number of days."""
    match name, fact:
        case "what", str():
            return words(fact)
        case "days", int():
            return words.glossary.counted("days", fact)
        case _, date():
            return words.date(fact)
    return fact


def _root(request: Request) -> str:
    """From the address of a page back to the folder of its kind."""
    return "../" * (request.url.path.count("/") - 2)


def _asked(request: Request) -> str | None:
    return request.query_params.get("lang")


def _accepted(request: Request) -> Iterator[str]:
    """The browser's languages, in the order it names them."""
    for entry in request.headers.get("accept-language", "").split(",")[:20]:
        yield entry.strip()[:2].casefold()
