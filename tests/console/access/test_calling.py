"""Programs with a person's token: within what the person may see and do, and as that person alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.access.api_tokens import make_token
from console.app import create_app
from models.party import NewParty
from models.tables import PersonRow, TimelineRow
from settings import Settings
from tests.console.access.signing import trusted
from tests.console.fixtures import BROVARY, ERLANGEN, KEY, LVIV, Shelf

ID, OTHER = "a1b2c3d4" + "0" * 28, "b1b2c3d4" + "0" * 28
CONTACT = {"command": {"kind": "record_contact", "how": "call"}}

Answer = tuple[int, Any]


class Program:
    """Calls with somebody's token."""

    def __init__(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        self._web, self._shelf = web, shelf

    async def __call__(self, person: str, method: str, path: str, **sent: Any) -> Answer:
        async with self._shelf.engine.begin() as connection:
            token = await make_token(connection, person, "a program", True, 9, datetime.now(UTC))
        body: Mapping[str, Any] = {"json": sent} if method != "GET" else {}
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self._web.request(method, f"/api/v1{path}", headers=headers, **body)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
async def program(web: httpx.AsyncClient, shelf: Shelf) -> Program:
    """Olena is officer of one partnership, Taras of another; Iryna leads the first."""
    ours = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    await shelf.begin(ID, parties=ours, coordinator="iryna", stage="dialogue")
    theirs = (NewParty(place=LVIV, officer="taras"), NewParty(place=ERLANGEN))
    await shelf.begin(OTHER, parties=theirs, stage="dialogue")
    return Program(web, shelf)


async def test_each_lists_what_they_see(program: Program, shelf: Shelf) -> None:
    await trusted(shelf, "iryna", "viewer", "oblast", "Львівська")
    for person, seen in (("olena", {ID}), ("taras", {OTHER}), ("iryna", {ID, OTHER})):
        status, body = await program(person, "GET", "/partnerships")
        assert (status, {each["id"] for each in body["items"]}) == (200, seen)


@pytest.mark.parametrize("path", ["", "/timeline", "/explain", "/forecast", "/why?person=taras", "/mails/preview"])
async def test_what_one_may_not_see_is_not_there(program: Program, path: str) -> None:
    for named in (OTHER, OTHER[:8]):
        status, body = await program("olena", "GET", f"/partnerships/{named}{path}")
        assert (status, body["code"]) == (404, "unknown_partnership")


async def test_a_command_that_is_not_theirs_is_turned_away_before_the_engine_is_asked(program: Program) -> None:
    accept = {"command": {"kind": "accept"}}
    assert (await program("iryna", "POST", f"/partnerships/{ID}/commands", **accept))[0] == 403
    assert (await program("olena", "POST", f"/partnerships/{OTHER}/commands", **CONTACT))[0] == 404
    propose = {"command": {"kind": "propose", "what": "rest"}}
    assert (await program("olena", "POST", f"/partnerships/{ID}/commands", **propose))[0] == 403
    assert (await program("olena", "POST", f"/partnerships/{ID}/commands", **CONTACT))[0] == 503  # the engine is away


async def test_a_person_speaks_for_themselves_alone(program: Program) -> None:
    status, body = await program("olena", "POST", f"/partnerships/{ID}/commands", **CONTACT, actor="iryna")
    assert status == 403
    assert "acts for that person" in body["message"]
    assert (await program("olena", "POST", f"/partnerships/{ID}/commands", **CONTACT, actor="olena"))[0] == 503


async def test_nobody_leafs_through_people_by_naming_them(program: Program) -> None:
    for named in ("Тарас Мельник", "Тарас", "tara"):
        body = {"command": {"kind": "name_person", "role": "deputy", "party": "p1", "person": named}}
        status, said = await program("olena", "POST", f"/partnerships/{ID}/commands", **body)
        assert status == 409
        assert "taras@" not in said["message"]
        assert "(taras)" not in said["message"]
    body = {"command": {"kind": "name_person", "role": "deputy", "party": "p1", "person": "taras@example.org"}}
    assert (await program("olena", "POST", f"/partnerships/{ID}/commands", **body))[0] == 503


@pytest.mark.parametrize(
    ("person", "places", "status"),
    [("olena", [BROVARY], 503), ("olena", [LVIV], 403), ("iryna", [LVIV], 503), ("iryna", [BROVARY], 403)],
)
async def test_a_partnership_is_begun_for_ones_own_municipality_or_oblast(
    program: Program, shelf: Shelf, person: str, places: list[str], status: int
) -> None:
    await trusted(shelf, "iryna", "coordinator", "oblast", "Львівська")
    assert (await program(person, "POST", "/partnerships", parties=[{"place": each} for each in places]))[0] == status


async def test_people_read_and_correct_themselves_but_not_their_address(program: Program, shelf: Shelf) -> None:
    assert (await program("olena", "GET", "/people/olena"))[1]["email"] == "olena@example.org"
    assert (await program("olena", "GET", "/people/taras"))[0] == 404
    assert (await program("olena", "GET", "/people"))[0] == 403
    assert (await program("olena", "PATCH", "/people/olena", digest="daily"))[0] == 200
    for change in ({"email": "other@example.org"}, {"active": False}):
        assert (await program("olena", "PATCH", "/people/olena", **change))[0] == 403
    async with shelf.engine.connect() as connection:
        row = (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == "olena"))).one()
    assert (row.email, row.active, row.digest) == ("olena@example.org", True, "daily")


async def test_the_operators_token_is_good_on_this_machine_only_for_looking_too(
    home_settings: Settings, shelf: Shelf
) -> None:
    app = create_app(home_settings)
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://mosty") as far:
        assert (await far.get("/api/v1/partnerships", headers=KEY)).status_code == 403
        async with shelf.engine.begin() as connection:
            token = await make_token(connection, "olena", "a program", False, 9, datetime.now(UTC))
        own = await far.get("/api/v1/partnerships", headers={"Authorization": f"Bearer {token}"})
    await app.state.edge.database.dispose()
    assert own.status_code == 200


async def test_openapi_says_that_every_call_needs_a_token(web: httpx.AsyncClient) -> None:
    schema = (await web.get("/openapi.json")).json()
    bare = [
        f"{method} {path}"
        for path, methods in schema["paths"].items()
        for method, about in methods.items()
        if path.startswith("/api/") and not (about.get("security") and "401" in about["responses"])
    ]
    assert bare == []


@pytest.mark.server
async def test_a_command_is_on_record_as_its_persons(living_web: httpx.AsyncClient, shelf: Shelf) -> None:
    start = {"parties": [{"place": BROVARY, "officer": "olena"}, {"place": ERLANGEN}], "coordinator": "iryna"}
    begun = (await living_web.post("/api/v1/partnerships", json=start)).json()["partnership"]
    async with shelf.engine.begin() as connection:
        token = await make_token(connection, "olena", "a program", True, 9, datetime.now(UTC))
    headers = {"Authorization": f"Bearer {token}"}
    answer = await living_web.post(f"/api/v1/partnerships/{begun}/commands", json=CONTACT, headers=headers)
    assert answer.status_code == 200
    async with shelf.engine.connect() as connection:
        query = select(TimelineRow.actor_person, TimelineRow.actor_role, TimelineRow.actor_party)
        row = (await connection.execute(query.where(TimelineRow.kind == "record_contact"))).one()
    assert tuple(row) == ("olena", "officer", "p1")
