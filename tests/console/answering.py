"""Small pages as a browser without scripts meets them: links as mails carry them, forms filled in and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from pydantic import SecretStr
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from mailroom.links import Kind
from models.party import NewParty
from models.tables import CorrespondentRow, MailRow, Table
from settings import Settings
from signing import links_of
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28
SECRET = SecretStr("what links of these tests are signed with")

VOID = {"input", "meta", "br", "link"}
CONTROLS = {"input", "select", "textarea", "button"}


def signing(settings: Settings) -> Settings:
    """The same settings with a secret for links."""
    return settings.model_copy(update={"secret": SECRET})


def path(settings: Settings, kind: Kind, *ids: str, epoch: int = 0, at: datetime | None = None) -> str:
    """Where a link leads, as a mail sent at a moment carries it."""
    return urlsplit(links_of(settings).to(kind, *ids, epoch=epoch, now=at or datetime.now(UTC))).path


async def between_towns(shelf: Shelf, id: str = ID, **facts: Any) -> Any:
    """A partnership of Brovary (officer olena, deputy taras) and Erlangen, coordinated by iryna."""
    parties = (NewParty(place=BROVARY, officer="olena", deputy="taras"), NewParty(place=ERLANGEN))
    return await shelf.begin(id, **{"parties": parties, "coordinator": "iryna", "stage": "activities"} | facts)


async def correspondent(engine: AsyncEngine, id: str = "anna", **facts: Any) -> None:
    """Somebody at Erlangen, and the question that olena sent them."""
    now = datetime.now(UTC)
    row = {"id": id, "partnership": ID, "party": "p2", "name": "Anna Muster", "email": f"{id}@example.org",
           "language": "de", "source": "Rathaus", "added_by": "olena", "added_at": now}  # fmt: skip
    mail = {"message_id": f"<{id}@example.org>", "kind": "partner", "person": "olena", "correspondent": id, "about": ID,
            "address": row["email"], "language": "de", "subject": "Frage", "body": "", "status": "sent",
            "planned_at": now, "send_after": now}  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(CorrespondentRow).values(**row | facts))
        await connection.execute(insert(MailRow).values(**mail))


async def whole_record(engine: AsyncEngine) -> dict[str, list[Any]]:
    """Every row of every table."""
    async with engine.connect() as connection:
        return {
            name: [tuple(row) for row in await connection.execute(select(table))]
            for name, table in sorted(Table.metadata.tables.items())
        }


async def rows(engine: AsyncEngine, table: Any) -> list[Any]:
    async with engine.connect() as connection:
        return list((await connection.execute(select(table))).all())


@dataclass
class Form:
    """A form of a page: where it leads, and what its fields hold."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Drawn:
    """What of a page counts for somebody who hears it instead of seeing it."""

    forms: list[Form] = field(default_factory=list)
    language: str = ""
    headings: list[str] = field(default_factory=list)
    landmarks: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    scripts: int = 0


def drawn(html: str) -> Drawn:
    """A page taken apart. A control without a label, and a tag left open, are named."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    labels = parser.labels
    parser.page.unlabelled = [name for name, id in parser.controls if id not in labels]
    parser.page.unclosed += parser.open
    return parser.page


def form_to(html: str, ending: str) -> Form:
    """The form that leads to an address with this ending."""
    return next(
        form for form in drawn(html).forms if form.method == "post" and form.action.split("?")[0].endswith(ending)
    )


async def send(
    web: httpx.AsyncClient, page: httpx.Response, ending: str, said: Mapping[str, str] | None = None
) -> httpx.Response:
    """Fill in a form of a page and send it, as its browser would; not followed on."""
    form = form_to(page.text, ending)
    return await web.post(urljoin(str(page.url), form.action), data={**form.fields, **(said or {})})


async def say(web: httpx.AsyncClient, at: str, ending: str, said: Mapping[str, str] | None = None) -> httpx.Response:
    """Look at a page, fill in one of its forms, send it, and read what comes then."""
    answer = await send(web, await web.get(at), ending, said)
    return await onward(web, answer)


async def onward(web: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 303, answer.text
    return await web.get(urljoin(str(answer.url), answer.headers["location"]))


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Drawn()
        self.open: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[tuple[str, str]] = []
        self._heading: str | None = None
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if "id" in said:
            self.page.ids.append(said["id"])
        getattr(self, f"_on_{tag}", lambda _: None)(said)
        if tag in CONTROLS:
            self._control(tag, said)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.page.unclosed.append(tag)
        if tag in ("h1", "textarea", "select"):
            self._heading = self._text = self._select = None

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self.page.headings[-1] += data
        if self._text is not None:
            self.page.forms[-1].fields[self._text] += data

    def _on_html(self, said: dict[str, str]) -> None:
        self.page.language = said.get("lang", "")

    def _on_main(self, said: dict[str, str]) -> None:
        self.page.landmarks.append("main")

    def _on_script(self, said: dict[str, str]) -> None:
        self.page.scripts += 1

    def _on_h1(self, said: dict[str, str]) -> None:
        self.page.headings.append("")
        self._heading = "h1"

    def _on_a(self, said: dict[str, str]) -> None:
        self.page.links.append(said.get("href", ""))

    def _on_form(self, said: dict[str, str]) -> None:
        self.page.forms.append(Form(said.get("method", "get"), said.get("action", "")))

    def _on_label(self, said: dict[str, str]) -> None:
        self.labels.add(said.get("for", ""))

    def _on_option(self, said: dict[str, str]) -> None:
        if self._select and ("selected" in said or not self.page.forms[-1].fields.get(self._select)):
            self.page.forms[-1].fields[self._select] = said.get("value", "")

    def _control(self, tag: str, said: dict[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        named = tag == "button" or kind == "hidden" or "label" in self.open or "aria-label" in said
        if not named:
            self.controls.append((name, said.get("id", "")))
        if tag == "textarea":
            self.page.forms[-1].fields[name] = ""
            self._text = name
        elif tag == "select":
            self.page.forms[-1].fields[name] = ""
            self._select = name
        elif tag == "input" and (kind != "radio" or "checked" in said):
            self.page.forms[-1].fields[name] = said.get("value", "")
