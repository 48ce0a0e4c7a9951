"""Everything held of a person, for operators who are asked for it; and erasing them, after a look at what that does."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.erasing import erase, erasure_of
from console.access.held import held
from console.access.looking import TheOperator
from console.access.trusting import trusted_person
from console.access.viewer import Viewer
from console.web.frame import page, refusal, words_of
from console.web.needs import Record, TheEdge, writing
from console.web.posting import Posted
from models.base import Refused

router = APIRouter(include_in_schema=False)


@router.get("/access/people/{person}/data.json")
async def data_file(record: Record, viewer: TheOperator, person: str) -> Response:
    """Everything held of a person, to be handed to them."""
    await _there(record, person)
    headers = {"Content-Disposition": 'attachment; filename="mosty-data.json"'}
    return JSONResponse(jsonable_encoder(await held(record, person)), headers=headers)


@router.get("/access/people/{person}/erase")
async def preview(request: Request, record: Record, viewer: TheOperator, person: str) -> Response:
    """What erasing would do."""
    return await _shown(request, record, viewer, person)


@router.post("/access/people/{person}/erase")
async def erase_person(
    request: Request, edge: TheEdge, record: Record, viewer: TheOperator, fields: Posted, person: str
) -> Response:
    """Erase, where whoever asks for it looked first and is sure. Erased already, it stays so."""
    await _there(record, person)
    try:
        if fields["sure"] != "yes":
            raise Refused("not_sure", "Tick that you have looked at it.")
        async with writing(edge) as connection:
            await erase(connection, person, viewer.id, datetime.now(UTC))
    except Refused as refused:
        if refused.code != "erased":
            return await _shown(request, record, viewer, person, refused)
    return RedirectResponse("/access?did=erased", 303)


async def _there(record: AsyncConnection, person: str) -> None:
    if await trusted_person(record, person) is None:
        raise HTTPException(404, "There is no such person.")


async def _shown(
    request: Request, record: AsyncConnection, viewer: Viewer, person: str, refused: Refused | None = None
) -> Response:
    await _there(record, person)
    words, kinds = words_of(request, viewer, "trust"), words_of(request, viewer, "me")
    what = await erasure_of(record, person)
    values = {
        "what": what,
        "counts": [(kinds(f"held.{kind}"), count) for kind, count in what.counts.items() if count],
        "why": refusal(words, Refused(*what.refused)) if what.refused else None,
        "problem": refusal(words, refused) if refused else None,
    }
    return page(request, viewer, "trust", "trust/erase.html", values, 409 if refused else 200)
