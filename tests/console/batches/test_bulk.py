"""Acting on many partnerships: nothing before it was looked at, each once, each outcome told, nothing lost."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from console.batches import keeping
from console.batches.importing import begun
from console.batches.running import Batches, item_id
from console.edge import Edge
from models.tables import BatchRow, PartnershipRow, TimelineRow
from tests.console.access.signing import hidden, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LVIV, Shelf, until

pytestmark = pytest.mark.server
SOON = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}"


@pytest.fixture
async def begun_three(living: Edge, shelf: Shelf, living_web: httpx.AsyncClient) -> list[str]:
    """Three partnerships that the engine knows: two of Kyiv oblast, of which one is imported, and one of Lviv's."""
    from console.starting import PartySaid, StartSaid, start_partnership

    ids = []
    for home in (BROVARY, BROVARY, LVIV):
        said = StartSaid(parties=[PartySaid(place=home), PartySaid(place=ERLANGEN)], stage="dialogue")
        ids.append((await start_partnership(living, said, None, uuid4().hex)).partnership)
    return ids


async def kyivs_coordinator(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await trusted(shelf, "taras", "coordinator", "oblast", "Київська")
    await signed_in(web, shelf, "taras")


async def read(web: httpx.AsyncClient, address: str) -> str:
    answer = await web.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def acting(page: str) -> dict[str, str]:
    posted = page[page.index('<form method="post" action="/partnerships/bulk"') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', posted.partition("</form>")[0]))


async def coordinators(shelf: Shelf) -> dict[str, str | None]:
    async with shelf.engine.connect() as connection:
        rows = await connection.execute(select(PartnershipRow.id, PartnershipRow.coordinator))
        return {row.id: row.coordinator for row in rows}


async def test_a_coordinator_is_assigned_to_those_ticked_and_each_outcome_is_told(
    living_web: httpx.AsyncClient, shelf: Shelf, begun_three: list[str]
) -> None:
    await kyivs_coordinator(living_web, shelf)
    await trusted(shelf, "olena", "coordinator")
    one, two, lviv = begun_three
    ticked = "&".join(f"id={each}" for each in begun_three)
    asked = await read(living_web, f"/partnerships/bulk?lang=en&do=assign&{ticked}")
    assert "2 partnerships" in asked
    assert f'value="{lviv}"' not in asked
    looked = await read(living_web, f"/partnerships/bulk?lang=en&do=assign&to=olena&{ticked}")
    assert "2 partnerships will change" in looked
    assert set((await coordinators(shelf)).values()) == {None}
    form = acting(looked) | {"ids": f"{one} {two} {lviv}"}
    answer = await living_web.post("/partnerships/bulk?lang=en", data=form)
    assert answer.status_code == 303
    came = await read(living_web, f"{answer.headers['location']}?lang=en")
    assert "2 changed" in came
    assert await coordinators(shelf) == {one: "olena", two: "olena", lviv: None}


async def test_the_same_form_sent_twice_acts_once(
    living_web: httpx.AsyncClient, shelf: Shelf, begun_three: list[str]
) -> None:
    await kyivs_coordinator(living_web, shelf)
    looked = await read(
        living_web, f"/partnerships/bulk?do=suspend&why=hostilities&review_at={SOON}&note=Обстріли&id={begun_three[0]}"
    )
    form = acting(looked)
    first, second = await asyncio.gather(*(living_web.post("/partnerships/bulk", data=form) for _ in range(2)))
    assert first.headers["location"] == second.headers["location"]
    batch = first.headers["location"].rpartition("/")[2]
    async with shelf.engine.connect() as connection:
        kinds = TimelineRow.partnership == begun_three[0], TimelineRow.kind == "suspend"
        (line,) = (
            await connection.execute(select(TimelineRow.command_id, TimelineRow.actor_person).where(*kinds))
        ).all()
        assert await connection.scalar(select(func.count()).select_from(BatchRow)) == 1
    assert (line.command_id, line.actor_person) == (item_id(batch, begun_three[0]), "taras")
    await until(lambda: _ended(shelf, batch))


async def _ended(shelf: Shelf, batch: str) -> bool:
    async with shelf.engine.connect() as connection:
        return (await keeping.batch_of(connection, batch, None)).ended_at is not None


async def test_what_a_rule_refuses_is_foreseen_and_told(
    living_web: httpx.AsyncClient, shelf: Shelf, begun_three: list[str]
) -> None:
    await kyivs_coordinator(living_web, shelf)
    page = await read(living_web, f"/partnerships/bulk?lang=uk&do=confirm&id={begun_three[0]}")
    assert "1 не зміниться, бо:" in page
    assert "Дані вже підтверджено." in page
    assert '<form method="post" action="/partnerships/bulk"' not in page


async def test_what_was_interrupted_goes_on_and_repeats_nothing(
    living: Edge, living_web: httpx.AsyncClient, shelf: Shelf, begun_three: list[str]
) -> None:
    await kyivs_coordinator(living_web, shelf)
    looked = await read(
        living_web, f"/partnerships/bulk?do=suspend&why=other&review_at={SOON}&id={begun_three[0]}&id={begun_three[1]}"
    )
    answer = await living_web.post("/partnerships/bulk", data=acting(looked))
    address, batch = answer.headers["location"], answer.headers["location"].rpartition("/")[2]
    await until(lambda: _ended(shelf, batch))
    async with shelf.engine.begin() as connection:  # as a process leaves it that is killed before it kept the outcomes
        ago = datetime.now(UTC) - timedelta(minutes=5)
        await connection.execute(update(BatchRow).values(ended_at=None, leased_until=ago))
        await connection.execute(update(keeping.BatchItemRow).values(outcome=None))
    page = await read(living_web, f"{address}?lang=en")
    assert "interrupted" in page
    again = await living_web.post(f"{address}/go-on", data=hidden(page))
    assert again.status_code == 303
    await until(lambda: _ended(shelf, batch))
    assert "2 changed" in await read(living_web, f"{address}?lang=en")
    async with shelf.engine.connect() as connection:
        suspended = select(func.count()).where(TimelineRow.kind == "suspend")
        assert await connection.scalar(suspended) == 2


async def test_a_new_process_goes_on_with_what_was_left_and_does_nothing_twice(
    living: Edge, living_web: httpx.AsyncClient, shelf: Shelf, begun_three: list[str]
) -> None:
    """Of two that were paused the outcome of one was not kept before the process ended."""
    await kyivs_coordinator(living_web, shelf)
    two = begun_three[:2]
    chosen = "&".join(f"id={each}" for each in two)
    looked = await read(living_web, f"/partnerships/bulk?do=suspend&why=other&review_at={SOON}&{chosen}")
    answer = await living_web.post("/partnerships/bulk", data=acting(looked))
    batch = answer.headers["location"].rpartition("/")[2]
    await until(lambda: _ended(shelf, batch))
    item = keeping.BatchItemRow
    async with shelf.engine.begin() as connection:
        await connection.execute(update(BatchRow).values(ended_at=None, leased_until=None))
        await connection.execute(update(item).where(item.partnership == two[1]).values(outcome=None))
    another = Batches(living, begun)
    await another.resume()
    await until(lambda: _ended(shelf, batch))
    await another.close()
    async with shelf.engine.connect() as connection:
        outcomes = await connection.execute(select(item.partnership, item.outcome).where(item.batch == batch))
        paused = select(TimelineRow.partnership, func.count()).where(TimelineRow.kind == "suspend")
        pauses = await connection.execute(paused.group_by(TimelineRow.partnership))
    assert dict(map(tuple, outcomes)) == dict.fromkeys(two, "done")
    assert dict(map(tuple, pauses)) == dict.fromkeys(two, 1)


async def test_who_lost_the_role_meanwhile_changes_nothing(
    living: Edge, living_web: httpx.AsyncClient, shelf: Shelf, begun_three: list[str]
) -> None:
    from console.access.grants import all_grants, revoke

    await trusted(shelf, "olena", "operator")
    await kyivs_coordinator(living_web, shelf)
    form = acting(
        await read(living_web, f"/partnerships/bulk?do=suspend&why=other&review_at={SOON}&id={begun_three[0]}")
    )
    async with shelf.engine.begin() as connection:
        (grant,) = [each for each in await all_grants(connection) if each.person == "taras"]
        await revoke(connection, grant.id, "operator", datetime.now(UTC))
    assert (await living_web.post("/partnerships/bulk", data=form)).status_code == 403
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).where(TimelineRow.kind == "suspend")) == 0
