"""For a municipality: who may see a partnership of theirs and why, and who looked on which day of the last year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from console.access.looking import TheViewer
from console.access.looks import looks_at
from console.labels import label
from console.partnership.seen import Seen, seen
from console.partnership.sees import Sees, who_sees
from console.web.frame import page
from console.web.needs import Record

router = APIRouter(include_in_schema=False)

LOOKED_BACK = timedelta(days=366)
MOST = 500


@router.get("/partnerships/{partnership}/seen")
async def seen_page(request: Request, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """Who may see it, and who looked. Turned away (403): whoever does not act for one of its municipalities."""
    there = await seen(record, viewer, partnership)
    if not (there.acts.for_municipality or there.acts.operates):
        raise HTTPException(403, "This is for the municipality itself.")
    values = {
        "there": there,
        "sees": _together([*_seats(there), *await who_sees(record, there.names, MOST)]),
        "looks": await looks_at(record, there.p.id, datetime.now(UTC) - LOOKED_BACK, MOST),
    }
    return page(request, viewer, "access", "access/seen.html", values)


def _together(everybody: Iterable[Sees]) -> dict[str, list[Sees]]:
    """Why each of them sees it, by name."""
    found: dict[str, list[Sees]] = {}
    for each in everybody:
        found.setdefault(each.name, []).append(each)
    return found


def _seats(there: Seen) -> Iterator[Sees]:
    """Everybody with a role in it, and for which municipality."""
    names, language = there.names, there.viewer.language
    for party in there.p.parties:
        for role, person in (("officer", party.officer), ("deputy", party.deputy)):
            if person:
                yield Sees(names.person(person), label(language, f"role.{role}"), names.place(party.place))
    if there.p.coordinator:
        yield Sees(names.person(there.p.coordinator), label(language, "role.coordinator"), "")
