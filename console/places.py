"""Places: found by id or name in either alphabet, named for readers, and made on the fly when they lie abroad."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.atlas.gazetteer import positions
from models.base import Refused
from models.search_words import asked_words
from models.tables import AuditRow, PlaceRow

NAMESPACE = UUID("2f1e1ed9-2a4c-4d0e-9d3b-0f7a3a0c1b55")
"""In which ids of places abroad are drawn, so that the same name and country give the same id."""

_ABROAD = re.compile(r"(?P<name>.{2,300}?)\s*,\s*(?P<country>[A-Za-z]{2})", re.DOTALL)


class PlaceView(BaseModel):
    """A municipality or other public body."""

    id: str
    name: str
    name_en: str | None = None
    country: str | None = None
    oblast: str | None = None
    oblast_en: str | None = None
    kind: str | None = None
    population: int | None = None


@dataclass(frozen=True)
class NewPlace:
    """A place abroad that is not on record yet."""

    id: str
    name: str
    country: str


async def places_named(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, PlaceView]:
    """Places by id, by one query."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await connection.execute(select(PlaceRow).where(PlaceRow.id.in_(wanted)))
    return {row.id: _view(row) for row in rows}


async def places_like(
    connection: AsyncConnection, text: str | None = None, oblast: str | None = None, country: str | None = None
) -> list[PlaceView]:
    """Every place that each word of a text finds, in an oblast, in a country, by name."""
    query = select(PlaceRow).order_by(PlaceRow.name_uk, PlaceRow.id)
    query = query.where(*(PlaceRow.search.contains(word) for word in asked_words(text or "")))
    if country:
        query = query.where(PlaceRow.country == country.strip().upper())
    rows = await connection.execute(query)
    return [_view(row) for row in rows if _lies_in(row, folded(oblast or ""))]


async def place_meant(connection: AsyncConnection, said: str) -> PlaceView | NewPlace:
    """The place that is meant: by id, by its name, or a new one abroad by “Name, PL”. Refused: none, several."""
    if known := await places_named(connection, [said]):
        return known[said]
    rows = (await connection.execute(select(PlaceRow))).all()
    name, country = _split(said)
    named = [row for row in rows if _is_called(row, name) and country in (None, row.country)]
    if not named:
        named = [row for row in rows if _is_called(row, said)]
    if len(named) == 1:
        return _view(named[0])
    if len(named) > 1:
        choices = "; ".join(f"{row.id} ({row.name_uk}, {row.oblast_uk or row.country or '?'})" for row in named[:6])
        raise Refused("ambiguous_place", f"“{said[:80]}” may be: {choices}. Name one by its id.")
    if country is not None and country != "UA":
        return NewPlace(_new_id(name, country), name, country)
    raise Refused("unknown_place", _unknown(said, [row.name_uk for row in rows]))


async def add_place(connection: AsyncConnection, place: NewPlace, who: str) -> int:
    """Keep a new place abroad, with its coordinates where they can be told and an audit entry; the entry's id."""
    named = (place.country, place.name)
    longitude, latitude = (await asyncio.to_thread(positions, [named])).get(named, (None, None))
    values: dict[str, Any] = {"id": place.id, "name_uk": place.name, "country": place.country}
    values |= {"longitude": longitude, "latitude": latitude}
    await connection.execute(insert(PlaceRow).values(**values))
    entry = {"at": datetime.now(UTC), "who": who, "what": "place added", "key": place.id, "before": {}, "after": values}
    result = await connection.execute(insert(AuditRow).values(**entry))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def forget_place(connection: AsyncConnection, place: str, audit: int) -> None:
    """Take a place back that was made for a command which was then refused."""
    await connection.execute(delete(AuditRow).where(AuditRow.id == audit))
    await connection.execute(delete(PlaceRow).where(PlaceRow.id == place))


def folded(text: str) -> str:
    """A name without what people type differently: case, kinds of apostrophe, spaces."""
    plain = unicodedata.normalize("NFC", text).replace("'", "’").replace("ʼ", "’").replace("`", "’")
    return " ".join(plain.split()).casefold()


def _lies_in(row: Any, oblast: str) -> bool:
    return any(oblast in folded(name or "") for name in (row.oblast_uk, row.oblast_en))


def _is_called(row: Any, said: str) -> bool:
    wanted = folded(said)
    return any(wanted in (folded(name), _short(name)) for name in (row.name_uk, row.name_en) if name)


def _short(name: str) -> str:
    """«броварська» for «Броварська міська громада»."""
    words = folded(name).split()
    return " ".join(words[:-2]) if len(words) > 2 and words[-1] == "громада" else folded(name)


def _split(said: str) -> tuple[str, str | None]:
    match = _ABROAD.fullmatch(said.strip())
    return (match["name"].strip(), match["country"].upper()) if match else (said, None)


def _new_id(name: str, country: str) -> str:
    return f"{country.lower()}-{uuid5(NAMESPACE, f'{country}|{folded(name)}').hex[:12]}"


def _unknown(said: str, names: Sequence[str]) -> str:
    wanted = folded(said)
    by_fold = {folded(name): name for name in names}
    near = [by_fold[name] for name in by_fold if len(wanted) > 2 and wanted in name][:3]
    near += [by_fold[name] for name in get_close_matches(wanted, by_fold, n=3) if by_fold[name] not in near]
    hint = f" Near: {', '.join(near[:4])}." if near else ""
    return f"There is no place “{said[:80]}”.{hint} A new one abroad is written “Name, PL”."


def _view(row: Any) -> PlaceView:
    return PlaceView(
        id=row.id,
        name=row.name_uk,
        name_en=row.name_en,
        country=row.country,
        oblast=row.oblast_uk,
        oblast_en=row.oblast_en,
        kind=row.kind,
        population=row.population,
    )
