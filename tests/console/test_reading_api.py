"""Reading over HTTP: health, the list, one partnership, and what a wrong question gets."""

import httpx
import pytest

from console.app import create_app
from settings import Settings
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28
START = {"parties": [{"place": BROVARY, "officer": "olena"}, {"place": ERLANGEN}], "coordinator": "iryna"}


def problem(response: httpx.Response) -> tuple[int, str, str]:
    body = response.json()
    assert set(body) == {"code", "message"}
    return response.status_code, body["code"], body["message"]


async def test_health_says_why_a_command_would_not_be_taken(web: httpx.AsyncClient) -> None:
    answer = await web.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["database"] is None
    assert "cannot be reached" in answer.json()["engine"]


async def test_health_names_a_database_that_is_missing(home_settings: Settings, lonely: None) -> None:
    app = create_app(home_settings.model_copy(update={"database_url": "sqlite+aiosqlite:////nowhere/at/all.db"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
        assert "no database" in (await web.get("/healthz")).json()["database"]
        answer = await web.get("/api/v1/partnerships")
        page = await web.get("/")
    assert problem(answer)[:2] == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert page.status_code == 503
    assert page.headers["content-type"].startswith("text/html")


async def test_pages_do_not_overlap_and_the_total_is_exact(web: httpx.AsyncClient, shelf: Shelf) -> None:
    for number in range(5):
        await shelf.begin(f"{number}" * 36, BROVARY)
    pages = [(await web.get("/api/v1/partnerships?limit=2")).json()]
    while cursor := pages[-1]["next"]:
        pages.append((await web.get("/api/v1/partnerships", params={"limit": 2, "cursor": cursor})).json())
    assert [(page["total"], page["more"]) for page in pages] == [(5, False)] * 3
    assert len({item["id"] for page in pages for item in page["items"]}) == 5


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "sort=fast", "stage=lost", "ended=perhaps", "colour=red"])
async def test_a_wrong_query_is_told_in_a_sentence(web: httpx.AsyncClient, query: str) -> None:
    status, code, message = problem(await web.get(f"/api/v1/partnerships?{query}"))
    assert (status, code) == (422, "invalid")
    assert f"“{query.partition('=')[0]}”" in message


async def test_a_cursor_that_is_none_is_told_in_a_sentence(web: httpx.AsyncClient) -> None:
    status, code, message = problem(await web.get("/api/v1/partnerships?cursor=nonsense"))
    assert (status, code) == (422, "invalid")
    assert "first page" in message


@pytest.mark.parametrize("route", ["", "/timeline", "/explain", "/forecast"])
async def test_one_partnership_is_found_by_id_by_its_beginning_and_by_row(
    web: httpx.AsyncClient, shelf: Shelf, route: str
) -> None:
    p = await shelf.begin(ID, BROVARY, ERLANGEN, stage="dialogue", imported=True, source_row=17)
    await shelf.unclear(p, 17, "The term is not given.")
    answers = [await web.get(f"/api/v1/partnerships/{name}{route}") for name in (ID, ID[:8], "row:17")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    bodies = [{k: v for k, v in answer.json().items() if k not in ("at", "until")} for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]
    for unknown in ("nobody", "row:18", "row:x", "a1b"):
        assert problem(await web.get(f"/api/v1/partnerships/{unknown}{route}"))[0] == 404


async def test_the_explanation_says_what_counted_and_what_did_not(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await shelf.begin(ID, BROVARY, ERLANGEN, stage="dialogue")
    p = await shelf.give(p, "record_contact", contact="c1", how="meeting")
    await shelf.give(p, "record_contact", contact="c2", how="bounce")
    body = (await web.get(f"/api/v1/partnerships/{ID}/explain")).json()
    counted = {line["facts"]["contact"]: line["counted"] for line in body["contacts"]}
    assert counted["c1"]["heard"] == ["p1", "p2"]
    assert counted["c2"] == {"heard": [], "why": "a bounced mail reached nobody"}
    assert [watch["name"] for watch in body["watches"]] == ["dialogue"]
    assert body["gate"]["missing"] == ["an agreed next step"]


async def test_the_forecast_ends_where_it_is_told_to(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await shelf.begin(ID, BROVARY)
    soon = await web.get(f"/api/v1/partnerships/{ID}/forecast?until=tomorrow")
    late = await web.get(f"/api/v1/partnerships/{ID}/forecast")
    assert soon.json()["notices"] == []
    assert [notice["rung"] for notice in late.json()["notices"]] == [1, 2]
    assert problem(await web.get(f"/api/v1/partnerships/{ID}/forecast?until=later"))[0] == 422
