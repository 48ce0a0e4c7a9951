"""People, absences, holds, calendars and mails over HTTP: who may read and write, and what is answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from models.party import NewParty
from models.tables import MailRow
from tests.console.fixtures import BROVARY, ERLANGEN, KEY, Shelf

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)


class Api:
    """Calls with the operator's token; the answer's status and document."""

    def __init__(self, web: httpx.AsyncClient) -> None:
        self._web = web

    async def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        sent = {"json": body} if method not in ("GET", "DELETE") else {}
        answer = await self._web.request(method, f"/api/v1{path}", headers=KEY, **sent)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def api(web: httpx.AsyncClient) -> Api:
    return Api(web)


async def one_mail(shelf: Shelf, status: str = "unknown") -> None:
    row = {
        "message_id": "<one@example.org>", "kind": "reminder", "person": "olena", "address": "olena@example.org",
        "language": "uk", "subject": "С", "body": "Т", "status": status, "planned_at": NOW, "send_after": NOW,
        "settled_at": NOW, "answer": "250",
    }  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(MailRow).values(**row))


async def hers(shelf: Shelf) -> None:
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    await shelf.begin("hers", parties=parties, stage="dialogue")


READS = [
    "/people", "/people/olena", "/people/olena/absences", "/absences", "/handovers", "/mails", "/holds",
    "/calendars/UA",
]  # fmt: skip


@pytest.mark.parametrize("path", READS)
async def test_people_and_mails_are_the_operators_to_read(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(f"/api/v1{path}", headers={"Authorization": ""})).status_code == 401
    assert (await web.get(f"/api/v1{path}", headers=KEY)).status_code == 200


async def test_an_account_is_opened_read_corrected_and_closed(api: Api) -> None:
    status, added = await api("POST", "/people", name="Остап В", email="ostap@example.org", actor="iryna", id="ostap")
    assert (status, added["added_by"], added["quiet_from"]) == (201, "iryna", "18:00")
    status, changed = await api("PATCH", "/people/ostap", digest="daily", quiet_from="17:00", actor="iryna")
    assert (status, changed["changed"]) == (200, {"digest": "daily", "quiet_from": "17:00"})
    for path in ("revoke-links", "revoke-calendar"):
        assert await api("POST", f"/people/ostap/{path}") == (204, None)
    assert (await api("PATCH", "/people/ostap", active=False))[1]["changed"] == {"active": False}
    _, full = await api("GET", "/people/ostap")
    assert [each["what"] for each in full["edits"]] == [
        "person changed", "calendar feed revoked", "links revoked", "person changed", "person added",
    ]  # fmt: skip
    _, everybody = await api("GET", "/people?active=true")
    assert everybody["total"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("GET", "/people/nobody", {}, 404, "There is no person “nobody”"),
        ("PATCH", "/people/nobody", {}, 404, "There is no person “nobody”"),
        ("PATCH", "/people/olena", {"actor": "nobody"}, 409, "There is no person “nobody”"),
        ("PATCH", "/people/olena", {"active": False}, 409, "still holds 1 seat in open partnerships"),
        ("PATCH", "/people/olena", {"colour": "red"}, 422, "“colour” is not known here"),
        ("PATCH", "/people/olena", {"digest": "hourly"}, 422, "“digest” is one of"),
        ("PATCH", "/people/olena", {"digest_day": 8}, 422, "“digest_day” is at most 7"),
        ("PATCH", "/people/olena", {"country": "UK"}, 422, "is no country"),
        ("POST", "/people", {"name": "Х"}, 422, "a name and a mail address"),
        ("POST", "/people/olena/resubscribe", {}, 409, "gets digests already"),
        ("POST", "/people/olena/absences", {"first_day": "2026-13-01"}, 422, "“first_day”"),
        ("POST", "/people/olena/absences", {"first_day": "2026-08-01", "substitute": "olena"}, 409, "themselves"),
        ("POST", "/absences/none/cancel", {}, 404, "There is no absence “none”"),
        ("POST", "/absences/none/end", {}, 404, "There is no absence “none”"),
        ("POST", "/people/olena/handovers", {"heir": "taras", "note": " "}, 422, "“note” is empty"),
        ("POST", "/people/taras/handovers", {"heir": "olena", "note": "Н"}, 409, "holds no seat"),
        ("POST", "/people/nobody/handovers", {"heir": "olena", "note": "Н"}, 404, "There is no person"),
        ("GET", "/handovers/none", {}, 404, "There is no offer “none”"),
        ("POST", "/handovers/none/accept", {"actor": "taras"}, 404, "There is no offer “none”"),
        ("POST", "/handovers/none/decline", {}, 422, "“actor”"),
        ("POST", "/holds", {"of": "Атлантида"}, 409, "There is no place “Атлантида”"),
        ("POST", "/holds", {"of": BROVARY, "days": 61}, 422, "“days” is at most 60"),
        ("POST", "/holds/none/lift", {}, 404, "There is no hold “none”"),
        ("PUT", "/calendars/UA/2026-12-25", {"open_from": "09:00"}, 422, "both a beginning and an end"),
        ("PUT", "/calendars/UA/someday", {}, 422, "“day”"),
        ("DELETE", "/calendars/UA/2026-12-25", {}, 409, "says nothing of 2026-12-25"),
        ("GET", "/calendars/ZZ", {}, 422, "is no country"),
        ("GET", "/mails/none", {}, 404, "There is no mail “none”"),
        ("GET", "/mails?status=lost", {}, 422, "“status” is one of"),
        ("POST", "/mails/one@example.org/again", {}, 409, "on 2026-08-01 09:00 UTC"),
        ("POST", "/mails/one@example.org/arrived", {}, 409, "Only a mail in doubt"),
    ],
)
async def test_what_cannot_be_is_a_sentence_with_its_status(
    api: Api, shelf: Shelf, method: str, path: str, body: dict[str, Any], status: int, sentence: str
) -> None:
    await hers(shelf)
    await one_mail(shelf, "sent")
    found, problem = await api(method, path, **body)
    assert (found, set(problem)) == (status, {"code", "message"})
    assert sentence in problem["message"]


async def test_an_absence_is_recorded_listed_and_taken_back(api: Api) -> None:
    said = {"first_day": "2026-08-03", "last_day": "2026-08-14", "substitute": "taras", "actor": "iryna"}
    status, away = await api("POST", "/people/olena/absences", **said)
    assert (status, away["substitute"]["name"], away["recorded_by"]) == (201, "Тарас Мельник", "iryna")
    assert (await api("GET", "/absences?on=2026-08-14"))[1] == [away] == (await api("GET", "/people/olena/absences"))[1]
    assert (await api("GET", "/absences?on=2026-08-15"))[1] == []
    assert (await api("POST", f"/absences/{away['id']}/cancel"))[0] == 200
    assert (await api("GET", "/absences"))[1] == []


async def test_seats_are_offered_declined_and_offered_and_withdrawn(api: Api, shelf: Shelf) -> None:
    await hers(shelf)
    status, offer = await api("POST", "/people/olena/handovers", heir="taras", note="Нотатка", partnerships=["hers"])
    assert (status, offer["state"], offer["seats"][0]["partnership"]) == (201, "proposed", "hers")
    assert (await api("GET", f"/handovers/{offer['id']}"))[1] == offer
    assert (await api("POST", f"/handovers/{offer['id']}/decline", actor="taras"))[1]["state"] == "declined"
    _, other = await api("POST", "/people/olena/handovers", heir="iryna", note="Нотатка")
    assert [each["id"] for each in (await api("GET", "/handovers"))[1]] == [other["id"]]
    assert (await api("POST", f"/handovers/{other['id']}/withdraw"))[1]["state"] == "withdrawn"
    assert (await api("GET", "/handovers"))[1] == []
    assert len((await api("GET", "/handovers?open=false&person=olena"))[1]) == 2


async def test_accepting_needs_the_engine_and_says_so(api: Api, shelf: Shelf) -> None:
    await hers(shelf)
    _, offer = await api("POST", "/people/olena/handovers", heir="taras", note="Нотатка")
    status, problem = await api("POST", f"/handovers/{offer['id']}/accept", actor="taras")
    assert (status, problem["code"]) == (503, "unavailable")
    assert (await api("GET", f"/handovers/{offer['id']}"))[1]["state"] == "proposed"


async def test_mail_to_a_municipality_is_held_and_lifted(api: Api) -> None:
    status, hold = await api("POST", "/holds", of=BROVARY, actor="iryna")
    assert (status, hold["place"]["id"], hold["made_by"]) == (201, BROVARY, "iryna")
    assert (await api("GET", "/holds"))[1] == [hold]
    assert (await api("POST", f"/holds/{hold['id']}/lift"))[1]["lifted_at"]
    assert (await api("GET", "/holds"))[1] == []


async def test_a_day_of_a_calendar_is_put_and_taken_back(api: Api) -> None:
    assert (await api("PUT", "/calendars/ua/2026-12-25", note="Різдво"))[0] == 200
    day = {"calendar": "UA", "day": "2026-12-25", "open_from": "09:00", "open_until": "13:00", "note": None}
    assert (await api("PUT", "/calendars/UA/2026-12-25", open_from="9:00", open_until="13:00"))[1] == day
    assert (await api("GET", "/calendars/UA?from=2026-12-25&until=2026-12-25"))[1] == [day]
    assert (await api("DELETE", "/calendars/UA/2026-12-25?actor=iryna"))[1] == day
    assert (await api("GET", "/calendars/UA?from=2026-01-01"))[1] == []


async def test_a_mail_in_doubt_is_read_and_decided_about(api: Api, shelf: Shelf) -> None:
    await one_mail(shelf)
    assert (await api("GET", "/mails?status=unknown&person=olena"))[1]["total"] == 1
    assert (await api("GET", "/mails/one@example.org"))[1]["body"] == "Т"
    assert (await api("POST", "/mails/one@example.org/arrived", actor="iryna"))[1]["status"] == "sent"
    _, mail = await api("GET", "/mails/one@example.org")
    assert [(each["who"], each["what"]) for each in mail["edits"]] == [("iryna", "mail arrived")]


async def test_what_was_refused_left_nothing(api: Api, shelf: Shelf) -> None:
    await hers(shelf)
    assert (await api("PATCH", "/people/olena", active=False, name="Інша"))[0] == 409
    _, person = await api("GET", "/people/olena")
    assert (person["name"], person["active"], person["edits"]) == ("Олена Коваль", True, [])
