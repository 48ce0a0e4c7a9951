"""Every command as a form: GET shows it, POST gives it once. What was typed is never lost: refusals, other people's
changes and a partnership that moved on are told beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from console.access.looking import TheViewer
from console.acting import Done, Order, act
from console.edge import Edge
from console.partnership.addresses import kept
from console.partnership.changes import changes_since
from console.partnership.happened import Happened
from console.partnership.inputs import Typed, inputs
from console.partnership.looking_up import choices_for
from console.partnership.prefilled import prefilled
from console.partnership.saying import said_from
from console.partnership.seen import Seen, seen
from console.partnership.things import Option
from console.problems import Away
from console.record import RecordedRevisions
from console.small_pages import Sorry
from console.web.frame import page
from console.web.needs import Record, TheEdge
from console.web.posting import Fields, Posted
from models.base import Refused
from models.commands import COMMANDS
from models.stage import Stage, missing

router = APIRouter(include_in_schema=False)

FORMAL = frozenset({"grant_clearance", "record_decision", "sign"})
"""Steps whose order is advice, which a reason passes."""

STATUS = {"invalid": 422, "missing": 422, "not_a_number": 422}


@dataclass(frozen=True)
class Shown:
    """A form as it is shown again: what is in it, and what is to be said about it."""

    typed: Typed
    nonce: str | None = None
    problem: str | None = None
    code: str | None = None
    changed: list[Happened] = field(default_factory=list)
    found: Mapping[str, list[Option]] = field(default_factory=dict)
    status: int = 200


@router.get("/partnerships/{partnership}/do/{kind}")
async def form_page(request: Request, record: Record, viewer: TheViewer, partnership: str, kind: str) -> Response:
    """A command's form, with what the address asks for filled in."""
    there = await seen(record, viewer, partnership)
    if not _can(there, kind) or kind not in there.offered:
        return _not_offered(request, there, kind)
    filled = prefilled(kind, there.names, dict(request.query_params), datetime.now(UTC))
    return shown(request, there, kind, Shown(filled))


@router.post("/partnerships/{partnership}/do/{kind}")
async def give(
    request: Request, edge: TheEdge, record: Record, fields: Posted, viewer: TheViewer, partnership: str, kind: str
) -> Response:
    """Give a command once. What cannot be done is said above the form, with everything that was typed."""
    there = await seen(record, viewer, partnership)
    if not _can(there, kind):
        return _not_offered(request, there, kind, 403)
    typed, nonce = dict(fields.typed()), fields["nonce"]
    command_id = fields.command_id(viewer.id, there.p.id, kind)
    if fields["find"]:
        found = await choices_for(record, there, kind, typed, fields["find"])
        return shown(request, there, kind, Shown(typed, nonce, found=found))
    known = await RecordedRevisions(edge.database).revision_of(there.p.id, command_id)
    if known is None and (changed := await changes_since(record, there, _revision(fields, there))):
        return shown(request, there, kind, Shown(typed, nonce, changed=changed, status=409))
    try:
        done = await _given(edge, there, kind, typed, command_id)
    except Refused as refused:
        found = await choices_for(record, there, kind, typed, refused.code)
        again = Shown(typed, nonce, _sentence(there, refused), refused.code, found=found)
        return shown(request, there, kind, again, STATUS.get(refused.code, 409))
    except Away:
        away = there.names.commands("refused.away")
        return shown(request, there, kind, Shown(typed, nonce, away, "away"), 503)
    return RedirectResponse(f"/partnerships/{there.p.id}{kept(request, **_done(kind, done))}", 303)


async def _given(edge: Edge, there: Seen, kind: str, typed: Typed, command_id: str) -> Done:
    said = said_from(kind, typed, there.names.commands)
    speaker = there.viewer.speaker(there.p, kind)
    return await act(edge, Order(there.p.id, kind, said, command_id=command_id, speaker=speaker))


def _done(kind: str, done: Done) -> dict[str, str]:
    return {"did": kind} | ({} if done.recorded else {"soon": "1"})


def _can(there: Seen, kind: str) -> bool:
    """Whether the command is theirs to give here. Raises 404 where there is no such command."""
    if kind not in COMMANDS:
        raise HTTPException(404, "There is no such command.")
    return there.acts.may(kind)


def _revision(fields: Fields, there: Seen) -> int:
    """The revision that the form was made from; a form that does not say so was made just now."""
    said = fields["revision"]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else there.p.revision


def _sentence(there: Seen, refused: Refused) -> str:
    """A refusal in the reader's words; the engine's own where there are none."""
    words, key = there.names.commands, f"refused.{refused.code}"
    facts: dict[str, Any] = refused.facts if isinstance(refused, Sorry) else {}
    return words(key if words.has(key) else "refused.other", message=refused.message, **facts)


def shown(request: Request, there: Seen, kind: str, form: Shown, status: int | None = None) -> Response:
    """The page of a form."""
    all_inputs = inputs(kind, there.names, form.typed)
    values = {
        "there": there,
        "kind": kind,
        "form": form,
        "fields": [each for each in all_inputs if not each.more],
        "more": [each for each in all_inputs if each.more],
        "gate": _gate(there, kind, form),
        "in_order": kind in FORMAL,
        "zone": there.names.zone.key,
        "names": there.names,
        "kept": kept(request),
    }
    if form.nonce:
        values["nonce"] = form.nonce
    return page(request, there.viewer, "command", "partnership/form.html", values, status or form.status)


def _gate(there: Seen, kind: str, form: Shown) -> tuple[str, list[str]] | None:
    """The stage that is meant, and what its gate still asks for."""
    chosen = next(iter(form.typed.get("to", ())), "")
    if kind != "advance" or chosen not in list(Stage) or Stage(chosen).rank <= there.p.stage.rank:
        return None
    return chosen, list(missing(there.p, Stage(chosen)))


def _not_offered(request: Request, there: Seen, kind: str, status: int = 409) -> Response:
    values = {"there": there, "kind": kind, "names": there.names}
    return page(request, there.viewer, "command", "partnership/not_offered.html", values, status)
