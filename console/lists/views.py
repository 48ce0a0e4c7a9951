"""Lists that somebody keeps under a name of their own."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl

from pydantic import BaseModel
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.lists.asking import ListAsked, asked_of
from models.base import Refused
from models.tables import SavedViewRow

MOST = 30
LONGEST_NAME = 80


class SavedView(BaseModel):
    """A list that is kept: its name, and its filters and order as an address has them."""

    name: str
    query: str


async def saved_views(connection: AsyncConnection, person: str) -> list[SavedView]:
    """What somebody keeps, by name."""
    query = select(SavedViewRow.name, SavedViewRow.query).where(SavedViewRow.person == person)
    rows = await connection.execute(query.order_by(SavedViewRow.name))
    return [SavedView.model_validate(row, from_attributes=True) for row in rows]


async def save_view(connection: AsyncConnection, person: str, name: str, said: str, now: datetime) -> SavedView:
    """Keep a list under a name; one of the same name is replaced. Refused: without a name, too many."""
    view = SavedView(name=_named(name), query=understood(said).query())
    mine = SavedViewRow.person == person
    replaced = update(SavedViewRow).where(mine, SavedViewRow.name == view.name)
    if (await connection.execute(replaced.values(query=view.query, saved_at=now))).rowcount:
        return view
    if (await connection.scalar(select(func.count()).select_from(SavedViewRow).where(mine)) or 0) >= MOST:
        raise Refused("too_many_views", f"You keep {MOST} lists already; forget one first. Nothing was saved.")
    await connection.execute(insert(SavedViewRow).values(person=person, saved_at=now, **view.model_dump()))
    return view


async def forget_view(connection: AsyncConnection, person: str, name: str) -> None:
    """Keep a list no longer."""
    mine = delete(SavedViewRow).where(SavedViewRow.person == person, SavedViewRow.name == name)
    await connection.execute(mine)


def _named(name: str) -> str:
    plain = " ".join(name.split())[:LONGEST_NAME]
    if not plain:
        raise Refused("view_without_name", "Give the list a name. Nothing was saved.")
    return plain


def understood(said: str) -> ListAsked:
    """The filters and the order of a query, and nothing else of it."""
    return asked_of(dict(parse_qsl(said[:2_000])))
