"""On Ukrainian pages stand Ukrainian words: every page of a portfolio with something of everything is read for words in
Latin letters that are no names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from console.app import create_app
from console.web.problems import is_page
from imports.begin import REGISTER_AS_OF, REGISTER_ENTRY
from models.agreement import Agreement, AgreementKind, Document
from models.base import Provenance, Source
from models.commands import COMMANDS
from settings import Settings
from tests.console.access.declared import DECLARED, Who
from tests.console.access.foreign import World, furnished
from tests.console.access.signing import signed_in
from tests.console.access.walking import Found, addresses, routes_of
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf
from tests.console.partnership.lives import ID, ahead, full_life
from tests.models.lives import on

IMPORTED, SIGNED, ASKED, RESTING = ("c" * 32, "d" * 32, "e" * 32, "b" * 32)

NAMES = frozenset(
    {
        *(
            "Mosty",
            "English",
            "Cities4Cities",
            "Polaris",
            "CERV",
            "SKEW",
            "Engagement",
            "Global",
            "Interreg",
            "Erasmus",
        ),
        *("Natural", "Earth", "Visionscarto", "Datamaps", "GeoNames", "Ctrl", "Excel", "EET", "EEST", "row"),
        *("XLSX", "CSV", "JSON", "PDF", "DOCX", "ODT", "JPG", "PNG", "UTF"),
        *("Lublin", "Netutesh", "operator", "theirs", "others"),
    }
)
"""Of products, programmes, file formats, clocks; `row:17` is typed so; then towns and ids of the portfolio."""

SAID_AS_IT_IS = ("/partnerships/import", "/municipalities/{place}/profile")
"""Pages that name a file's columns, or show a municipality's English text."""

IN_BOTH = ("/partnerships/{partnership}/print",)
"""Pages in two languages."""

NO_WORDS = re.compile(
    r"""\S+@\S+ | https?://\S+ | Europe/\w+ | \w+\.(?:pdf|csv|docx?) | «[^»]*\b(?:town's|program)\b[^»]*»
    | \b\w*[0-9_]\w*\b | \b(?:de|pl|p|row)[-:]\S+ | (?:a\s)?(?:browser|program)\b | Anna\sTajemnoslova | Rathaus\s\S+
    | \bХтось\s\w+ """,
    re.VERBOSE,
)
"""Addresses, clocks, files, ids, and what people of the portfolio wrote in Latin letters."""


class Words(HTMLParser):
    """What is read on a page: its text, and what attributes say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("style", "script") or given.get("lang", "uk") != "uk":
            self._foreign.append(tag)
        self.said += [given[name] or "" for name in ("title", "alt", "placeholder", "aria-label") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self._foreign and self._foreign[-1] == tag:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self._foreign:
            self.said.append(data)


def latin(page: str) -> list[str]:
    """The words in Latin letters that are no names."""
    words = Words()
    words.feed(page)
    text = NO_WORDS.sub(" ", "\n".join(words.said))
    return [each for each in re.findall(r"[A-Za-z]{3,}", text) if each not in NAMES]


@pytest.fixture
async def world(shelf: Shelf) -> World:
    """A portfolio with something of everything."""
    await full_life(shelf)
    await shelf.begin(IMPORTED, BROVARY, LUBLIN, stage="activities", agreement=_registered(), imported=True)
    papers = {key: Document(at=on("2026-05-12"), type="act") for key in ("p1", "p2")}
    await shelf.begin(SIGNED, BROVARY, LUBLIN, stage="activities", agreement=_agreement(signatures=papers))
    letter = Document(at=on("2026-05-12"), type="letter", number="1")
    p = await shelf.begin(ASKED, LVIV, LUBLIN, stage="agreement", agreement=_agreement(submitted=letter))
    await shelf.told(p, timedelta(days=400))
    p = await shelf.begin(RESTING, LVIV, ERLANGEN, stage="dialogue")
    await shelf.give(p, "suspend", why="hostilities", review_at=ahead(30))
    return await furnished(shelf)


def _agreement(**facts: Any) -> Agreement:
    kind = AgreementKind.INTERTERRITORIAL
    return Agreement(kind=kind, since=on("2024-01-01"), signatories=("p1", "p2"), **facts)


def _registered() -> Agreement:
    provenance = Provenance(source=Source.REGISTER, as_of=REGISTER_AS_OF)
    entry = Document(at=REGISTER_AS_OF, type=REGISTER_ENTRY, provenance=provenance)
    signature = Document(at=on("2024-05-12"))
    signatures = {"p1": signature, "p2": signature}
    return _agreement(signatures=signatures, registered=entry, source=Source.REGISTER)


def pages(routes: list[Found], world: World) -> Iterator[str]:
    """The addresses of all pages but those that links in mails lead to, which have tests of their own."""
    for found in routes:
        route = DECLARED.get(str(found))
        skipped = found.path in (*SAID_AS_IT_IS, *IN_BOTH) or (route is not None and route.who is Who.LINKS)
        if route is None or found.method != "GET" or skipped or not is_page(found.path):
            continue
        yield from addresses(found, route, {"entry": [world.entry]})
    for id in (ID, IMPORTED, SIGNED, ASKED, RESTING):
        yield from (f"/partnerships/{id}{rest}" for rest in ("", "/why", "/ask", "/files", "/notes", "/seen"))
        yield from (f"/partnerships/{id}/do/{kind}" for kind in COMMANDS)
    yield from (f"/partnerships/bulk?all=1&do={said}" for said in ("confirm", "assign&to=lead", "suspend&why=other"))
    yield from (f"/municipalities/{BROVARY}{rest}" for rest in ("", "/edit", "/public"))


async def test_no_word_of_code_stands_on_a_ukrainian_page(
    web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf, world: World
) -> None:
    await signed_in(web, shelf, "operator")
    found: dict[str, str] = {}
    for address in pages(routes_of(create_app(home_settings)), world):
        answer = await web.get(f"{address}{'&' if '?' in address else '?'}lang=uk")
        assert answer.status_code < 500, address
        if answer.headers.get("content-type", "").startswith("text/html"):
            found |= dict.fromkeys(latin(answer.text), address)
    assert found == {}


@pytest.mark.parametrize("said", ["register entry", "ends at: –", "погодження: Cabinet resolution", "True", "in doubt"])
def test_a_word_of_code_is_found(said: str) -> None:
    assert latin(f"<td>{said}</td>")


def test_what_is_in_another_language_says_so_and_names_are_names() -> None:
    assert latin('<a lang="en">In English</a> <p>Таблиця CSV, EET, anna@example.org, Europe/Kyiv, contract.pdf') == []
