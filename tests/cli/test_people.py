"""People, absences, handing over and working calendars on the command line."""

from __future__ import annotations

from typing import Any

import pytest

from console.edge import Edge
from embedded.temporal_server import DevelopmentServer
from models.party import NewParty
from settings import Settings
from tests.cli.test_commands import ID, Mosty
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf


@pytest.fixture
def mosty(home_settings: Settings) -> Mosty:
    """The command line while no engine answers."""
    return Mosty(home_settings, "127.0.0.1:9")


async def hers(shelf: Shelf) -> None:
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    await shelf.begin(ID, parties=parties, stage="dialogue", coordinator="iryna")


async def done(mosty: Mosty, *words: str) -> Any:
    """The document that a command prints; it must have gone well."""
    ran = await mosty(*words, "--json")
    assert (ran.status, ran.err) == (0, ""), words
    return ran.document


COMMANDS = [
    "people show", "people add", "people edit", "people revoke-links", "people revoke-calendar",
    "people calendar", "people resubscribe",
    "people hand-over", "absences add", "absences list", "absences cancel", "absences end", "handovers list",
    "handovers show", "handovers accept", "handovers decline", "handovers withdraw", "calendar close", "calendar work",
    "calendar unset", "calendar list",
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
async def test_every_command_has_help_and_json(mosty: Mosty, words: str) -> None:
    ran = await mosty(*words.split(), "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--json" in ran.out


async def test_when_somebody_is_mailed_is_said_while_adding_and_editing(mosty: Mosty, shelf: Shelf) -> None:
    when = ("--country", "pl", "--working-days", "12347", "--quiet-from", "17:30", "--quiet-until", "8:00")
    words = ("people", "add", "--name", "Анна Б", "--email", "anna@example.org", "--as", "iryna", *when)
    added = (await done(mosty, *words, "--digest", "daily", "--digest-day", "3"))["id"]
    assert (await done(mosty, "people", "edit", added, "--digest", "weekly"))["changed"] == {"digest": "weekly"}
    full = await done(mosty, "people", "show", "anna@example.org")
    told = ("added_by", "country", "working_days", "quiet_from", "quiet_until", "digest", "digest_day")
    assert [full[name] for name in told] == ["iryna", "PL", "12347", "17:30", "08:00", "weekly", 3]


async def test_a_person_is_shown_in_words_that_fit(mosty: Mosty, shelf: Shelf) -> None:
    await hers(shelf)
    await done(mosty, "absences", "add", "olena", "--from", "today", "--substitute", "taras", "--as", "iryna")
    await done(mosty, "people", "hand-over", "olena", "taras", "--note", "Нотатка")
    await done(mosty, "people", "edit", "olena", "--digest-day", "5")
    ran = await mosty("people", "show", "olena")
    assert (ran.status, ran.err) == (0, "")
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    for words in ("Mon, Tue, Wed, Thu, Fri; holidays of UA", "from 18:00 until 09:00", "weekly, on Fri", "officer",
                  "further notice", "Тарас Мельник", "proposed", "digest_day: 5"):  # fmt: skip
        assert words in ran.out


async def test_links_and_calendar_are_revoked(mosty: Mosty, shelf: Shelf) -> None:
    for command, what in (("revoke-links", "links revoked"), ("revoke-calendar", "calendar feed revoked")):
        assert "Олен" in (await mosty("people", command, "olena", "--as", "iryna")).out
        edit = (await done(mosty, "people", "show", "olena"))["edits"][0]
        assert (edit["who"], edit["what"]) == ("iryna", what)


async def test_the_address_of_a_calendar_changes_when_it_is_revoked(
    mosty: Mosty, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOSTY_SECRET", "what-links-are-signed-with")
    before = (await mosty("people", "calendar", "olena")).out
    await mosty("people", "revoke-calendar", "olena")
    after = (await mosty("people", "calendar", "olena")).out
    assert "/calendar/" in before
    assert before != after


async def test_an_absence_is_added_listed_and_cancelled(mosty: Mosty, shelf: Shelf) -> None:
    words = ("absences", "add", "Олена Коваль", "--from", "2026-08-03", "--to", "14.08.2026", "--substitute", "taras")
    ran = await mosty(*words)
    assert "Олена Коваль away from 2026-08-03 to 2026-08-14; Тарас Мельник stands in." in " ".join(ran.out.split())
    found = await done(mosty, "absences", "list", "--person", "olena")
    assert found["total"] == 1
    assert (await done(mosty, "absences", "list", "--on", "2026-08-15"))["total"] == 0
    assert "from 2026-08-03 to 2026-08-14 already" in (await mosty(*words)).err
    await done(mosty, "absences", "cancel", found["items"][0]["id"])
    assert "Nobody is away." in (await mosty("absences", "list")).out


async def test_seats_are_handed_over_before_somebody_leaves(mosty: Mosty, shelf: Shelf) -> None:
    await hers(shelf)
    refused = await mosty("people", "deactivate", "olena")
    assert (refused.status, refused.out) == (1, "")
    assert "mosty people hand-over olena HEIR --note" in refused.err
    ran = await mosty("people", "hand-over", "olena", "taras", "--note", "Нотатка", "--partnership", ID[:8])
    assert "Offered to Тарас Мельник" in ran.out
    (offer,) = (await done(mosty, "handovers", "list"))["items"]
    assert "“Нотатка”" in (await mosty("handovers", "show", offer["id"])).out
    assert (await done(mosty, "handovers", "decline", offer["id"], "--as", "taras"))["state"] == "declined"
    assert (await done(mosty, "handovers", "list"))["total"] == 0
    assert (await done(mosty, "handovers", "list", "--all"))["total"] == 1


async def test_days_of_a_calendar_are_closed_worked_and_unset(mosty: Mosty, shelf: Shelf) -> None:
    ran = await mosty("calendar", "close", "UA", "2026-12-25", "--note", "Різдво")
    assert ran.out.strip() == "UA: 2026-12-25 is closed."
    ran = await mosty("calendar", "work", "ua", "2026-12-19", "--from", "09:00", "--until", "13:00")
    assert ran.out.strip() == "UA: 2026-12-19 is worked from 09:00 until 13:00."
    listed = ("calendar", "list", "UA", "--from", "2026-12-01", "--until", "2026-12-31")
    assert [each["day"] for each in (await done(mosty, *listed))["items"]] == ["2026-12-19", "2026-12-25"]
    assert "Різдво" in (await mosty(*listed)).out
    assert "as usual again" in (await mosty("calendar", "unset", "UA", "2026-12-25")).out
    assert [each["day"] for each in (await done(mosty, *listed))["items"]] == ["2026-12-19"]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ("people show nobody", 1, "There is no person “nobody”"),
        ("people edit olena --country UK", 2, "its two letters"),
        ("people edit olena --quiet-from 09:30", 2, "less than an hour"),
        ("people edit olena --digest hourly", 2, "hourly"),
        ("people edit olena --digest-day 8", 2, "equal to 7"),
        ("people resubscribe olena", 1, "gets digests already"),
        ("people hand-over olena olena --note Х", 1, "cannot be the own heir"),
        ("people hand-over olena taras", 2, "--note"),
        ("absences add olena --from someday", 2, "cannot be read as a date"),
        ("absences add olena --from 2026-08-02 --to 2026-08-01", 2, "lies before the first"),
        ("absences cancel none", 1, "There is no absence “none”"),
        ("handovers accept none", 2, "--as HEIR"),
        ("handovers decline none", 2, "--as HEIR"),
        ("handovers accept none --as taras", 1, "There is no offer “none”"),
        ("calendar close ZZ 2026-12-25", 2, "is no country"),
        ("calendar close UA soon", 2, "cannot be read as a date"),
        ("calendar work UA 2026-12-19 --from 13:00 --until 9:00", 2, "ends after that"),
        ("calendar unset UA 2026-12-25", 1, "says nothing of 2026-12-25"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_and_an_exit_status(
    mosty: Mosty, shelf: Shelf, words: str, status: int, sentence: str
) -> None:
    await hers(shelf)
    ran = await mosty(*words.split(), "--json")
    assert (ran.status, ran.out) == (status, "")
    assert sentence in ran.err


@pytest.mark.server
class TestWithAnEngine:
    @pytest.fixture
    def living_mosty(self, home_settings: Settings, living: Edge, temporal_server: DevelopmentServer) -> Mosty:
        return Mosty(home_settings, temporal_server.address)

    async def test_the_heir_accepts_and_the_leaver_leaves(self, living_mosty: Mosty) -> None:
        begun = ("start", "--place", BROVARY, "--officer", "olena", "--partner", ERLANGEN, "--coordinator", "iryna")
        first, second = [(await done(living_mosty, *begun))["partnership"] for _ in range(2)]
        offer = (await done(living_mosty, "people", "hand-over", "olena", "taras", "--note", "Нотатка"))["id"]
        named = ("name-person", second, "--role", "officer", "--party", "p1", "--person", "iryna")
        await done(living_mosty, *named)
        ran = await living_mosty("handovers", "accept", offer, "--as", "taras")
        assert ran.status == 1
        assert f"Not taken: {second}: The giver no longer holds this seat" in ran.err
        again = await done(living_mosty, "handovers", "accept", offer, "--as", "taras")
        assert {each["partnership"]: each["state"] for each in again["offer"]["seats"]} == {
            first: "accepted", second: "withdrawn",
        }  # fmt: skip
        assert (await done(living_mosty, "people", "deactivate", "olena"))["changed"] == {"active": False}


async def test_somebody_is_trusted_signs_in_and_is_trusted_no_more(
    mosty: Mosty, shelf: Shelf, home_settings: Settings
) -> None:
    (home_settings.home / "secret").write_text("a secret of the tests")
    made = await done(mosty, "people", "trust", "olena@example.org", "--role", "coordinator", "--scope", "all")
    assert (made["person"], made["role"], made["scope"]) == ("olena", "coordinator", "all")
    assert [each["id"] for each in (await done(mosty, "people", "trusted"))["items"]] == [made["id"]]
    link = await done(mosty, "people", "sign-in", "olena")
    assert "/signin/" in link["url"]
    told = (await mosty("people", "sign-in", "olena")).out.split()
    assert [len(word.split("/signin/")[1]) for word in told] == [len(link["url"].split("/signin/")[1])], "in one piece"
    await done(mosty, "people", "distrust", made["id"])
    assert (await done(mosty, "people", "trusted"))["total"] == 0
    refused = await mosty("people", "trust", "olena", "--role", "officer", "--scope", "all")
    assert refused.status == 1
    assert "officer" in refused.err
