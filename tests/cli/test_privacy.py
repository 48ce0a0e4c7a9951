"""What is held of a person, on the command line: shown, looked at before it goes, and gone."""

from __future__ import annotations

import pytest

from settings import Settings
from tests.cli.test_commands import Mosty
from tests.cli.test_people import done, hers
from tests.console.fixtures import Shelf


@pytest.fixture
def mosty(home_settings: Settings) -> Mosty:
    """The command line while no engine answers."""
    return Mosty(home_settings, "127.0.0.1:9")


async def test_everything_held_is_printed(mosty: Mosty, shelf: Shelf) -> None:
    await hers(shelf)
    found = await done(mosty, "people", "data", "olena")
    assert found["account"][0]["email"] == "olena@example.org"
    assert [each["role"] for each in found["seats"]] == ["officer"]
    assert "account" in (await mosty("people", "data", "olena")).out


async def test_nothing_goes_before_somebody_is_sure(mosty: Mosty, shelf: Shelf) -> None:
    looked = await done(mosty, "people", "erase", "iryna")
    assert (looked["name"], looked["erased"]) == ("Ірина Шевчук", False)
    assert "Nothing was changed." in (await mosty("people", "erase", "iryna")).out
    assert (await done(mosty, "people", "show", "iryna"))["email"] == "iryna@example.org"
    assert (await done(mosty, "people", "erase", "iryna", "--yes"))["erased"] is True
    assert (await done(mosty, "people", "show", "iryna"))["email"] == "iryna@erased.invalid"


async def test_who_holds_seats_is_refused_with_a_sentence(mosty: Mosty, shelf: Shelf) -> None:
    await hers(shelf)
    refused = await mosty("people", "erase", "olena", "--yes")
    assert refused.status == 1
    assert "still holds 1 seat in open partnerships" in refused.err
