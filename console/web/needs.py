"""What routes work with: the edge, a connection to the record, a transaction on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from console.database import check_there, said_in_words
from console.edge import Edge


def edge_of(request: Request) -> Edge:
    edge: Edge = request.app.state.edge
    return edge


async def record_of(edge: Annotated[Edge, Depends(edge_of)]) -> AsyncIterator[AsyncConnection]:
    """A connection to the record; what a database says becomes a sentence and 503."""
    async with reading(edge) as connection:
        yield connection


TheEdge = Annotated[Edge, Depends(edge_of)]
Record = Annotated[AsyncConnection, Depends(record_of)]


@asynccontextmanager
async def reading(edge: Edge) -> AsyncIterator[AsyncConnection]:
    """A look at the record; what a database says becomes a sentence and 503."""
    check_there(edge.settings.database_url)
    with said_in_words():
        async with edge.database.connect() as connection:
            yield connection


@asynccontextmanager
async def writing(edge: Edge) -> AsyncIterator[AsyncConnection]:
    """A transaction that is over before the answer is given; what a database says becomes a sentence and 503."""
    check_there(edge.settings.database_url)
    with said_in_words():
        async with edge.database.begin() as connection:
            yield connection
