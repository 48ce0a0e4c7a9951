"""What a page shows where something went wrong: a sentence in the reader's language, with the way on."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from console.access.viewer import Viewer
from console.web.frame import page, words_of
from console.web.posting import ABOUT_THE_FORM, StalePage

FOR_PROGRAMS = ("/api/", "/calendar/", "/healthz", "/livez", "/metrics", "/openapi.json")


def is_page(path: str) -> bool:
    """Whether people look at this address, rather than programs."""
    return not path.startswith(FOR_PROGRAMS)


def seen_by(request: Request) -> Viewer | None:
    """Who was found to be looking before it went wrong."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    return viewer


def told(request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page with a sentence: the engine's own where a rule refused (409, 422), else what the status means."""
    viewer = seen_by(request)
    words = words_of(request, viewer, "frame")
    said = message if status == 409 or not words.has(f"problem.{status}") else words(f"problem.{status}")
    answer = page(
        request, viewer, "frame", "web/sentence.html", {"title": words("problem.title"), "message": said}, status
    )
    answer.headers.update(headers or {})
    return answer


def to_sign_in(request: Request) -> Response:
    """Off to sign in, and back here afterwards."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = urlencode({"next": here}) if request.method in ("GET", "HEAD") and here != "/" else ""
    return RedirectResponse(f"/signin?{back}" if back else "/signin", 303)


async def once_more(request: Request, error: Exception) -> Response:
    """The page of a form that was not made for whoever is signed in: what was typed, to be sent with one more press.
    Where nobody is, the form keeps its token, which says who has to sign in for that press to be enough."""
    assert isinstance(error, StalePage)
    viewer, typed = seen_by(request), {k: v for k, v in error.fields.items() if k not in ABOUT_THE_FORM}
    values = {
        "action": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "kept_csrf": viewer.csrf if viewer else error.fields.get("csrf", [""])[0],
        "kept_nonce": error.fields.get("nonce", [""])[0],
        "typed": typed,
        "shown": [value for values in typed.values() for value in values if len(value) > 1],
    }
    return page(request, viewer, "access", "web/again.html", values, 409 if viewer else 401)
