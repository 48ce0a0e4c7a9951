"""Programmes, for operators: made, named, filled."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheOperator
from console.access.programmes import MOST_PARTNERSHIPS, name_programme, put_into, take_out
from console.access.trusting import programmes_there_are
from console.access.viewer import Viewer
from console.listing import LINE_COLUMNS, lines
from console.problems import Invalid
from console.references import partnership_meant
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Posted
from models.base import Refused
from models.tables import PartnershipRow, ProgrammePartnershipRow

router = APIRouter(include_in_schema=False, prefix="/access/programmes")

PAGE = 100
DONE = ("made", "named", "put", "removed")

_NAMED = re.compile(r"(?:.*/partnerships/)?([^/\s?#]+)")
"""A partnership as a line names it: its id or row, or the address of its page."""


@router.post("")
async def make(request: Request, edge: TheEdge, viewer: TheOperator, fields: Posted) -> Response:
    """Make a programme; the same form makes one."""
    try:
        async with writing(edge) as connection:
            new = fields.command_id("programme")[-12:]
            made = await name_programme(connection, None, fields["name_uk"], fields["name_en"], viewer.id, new)
    except Refused as refused:
        words = words_of(request, viewer, "trust")
        said = {"title": words("programmes.new"), "message": refusal(words, refused)}
        return page(request, viewer, "trust", "web/sentence.html", said, 409)
    return RedirectResponse(f"/access/programmes/{made}?did=made", 303)


@router.get("/{programme}")
async def programme_page(
    request: Request,
    record: Record,
    viewer: TheOperator,
    programme: str,
    after: Annotated[str, Query(max_length=64)] = "",
    did: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    """One programme and what is in it."""
    return await _shown(request, record, viewer, programme, after, did)


@router.post("/{programme}")
async def rename(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted, programme: str
) -> Response:
    """Give it another name."""
    try:
        async with writing(edge) as connection:
            await name_programme(connection, programme, fields["name_uk"], fields["name_en"], viewer.id)
    except Refused as refused:
        return await _shown(request, record, viewer, programme, refused=refused)
    return RedirectResponse(f"/access/programmes/{programme}?did=named", 303)


@router.post("/{programme}/add")
async def add(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted, programme: str
) -> Response:
    """Put partnerships into it: all that are named, or none."""
    try:
        async with writing(edge) as connection:
            for said in _named(fields["partnerships"]):
                await put_into(connection, programme, await partnership_meant(connection, said), viewer.id)
    except Refused as refused:
        return await _shown(request, record, viewer, programme, refused=refused, typed=fields["partnerships"])
    return RedirectResponse(f"/access/programmes/{programme}?did=put", 303)


@router.post("/{programme}/remove")
async def remove(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted, programme: str
) -> Response:
    """Take a partnership out of it."""
    try:
        async with writing(edge) as connection:
            await take_out(connection, programme, fields["partnership"], viewer.id)
    except Refused as refused:
        return await _shown(request, record, viewer, programme, refused=refused)
    return RedirectResponse(f"/access/programmes/{programme}?did=removed", 303)


def _named(said: str) -> list[str]:
    """What each line names. Raises `Invalid`."""
    rows = [line.strip() for line in said.splitlines() if line.strip()]
    found = [match[1] for line in rows if (match := _NAMED.fullmatch(line))]
    if not found or len(found) != len(rows) or len(found) > MOST_PARTNERSHIPS:
        raise Invalid("Name one partnership a line.")
    return found


async def _shown(
    request: Request,
    record: AsyncConnection,
    viewer: Viewer,
    programme: str,
    after: str = "",
    did: str | None = None,
    refused: Refused | None = None,
    typed: str = "",
) -> Response:
    words = words_of(request, viewer, "trust")
    found = next((each for each in await programmes_there_are(record) if each.id == programme), None)
    if found is None:
        raise HTTPException(404, "There is no such programme.")
    inside = select(ProgrammePartnershipRow.partnership).where(ProgrammePartnershipRow.programme == programme)
    query = select(*LINE_COLUMNS).where(PartnershipRow.id.in_(inside), PartnershipRow.id > after)
    shown = await lines(record, query.order_by(PartnershipRow.id).limit(PAGE + 1))
    values = {
        "programme": found,
        "lines": shown[:PAGE],
        "next": shown[PAGE - 1].id if len(shown) > PAGE else None,
        "typed": typed,
        "done": words(f"done.{did}") if did in DONE else None,
        "problem": refusal(words, refused) if refused else None,
    }
    return page(request, viewer, "trust", "trust/programme.html", values, 409 if refused else 200)
