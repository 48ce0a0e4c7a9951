"""Partnerships that have been silent for so many days, put on record by the rules themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from models.base import Actor, Role
from models.partnership import Partnership
from models.party import NewParty
from tests.console.answering import Form, drawn
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28
OTHER = "b2c3d4e5" + "0" * 28
OFFICER = Actor(role=Role.OFFICER, person="olena", party="p1")
COORDINATOR = Actor(role=Role.COORDINATOR, person="iryna")


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


async def silent(
    shelf: Shelf, id: str, days: float, home: str = BROVARY, partner: str = ERLANGEN, **facts: Any
) -> Partnership:
    """A partnership without a contact for so many days, of which everything due by now was told."""
    parties = (NewParty(place=home, officer="olena"), NewParty(place=partner))
    start = {"parties": parties, "coordinator": "iryna", "stage": "activities", "at": ago(days)} | facts
    p = await shelf.begin(id, **start)
    return await shelf.told(p, timedelta(0)) if p.next_wake() and p.next_wake() < datetime.now(UTC) else p


def forms(page: str, ending: str) -> list[Form]:
    """The forms of a page that lead to addresses with this ending."""
    return [form for form in drawn(page).forms if form.action.split("?")[0].endswith(ending)]


def cards(page: str) -> list[str]:
    """The things that wait, each as the page has it."""
    return re.findall(r'<article class="card wait.*?</article>', page, re.DOTALL)


async def press(
    web: httpx.AsyncClient, ending: str, said: Mapping[str, str] | None = None, at: str = "/today?lang=en"
) -> httpx.Response:
    """Open the page, fill in one of its small forms, and send it."""
    page = (await web.get(at)).text
    form = forms(page, ending)[0]
    return await web.post(form.action, data={**form.fields, **(said or {})})


async def onward(web: httpx.AsyncClient, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return (await web.get(answer.headers["location"])).text
