"""The frame of every page: its words, its navigation, times in the reader's zone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.access.looking import language_of
from console.access.viewer import Viewer
from console.labels import label
from console.words import NAMES, OURS, Words, words_in
from models.base import Refused

FOLDER = Path(__file__).resolve().parent.parent
STATIC = FOLDER / "static"

TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)

NAVIGATION = (
    ("today", "/today"),
    ("list", "/partnerships"),
    ("map", "/map"),
    ("directory", "/municipalities"),
    ("pictures", "/pictures"),
)
"""Where everybody who is signed in can go, by the word for it."""

COORDINATORS = (("people", "/people"),)
"""Where coordinators and operators can go besides."""

OPERATORS = (("access", "/access"), ("trail", "/trail"), ("engine", "/engine"))
"""Where operators can go besides."""


def page(
    request: Request,
    viewer: Viewer | None,
    book: str,
    template: str,
    values: Mapping[str, Any],
    status: int = 200,
) -> HTMLResponse:
    """A page of an area, with the words of its book; `viewer` none: somebody who is not signed in."""
    language = viewer.language if viewer else language_of(request)
    zone = viewer.zone if viewer else ZoneInfo(request.app.state.edge.settings.time_zone)
    words, frame = words_in(book, language), words_in("frame", language)
    known = {
        "t": words,
        "frame": frame,
        "language": language,
        "languages": [(code, NAMES[code]) for code in OURS if code != language],
        "label": partial(label, language),
        "at": lambda at: words.moment(_instant(at), zone),
        "day": lambda at: words.date(at) if _is_day(at) else words.day(_instant(at), zone),
        "number": words.number,
        "viewer": viewer,
        "navigation": _navigation(viewer, request.url.path),
        "nonce": secrets.token_urlsafe(12),
        "csrf": viewer.csrf if viewer else "",
        "with_query": partial(_with_query, request),
        "style": style_address(),
        "now": datetime.now(UTC),
    }
    body = TEMPLATES.get_template(template).render(known | dict(values))
    return HTMLResponse(body, status, headers={"Content-Language": language, "Vary": "Accept-Language, Cookie"})


def words_of(request: Request, viewer: Viewer | None, book: str) -> Words:
    """The words of a book in the language of the page."""
    return words_in(book, viewer.language if viewer else language_of(request))


def refusal(words: Words, refused: Refused) -> str:
    """A refusal in the reader's words where the book has them under `refused`, else in the engine's."""
    key = f"refused.{refused.code}"
    return words(key, message=refused.message) if words.has(key) else refused.message


def style_address() -> str:
    """The style sheet under an address that changes with it, so that browsers keep it for good."""
    return static_address("mosty.css")


@cache
def static_address(name: str) -> str:
    """A file of ours under an address that changes with it."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _navigation(viewer: Viewer | None, path: str) -> list[tuple[str, str, bool]]:
    if viewer is None:
        return []
    coordinates = viewer.is_operator or viewer.coordinates
    entries = NAVIGATION + (COORDINATORS if coordinates else ()) + (OPERATORS if viewer.is_operator else ())
    return [(word, address, path == address or path.startswith(f"{address}/")) for word, address in entries]


def _with_query(request: Request, **changed: object) -> str:
    """The page's own query with some parts changed; none: without that part."""
    said = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    return "?" + urlencode([*said, *((name, str(value)) for name, value in changed.items() if value is not None)])


def _is_day(at: Any) -> bool:
    return isinstance(at, date) and not isinstance(at, datetime)


def _instant(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
