"""Mail between the parties, copied to the partnership's address: it hears its author, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.imap import Arrived
from activities.inbox_heed import Heeder
from mailroom.addresses import partnership_address
from models.base import Role, Source
from models.contact import ContactKind, RecordContact
from models.stage import Stage
from tests.inbox.desk import DANYLO, HERE, OFFICER, OURS, PARTNER, REMINDER, SECRET, Desk, as_sent, letter
from tests.mail.lives import HOME, NOW, ago, living
from tests.mail.lives import PARTNER as PARTY

COLLEAGUE = "mayor@musterstadt.example"
STRANGER = "somebody@elsewhere.example"


@pytest.fixture
async def here(desk: Desk) -> Desk:
    await desk.begin()
    await desk.correspond()
    return desk


async def test_a_letter_is_recorded_as_a_contact_of_its_author_read_off_a_mail(here: Desk) -> None:
    assert await here.heed(letter()) == ["contact"]
    (command,) = here.commands
    assert isinstance(command, RecordContact)
    assert (command.how, command.author, command.source) == (ContactKind.LETTER, "p2", Source.MAIL)
    assert command.at == NOW - timedelta(hours=2)
    assert here.given[0].actor.role is Role.MACHINE
    assert await here.incoming() == [("most-1", "contact", "p2")]


async def test_the_officers_letter_hears_the_officers_party_only(here: Desk) -> None:
    assert await here.heed(letter(OFFICER, (PARTNER,))) == ["contact"]
    assert await here.heard("p1") == NOW - timedelta(hours=2)
    assert await here.heard("p2") is None


@pytest.mark.parametrize(
    ("author", "party"),
    [
        ("Anna Erfunden <ANNA@Musterstadt.Example>", "p2"),
        (COLLEAGUE, "p2"),
        (DANYLO, "p1"),
    ],
    ids=["another spelling", "a colleague at the same domain", "the deputy"],
)
async def test_the_author_is_found_by_address_or_else_by_domain(here: Desk, author: str, party: str) -> None:
    assert await here.heed(letter(author, ("friend@elsewhere.example",))) == ["contact"]
    assert await here.heard(party) is not None


async def test_a_strangers_letter_counts_for_nobody_and_is_on_record_as_that(here: Desk) -> None:
    assert await here.heed(letter(STRANGER)) == ["unknown_author"]
    assert here.given == []
    assert await here.incoming() == [("most-1", "unknown_author", None)]


@pytest.mark.parametrize(
    ("known", "author"),
    [("anna@gmail.com", "berta@gmail.com"), ("anna@association.example", "berta@association.example")],
    ids=["at which anybody has an address", "that is ours"],
)
async def test_nobody_is_known_by_a_domain(desk: Desk, known: str, author: str) -> None:
    await desk.begin()
    await desk.correspond(known)
    assert await desk.heed(letter(author)) == ["unknown_author"]
    assert await desk.heed(letter(known, message_id="<2@x.example>")) == ["contact"]


async def test_a_domain_of_both_parties_names_neither(desk: Desk) -> None:
    await desk.begin()
    await desk.correspond("anna@example.org")
    assert await desk.heed(letter("berta@example.org")) == ["unknown_author"]


async def test_somebody_of_another_partnership_is_a_stranger_here(desk: Desk) -> None:
    await desk.begin()
    await desk.correspond(PARTNER, partnership="most-2")
    assert await desk.heed(letter()) == ["unknown_author"]


async def test_a_letter_of_a_party_that_has_left_is_a_strangers(desk: Desk) -> None:
    await desk.begin()
    await desk.correspond(party="p3")
    assert await desk.heed(letter()) == ["unknown_author"]


async def test_the_coordinators_letter_hears_no_party(here: Desk) -> None:
    assert await here.heed(letter("kateryna@example.org", (PARTNER, OFFICER))) == ["answer"]
    assert here.given == []


@pytest.mark.parametrize("to", [(), (OURS,), (DANYLO,)], ids=["nobody else", "us", "a colleague"])
async def test_an_officers_mail_that_reaches_no_other_party_is_said_to_us(here: Desk, to: tuple[str, ...]) -> None:
    """As when a partner's letter is forwarded to the partnership's address: it is not the officer's letter to them."""
    assert await here.heed(letter(OFFICER, to)) == ["answer"]
    assert here.given == []


async def test_a_partner_without_an_account_may_write_to_the_partnerships_address_alone(here: Desk) -> None:
    assert await here.heed(letter(to=(HERE,), cc=())) == ["contact"]


async def test_a_partner_with_an_account_who_writes_to_us_alone_answers_us(desk: Desk) -> None:
    both = (HOME.but(counted_from=ago(9)), PARTY.but(officer="petro", counted_from=ago(9)))
    await desk.begin(living(parties=both))
    await desk.correspond()
    assert await desk.heed(letter(to=(HERE,), cc=())) == ["answer"]
    assert await desk.heed(letter("petro@example.org", (HERE,), (), message_id="<3@x.example>")) == ["answer"]
    assert await desk.heed(letter("petro@example.org", message_id="<4@x.example>")) == ["contact"]


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To"])
async def test_a_hidden_copy_counts_as_well(here: Desk, header: str) -> None:
    assert await here.heed(letter(cc=(), **{header: HERE})) == ["contact"]


async def test_a_letter_to_two_partnerships_counts_in_both(here: Desk) -> None:
    await here.begin(living(id="most-2"))
    await here.correspond(partnership="most-2")
    both = (HERE, partnership_address(OURS, "most-2", SECRET.encode()))
    assert await here.heed(letter(cc=both)) == ["contact", "contact"]
    assert len({envelope.command_id for envelope in here.given}) == 2
    assert [row[0] for row in await here.incoming()] == ["most-1", "most-2"]


@pytest.mark.parametrize(
    "address",
    [
        HERE.replace("+", "+x"),
        partnership_address(OURS, "most-1", b"another secret"),
        partnership_address(OURS, "nobody", SECRET.encode()),
        OURS,
    ],
    ids=["misspelled", "forged", "unknown", "ours without a partnership"],
)
async def test_another_address_of_ours_belongs_to_nothing(here: Desk, address: str) -> None:
    assert await here.heed(letter(cc=(address,))) == ["unmatched"]
    assert await here.incoming() == []


async def test_the_address_of_an_ended_partnership_is_nobodys(desk: Desk) -> None:
    await desk.begin(living(Stage.ENDED))
    await desk.correspond()
    assert await desk.heed(letter()) == ["unmatched"]


async def test_without_a_secret_no_partnership_has_an_address(here: Desk, engine: AsyncEngine) -> None:
    heeder = Heeder(engine, here.give, lambda: NOW, ours=OURS, zone="Europe/Kyiv", secret=None)
    assert await heeder.heed(Arrived(1, NOW, as_sent(letter()))) == ["unmatched"]


@pytest.mark.parametrize(
    ("said", "arrived", "counted"),
    [
        ({"at": NOW - timedelta(days=3)}, NOW, NOW - timedelta(days=3)),
        ({"at": NOW + timedelta(days=3)}, NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        ({"at": NOW - timedelta(days=400)}, NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        ({"at": None}, NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        ({"Date": "soon"}, NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        ({"at": None}, NOW + timedelta(hours=1), NOW),
    ],
    ids=["its own date", "a future date", "an old date", "no date", "an unreadable date", "a server's clock ahead"],
)
async def test_a_letter_counts_from_when_it_was_written_or_else_arrived(
    here: Desk, said: dict[str, Any], arrived: Any, counted: Any
) -> None:
    await here.heed(letter(**said), arrived)
    assert await here.heard("p2") == counted


async def test_an_answer_to_our_reminder_that_goes_to_the_partner_as_well_is_a_letter(here: Desk) -> None:
    await here.sent()
    verdicts = await here.heed(letter(OFFICER, (OURS, PARTNER), In_Reply_To=REMINDER))
    assert verdicts == ["contact"]
    assert await here.heard("p1") is not None


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"Subject": "Out of office"}, "auto_reply"),
        ({"List_Id": "<towns.lists.example>"}, "list"),
        ({"Precedence": "bulk"}, "list"),
        ({"From": OURS}, "loop"),
        ({"From": HERE}, "loop"),
    ],
)
async def test_what_no_person_wrote_never_counts(here: Desk, headers: dict[str, str], verdict: str) -> None:
    assert await here.heed(letter(**headers)) == [verdict]
    assert here.given == []
    assert [row[1] for row in await here.incoming()] == [verdict]


async def test_our_own_mail_come_back_is_a_loop_whoever_sends_it_on(here: Desk) -> None:
    await here.sent()
    assert await here.heed(letter(message_id=REMINDER)) == ["loop"]
    assert here.given == []
