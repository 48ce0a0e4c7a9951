"""Every small page as somebody meets it who hears it, or has only a keyboard, a phone, or an old browser."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from console.edge import Edge, LazyClient
from console.handovers import offer_handover
from models.base import Actor, Role
from settings import Settings
from tests.console.answering import ID, between_towns, correspondent, drawn, path, send, signing
from tests.console.fixtures import Shelf

IRYNA = Actor(role=Role.COORDINATOR, person="iryna")
LARGEST = 30_000


@pytest.fixture
def home_settings(home_settings: Settings) -> Settings:
    return signing(home_settings)


@pytest.fixture
async def paths(shelf: Shelf, home_settings: Settings) -> dict[str, str]:
    """Where every small page is, on a partnership of which there is much to say."""
    p = await between_towns(shelf)
    await shelf.give(p, "record_contact", contact="c1", how="visit")
    p = await between_towns(shelf, "another" * 5)
    p = await shelf.give(p, "propose", IRYNA, proposal="x1", what="end")
    facts: dict[str, Any] = {"why": "hostilities", "review_at": datetime(2100, 1, 1, tzinfo=UTC)}
    await shelf.give(p, "suspend", **facts)
    await correspondent(shelf.engine)
    await correspondent(shelf.engine, "bernd", objected_at=datetime.now(UTC))
    edge = Edge(home_settings, shelf.engine, LazyClient(home_settings))
    handover = (await offer_handover(edge, "olena", "taras", None, "Усе в теці.", "iryna")).id
    officer, question = path(home_settings, "answer", "olena", ID), path(home_settings, "question", "anna", ID)
    return {
        "officer": officer,
        "coordinator": path(home_settings, "answer", "iryna", ID),
        "paused": path(home_settings, "answer", "olena", p.id),
        "proposed": path(home_settings, "answer", "iryna", p.id),
        "done": f"{officer}/done/checked",
        "people": f"{officer}/ask",
        "asked": f"{officer}/ask/anna",
        "partner": question,
        "partner done": f"{question}/done/objected",
        "objected": path(home_settings, "question", "bernd", ID),
        "object": path(home_settings, "object", "anna"),
        "unsubscribe": path(home_settings, "unsubscribe", "olena"),
        "settings": path(home_settings, "settings", "olena"),
        "offer": path(home_settings, "offer", handover, "taras"),
        "turned": "/a/nothing",
    }


def sound(page: httpx.Response) -> None:
    """Assert what every page has to be."""
    seen = drawn(page.text)
    assert page.text.startswith("<!doctype html>")
    assert seen.language == page.headers["content-language"]
    assert len(seen.headings) == 1
    assert seen.headings[0].strip()
    assert seen.landmarks == ["main"]
    assert seen.unlabelled == []
    assert seen.unclosed == []
    assert [id for id, times in Counter(seen.ids).items() if times > 1] == []
    assert seen.scripts == 0
    assert "Undefined" not in page.text
    assert len(page.content) < LARGEST


@pytest.mark.parametrize("language", ["uk", "en", "de"])
async def test_every_page_has_one_heading_a_main_part_labels_and_no_scripts_and_is_small(
    web: httpx.AsyncClient, paths: dict[str, str], language: str
) -> None:
    for name, at in paths.items():
        page = await web.get(f"{at}?lang={language}")
        assert page.status_code == (404 if name == "turned" else 200), name
        sound(page)


async def test_no_page_is_kept_followed_indexed_framed_or_sets_a_cookie(
    web: httpx.AsyncClient, paths: dict[str, str]
) -> None:
    for at in paths.values():
        headers = (await web.get(at)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"].startswith("noindex")
        assert headers["x-frame-options"] == "DENY"
        assert "script-src" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "set-cookie" not in headers


async def test_what_went_wrong_is_said_to_ears_as_well_and_what_was_typed_is_kept(
    web: httpx.AsyncClient, paths: dict[str, str]
) -> None:
    typed = {"name": 'О"лег <b>', "address": "nowhere", "date": "<i>", "text": "x" * 1_001, "how": "call"}
    for name, ending in [("officer", "/successor"), ("officer", "/wrong"), ("officer", "/contact"),
                         ("people", "/ask"), ("partner", "/other"), ("partner", "/contact")]:  # fmt: skip
        answer = await send(web, await web.get(paths[name]), ending, typed)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text
        assert "<i>" not in answer.text
        sound(answer)
        assert typed["address"] in answer.text or typed["text"] in answer.text or "&lt;i&gt;" in answer.text


async def test_a_forms_address_looked_at_leads_back_to_the_page(web: httpx.AsyncClient, paths: dict[str, str]) -> None:
    for name, ending in (("officer", "contact"), ("partner", "write"), ("offer", "accept")):
        answer = await web.get(f"{paths[name]}/{ending}?lang=en", follow_redirects=True)
        assert str(answer.url).endswith(f"{paths[name]}?lang=en")
