"""Who is trusted with what: everybody, one person, programmes. For operators; for others there are no such pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import SCOPES, Trust, grant, grants_of, revoke
from console.access.looking import TheViewer
from console.access.sessions import end_all
from console.access.viewer import Viewer
from console.audit import audited, edits_of
from console.problems import Invalid
from console.staff import Account, open_account
from console.trust.asking import trusts
from console.trust.programmes import begin_programme, put_in_programme, take_out_of_programme
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge
from console.web.posting import Fields, Posted
from models.base import Refused

router = APIRouter(include_in_schema=False)

DONE = ("added", "granted", "revoked", "signed_out", "programme", "filled", "emptied")


CHOICES = [f"{role}.{scope}" for role, scopes in SCOPES.items() for scope in scopes]
"""What people can be trusted with: a role and what it is for."""


def operator(viewer: TheViewer) -> Viewer:
    """The operator who is looking; for everybody else there is no such page."""
    if not viewer.is_operator:
        raise HTTPException(404, "There is nothing at this address.")
    return viewer


Operator = Annotated[Viewer, Depends(operator)]
Did = Annotated[str | None, Query(max_length=20)]


@router.get("/access")
async def access_page(request: Request, record: Record, viewer: Operator, did: Did = None) -> Response:
    """Everybody, with what they are trusted with; programmes; a form for somebody new."""
    return await _everybody(request, record, viewer, did=did)


@router.post("/access")
async def add(request: Request, edge: TheEdge, record: Record, viewer: Operator, fields: Posted) -> Response:
    """Somebody new, or a programme."""
    made: list[str] = []

    async def act(connection: AsyncConnection) -> None:
        if fields["what"] == "programme":
            await begin_programme(connection, fields["name_uk"], fields["name_en"], viewer.id)
            return
        language = "en" if fields["language"] == "en" else "uk"
        account = Account(name=fields["name"], email=fields["email"], language=language)
        made.append(await open_account(connection, account, viewer.id))

    refused = await _in_words(edge.database.begin, act)
    if refused is not None:
        return await _everybody(request, record, viewer, refused=refused, fields=fields)
    return RedirectResponse(f"/access/{made[0]}?did=added" if made else "/access?did=programme", 303)


@router.post("/access/programmes/{programme}")
async def programme(
    request: Request, edge: TheEdge, record: Record, viewer: Operator, fields: Posted, programme: str
) -> Response:
    """Put partnerships into a programme, or take one out."""

    async def act(connection: AsyncConnection) -> None:
        if "out" in fields:
            await take_out_of_programme(connection, programme, fields["out"], viewer.id)
        else:
            await put_in_programme(connection, programme, fields["partnerships"].split(), viewer.id)

    refused = await _in_words(edge.database.begin, act)
    if refused is not None:
        return await _everybody(request, record, viewer, refused=refused, fields=fields)
    return RedirectResponse(f"/access?did={'emptied' if 'out' in fields else 'filled'}", 303)


@router.get("/access/{person}")
async def person_page(request: Request, record: Record, viewer: Operator, person: str, did: Did = None) -> Response:
    """One person: what they are trusted with, and the forms that change it."""
    return await _person(request, record, viewer, person, did=did)


@router.post("/access/{person}/{what}")
async def change(
    request: Request, edge: TheEdge, record: Record, viewer: Operator, fields: Posted, person: str, what: str
) -> Response:
    """Grant, revoke, or sign out everywhere."""
    acts: dict[str, Callable[[AsyncConnection], Awaitable[None]]] = {
        "grant": lambda connection: _grant(connection, viewer, person, fields),
        "revoke": lambda connection: _revoke(connection, viewer, person, fields),
        "sign-out": lambda connection: _sign_out(connection, viewer, person),
    }
    if what not in acts:
        raise HTTPException(404, "There is nothing at this address.")
    refused = await _in_words(edge.database.begin, acts[what])
    if refused is not None:
        return await _person(request, record, viewer, person, refused=refused, fields=fields)
    did = {"grant": "granted", "revoke": "revoked", "sign-out": "signed_out"}[what]
    return RedirectResponse(f"/access/{person}?did={did}", 303)


async def _grant(connection: AsyncConnection, viewer: Viewer, person: str, fields: Fields) -> None:
    """A role with its scope is said as one choice: `coordinator.oblast`."""
    role, _, scope = fields["role"].partition(".")
    if role not in set(Trust) or scope not in SCOPES[Trust(role)]:
        raise Invalid("Choose what they are trusted with.")
    of = fields[f"of_{scope}"] or None
    await grant(connection, person, Trust(role), scope, of, viewer.id, datetime.now(UTC))


async def _revoke(connection: AsyncConnection, viewer: Viewer, person: str, fields: Fields) -> None:
    if fields["grant"] not in {each.id for each in await grants_of(connection, person)}:
        raise Refused("unknown_grant", "There is no such role any more; nothing was changed.")
    await revoke(connection, fields["grant"], viewer.id, datetime.now(UTC))


async def _sign_out(connection: AsyncConnection, viewer: Viewer, person: str) -> None:
    await end_all(connection, person, datetime.now(UTC))
    await audited(connection, viewer.id, "signed out everywhere", person, {}, {})


async def _in_words(begin: Callable[[], object], act: Callable[[AsyncConnection], Awaitable[None]]) -> Refused | None:
    """Do it in one transaction; why it was refused, if it was."""
    try:
        async with begin() as connection:  # type: ignore[attr-defined]
            await act(connection)
    except Refused as refused:
        return refused
    return None


async def _everybody(
    request: Request,
    record: AsyncConnection,
    viewer: Viewer,
    did: str | None = None,
    refused: Refused | None = None,
    fields: Fields | None = None,
) -> Response:
    words = words_of(request, viewer, "trust")
    values = {
        "trusts": await trusts(record, words),
        "done": words(f"done.{did}") if did in DONE else None,
        "problem": refusal(words, refused) if refused else None,
        "typed": fields or Fields({}),
    }
    return page(request, viewer, "trust", "trust/everybody.html", values, 422 if refused else 200)


async def _person(
    request: Request,
    record: AsyncConnection,
    viewer: Viewer,
    person: str,
    did: str | None = None,
    refused: Refused | None = None,
    fields: Fields | None = None,
) -> Response:
    words = words_of(request, viewer, "trust")
    there = await trusts(record, words)
    found = there.of(person)
    if found is None:
        raise HTTPException(404, "There is nobody of this id.")
    values = {
        "one": found,
        "trusts": there,
        "choices": [
            (f"{role}.{scope}", words(f"choice.{role}_{scope}")) for role, each in SCOPES.items() for scope in each
        ],
        "edits": len(await edits_of(record, person)),
        "done": words(f"done.{did}") if did in DONE else None,
        "problem": refusal(words, refused) if refused else None,
        "typed": fields or Fields({}),
    }
    return page(request, viewer, "trust", "trust/person.html", values, 422 if refused else 200)
