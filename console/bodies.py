"""How bodies come in: within a time, up to a size, and before anything else is held for them.

A small body is taken in whole before the app is asked, so that a client that dribbles holds nothing but its own
connection: no connection to the record, above all. Files come in a few at a time.
"""

from __future__ import annotations

import asyncio
from collections import deque

from fastapi import HTTPException
from starlette.types import Message, Receive

SMALL_SECONDS = 15.0
FILE_SECONDS = 180.0

FILES_AT_ONCE = 4

TOO_SLOW_WORDS = "What was sent did not arrive in time. Nothing was changed; send it again."
TOO_LARGE_WORDS = "A body has at most 64 KB. Nothing was changed."
UPLOAD_TOO_LARGE_WORDS = "A file has at most 10 MB. Nothing was kept."


async def taken_in(receive: Receive, most: int) -> Receive:
    """A small body, whole. What is wrong with it is said to whoever reads it."""
    messages: deque[Message] = deque()
    size = 0
    try:
        async with asyncio.timeout(SMALL_SECONDS):
            while not messages or messages[-1].get("more_body"):
                messages.append(await receive())
                size += len(messages[-1].get("body", b""))
                if size > most:
                    return _refusing(HTTPException(413, TOO_LARGE_WORDS))
    except TimeoutError:
        return _refusing(HTTPException(408, TOO_SLOW_WORDS))

    async def again() -> Message:
        return messages.popleft() if messages else await receive()

    return again


def counted(receive: Receive, most: int, dropped: int) -> Receive:
    """A large body as it comes in, up to the limit; of what is more, so much is taken in and dropped before it is
    refused, so that a browser hears why."""
    size = 0
    deadline = asyncio.get_running_loop().time() + FILE_SECONDS

    async def next_part() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        while size > most and message.get("more_body") and size < dropped:
            message = await receive()
            size += len(message.get("body", b""))
        return message

    async def in_time() -> Message:
        try:
            async with asyncio.timeout_at(deadline):
                message = await next_part()
        except TimeoutError:
            raise HTTPException(408, TOO_SLOW_WORDS) from None
        if size > most:
            raise HTTPException(413, UPLOAD_TOO_LARGE_WORDS)
        return message

    return in_time


def _refusing(error: HTTPException) -> Receive:
    async def refused() -> Message:
        raise error

    return refused
