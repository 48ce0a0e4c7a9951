"""Who is trusted with what, for operators: people found, added, trusted, signed out, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import SCOPES, Scope, Trust, grant, revoke
from console.access.leaving import sign_out
from console.access.looking import TheOperator
from console.access.signing_in import ask_for_link, hurry_mail
from console.access.trusting import (
    Trusted,
    oblasts,
    programmes_there_are,
    scope_names,
    trusted_people,
    trusted_person,
)
from console.access.viewer import Viewer
from console.audit import audited
from console.edge import Edge
from console.people import person_exactly
from console.places import NewPlace, place_meant
from console.problems import Invalid
from console.staff import Account, change_account, open_account
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Fields, Posted
from mailroom.message import Sender
from models.base import Refused

router = APIRouter(include_in_schema=False)

DONE = ("added", "granted", "revoked", "signed_out", "mailed", "closed", "opened", "erased")

Did = Annotated[str | None, Query(max_length=20)]


@router.get("/access")
async def access_page(
    request: Request,
    record: Record,
    viewer: TheOperator,
    text: Annotated[str, Query(max_length=200)] = "",
    only: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=64)] = "",
    did: Did = None,
) -> Response:
    """Everybody with an account and what they are trusted with; programmes; a form to add somebody."""
    return await _list(request, record, viewer, {"text": text, "only": only, "after": after}, did=did)


@router.post("/access/people")
async def add(request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted) -> Response:
    """Open an account; the same form opens one."""
    said = {name: fields[name] or None for name in ("name", "email", "language")}
    try:
        account = Account.model_validate(said)
        async with writing(edge) as connection:
            added = await open_account(connection, account, viewer.id, fields.command_id("person")[-12:])
    except (Refused, ValueError) as error:
        refused = error if isinstance(error, Refused) else Invalid(str(error))
        if refused.code == "person_exists":
            return RedirectResponse(f"/access/people/{fields.command_id('person')[-12:]}?did=added", 303)
        return await _list(request, record, viewer, {"text": "", "only": "", "after": ""}, said, refused)
    return RedirectResponse(f"/access/people/{added}?did=added", 303)


@router.get("/access/people/{person}")
async def person_page(request: Request, record: Record, viewer: TheOperator, person: str, did: Did = None) -> Response:
    """One person: what they are trusted with, and what can be done about it."""
    return await _person(request, record, viewer, person, did=did)


@router.post("/access/people/{person}/grant")
async def trust(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted, person: str
) -> Response:
    """Trust somebody with a role within a scope; what they have already stays as it is."""
    try:
        role, scope = _chosen(fields["as"])
        async with writing(edge) as connection:
            meant = await _there(connection, person)
            of = await _scope_of(connection, scope, fields)
            await grant(connection, meant.id, role, scope, of, viewer.id, datetime.now(UTC))
    except Refused as refused:
        return await _person(request, record, viewer, person, refused=refused, fields=fields)
    return RedirectResponse(f"/access/people/{person}?did=granted", 303)


@router.post("/access/people/{person}/{what}")
async def do(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted, person: str, what: str
) -> Response:
    """Take a role back, sign somebody out everywhere, mail them a link to sign in, close their account or open it."""
    if what not in _ACTS:
        raise HTTPException(404, "There is no such act.")
    try:
        async with writing(edge) as connection:
            meant = await _there(connection, person)
            await _act(connection, edge, meant, what, fields, viewer)
    except Refused as refused:
        return await _person(request, record, viewer, person, refused=refused)
    if what == "mail-link":
        await hurry_mail(edge)
    return RedirectResponse(f"/access/people/{person}?did={_ACTS[what]}", 303)


_ACTS = {"revoke": "revoked", "sign-out": "signed_out", "mail-link": "mailed", "close": "closed", "open": "opened"}


async def _act(
    connection: AsyncConnection, edge: Edge, person: Trusted, what: str, fields: Fields, viewer: Viewer
) -> None:
    now = datetime.now(UTC)
    match what:
        case "revoke":
            if fields["grant"] not in {each.id for each in person.grants}:
                raise Refused("unknown_grant", "There is no such role any more; nothing was changed.")
            await revoke(connection, fields["grant"], viewer.id, now)
        case "sign-out":
            await sign_out(connection, person.id, now)
            await audited(connection, viewer.id, "signed out everywhere", person.id, {}, {})
        case "mail-link":
            await person_exactly(connection, person.id)
            if not await ask_for_link(connection, person.email, Sender(edge.settings.mail_from), now):
                raise Refused("asked_often", "So many links were mailed within the hour that no more are.")
        case _:
            await change_account(connection, person.id, Account(active=what == "open"), viewer.id)


async def _there(connection: AsyncConnection, person: str) -> Trusted:
    found = await trusted_person(connection, person)
    if found is None:
        raise HTTPException(404, "There is no such person.")
    return found


def _chosen(said: str) -> tuple[Trust, Scope]:
    """A role and a scope that it has, as the form writes them: coordinator/oblast. Raises `Invalid`."""
    for role, scopes in SCOPES.items():
        for scope in scopes:
            if said == f"{role}/{scope}":
                return role, scope
    raise Invalid("Choose as what somebody is to be trusted.")


async def _scope_of(connection: AsyncConnection, scope: Scope, fields: Fields) -> str | None:
    """Within what, by the field of the scope. Refused: no municipality of that name, several."""
    if scope != "place":
        return fields[scope] or None
    place = await place_meant(connection, fields["place"])
    if isinstance(place, NewPlace):
        raise Refused("unknown_place", f"There is no municipality “{fields['place'][:80]}” here.")
    return place.id


async def _list(
    request: Request,
    record: AsyncConnection,
    viewer: Viewer,
    asked: Mapping[str, str],
    typed: Mapping[str, str | None] | None = None,
    refused: Refused | None = None,
    did: str | None = None,
) -> Response:
    words = words_of(request, viewer, "trust")
    people, next_after = await trusted_people(record, **asked)
    values = {
        "people": people,
        "next": next_after,
        "asked": asked,
        "roles": list(Trust),
        "scopes": await scope_names(record, [each for one in people for each in one.grants], viewer.language),
        "programmes": await programmes_there_are(record),
        "typed": typed or {},
        "done": words(f"done.{did}") if did in DONE else None,
        "problem": refusal(words, refused) if refused else None,
    }
    return page(request, viewer, "trust", "trust/people.html", values, 409 if refused else 200)


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
    found = await _there(record, person)
    values: dict[str, Any] = {
        "person": found,
        "scopes": await scope_names(record, found.grants, viewer.language),
        "choices": [(role, scope) for role, scopes in SCOPES.items() for scope in scopes],
        "oblasts": await oblasts(record, viewer.language),
        "programmes": await programmes_there_are(record),
        "typed": {name: fields[name] for name in ("as", "place", "oblast", "programme")} if fields else {},
        "done": words(f"done.{did}") if did in DONE else None,
        "problem": refusal(words, refused) if refused else None,
    }
    return page(request, viewer, "trust", "trust/person.html", values, 409 if refused else 200)
