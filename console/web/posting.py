"""Forms of people who are signed in: only from a page of ours, each acting once.

A form is from a page of ours where it carries the token of a session of whoever is signed in: of this one, or of one
that ended while the page was open. Any other (nobody is signed in, somebody else is) is not lost: what was typed is
shown, and is sent with one more press. One that another website sent is turned away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from console.access.looking import MaybeViewer
from console.access.sessions import is_from_a_session_of
from console.access.viewer import Viewer
from console.pace import Paces
from console.small_pages import act_id, id_after, prefetched
from console.web.needs import Record

__all__ = ["Fields", "Form", "StalePage", "act_id", "id_after", "only_from_here"]

Form = dict[str, list[str]]
MOST_FIELDS = 300
MOST_FILES = 1
ABOUT_THE_FORM = frozenset({"csrf", "nonce"})


class StalePage(Exception):
    """The form is from a page that was not made for whoever is signed in; `fields` are what was typed."""

    def __init__(self, fields: Form) -> None:
        super().__init__("stale")
        self.fields = fields


class Fields:
    """A form's fields, without blanks around; a field sent several times keeps all its values."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __getitem__(self, name: str) -> str:
        """The field's value; empty where it was not sent."""
        return self.form.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Every value of a field that were not left empty."""
        return [value for value in self.form.get(name, []) if value]

    def __contains__(self, name: str) -> bool:
        return bool(self[name])

    def typed(self) -> Mapping[str, list[str]]:
        """What a person typed or chose, without what our page put in."""
        return {name: values for name, values in self.form.items() if name not in ABOUT_THE_FORM}

    def command_id(self, *parts: str) -> str:
        """The id of what this form does: the same form of the same page does it once."""
        flat = {name: "\x1f".join(values) for name, values in self.form.items() if name != "csrf"}
        return act_id(flat, *parts)


async def fields_of(request: Request) -> Fields:
    """A form as it came, from a page of ours, of whoever it is; of its files nothing is kept. Turned away as `welcome`
    says."""
    welcome(request)
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        return Fields(words_in_form(form))


def welcome(request: Request, viewer: Viewer | None = None) -> None:
    """Turn away (403, 429) what comes from another website, or too much at once: in one session, or from one address
    of the network where nobody is signed in."""
    only_from_here(request)
    paces: Paces = request.app.state.paces
    pace, key = (
        (paces.forms, viewer.csrf) if viewer else (paces.sign_ins, request.client.host if request.client else "")
    )
    if not pace.allows(key, monotonic()):
        raise HTTPException(429, "Too much at once; nothing was changed. Wait a minute and send it again.")


def words_in_form(form: FormData) -> Form:
    """What a form says in words, without blanks around."""
    found: Form = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value.strip())
    return found


async def made_for(viewer: Viewer | None, fields: Fields, record: AsyncConnection) -> None:
    """Raise `StalePage` where a form is not from a page that was made for whoever is signed in."""
    if viewer is None or not viewer.csrf:
        raise StalePage(fields.form)
    this_session = secrets.compare_digest(fields["csrf"].encode(), viewer.csrf.encode())
    if not this_session and not await is_from_a_session_of(record, viewer.id, fields["csrf"], datetime.now(UTC)):
        raise StalePage(fields.form)


async def posted(request: Request, viewer: MaybeViewer, record: Record) -> Fields:
    """A form of the person who is signed in. Turned away as `welcome` says. Raises `StalePage` where it was not made
    for them."""
    welcome(request, viewer)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        fields = Fields(words_in_form(form))
    await made_for(viewer, fields, record)
    return fields


Posted = Annotated[Fields, Depends(posted)]
AnyFields = Annotated[Fields, Depends(fields_of)]


def only_from_here(request: Request) -> None:
    """Turn away what another website sent, or a browser fetched ahead. Browsers say how a form's page stands to us;
    older ones only where it is, or that they do not tell (`null`)."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = {request.headers.get("host", ""), urlsplit(request.app.state.edge.settings.pages_at).netloc}
    elsewhere = origin is not None and urlsplit(origin).netloc not in ours
    if prefetched(request) or (elsewhere if site is None else site not in ("same-origin", "none")):
        raise HTTPException(403, "This form was sent from another website; nothing was changed.")
