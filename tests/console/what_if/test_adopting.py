"""Going over to a ladder: previewed, once, row by row, by those who coordinate; on a living engine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from console.acting import Order, act
from console.edge import Edge
from console.record import RecordedRevisions
from models.base import Actor, Role
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.policy import DEFAULT_1
from models.tables import PartnershipRow
from models.watch import Carry
from tests.console.access.signing import hidden, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf, until
from tests.console.what_if.asking import HALF_YEARLY, looked, until_done, words
from tests.models.test_what_if import running
from workflows.client import start

pytestmark = pytest.mark.server


async def begun(living: Edge, shelf: Shelf, count: int = 1, **facts: Any) -> list[str]:
    """Partnerships whose workflows run, on record; their ids."""
    ids = [str(uuid4()) for _ in range(count)]
    client = await living.client()
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    for id in ids:
        actor = Actor(role=Role.COORDINATOR, person="iryna")
        said = {"stage": "activities", "coordinator": "iryna", **facts}
        beginning = Start.model_validate({"id": id, "actor": actor, "command_id": "s", "parties": parties, **said})
        await start(client, beginning, living.settings.task_queue, RecordedRevisions(shelf.engine))

    async def recorded() -> bool:
        return len(await states(shelf, ids)) == len(ids)

    await until(recorded)
    return ids


async def states(shelf: Shelf, ids: Sequence[str]) -> list[Partnership]:
    query = select(PartnershipRow.state).where(PartnershipRow.id.in_(ids))
    async with shelf.engine.connect() as connection:
        found = [Partnership.model_validate(state) for state in await connection.scalars(query)]
    return sorted(found, key=lambda p: ids.index(p.id))


async def previewed(web: httpx.AsyncClient, path: str, query: str) -> str:
    return (await web.get(f"{path.partition('?')[0]}/adopt?{query}")).text


async def gone_over(web: httpx.AsyncClient, preview: str) -> tuple[httpx.Response, str]:
    """Press the preview's button; the page of what came of it."""
    action = re.search(r'<form method="post" action="(/what-if/[^"]+/adopt)', preview)
    assert action
    rows = re.findall(r'name="row" value="([^"]+)"', preview)
    every = {"all": "1"} if 'name="all" value="1"' in preview else {}
    answer = await web.post(action[1], data={**hidden(preview), "row": rows, **every})
    return answer, await until_done(web, answer.headers["location"])


async def test_chosen_partnerships_go_over_and_the_others_stay(
    living_web: httpx.AsyncClient, living: Edge, shelf: Shelf
) -> None:
    ids = await begun(living, shelf, 3)
    await signed_in(living_web, shelf, "iryna")
    path, _ = await looked(living_web, carry="restart")
    preview = await previewed(living_web, path, f"row={ids[0]}&row={ids[1]}&row=unknown")
    assert "переходить 2 партнерства" in words(preview)
    assert "відлік починається з дня переходу" in words(preview)
    assert [p.differences for p in await states(shelf, ids[:1])] == [{}], "a preview changes nothing"
    answer, page = await gone_over(living_web, preview)
    assert answer.status_code == 303
    assert "Перейшли: 2." in words(page)
    one, two, three = await states(shelf, ids)
    assert [rung.days for rung in one.policy.ladders[HALF_YEARLY].rungs] == [60, 120]
    assert two.differences == one.differences
    assert three.differences == {}


async def test_a_form_sent_twice_goes_over_once_and_a_second_look_finds_nothing_left(
    living_web: httpx.AsyncClient, living: Edge, shelf: Shelf
) -> None:
    ids = await begun(living, shelf, 2)
    await signed_in(living_web, shelf, "iryna")
    path, _ = await looked(living_web)
    preview = await previewed(living_web, path, "all=1")
    first, page = await gone_over(living_web, preview)
    second, again = await gone_over(living_web, preview)
    assert first.headers["location"] == second.headers["location"]
    assert words(page) == words(again)
    revisions = [p.revision for p in await states(shelf, ids)]
    assert revisions == [2, 2]
    _, nothing = await looked(living_web)
    assert "Змінювати нічого" in words(nothing)
    third, page = await gone_over(living_web, await previewed(living_web, path, "all=1"))
    assert third.status_code == 303
    assert "Уже так: 2." in words(page)
    assert [p.revision for p in await states(shelf, ids)] == revisions


async def test_what_is_refused_is_named_and_the_rest_goes_over(
    living_web: httpx.AsyncClient, living: Edge, shelf: Shelf
) -> None:
    ids = await begun(living, shelf, 2)
    await signed_in(living_web, shelf, "iryna")
    path, _ = await looked(living_web)
    preview = await previewed(living_web, path, "all=1")
    await act(living, Order(ids[1], "end", {"why": "other"}))
    _, page = await gone_over(living_web, preview)
    said = words(page)
    assert "Перейшли: 1." in said
    assert "Не перейшли: 1." in said
    assert "Партнерство завершено." in said
    assert "Броварська міська громада — Ерланген" in said


async def test_whoever_no_longer_coordinates_changes_nothing(
    living_web: httpx.AsyncClient, living: Edge, shelf: Shelf
) -> None:
    ids = await begun(living, shelf)
    await signed_in(living_web, shelf, "iryna")
    path, _ = await looked(living_web)
    preview = await previewed(living_web, path, "all=1")
    await act(living, Order(ids[0], "name_person", {"role": "coordinator", "person": "taras"}))
    await trusted(shelf, "iryna", "viewer")
    _, page = await gone_over(living_web, preview)
    assert "Ви його не координуєте" in words(page)
    (one,) = await states(shelf, ids)
    assert one.differences == {}


async def test_going_back_to_the_usual_ladder_is_no_difference(
    living_web: httpx.AsyncClient, living: Edge, shelf: Shelf
) -> None:
    own = {HALF_YEARLY: running(30, 60), "paper": running(20)}
    ids = await begun(living, shelf, differences=own)
    await signed_in(living_web, shelf, "iryna")
    usual: dict[str, Any] = {}
    for number, rung in enumerate(DEFAULT_1.ladders[HALF_YEARLY].rungs):
        usual |= {f"days-{number}": str(rung.days), f"roles-{number}": list(rung.roles)}
        usual |= {f"attention-{number}": rung.attention.value}
    path, _ = await looked(living_web, carry=Carry.KEEP_DUE, **usual)
    _, page = await gone_over(living_web, await previewed(living_web, path, "all=1"))
    assert "Перейшли: 1." in words(page)
    (one,) = await states(shelf, ids)
    assert list(one.differences) == ["paper"]


async def test_nothing_chosen_is_said(living_web: httpx.AsyncClient, living: Edge, shelf: Shelf) -> None:
    await begun(living, shelf)
    await signed_in(living_web, shelf, "iryna")
    path, _ = await looked(living_web)
    assert "Нічого не позначено" in words(await previewed(living_web, path, ""))
    gone = await living_web.get(f"{path.partition('?')[0]}/adopted/a.nothing")
    assert "вже не зберігається" in words(gone.text)
