"""Today: what waits for whoever is signed in, and the small forms beside it. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.answers import TOGETHER
from console.places import places_named
from console.today.ahead import MOST_FORECAST, ahead, anything_mailed, first_week
from console.today.besides import besides
from console.today.cards import Card, cards, grouped
from console.today.done import done
from console.today.titles import places_of, title_in
from console.today.waits import Led, Own, Wanted, led_by_others, led_waiting, own_waiting, together
from console.web.frame import page, words_of
from console.web.needs import Record
from console.words import words_in
from models.partnership import Partnership
from models.policy import DEFAULT_1

router = APIRouter(include_in_schema=False)

AHEAD = timedelta(days=30)
"""How far ahead “remind me later” and a planned meeting are proposed."""

PAUSE = timedelta(days=90)

PLAIN = frozenset({"in_touch", "withdraw", "milestone_done", "step_done", "reviewed", "resume", "address_works"})
"""Forms with nothing to fill in."""

MOST_CARDS = 12
"""So many are shown with their forms, so that the page stays small; the others in a line each."""

MOST_UNACCEPTED = 10


class Looking(Wanted):
    """The query of the page: what of it is asked for, and what was done just now."""

    done: str | None = Query(None, max_length=64)
    of: str | None = Query(None, max_length=64)
    lang: str | None = Query(None, max_length=8)


@dataclass(frozen=True)
class Trouble:
    """A form that could not be done: of which partnership, about which watch, which form; why; what was typed."""

    of: str
    about: str
    what: str
    sentence: str
    form: Mapping[str, str]
    status: int = 409


@router.get("/today")
async def today_page(
    request: Request, record: Record, viewer: TheViewer, looking: Annotated[Looking, Query()]
) -> Response:
    """What waits for this person, the worst first."""
    return await shown(request, record, viewer, looking)


@router.get("/today/week")
async def week_page(request: Request, record: Record, viewer: TheViewer) -> Response:
    """The mails of the coming week about what somebody coordinates, if nobody acts."""
    now = datetime.now(UTC)
    week = await first_week(record, viewer, now)
    values = {"week": week, "nothing_mailed": not await anything_mailed(record), "most": MOST_FORECAST}
    return page(request, viewer, "today", "today/week.html", values)


async def shown(
    request: Request,
    connection: AsyncConnection,
    viewer: Viewer,
    looking: Looking,
    trouble: Trouble | None = None,
) -> Response:
    """The page, with what was done or could not be done."""
    now = datetime.now(UTC)
    mine, theirs = await own_waiting(connection, viewer), await led_waiting(connection, viewer, looking)
    waiting = theirs.waiting if looking.after or looking.level is not None else together(mine.waiting, theirs.waiting)
    all_cards = await cards(connection, viewer, waiting, now)
    else_waits = await besides(connection, viewer)
    coming = await ahead(connection, viewer, mine.partnerships, now)
    open_cards = [card for card in all_cards if card.hand is None]
    values = {
        "groups": grouped(open_cards[:MOST_CARDS]),
        "numbers": {card.key: number for number, card in enumerate(open_cards)},
        "rest": open_cards[MOST_CARDS:],
        "in_hand": [card for card in all_cards if card.hand is not None],
        "led": theirs,
        "looking": looking,
        "place_name": await _place_name(connection, viewer, looking.place),
        "besides": else_waits,
        "ahead": coming,
        "unaccepted_more": max(0, len(mine.unaccepted) - MOST_UNACCEPTED),
        "unaccepted": await _unaccepted(connection, viewer, mine),
        "others": 0 if looking.all or theirs.total else await led_by_others(connection, viewer),
        "nothing": not (all_cards or mine.unaccepted) and else_waits.nothing,
        "nothing_mailed": viewer.coordinates and not await anything_mailed(connection),
        "levels": _levels(theirs),
        "dates": _dates(viewer, now),
        "ways": _ways(viewer),
        "plain": PLAIN,
        "days": partial(words_in("today", viewer.language).glossary.counted, "days"),
        "commands": words_in("command", viewer.language),
        "trouble": trouble,
        "stray": trouble if trouble and not _there(trouble, open_cards[:MOST_CARDS], mine) else None,
        "done": await done(connection, viewer, dict(request.query_params), words_of(request, viewer, "today")),
        "kept": kept(request),
    }
    return page(request, viewer, "today", "today/today.html", values, trouble.status if trouble else 200)


def kept(request: Request, **more: str) -> str:
    """A query that keeps what of the page was asked for, and says more."""
    said = {name: value for name, value in request.query_params.items() if name not in ("done", "of")}
    said |= more
    return f"?{urlencode(said)}" if said else ""


def back(request: Request, **more: str) -> Response:
    """After a form: to the page, where what was done is said."""
    return RedirectResponse(f"/today{kept(request, **more)}", 303)


def _levels(led: Led) -> list[tuple[int, str, int]]:
    """The levels there is something of, by how many partnerships."""
    look = sum(n for level, n in led.counts.items() if level >= 2)
    found = ((0, "decide", led.counts.get(0, 0)), (1, "stalled", led.counts.get(1, 0)), (2, "quiet", look))
    return [each for each in found if each[2]]


async def _place_name(connection: AsyncConnection, viewer: Viewer, place: str | None) -> str | None:
    if place is None:
        return None
    there = (await places_named(connection, [place])).get(place)
    if there is None:
        return place
    return there.name if viewer.language == "uk" else there.name_en or there.name


async def _unaccepted(connection: AsyncConnection, viewer: Viewer, own: Own) -> list[dict[str, Any]]:
    """What an officer is asked at first: whether these partnerships are recorded rightly."""
    asked = own.unaccepted[:MOST_UNACCEPTED]
    places = await places_named(connection, (place for p in asked for place in places_of(p)))
    return [{"p": p, "title": title_in(p, places, viewer.language), "officer": _is_officer(viewer, p)} for p in asked]


def _is_officer(viewer: Viewer, p: Partnership) -> bool:
    """Whether it is theirs to accept."""
    return viewer.id in {party.officer for party in p.parties}


def _dates(viewer: Viewer, now: datetime) -> dict[str, Any]:
    today = now.astimezone(viewer.zone).date()
    return {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "soon": today + AHEAD,
        "review": today + PAUSE,
        "longest": today + timedelta(days=DEFAULT_1.longest_hold),
        "farthest": today + timedelta(days=3 * 365),
    }


def _ways(viewer: Viewer) -> list[tuple[str, str]]:
    words = words_in("answer", viewer.language)
    return [(kind, words(f"kind.{kind}")) for kind in TOGETHER]


def _there(trouble: Trouble, shown_cards: Sequence[Card], own: Own) -> bool:
    """Whether the form that could not be done is still on the page."""
    if any(card.key == (trouble.of, trouble.about) for card in shown_cards):
        return True
    return not trouble.about and any(p.id == trouble.of for p in own.unaccepted[:MOST_UNACCEPTED])
