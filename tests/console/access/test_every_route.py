"""Every route, called by everybody: who may not see a partnership reads no word of it and changes nothing of it.

The routes are found in the app itself. A new one has to be declared in declared.py before these tests pass."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import SecretStr

from console.access.api_tokens import make_token
from console.access.looking import operating_viewer
from console.access.sessions import COOKIE, begin
from console.app import create_app
from console.partnership.keeping_pages import store_of
from embedded.catcher import catcher_pages
from embedded.mail_folder import MailFolder
from models.tables import open_engine
from settings import Settings, read_settings
from signing import links_of
from tests.console.access.declared import ANYBODYS, DECLARED, Who
from tests.console.access.foreign import (
    BLIND,
    DEPUTY,
    FILE,
    OWN,
    OWN_FILE,
    PARTNERSHIP,
    PARTS,
    PERSON,
    PRIVATE,
    SECRET,
    SEEING,
    World,
    all_of_it,
    furnished,
)
from tests.console.access.walking import Call, Caller, Found, called, readable, routes_of, told_of, turned_away
from tests.console.fixtures import KEY, TOKEN, Shelf, furnish

LINK_KINDS = {"/a/": ("answer", OWN), "/s/": ("settings",), "/u/": ("unsubscribe",), "/calendar/": ("feed",)}
"""Links of the officer elsewhere, by the beginning of the paths they lead to."""

MUNICIPAL = {PERSON, DEPUTY, "officer_here", "operator"}
"""Who reads what the municipality keeps to itself."""

NONSENSE = "1nothing.at-all"


class Unhurried:
    """Lets everything through: here the pace is not what is tried."""

    def allows(self, key: str, now: float) -> bool:
        return True


@pytest.fixture(scope="module")
def settings(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home whose engine is nowhere."""
    home = tmp_path_factory.mktemp("every-route")
    shutil.copy(migrated / "mosty.db", home / "mosty.db")
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(f"MOSTY_{name.upper()}", raising=False)
        patch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
        yield read_settings(home=home, token=SecretStr(TOKEN), secret=SecretStr("a-secret-of-the-tests"))


@pytest.fixture(scope="module")
async def world(settings: Settings) -> AsyncIterator[World]:
    engine = open_engine(settings.database_url)
    await furnish(engine)
    yield await furnished(Shelf(engine))
    await engine.dispose()


@pytest.fixture(scope="module")
async def app(settings: Settings, world: World) -> AsyncIterator[FastAPI]:
    """The whole web surface, with the pages of caught mail."""
    app = create_app(settings)
    app.include_router(catcher_pages(settings.home), dependencies=[Depends(operating_viewer)])
    content = "Subject: Таємнослово\n\nТаємнослово".encode()
    MailFolder(settings.home).keep("mosty@example.org", ["tajemnosl@example.org"], content)
    for each in (FILE, OWN_FILE):
        store_of(app.state.edge).keep(BytesIO(each))
    for pace in vars(app.state.paces):
        setattr(app.state.paces, pace, Unhurried())
    yield app
    await app.state.edge.database.dispose()


@pytest.fixture(scope="module")
async def web(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as client:
        yield client


@pytest.fixture(scope="module")
async def callers(world: World) -> Mapping[str, Caller]:
    """Everybody, by name."""
    signed_in = {person: await signing_in(world, person) for person in (*BLIND[1:], *SEEING)}
    return {"signed_out": Caller("signed_out"), **signed_in}


async def signing_in(world: World, person: str) -> Caller:
    now = datetime.now(UTC)
    async with world.engine.begin() as connection:
        cookie = await begin(connection, person, "a browser", now)
        return Caller(person, cookie, await make_token(connection, person, "a program", True, 9, now))


def more(found: Found, settings: Settings, world: World) -> Mapping[str, list[str]]:
    """What a path's parts are that is only known now: links of the officer elsewhere, and made-up ones."""
    links, person = links_of(settings), "officer_elsewhere"
    tokens = [NONSENSE]
    for begins, (kind, *ids) in LINK_KINDS.items():
        if found.path.startswith(begins):
            link = links.to(kind, person, *ids, epoch=0, now=datetime.now(UTC))  # type: ignore[arg-type]
            tokens.insert(0, link.rpartition("/")[2].removesuffix(".ics"))
    return {
        "token": tokens,
        "entry": [world.entry],
        "key": [path.name for path in (settings.home / "mail").rglob("*.*")],
    }


def test_every_route_is_declared_and_every_part_of_a_path_known(app: FastAPI) -> None:
    routes = routes_of(app)
    new = [str(found) for found in routes if str(found) not in DECLARED]
    assert not new, (
        f"Nothing is said of who may call {', '.join(new)}. Say it in tests/console/access/declared.py: whose the "
        "route is, and what its form or JSON sends."
    )
    gone = DECLARED.keys() - {str(found) for found in routes}
    assert not gone, f"There is no such route any more; take it out of declared.py: {', '.join(sorted(gone))}."
    unknown = {part: str(found) for found in routes for part in found.parts if part not in PARTS}
    unknown = {part: path for part, path in unknown.items() if part not in DECLARED[path].fills}
    assert not unknown, (
        f"What stands in these parts of paths? {unknown} Say it in PARTS of tests/console/access/foreign.py, or in "
        "`fills` of the route: something of the foreign partnership."
    )


@pytest.mark.parametrize("name", BLIND)
async def test_nothing_of_a_foreign_partnership_is_read_or_changed(
    name: str, app: FastAPI, web: httpx.AsyncClient, callers: Mapping[str, Caller], settings: Settings, world: World
) -> None:
    before = await all_of_it(world.engine)
    wrong = []
    for found in sorted(routes_of(app), key=_signs_out):
        if (route := DECLARED.get(str(found))) is None or found.method == "MOUNT":
            continue
        fresh = route.signs_out and callers[name].signed_in
        caller = await signing_in(world, name) if fresh else callers[name]
        for call in await called(web, caller, found, route, more(found, settings, world)):
            if told := told_of(call, route):
                wrong.append(f"{call} tells {told}")
            if not turned_away(call, route.who):
                wrong.append(f"{call}, though it is theirs alone: {route.who.value}")
    assert not wrong, "\n".join(wrong[:20])
    assert await all_of_it(world.engine) == before


def _signs_out(found: Found) -> bool:
    """What ends sessions comes last."""
    route = DECLARED.get(str(found))
    return route is not None and route.signs_out


@pytest.mark.parametrize("name", SEEING)
async def test_whoever_may_see_a_partnership_reads_it(
    name: str, app: FastAPI, web: httpx.AsyncClient, callers: Mapping[str, Caller], settings: Settings, world: World
) -> None:
    """So that the test above would notice."""
    caller, read = callers[name], 0
    for found in routes_of(app):
        route = DECLARED.get(str(found))
        if route is None or found.method != "GET" or route.who is not Who.THE_PARTNERSHIPS:
            continue
        call = (await called(web, caller, found, route, more(found, settings, world)))[0]
        assert call.answer.status_code not in (401, 404), str(call)
        read += any(each in readable(call.answer) for each in SECRET)
    assert read >= 3
    listed = await web.get("/api/v1/partnerships", headers=caller.carries("/api/"))
    assert PARTNERSHIP in [each["id"] for each in listed.json()["items"]]


async def test_what_a_municipality_keeps_to_itself_is_read_by_nobody_else(
    app: FastAPI, web: httpx.AsyncClient, callers: Mapping[str, Caller], settings: Settings, world: World
) -> None:
    wrong, read = [], set()
    for found in routes_of(app):
        if (route := DECLARED.get(str(found))) is None or found.method != "GET":
            continue
        for name in (*MUNICIPAL, "lead", "viewer_here", "coordinator_all"):
            for call in await called(web, callers[name], found, route, more(found, settings, world)):
                if PRIVATE in readable(call.answer):
                    read.add(name)
                    wrong += [str(call)] * (name not in MUNICIPAL)
    assert not wrong, "\n".join(wrong)
    assert read == MUNICIPAL


async def test_what_is_the_operators_is_theirs_and_nobody_elses(
    app: FastAPI, web: httpx.AsyncClient, callers: Mapping[str, Caller], settings: Settings, world: World
) -> None:
    wrong: list[str] = []
    for found in routes_of(app):
        route = DECLARED.get(str(found))
        if route is None or route.who is not Who.OPERATORS:
            continue
        filled = more(found, settings, world)
        for name in SEEING:
            if found.method != "GET" and name == "operator":
                continue
            for call in await called(web, callers[name], found, route, filled):
                if (call.answer.status_code in (403, 404)) == (name == "operator"):
                    wrong.append(str(call))
    assert not wrong, "\n".join(wrong)


async def test_a_person_reads_what_is_theirs(web: httpx.AsyncClient, callers: Mapping[str, Caller]) -> None:
    for path in (
        f"people/{PERSON}",
        f"people/{PERSON}/absences",
        f"people/{PERSON}/calendar",
        "handovers/handover-7331",
    ):
        answer = await web.get(f"/api/v1/{path}", headers=callers[PERSON].carries("/api/"))
        assert answer.status_code == 200, path


async def test_a_browser_is_no_program_and_a_program_no_browser(
    web: httpx.AsyncClient, callers: Mapping[str, Caller]
) -> None:
    operator = callers["operator"]
    program = await web.get("/api/v1/partnerships", headers={"Cookie": f"{COOKIE}={operator.cookie}"})
    assert program.status_code == 401
    for key in (KEY, {"Authorization": f"Bearer {operator.token}"}):
        assert (await web.get(f"/partnerships/{PARTNERSHIP}", headers=key)).status_code == 303


@pytest.mark.parametrize(
    "said",
    [
        "Таємнословська",
        "&#1072;&#1108;&#1084;&#1085;&#1086;&#1089;&#1083;",
        json.dumps({"name": "Таємнослова"}),
        "anna.TAJEMNOSL@example.org",
        PARTNERSHIP,
        "Нетутешнянська громада",
    ],
)
def test_a_word_that_leaks_is_found_however_it_is_written(said: str) -> None:
    answer = httpx.Response(200, text=said)
    call = Call(Found("GET", "/leaking"), Caller("nobody", "c", "t"), "/leaking", "", answer)
    assert told_of(call, ANYBODYS)


def test_what_was_asked_may_be_said_again() -> None:
    address = f"/partnerships/{PARTNERSHIP}"
    answer = httpx.Response(404, text=f"There is no partnership {PARTNERSHIP}.")
    call: Any = Call(Found("GET", "/partnerships/{partnership}"), Caller("nobody", "c", "t"), address, "", answer)
    assert not told_of(call, ANYBODYS)
