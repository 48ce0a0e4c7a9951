"""A municipality's own forms: its profile, its working calendar, in whose name its mail comes, mail that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.answers import day_said
from console.directory.pages import There, kept, shown, there
from console.directory.profiles import name_in_english, save_profile
from console.directory.typed import as_of_typed, form_of, numbers, profile_typed
from console.edge import Edge
from console.holds import Held, hold_mail, lift_hold
from console.sender_names import set_sender_name
from console.small_pages import Sorry, sentence
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge
from console.web.posting import Fields, Posted
from console.words import words_in
from console.working_days import Hours, set_day, unset_day
from models.base import Refused
from models.profile import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, ProjectStage, Theme

router = APIRouter(include_in_schema=False)


@router.get("/municipalities/{place}/edit")
async def edit_page(request: Request, record: Record, viewer: TheViewer, place: str) -> Response:
    """The form of the profile."""
    at = await _mine(record, viewer, place)
    today = datetime.now(viewer.zone).date()
    filled = form_of(at.kept.profile, today, at.place.name_en or "")
    languages = at.kept.profile.languages
    return _form(request, viewer, at, filled | {"revision": str(at.kept.revision)}, languages)


@router.post("/municipalities/{place}/edit")
async def save(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, place: str
) -> Response:
    """Keep the profile; what cannot be kept is said above the form, with everything that was typed."""
    at = await _mine(record, viewer, place)
    form = {name: values[0] for name, values in fields.typed().items()}
    if fields["do"] == "more":
        return _form(request, viewer, at, form, fields.all("languages"), more=2)
    try:
        await _save(edge, viewer, at, form, fields.all("languages"))
    except Refused as refused:
        said = told(request, viewer, refused)
        return _form(request, viewer, at, form, fields.all("languages"), said, _status(refused))
    return RedirectResponse(f"/municipalities/{at.place.id}{kept(request, done='saved')}", 303)


@router.post("/municipalities/{place}/do/{what}")
async def do(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, fields: Posted, place: str, what: str
) -> Response:
    """One of the small forms of the page."""
    at = await _mine(record, viewer, place)
    given = _SMALL.get(what)
    if given is None:
        raise HTTPException(404)
    try:
        async with edge.database.begin() as connection:
            done = await given(connection, viewer, at, fields)
    except Refused as refused:
        form = {name: values[0] for name, values in fields.typed().items()}
        trouble = {"what": what, "sentence": told(request, viewer, refused), "form": form, "status": _status(refused)}
        return await shown(request, edge.settings, record, viewer, at, trouble)
    return RedirectResponse(f"/municipalities/{at.place.id}{kept(request, done=done)}", 303)


def told(request: Request, viewer: Viewer, refused: Refused) -> str:
    """A refusal in the reader's words."""
    words = words_of(request, viewer, "directory")
    if words.has(f"refused.{refused.code}"):
        return refusal(words, refused)
    return sentence(words_in("answer", viewer.language), refused)


async def _mine(record: AsyncConnection, viewer: Viewer, place: str) -> There:
    """The municipality, for those who may say what it is; for all others there is no such page."""
    at = await there(record, viewer, place)
    if not at.near.edits:
        raise HTTPException(404)
    return at


async def _save(edge: Edge, viewer: Viewer, at: There, form: Mapping[str, str], languages: list[str]) -> None:
    now = datetime.now(UTC)
    known = words_in("command", "en").group("choice")["languages"]
    profile = profile_typed(form, [each for each in languages if each in known])
    as_of = as_of_typed(form, viewer.zone, now.astimezone(viewer.zone).date())
    name = " ".join(form.get("name_en", "").split())
    if len(name) > LONGEST_NAME:
        raise Sorry("text_too_long", most=LONGEST_NAME)
    revision = int(form["revision"]) if form.get("revision", "").isdecimal() else at.kept.revision
    async with edge.database.begin() as connection:
        await save_profile(connection, at.place.id, profile, as_of, revision, viewer.id, now)
        await name_in_english(connection, at.place.id, name, viewer.id)


def _form(
    request: Request,
    viewer: Viewer,
    at: There,
    form: Mapping[str, Any],
    languages: Any,
    problem: str | None = None,
    status: int = 200,
    more: int = 0,
) -> Response:
    values = {
        "there": at,
        "form": form,
        "problem": problem,
        "lines": {name: numbers(form, name, more) for name in ("need", "offer")},
        "themes": list(Theme),
        "stages": list(ProjectStage),
        "languages_there": words_in("command", viewer.language).group("choice")["languages"],
        "chosen": set(languages),
        "longest": {"line": LONGEST_LINE, "text": LONGEST_TEXT, "name": LONGEST_NAME},
        "today": datetime.now(viewer.zone).date(),
        "kept": kept(request),
    }
    return page(request, viewer, "directory", "directory/edit.html", values, status)


async def _sender(connection: AsyncConnection, viewer: Viewer, at: There, fields: Fields) -> str:
    await set_sender_name(connection, at.place.id, fields["name"] or None, viewer.id)
    return "sender"


async def _day(connection: AsyncConnection, viewer: Viewer, at: There, fields: Fields) -> str:
    """A day is closed, or worked for some hours."""
    day = day_said({"day": fields["day"]}, "day", viewer.zone)
    opened = fields["from"] or fields["until"]
    hours = Hours(open_from=fields["from"], open_until=fields["until"]) if opened else None
    await set_day(connection, at.place.id, day, hours, fields["note"] or None, viewer.id)
    return "day"


async def _day_gone(connection: AsyncConnection, viewer: Viewer, at: There, fields: Fields) -> str:
    await unset_day(connection, at.place.id, day_said({"day": fields["day"]}, "day", viewer.zone), viewer.id)
    return "day_gone"


async def _hold(connection: AsyncConnection, viewer: Viewer, at: There, fields: Fields) -> str:
    """All mail to the municipality's people waits for two weeks."""
    act = fields.command_id(viewer.id, at.place.id, "hold")
    await hold_mail(connection, Held(place=at.place.id), viewer.id, datetime.now(UTC), hold_id=act)
    return "held"


async def _lift(connection: AsyncConnection, viewer: Viewer, at: There, fields: Fields) -> str:
    from sqlalchemy import select

    from models.tables import HoldRow

    mine = select(HoldRow.id).where(HoldRow.id == fields["hold"], HoldRow.place == at.place.id)
    if await connection.scalar(mine) is None:
        raise HTTPException(404)
    await lift_hold(connection, fields["hold"], viewer.id, datetime.now(UTC))
    return "lifted"


_SMALL = {"sender": _sender, "day": _day, "day_gone": _day_gone, "hold": _hold, "lift": _lift}


def _status(refused: Refused) -> int:
    return 409 if refused.code in ("changed_meanwhile", "already_over", "unknown_day") else 422
