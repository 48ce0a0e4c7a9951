"""What-if by its pages: what was typed is kept, looking changes nothing, each sees their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import event, func, select

from models.tables import TimelineRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import Shelf
from tests.console.pictures.lived import PLACES, Past, more_places
from tests.console.what_if.asking import HALF_YEARLY, looked, sent, words


def ago(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"


async def a_portfolio(shelf: Shelf, coordinator: str = "iryna") -> None:
    """Six partnerships at work, heard a hundred days ago; every one told of by nobody yet."""
    await more_places(shelf)
    for number, (place, _, _) in enumerate(PLACES[:6]):
        await Past(shelf, f"p{number}").begin(ago(100), place, "activities", coordinator=coordinator)


async def test_the_result_says_mails_a_month_against_today_and_what_each_would_be_told(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    path, page = await looked(web)
    said = words(page)
    assert re.search(r"Листів на місяць: [\d,]+ → [\d,]+", said)
    assert "Переглянуто 6 партнерств" in said
    assert "Цими сходинками йде 6 партнерств; інші нагадування були б у 6 партнерствах" in said
    assert "Одразу після переходу: 6 нових нагадувань." in said
    assert page.count('name="row"') == 6
    assert 'href="/partnerships/p0"' in page
    assert "вибірка" not in said
    assert (await web.get(path)).text.count("→") == page.count("→"), "a reload shows the same"
    picture = await web.get(f"{path.partition('?')[0]}/mails.svg?lang=uk")
    assert picture.headers["content-type"].startswith("image/svg+xml")


async def test_looking_changes_nothing_on_record(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    written: list[str] = []
    event.listen(shelf.engine.sync_engine, "before_cursor_execute", lambda _c, _cu, sql, *_: written.append(sql))
    before = await lines(shelf)
    await looked(web)
    assert await lines(shelf) == before


async def lines(shelf: Shelf) -> int:
    async with shelf.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(TimelineRow)) or 0


async def test_a_ladder_that_cannot_be_climbed_keeps_what_was_typed(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(web, shelf, "iryna")
    answer = await sent(web, **{"days-1": "40"})
    assert answer.status_code == 422
    assert "Сходинка 2: 40 дн. не може стояти після 60 дн." in words(answer.text)
    assert 'name="days-0" value="60"' in answer.text
    assert 'name="days-1" value="40"' in answer.text
    assert "aria-invalid" in answer.text
    answer = await sent(web, **{"days-0": "<b>soon"})
    assert "«<b>soon» – не число днів" in words(answer.text)
    assert "<b>" not in answer.text


async def test_rungs_are_added_and_removed_without_losing_the_others(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(web, shelf, "iryna")
    more = await sent(web, do="add")
    assert more.status_code == 303
    page = (await web.get(more.headers["location"])).text
    assert re.findall(r'name="days-\d+" value="(\d*)"', page) == ["60", "120", ""]
    fewer = await sent(web, do="remove-0")
    page = (await web.get(fewer.headers["location"])).text
    assert re.findall(r'name="days-\d+" value="(\d*)"', page) == ["120"]


async def test_the_form_begins_with_the_usual_ladder(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(web, shelf, "iryna")
    page = (await web.get(f"/what-if?ladder={HALF_YEARLY}")).text
    assert re.findall(r'name="days-\d+" value="(\d+)"', page) == ["180", "240", "365", "730"]
    assert (await web.get("/what-if?ladder=nonsense&days-x=1&carry=sideways")).status_code == 200


async def test_the_same_form_looks_once_and_a_result_is_its_askers_alone(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    path, page = await looked(web)
    assert "Листів на місяць" in page
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    other = await web.get(path)
    assert "Цей результат уже не зберігається" in words(other.text)
    assert re.findall(r'name="days-\d+" value="(\d+)"', other.text) == ["60", "120"]
    assert (await web.get(f"{path.partition('?')[0]}/mails.svg")).status_code == 404
    assert (await web.get(f"{path.partition('?')[0]}/adopt")).status_code == 303


async def test_each_looks_at_what_they_see(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf, coordinator="taras")
    await trusted(shelf, "iryna", "viewer", "place", PLACES[0][0])
    await signed_in(web, shelf, "iryna")
    _, page = await looked(web)
    assert "Переглянуто 1 партнерство" in words(page)
    assert "лише дивитися" in words(page)
    assert 'name="row"' not in page


async def test_nobody_signed_in_is_led_to_sign_in(web: httpx.AsyncClient) -> None:
    for path in ("/what-if", "/what-if/a.1", "/what-if/a.1/adopt", "/what-if/a.1/adopted/a.2"):
        assert (await web.get(path)).status_code == 303
    assert (await web.post("/what-if", data={"do": "look"})).status_code == 401


async def test_the_usual_ladder_is_no_change(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    usual = {"days-0": "180", "days-1": "240", "days-2": "365", "days-3": "730"}
    roles = {"roles-1": ["officer", "deputy"], "roles-2": ["coordinator"], "roles-3": ["coordinator"]}
    attention = {"attention-1": "quiet", "attention-2": "stalled", "attention-3": "decide"}
    _, page = await looked(web, **usual, **roles, **attention)
    assert "як і зараз" in words(page)
    assert "Змінювати нічого" in words(page)
