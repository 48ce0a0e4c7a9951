"""The web surface: pages, forms, feeds, the JSON API, and what machines ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from temporalio.client import Client

from console import (
    answer_pages,
    api,
    api_absences,
    api_handovers,
    api_mailing,
    api_people,
    api_reasons,
    api_successors,
    ask_pages,
    feed_pages,
    heir_pages,
    partner_pages,
    unsubscribing,
)
from console.access import erase_pages, me_pages, people_pages, programme_pages, seen_pages, sign_in_pages, trust_pages
from console.access.looking import SignedOut
from console.batches import bulk_pages, import_pages
from console.batches.importing import begun
from console.batches.running import Batches
from console.database import sentence as database_sentence
from console.directory import editing as directory_editing
from console.directory import pages as directory_pages
from console.directory import share_pages as directory_shares
from console.edge import Edge, LazyClient
from console.engine import metrics, probes
from console.engine import pages as engine_pages
from console.lists import export_pages, list_pages
from console.maps import map_pages
from console.maps.kept import Kept
from console.pace import Paces
from console.partnership import form_pages, handing_over, keeping_pages, page, print_page, register_pages
from console.pictures import pages as picture_pages
from console.problems import Away
from console.public import choosing_pages, public_pages
from console.requests_logged import Logged
from console.security import Guard
from console.small_pages import Turned, is_small, turned_by_status
from console.today import pages as today_pages
from console.today import posting as today_posting
from console.trail import pages as trail_pages
from console.web.posting import StalePage, fields_of
from console.web.problems import is_page, once_more, to_sign_in, told
from console.web.static_files import static_files
from console.what_if import adopt_pages
from console.what_if import pages as what_if_pages
from console.wording import sentences
from console.workshop import Workshop
from models.base import Refused
from models.tables import open_engine
from settings import Settings

LISTS = (list_pages, export_pages, bulk_pages, import_pages)
"""The list, before the pages of a partnership, whose id may be anything."""

PARTNERSHIP = (register_pages, form_pages, keeping_pages, handing_over, print_page, page)
"""What belongs to one partnership; its own address stands last, since anything could be an id."""

ACCESS = (sign_in_pages, me_pages, people_pages, seen_pages, programme_pages, erase_pages, trust_pages)

Answer = Callable[[Request, Exception], Awaitable[Response]]

TODAY = (today_pages, today_posting)

DIRECTORY = (directory_pages, directory_editing, directory_shares)

STATUS_OF = {"unknown_partnership": 404, "invalid": 422, "unreadable": 422, "bug": 500}
"""How refusals are told over HTTP; all others are a conflict with the partnership as it is: 409."""

CODE_OF = {
    401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "busy"
}  # fmt: skip


def create_app(settings: Settings, client: Client | None = None) -> FastAPI:
    """The web surface on these settings. It comes up while database and engine are away, and says so in /healthz;
    without a client it connects when it first needs to."""
    edge = Edge(settings, open_engine(settings.database_url), LazyClient(settings, client))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await app.state.batches.resume()
        yield
        await app.state.batches.close()
        await app.state.maps.close()
        await app.state.published.close()
        await app.state.workshop.end()
        await edge.database.dispose()

    app = FastAPI(
        title="Mosty", version="1", description=api.__doc__ or "", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.edge = edge
    app.state.batches = Batches(edge, begun)
    app.state.maps = map_pages.Maps()
    app.state.paces = Paces()
    app.state.published = Kept()
    app.state.workshop = Workshop()
    app.add_middleware(Guard, encrypted=settings.pages_at.startswith("https:"))
    app.add_middleware(Logged)
    app.include_router(api.router)
    for people in (api_people, api_absences, api_handovers):
        app.include_router(people.router)
    app.include_router(api_mailing.router)
    app.include_router(api_reasons.router)
    app.include_router(feed_pages.router)
    app.include_router(api_successors.router)
    for small in (ask_pages, answer_pages, partner_pages, heir_pages, unsubscribing):
        app.include_router(small.router)
    for area in (*ACCESS, *LISTS, *PARTNERSHIP, *TODAY, *DIRECTORY):
        app.include_router(area.router)
    app.include_router(map_pages.router)
    app.include_router(engine_pages.router)
    app.include_router(probes.router)
    app.include_router(choosing_pages.router)
    app.include_router(public_pages.router)
    app.include_router(metrics.router)
    for area in (picture_pages, what_if_pages, adopt_pages, trail_pages):
        app.include_router(area.router)
    app.mount("/static", static_files(), name="static")
    for error, answer in _ANSWERS.items():
        app.add_exception_handler(error, answer)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _told(request, STATUS_OF.get(error.code, 409), error.code, error.message)


async def _away(request: Request, error: Exception) -> Response:
    message = error.message if isinstance(error, Away) else database_sentence(error)
    return _told(request, 503, "unavailable", message, {"Retry-After": "5"})


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _told(request, 422, "invalid", " ".join(sentences(error.errors())))


async def _by_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = CODE_OF.get(error.status_code, "refused")
    return _told(request, error.status_code, code, str(error.detail), dict(error.headers or {}))


def _told(request: Request, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """A sentence, as JSON for programs and as a page for people."""
    if is_small(request.url.path):
        return turned_by_status(request, status, headers)
    if is_page(request.url.path):
        return told(request, status, message, headers)
    return JSONResponse({"code": code, "message": message}, status, headers)


async def _signed_out(request: Request, error: Exception) -> Response:
    """A page leads to where one signs in; of a form nothing is lost."""
    if request.method != "POST":
        return to_sign_in(request)
    try:
        return await once_more(request, StalePage((await fields_of(request)).form))
    except HTTPException as turned_away:
        return await _by_status(request, turned_away)


_ANSWERS: dict[type[Exception], Answer] = {
    Refused: _refused,
    SignedOut: _signed_out,
    StalePage: once_more,
    Turned: answer_pages.turned_away,
    Away: _away,
    SQLAlchemyError: _away,
    RequestValidationError: _invalid,
    HTTPException: _by_status,
}
