"""The command line as people and programs meet it: what it prints, where, and with which exit status."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from console.edge import Edge
from embedded.temporal_server import DevelopmentServer
from models.party import NewParty
from settings import Settings
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, Shelf

ROOT = Path(__file__).parent.parent.parent
ID = "a1b2c3d4" + "0" * 28


@dataclass
class Ran:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Mosty:
    """Runs `mosty` on a home, with the engine at an address; in this process, which is quick, or in one of its own."""

    def __init__(self, settings: Settings, address: str) -> None:
        self.environment = {
            "MOSTY_HOME": str(settings.home),
            "MOSTY_TASK_QUEUE": settings.task_queue,
            "TEMPORAL_ADDRESS": address,
            "COLUMNS": "80",
        }

    async def __call__(self, *words: str, **environment: str) -> Ran:
        ran = await asyncio.to_thread(CliRunner().invoke, app, words, env=self.environment | environment)
        if ran.exception and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return Ran(ran.exit_code, ran.stdout, ran.stderr)

    async def alone(self, *words: str) -> Ran:
        usual = {key: value for key, value in os.environ.items() if not key.startswith(("MOSTY_", "TEMPORAL_"))}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli.main",
            *words,
            cwd=ROOT,
            env=usual | self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return Ran(process.returncode, out.decode(), err.decode())


@pytest.fixture
def mosty(home_settings: Settings) -> Mosty:
    """The command line while no engine answers."""
    return Mosty(home_settings, "127.0.0.1:9")


@pytest.fixture
def living_mosty(home_settings: Settings, living: Edge, temporal_server: DevelopmentServer) -> Mosty:
    """The command line with the engine running."""
    return Mosty(home_settings, temporal_server.address)


async def one_on_record(shelf: Shelf, id: str = ID) -> None:
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    p = await shelf.begin(id, parties=parties, coordinator="iryna", stage="dialogue", source_row=17)
    p = await shelf.give(p, "record_contact", contact="c1", how="meeting")
    p = await shelf.give(p, "record_contact", contact="c2", how="bounce")
    await shelf.unclear(p, 17, "The term is not given.")


LOOKING = [
    ("list",),
    ("list", "--unclear"),
    ("show", "row:17"),
    ("why", ID[:8]),
    ("due",),
    ("due", ID),
    ("forecast", ID),
    ("people", "list"),
    ("places", "ерланг"),
    ("policy", "show"),
]


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
async def test_looking_needs_no_engine_and_fits_eighty_columns(
    mosty: Mosty, shelf: Shelf, words: tuple[str, ...]
) -> None:
    await one_on_record(shelf)
    ran = await mosty(*words)
    assert (ran.status, ran.err) == (0, "")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert "{" not in ran.out


@pytest.mark.parametrize("words", [each for each in LOOKING if "--unclear" not in each], ids=" ".join)
async def test_json_is_one_document(mosty: Mosty, shelf: Shelf, words: tuple[str, ...]) -> None:
    await one_on_record(shelf)
    ran = await mosty(*words, "--json")
    assert (ran.status, ran.err) == (0, "")
    assert isinstance(ran.document, dict)


async def test_the_list_shows_what_was_unclear(mosty: Mosty, shelf: Shelf) -> None:
    await one_on_record(shelf)
    page = (await mosty("list", "--json", "--text", "БРОВАР")).document
    assert page["total"] == 1
    assert page["items"][0]["problems"][0]["message"] == "The term is not given."
    assert "source <The term is not given.>" in (await mosty("show", "row:17")).out
    nothing = (await mosty("list", "--text", "Краків", "--json")).document
    assert (nothing["total"], nothing["items"]) == (0, [])


async def test_why_says_what_counted_and_what_did_not(mosty: Mosty, shelf: Shelf) -> None:
    await one_on_record(shelf)
    out = (await mosty("why", "row:17")).out
    assert "heard p1, p2" in out
    assert "does not count" in out
    assert "a bounced mail reached" in out
    assert "an agreed next step" in out


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("show", "nobody"), 1, "There is no partnership “nobody”."),
        (("show", "row:99"), 1, "no partnership “row:99”"),
        (("resume", ID), 1, "cannot be reached"),
        (("policy", "show", "mine@7"), 1, "There are: default@1"),
        (("list", "--person", "Остап"), 1, "no person “Остап”"),
        (("forecast", ID, "--until", "someday"), 2, "cannot be read as a date"),
        (("record-contact", ID, "--how", "call", "--at", "2026-13-01"), 2, "not a day of the calendar"),
        (("record-contact", ID, "--how", "call", "--text", "т" * 4_001), 1, "4,001 characters"),
        (("record-contact", ID), 2, "--how"),
        (("record-contact", ID, "--how", "shouting"), 2, "shouting"),
        (("no-such-command",), 2, "no-such-command"),
        (("list", "--confirmation", "rumoured"), 2, "confirmation"),
        (("start", "--place", BROVARY, "--partner-officer", "olena"), 2, "no partner yet"),
        (("people", "add", "--name", "Я", "--email", "nowhere"), 2, "not a mail address"),
        (("people", "edit", "olena", "--time-zone", "Mars/Crater"), 2, "No time zone"),
        (("health",), 1, "cannot be reached"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_and_an_exit_status(
    mosty: Mosty, shelf: Shelf, words: tuple[str, ...], status: int, sentence: str
) -> None:
    await one_on_record(shelf)
    for options in ((), ("--json",)):
        ran = await mosty(*words, *options)
        assert ran.status == status
        assert sentence in ran.err
        assert "Traceback" not in ran.err
        assert words[0] == "health" or ran.out == ""


async def test_without_a_database_there_is_a_sentence_and_no_file_is_made(mosty: Mosty, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (("list",), ("resume", ID), ("people", "list")):
        ran = await mosty(*words, MOSTY_HOME=str(empty))
        assert ran.status == 1
        assert "There is no database" in ran.err
    assert list(empty.iterdir()) == []


async def test_a_database_without_tables_is_named(mosty: Mosty, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "mosty.db").touch()
    ran = await mosty("list", MOSTY_HOME=str(bare))
    assert (ran.status, ran.out) == (1, "")
    assert "alembic upgrade head" in ran.err


async def test_wrong_settings_are_a_sentence(mosty: Mosty) -> None:
    ran = await mosty("list", MOSTY_PORT="door")
    assert ran.status == 1
    assert "MOSTY_PORT" in ran.err


async def test_people_are_added_corrected_and_closed(mosty: Mosty, shelf: Shelf) -> None:
    await one_on_record(shelf)
    added = (await mosty("people", "add", "--name", "Остап В", "--email", "o@example.org", "--json")).document["id"]
    assert "belongs to" in (await mosty("people", "add", "--name", "Інший", "--email", "O@Example.org")).err
    assert (await mosty("people", "edit", added, "--language", "en", "--as", "iryna")).status == 0
    assert "still holds 1 seat" in (await mosty("people", "deactivate", "olena")).err
    closed = (await mosty("people", "deactivate", "taras", "--json")).document
    assert closed["changed"] == {"active": False}
    people = {each["id"]: each for each in (await mosty("people", "list", "--json")).document["items"]}
    assert (people[added]["language"], people["taras"]["active"]) == ("en", False)
    assert "account of Тарас Мельник is closed" in (await mosty("people", "edit", "taras", "--name", "Х")).err
    assert (await mosty("people", "activate", "taras")).status == 0


async def test_a_process_of_its_own_ends_with_the_status(mosty: Mosty, shelf: Shelf) -> None:
    await one_on_record(shelf)
    fine = await mosty.alone("list", "--json")
    assert (fine.status, fine.err, fine.document["total"]) == (0, "", 1)
    refused = await mosty.alone("resume", ID)
    assert (refused.status, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert (await mosty.alone("resume")).status == 2


@pytest.mark.server
class TestWithAnEngine:
    async def test_a_process_that_used_the_engine_ends_cleanly(self, living_mosty: Mosty) -> None:
        begun = await living_mosty.alone("start", "--place", BROVARY, "--json")
        assert (begun.status, begun.err) == (0, "")
        refused = await living_mosty.alone("resume", begun.document["partnership"])
        assert (refused.status, refused.out, refused.err) == (1, "", "Reminders are not paused.\n")

    async def test_a_partnership_is_started_and_walked_on(self, living_mosty: Mosty) -> None:
        begun = await living_mosty(
            "start", "--place", "броварська", "--officer", "olena", "--partner", "Ерланген", "--coordinator",
            "iryna@example.org", "--json", "--command-id", "begin",
        )  # fmt: skip
        assert (begun.status, begun.err) == (0, "")
        id = begun.document["partnership"]
        again = await living_mosty("start", "--place", LUBLIN, "--json", "--command-id", "begin")
        assert again.document == begun.document
        steps = [
            ("add-text", id, "--topic", "need", "--text", "Вода"),
            ("advance", id[:8], "--to", "dialogue", "--reason", "Знайомі з 2019 року"),
            ("record-contact", id, "--how", "meeting", "--at", "today", "--text", "Про школу", "--as", "olena"),
            ("plan-meeting", id, "--at", "tomorrow"),
            ("open-activity", id, "--type", "visit", "--givers", "p1", "--milestones", "tickets=2030-01-01"),
            ("adopt-policy", id, "--policy", "reference@1", "--carries", "term=restart"),
        ]
        for number, words in enumerate(steps, 2):
            ran = await living_mosty(*words, "--json")
            assert (ran.status, ran.err) == (0, ""), words
            assert (ran.document["revision"], ran.document["recorded"]) == (number, True)
        shown = (await living_mosty("show", id, "--json")).document
        assert (shown["stage"], shown["policy"]) == ("dialogue", "reference@1")
        assert shown["timeline"]["items"][3]["texts"]["text"]["body"] == "Про школу"
        assert shown["state"]["activities"][0]["milestones"][0]["id"] == "tickets"

    async def test_a_refusal_is_one_sentence_and_status_one(self, living_mosty: Mosty) -> None:
        begun = (await living_mosty("start", "--place", BROVARY, "--json")).document["partnership"]
        for options in ((), ("--json",)):
            ran = await living_mosty("advance", begun, "--to", "outreach", *options)
            assert (ran.status, ran.out) == (1, "")
            assert ran.err.strip() == (
                "The gate to outreach still asks for: a need; an offer; a named officer. "
                "Give a reason to pass it anyway."
            )

    async def test_what_was_made_is_printed(self, living_mosty: Mosty) -> None:
        begun = (await living_mosty("start", "--place", BROVARY, "--json")).document["partnership"]
        ran = await living_mosty("add-candidate", begun, "--place", "Váh, SK", "--command-id", "first")
        assert (ran.status, ran.err) == (0, "")
        made = ran.out.split("candidate: ")[1].strip()
        letter = await living_mosty("record-letter", begun, "--candidate", made[:6], "--json")
        assert (letter.status, letter.err) == (0, "")

    async def test_health_waits_and_is_good(self, living_mosty: Mosty) -> None:
        ran = await living_mosty("health", "--wait", "10", "--json")
        assert (ran.status, ran.err, ran.document["ready"]) == (0, "", True)

    async def test_a_file_that_is_no_register_is_refused(self, living_mosty: Mosty, tmp_path: Path) -> None:
        (tmp_path / "wrong.csv").write_text("a,b\n1,2\n")
        ran = await living_mosty("import", "register", str(tmp_path / "wrong.csv"))
        assert (ran.status, ran.out) == (1, "")
        assert "wrong.csv" in ran.err

    async def test_the_register_is_imported_once_and_every_unclear_row_is_told(self, living_mosty: Mosty) -> None:
        first = await living_mosty("import", "register", "--json")
        assert (first.status, first.err) == (0, "")
        assert (first.document["total"], first.document["started"]) == (197, 197)
        again = (await living_mosty("import", "register", "--json")).document
        assert (again["started"], again["already"]) == (0, 197)
        page = (await living_mosty("list", "--json")).document
        assert page["total"] == len(page["items"]) == 197
        unclear = {problem["row"] for problem in first.document["problems"]}
        assert unclear == {each["source_row"] for each in page["items"] if each["problems"]}
