"""Writing over HTTP: who may, what bad input gets, and what is answered."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from console.app import create_app
from models.commands import COMMANDS
from models.tables import TextRow
from settings import Settings
from tests.console.fixtures import BROVARY, ERLANGEN, KEY, Shelf, until

ID = "a1b2c3d4" + "0" * 28
START = {"parties": [{"place": BROVARY, "officer": "olena"}, {"place": ERLANGEN}], "coordinator": "iryna"}


def problem(response: httpx.Response) -> tuple[int, str, str]:
    body = response.json()
    assert set(body) == {"code", "message"}
    return response.status_code, body["code"], body["message"]


class TestWriting:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Authorization": ""},
            {"Authorization": "Bearer wrong"},
            {"Authorization": KEY["Authorization"].replace("Bearer", "Basic")},
        ],
    )
    async def test_without_the_token_nobody_writes(self, web: httpx.AsyncClient, headers: dict[str, str]) -> None:
        for path, body in (("", START), (f"/{ID}/commands", {"command": {"kind": "resume"}})):
            answer = await web.post(f"/api/v1/partnerships{path}", json=body, headers=headers)
            assert problem(answer)[:2] == (401, "unauthorized")
            assert answer.headers["www-authenticate"] == "Bearer"

    async def test_from_elsewhere_nobody_writes(self, home_settings: Settings, shelf: Shelf) -> None:
        app = create_app(home_settings)
        for address, forwarded in (("192.0.2.7", {}), ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"})):
            transport = httpx.ASGITransport(app, client=(address, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://mosty") as far:
                answer = await far.post("/api/v1/partnerships", json=START, headers=KEY | forwarded)
            assert problem(answer)[:2] == (403, "forbidden")
        await app.state.edge.database.dispose()

    async def test_where_no_token_is_set_nobody_writes(self, home_settings: Settings, shelf: Shelf) -> None:
        app = create_app(home_settings.model_copy(update={"token": None}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
            answer = await web.post("/api/v1/partnerships", json=START, headers=KEY)
        assert answer.status_code == 403
        await app.state.edge.database.dispose()

    async def test_a_large_body_is_refused_told_or_streamed(self, web: httpx.AsyncClient) -> None:
        async def streamed() -> Any:
            for _ in range(70):
                yield b"x" * 1_024

        for content in (b"x" * 65_537, streamed()):
            answer = await web.post("/api/v1/partnerships", content=content, headers=KEY)
            assert problem(answer)[:2] == (413, "too_large")

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({}, "“parties” is missing"),
            ({"parties": []}, "parties"),
            ({"parties": [{"place": BROVARY}], "colour": "red"}, "“colour” is not known here"),
            ({"parties": [{"place": BROVARY}], "began": "once"}, "cannot be read as a date"),
            ({"parties": [{"place": BROVARY}], "command_id": "no spaces"}, "command_id"),
        ],
    )
    async def test_a_start_that_cannot_be_read_is_told_in_sentences(
        self, web: httpx.AsyncClient, body: dict[str, Any], words: str
    ) -> None:
        status, code, message = problem(await web.post("/api/v1/partnerships", json=body, headers=KEY))
        assert (status, code) == (422, "invalid")
        assert words in message

    @pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'"\\ud800"', b"[]", b"null"])
    async def test_a_body_that_is_no_command_is_told_so(self, web: httpx.AsyncClient, content: bytes) -> None:
        headers = KEY | {"Content-Type": "application/json"}
        answer = await web.post(f"/api/v1/partnerships/{ID}/commands", content=content, headers=headers)
        assert answer.status_code in (400, 422)
        assert set(answer.json()) == {"code", "message"}

    async def test_what_does_not_encode_is_refused(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await shelf.begin(ID, BROVARY, ERLANGEN, stage="dialogue")
        body = b'{"command": {"kind": "record_contact", "how": "call", "text": "\\ud800"}}'
        headers = KEY | {"Content-Type": "application/json"}
        answer = await web.post(f"/api/v1/partnerships/{ID}/commands", content=body, headers=headers)
        assert problem(answer)[0] == 422

    async def test_two_different_ids_of_one_command_are_refused(self, web: httpx.AsyncClient) -> None:
        body = {"command": {"kind": "resume"}, "command_id": "one"}
        answer = await web.post(
            f"/api/v1/partnerships/{ID}/commands", json=body, headers=KEY | {"Idempotency-Key": "two"}
        )
        assert "differ" in problem(answer)[2]

    async def test_with_the_engine_away_a_command_is_not_taken(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await shelf.begin(ID, BROVARY, ERLANGEN, stage="dialogue")
        body = {"command": {"kind": "record_contact", "how": "call", "text": "слова"}}
        answer = await web.post(f"/api/v1/partnerships/{ID}/commands", json=body, headers=KEY)
        assert problem(answer)[:2] == (503, "unavailable")
        async with shelf.engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(TextRow)) == 0

    async def test_every_command_is_in_the_schema_with_words_for_texts(self, web: httpx.AsyncClient) -> None:
        schema = (await web.get("/openapi.json")).json()
        command = schema["components"]["schemas"]["CommandBody"]["properties"]["command"]
        assert set(command["discriminator"]["mapping"]) == set(COMMANDS)
        text = schema["components"]["schemas"]["RecordContact"]["properties"]["text"]
        assert "4,000 characters" in text["description"]
        assert "HTTPBearer" in json.dumps(schema["paths"]["/api/v1/partnerships"]["post"]["security"])


@pytest.mark.server
class TestWithAnEngine:
    async def test_health_is_good_once_a_command_would_be_taken(self, living_web: httpx.AsyncClient) -> None:
        async def ready() -> bool:
            return (await living_web.get("/healthz")).status_code == 200

        await until(ready)
        answer = await living_web.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": None, "engine": None})

    async def test_health_misses_a_worker(self, temporal_client: Any, home_settings: Settings, shelf: Shelf) -> None:
        app = create_app(home_settings.model_copy(update={"task_queue": "nobody-listens"}), temporal_client)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
            answer = await web.get("/healthz")
        await app.state.edge.database.dispose()
        assert answer.status_code == 503
        assert "No worker listens" in answer.json()["engine"]

    async def test_a_partnership_is_started_and_acted_on(self, living_web: httpx.AsyncClient) -> None:
        begun = await living_web.post("/api/v1/partnerships", json=START | {"actor": "iryna"}, headers=KEY)
        assert begun.status_code == 201
        assert begun.headers["location"] == f"/api/v1/partnerships/{begun.json()['partnership']}"
        path = f"{begun.headers['location']}/commands"
        body = {"command": {"kind": "record_contact", "how": "call", "text": "Про школу"}, "actor": "olena"}
        first = await living_web.post(path, json=body, headers=KEY | {"Idempotency-Key": "call-1"})
        again = await living_web.post(path, json=body, headers=KEY | {"Idempotency-Key": "call-1"})
        assert (first.status_code, first.json()["recorded"]) == (200, True)
        assert again.json() == first.json()
        full = (await living_web.get(begun.headers["location"])).json()
        assert full["revision"] == 2
        newest = full["timeline"]["items"][0]
        assert (newest["texts"]["text"]["body"], newest["person"]["name"]) == ("Про школу", "Олена Коваль")

    async def test_a_refusal_is_a_conflict_and_an_unknown_partnership_is_not_found(
        self, living_web: httpx.AsyncClient
    ) -> None:
        begun = (await living_web.post("/api/v1/partnerships", json=START, headers=KEY)).json()["partnership"]
        body = {"command": {"kind": "advance", "to": "agreement"}}
        refused = problem(await living_web.post(f"/api/v1/partnerships/{begun}/commands", json=body, headers=KEY))
        assert refused[:2] == (409, "gate")
        assert "an agreed next step" in refused[2]
        for unknown in ("nobody", uuid4().hex):
            answer = await living_web.post(f"/api/v1/partnerships/{unknown}/commands", json=body, headers=KEY)
            assert problem(answer)[:2] == (404, "unknown_partnership"), answer.text
