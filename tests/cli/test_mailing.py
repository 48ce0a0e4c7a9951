"""Mails and holds on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from models.tables import MailRow
from settings import Settings
from tests.cli.test_commands import Mosty
from tests.console.fixtures import BROVARY, Shelf

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)


@pytest.fixture
def mosty(home_settings: Settings) -> Mosty:
    """The command line while no engine answers."""
    return Mosty(home_settings, "127.0.0.1:9")


@pytest.fixture
async def mails(shelf: Shelf) -> None:
    """A mail in doubt, one that failed, one that is not written yet, and one that was sent."""
    for number, (id, status, person) in enumerate(
        (("doubt", "unknown", "olena"), ("failed", "failed", "taras"), ("waits", "planned", "iryna"),
         ("fine", "sent", "olena"))
    ):  # fmt: skip
        row = {
            "message_id": f"<{id}@example.org>", "kind": "reminder", "person": person,
            "address": f"{person}@example.org", "language": "uk", "status": status,
            "subject": "" if status == "planned" else "Броварська громада: нагадування",
            "body": "" if status == "planned" else "Добрий день [усім]", "planned_at": NOW.replace(minute=number),
            "send_after": NOW, "settled_at": None if status == "planned" else NOW, "answer": "421 later",
        }  # fmt: skip
        async with shelf.engine.begin() as connection:
            await connection.execute(insert(MailRow).values(**row))


async def done(mosty: Mosty, *words: str) -> Any:
    """The document that a command prints; it must have gone well."""
    ran = await mosty(*words, "--json")
    assert (ran.status, ran.err) == (0, ""), words
    return ran.document


COMMANDS = ("list", "show", "again", "arrived", "hold", "holds", "lift", "sender", "why", "preview")


@pytest.mark.parametrize("words", COMMANDS)
async def test_every_command_has_help_and_json(mosty: Mosty, words: str) -> None:
    ran = await mosty("mail", words, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--json" in ran.out


async def test_mails_are_listed_in_eighty_columns(mosty: Mosty, mails: None) -> None:
    ran = await mosty("mail", "list")
    assert (ran.status, ran.err) == (0, "")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert "4 of 4." in ran.out
    assert "written when" in ran.out
    found = await done(mosty, "mail", "list", "--status", "unknown", "--person", "Олена Коваль")
    assert [each["message_id"] for each in found["items"]] == ["<doubt@example.org>"]


async def test_a_mail_is_shown_with_its_words_and_the_servers(mosty: Mosty, mails: None) -> None:
    ran = await mosty("mail", "show", "doubt")
    assert (ran.status, ran.err) == (0, "")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    for words in ("<doubt@example.org>", "Олена Коваль <olena@example.org>", "421 later", "Добрий день [усім]"):
        assert words in ran.out


async def test_a_person_decides_about_a_mail_in_doubt(mosty: Mosty, mails: None) -> None:
    assert (await done(mosty, "mail", "again", "failed", "--as", "iryna"))["status"] == "planned"
    assert "Counts as sent" in (await mosty("mail", "arrived", "doubt@example.org", "--as", "iryna")).out
    (edit,) = (await done(mosty, "mail", "show", "doubt"))["edits"]
    assert (edit["who"], edit["what"]) == ("iryna", "mail arrived")
    assert "mail arrived" in (await mosty("mail", "show", "doubt")).out


async def test_mail_is_held_and_lifted(mosty: Mosty, shelf: Shelf) -> None:
    assert "No mail is held." in (await mosty("mail", "holds")).out
    held = await mosty("mail", "hold", "Львівська область", "--days", "7")
    assert "Mail to Львівська область is held until" in " ".join(held.out.split())
    hold = await done(mosty, "mail", "hold", BROVARY, "--as", "iryna")
    assert hold["made_by"] == "iryna"
    ran = await mosty("mail", "holds")
    assert "Львівська область" in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    lifted = await mosty("mail", "lift", hold["id"])
    assert "goes again" in lifted.out
    assert (await done(mosty, "mail", "holds"))["total"] == 1


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ("mail show nothing", 1, "There is no mail “nothing”"),
        ("mail list --status lost", 2, "lost"),
        ("mail list --person nobody", 1, "There is no person “nobody”"),
        ("mail again fine", 1, "The server took this mail"),
        ("mail again waits", 1, "on its way"),
        ("mail arrived failed", 1, "Only a mail in doubt"),
        ("mail hold Львівська", 1, "may be an oblast or a municipality"),
        ("mail hold броварська --days 61", 2, "equal to 60"),
        ("mail lift none", 1, "There is no hold “none”"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_and_an_exit_status(
    mosty: Mosty, mails: None, words: str, status: int, sentence: str
) -> None:
    ran = await mosty(*words.split(), "--json")
    assert (ran.status, ran.out) == (status, "")
    assert sentence in ran.err


async def test_a_senders_name_is_set_and_taken_back(mosty: Mosty, shelf: Shelf) -> None:
    assert (await done(mosty, "mail", "sender", BROVARY, "Асоціація Вигадана"))["name"] == "Асоціація Вигадана"
    assert (await done(mosty, "mail", "sender", BROVARY))["name"] is None


async def test_a_senders_name_with_an_address_in_it_is_refused(mosty: Mosty, shelf: Shelf) -> None:
    ran = await mosty("mail", "sender", BROVARY, "Банк <bank@example.org>")
    assert ran.status == 2
    assert "no address in it" in ran.err
