"""A mail server for development that keeps everything and delivers nothing, and the pages to read it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Annotated

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader

from console.web.frame import words_of
from console.web.problems import seen_by
from embedded.mail_folder import MailFolder

PAGE_SIZE = 50
# A mail's HTML may name pictures and scripts elsewhere: none of them is fetched. Its links open beside the page.
NOTHING_FETCHED = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class _Keeper:
    """What aiosmtpd asks for each mail."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        sender, recipients = envelope.mail_from or "", list(envelope.rcpt_tos)
        await asyncio.to_thread(self._folder.keep, sender, recipients, content)
        return "250 2.0.0 Kept for reading, not delivered"


@asynccontextmanager
async def mail_catcher(home: Path, port: int, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Take mail by SMTP into `{home}/mail` for as long as the block lasts; gives the port it listens on.

    Port 0 takes any free one. Raises OSError where the port is taken.
    """
    loop = asyncio.get_running_loop()
    keeper = _Keeper(MailFolder(home))
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, loop=loop, hostname="mosty", ident="Mosty mail catcher"),
        host,
        port,
        family=socket.AF_INET,
    )
    async with server:
        yield int(server.sockets[0].getsockname()[1])


def catcher_pages(home: Path) -> APIRouter:
    """The pages under /mail: what was sent, newest first, and each mail with its headers."""
    folder = MailFolder(home)
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
    )
    router = APIRouter(include_in_schema=False)

    def page(request: Request, name: str, **values: object) -> HTMLResponse:
        viewer = seen_by(request)
        words = words_of(request, viewer, "caught")
        at = partial(words.moment, zone=viewer.zone if viewer else UTC)
        known = {"t": words, "language": words.language, "at": at}
        return HTMLResponse(templates.get_template(name).render(known | values), headers=NOTHING_FETCHED)

    @router.get("/mail")
    def mail_list(
        request: Request, number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1
    ) -> HTMLResponse:
        total, mails = folder.listed((number - 1) * PAGE_SIZE, PAGE_SIZE)
        return page(request, "mail_list.html", total=total, mails=mails, page=number, page_size=PAGE_SIZE)

    @router.get("/mail/{key}")
    def mail(request: Request, key: str) -> HTMLResponse:
        content = folder.content(key)
        if content is None:
            raise HTTPException(404, "No caught mail has this address; it may have been deleted.")
        return page(request, "mail.html", **vars(content) | {"html": _opening_beside(content.html)})

    @router.get("/mail/{key}/source")
    def source(key: str) -> PlainTextResponse:
        found = folder.source(key)
        if found is None:
            raise HTTPException(404, "No caught mail has this address; it may have been deleted.")
        return PlainTextResponse(found.decode("utf-8", "replace"))

    return router


def _opening_beside(html: str) -> str:
    """A mail's HTML as it is shown in a frame: a link in it opens a page of its own."""
    with_head = html.replace("<head>", '<head><base target="_blank">', 1)
    return with_head if with_head != html else f'<base target="_blank">{html}' if html else ""
