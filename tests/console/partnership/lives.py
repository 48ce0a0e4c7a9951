"""A partnership in which everything can be done, and its forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from models.base import Actor, Role
from models.partnership import Partnership
from models.party import NewParty
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, Shelf

ID = "a1b2c3d4" + "0" * 28
OFFICER = Actor(role=Role.OFFICER, person="olena", party="p1")
PARTIES = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))


def ahead(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


async def full_life(shelf: Shelf, id: str = ID) -> Partnership:
    """A partnership with something of everything: contacts, a meeting, an activity, a draft, a candidate, a text."""
    p = await shelf.begin(id, parties=PARTIES, coordinator="iryna", stage="outreach")
    p = await shelf.give(p, "add_candidate", candidate="k1", place=LUBLIN)
    p = await shelf.give(p, "advance", to="activities", reason="r1")
    p = await shelf.give(p, "record_contact", contact="c1", how="meeting", actor=OFFICER)
    p = await shelf.give(p, "plan_meeting", meeting="m1", at=ahead(20))
    milestones = [{"id": "m1", "due": ahead(30).isoformat()}]
    p = await shelf.give(p, "open_activity", activity="a1", type="visit", givers=["p2"], milestones=milestones)
    p = await shelf.give(p, "begin_drafting", agreement="interterritorial", spheres=["culture"])
    p = await shelf.give(p, "set_next_step", text="t1", due=ahead(10))
    return await shelf.give(p, "add_text", topic="need", text="t2")


def fields(page: str) -> dict[str, Any]:
    """What the command's form of a page would send as it stands."""
    form = page[page.index('action="/partnerships/') :].partition("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") not in ("radio", "checkbox") or " checked" in tag:
            found[said["name"]] = said.get("value", "")
    for name, body in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    for name, body in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = body
    return found


async def fill(web: httpx.AsyncClient, address: str, **said: Any) -> httpx.Response:
    """Open a form, fill it in, send it."""
    opened = await web.get(address)
    assert opened.status_code == 200, opened.text
    return await web.post(address, data={**fields(opened.text), **said})
