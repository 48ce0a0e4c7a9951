"""Handing a seat over: offered to an heir with a note, taken when the heir accepts. And why the reader was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.access.looking import TheViewer
from console.handovers import offer_handover
from console.labels import label
from console.partnership.addresses import kept
from console.partnership.seen import Seen, seen
from console.partnership.things import Option
from console.problems import Away
from console.web.frame import page
from console.web.needs import Record, TheEdge
from console.web.posting import Posted
from console.why import why_told
from models.base import Refused
from models.partnership import Partnership

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Shown:
    """The form with what was typed, and what is wrong with it."""

    giver: str = ""
    heir: str = ""
    note: str = ""
    problem: str | None = None
    status: int = 200


@router.get("/partnerships/{partnership}/hand-over")
async def hand_over_page(request: Request, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """Whose seats are offered to whom."""
    there = await seen(record, viewer, partnership)
    return _shown(request, there, Shown(giver=viewer.id))


@router.post("/partnerships/{partnership}/hand-over")
async def hand_over(
    request: Request, edge: TheEdge, record: Record, fields: Posted, viewer: TheViewer, partnership: str
) -> Response:
    """Offer somebody's seats in this partnership. Refused with everything that was typed; the same again is said to be
    offered already."""
    there = await seen(record, viewer, partnership)
    giver, words = fields["giver"], there.names.words
    typed = (giver, fields["heir"], fields["note"])
    if giver not in {each.value for each in givers(there)}:
        return _shown(request, there, Shown(*typed, words("handover.choose"), 422))
    if not fields["note"]:
        return _shown(request, there, Shown(*typed, words("handover.no_note"), 422))
    try:
        await offer_handover(edge, giver, fields["heir"], [there.p.id], fields["note"], viewer.id)
    except Refused as refused:
        return _shown(request, there, Shown(*typed, _sentence(there, refused), 409))
    except Away:
        return _shown(request, there, Shown(*typed, there.names.commands("refused.away"), 503))
    return RedirectResponse(f"/partnerships/{there.p.id}{kept(request, did='hand_over')}#people", 303)


@router.get("/partnerships/{partnership}/why")
async def why_page(request: Request, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """Why the reader was told what they were told of this partnership, or was not."""
    there = await seen(record, viewer, partnership)
    sentences: list[str] = []
    if viewer.person is not None:
        now = datetime.now(UTC)
        sentences = (await why_told(record, there.p.id, viewer.id, now, there.names.language)).sentences
    values = {"there": there, "names": there.names, "sentences": sentences, "kept": kept(request)}
    return page(request, viewer, "partnership", "partnership/why.html", values)


def givers(there: Seen) -> list[Option]:
    """Whose seats somebody may offer: as a municipality its people's; who coordinates or operates, everybody's."""
    all_of_them = there.acts.operates or there.acts.coordinates
    found: dict[str, list[str]] = {}
    for person, role, party in _seats(there.p):
        if all_of_them or (party is not None and there.p.party(party).place in there.own_places):
            of = f", {there.names.party(party)}" if party else ""
            found.setdefault(person, []).append(f"{label(there.names.language, f'role.{role}')}{of}")
    return [Option(person, f"{there.names.person(person)} ({'; '.join(roles)})") for person, roles in found.items()]


def _seats(p: Partnership) -> Iterator[tuple[str, str, str | None]]:
    """Who sits where: the person, the role, the party."""
    for party in p.parties:
        for role, person in (("officer", party.officer), ("deputy", party.deputy)):
            if person:
                yield person, role, party.key
    if p.coordinator:
        yield p.coordinator, "coordinator", None


def _shown(request: Request, there: Seen, form: Shown) -> Response:
    values = {
        "there": there,
        "names": there.names,
        "form": form,
        "givers": [] if there.p.ended else givers(there),
        "kept": kept(request),
    }
    return page(request, there.viewer, "partnership", "partnership/hand_over.html", values, form.status)


def _sentence(there: Seen, refused: Refused) -> str:
    words, commands = there.names.words, there.names.commands
    for book in (words, commands):
        if book.has(f"refused.{refused.code}"):
            return book(f"refused.{refused.code}", message=refused.message)
    return commands("refused.other", message=refused.message)
