"""The mailbox, on a real IMAP server: what is new is heeded once, and nothing in it ever changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import imap
from models.base import Refused
from models.engine import Envelope
from models.tables import IncomingRow, MailboxRow, Table
from tests.inbox.conftest import Mailbox
from tests.inbox.desk import HERE, OFFICER, PARTNER, Desk, absence, answer, letter, report
from tests.inbox.dovecot import Dovecot
from tests.mail.lives import NOW
from workflows.client import Unavailable

pytestmark = pytest.mark.imap

SECRET_WORD = "Zaubererlehrlingsschule"
STRANGE = letter("stranger@elsewhere.example", ("friend@elsewhere.example",), (), message_id="<x@elsewhere.example>")


def numbered(number: int, **more: Any) -> Any:
    return letter(message_id=f"<{number}@musterstadt.example>", **more)


@pytest.fixture
async def reading(engine: AsyncEngine, mailbox: Mailbox) -> Desk:
    """A desk with a mailbox and a partnership whose partner is known."""
    desk = Desk(engine, **mailbox.settings)
    await desk.begin()
    await desk.correspond()
    return desk


def raising(error: Exception) -> Callable[[Envelope], None]:
    def fails(envelope: Envelope) -> None:
        raise error

    return fails


async def position(desk: Desk) -> int:
    (row,) = await desk.rows(MailboxRow)
    return int(row.last_uid)


async def test_a_letter_is_heeded_once_and_read_once(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter())
    assert (await reading.read()).done == {"contact": 1}
    assert (await reading.read()).done == {}
    mailbox.put(numbered(2))
    assert (await reading.read()).done == {"contact": 1}
    assert await position(reading) == 2


async def test_nothing_in_the_mailbox_is_changed_by_reading_it(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter(), STRANGE, absence(), report("<unknown@example.org>"), b"\r\n", b"not a mail at all")
    mailbox.server.put(mailbox.folder, numbered(9).as_bytes(), NOW, r"\Flagged", r"\Answered")
    before = mailbox.contents()
    await reading.read()
    assert mailbox.contents() == before
    assert [flags for _, flags in before[:6]] == [(r"\Recent",)] * 6, "nobody has seen them"


async def test_mail_that_is_none_of_our_business_is_not_recorded(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(STRANGE, absence(), answer("contact 12.05.2026"), report("<unknown@example.org>"))
    assert (await reading.read()).done == {"unmatched": 4}
    assert await reading.incoming() == []
    assert reading.given == []


async def test_what_was_written_is_nowhere_on_record(reading: Desk, mailbox: Mailbox, database_url: str) -> None:
    await reading.sent()
    words = {"text": f"contact 12.05.2026 at the {SECRET_WORD}", "Subject": SECRET_WORD}
    mailbox.put(
        letter(**words),
        answer(**words),
        absence(**words | {"text": f"{SECRET_WORD} until 15.08.2026"}),
        letter("x@elsewhere.example", **words | {"message_id": "<3@x.example>"}),
        letter("x@elsewhere.example", cc=(), **words | {"message_id": "<4@x.example>"}),
    )
    assert sum((await reading.read()).done.values()) == 5
    record = await whole_record(reading, database_url)
    assert b"unknown_author" in record, "the search finds what is there"
    assert SECRET_WORD.encode() not in record


async def whole_record(desk: Desk, database_url: str) -> bytes:
    """Every row of every table; on SQLite every byte of the database's files as well."""
    rows = [repr(row) for table in Table.__subclasses__() for row in await desk.rows(table)]
    files: list[Path] = []
    if database_url.startswith("sqlite"):
        files = list(Path(database_url.removeprefix("sqlite+aiosqlite:///")).parent.glob("mosty.db*"))
    return "\n".join(rows).encode() + b"".join(file.read_bytes() for file in files)


async def test_more_than_a_batch_is_read_in_several_steps(
    reading: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "MOST_IN_A_BATCH", 2)
    mailbox.put(*(numbered(number, at=NOW - timedelta(days=number)) for number in (3, 2, 1)))
    first, second = await reading.read(), await reading.read()
    assert (first.done, first.more) == ({"contact": 2}, True)
    assert (second.done, second.more) == ({"contact": 1}, False)


async def test_a_slow_servers_messages_are_heeded_as_they_come(
    reading: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "MOST_SECONDS", -1.0)
    mailbox.put(letter(), numbered(2))
    assert [(step.done, step.more) for step in (await reading.read(), await reading.read(), await reading.read())] == [
        ({"contact": 1}, True),
        ({"contact": 1}, False),
        ({}, False),
    ]


async def test_only_the_beginning_of_a_large_message_is_fetched(
    reading: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "MOST_BYTES", 4_096)
    large = letter()
    large.add_attachment(b"x" * 500_000, maintype="application", subtype="pdf", filename="programme.pdf")
    mailbox.put(large)
    (arrived,) = imap.read_new(reading.settings, None).messages
    assert len(arrived.raw) == 4_096
    assert (await reading.read()).done == {"contact": 1}


async def test_a_statement_in_a_large_message_is_read(reading: Desk, mailbox: Mailbox) -> None:
    await reading.sent()
    large = answer("contact 12.05.2026", cc=(HERE,))
    large.add_attachment(b"x" * 500_000, maintype="application", subtype="pdf", filename="photo.pdf")
    mailbox.put(large)
    assert (await reading.read()).done == {"contact": 1}


async def test_a_mailbox_that_begins_to_count_anew_is_read_from_the_beginning_and_counts_nothing_twice(
    reading: Desk, mailbox: Mailbox
) -> None:
    mailbox.put(letter(), numbered(2))
    await reading.read()
    mailbox.server.renew(mailbox.folder)
    mailbox.put(letter(), numbered(3))
    assert (await reading.read()).done == {"repeat": 1, "contact": 1}
    assert await position(reading) == 2


async def test_messages_that_somebody_removed_do_not_stop_the_reading(
    reading: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.put(letter(), numbered(2), numbered(3))
    mailbox.server.remove(mailbox.folder, 2)
    assert (await reading.read()).done == {"contact": 2}
    mailbox.server.remove(mailbox.folder, 3)
    assert (await reading.read()).done == {}


async def test_two_readers_at_once_count_a_letter_once(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter())
    await asyncio.gather(reading.read(), reading.new_reader().read())
    assert len({envelope.command_id for envelope in reading.given}) == 1
    assert await reading.incoming() == [("most-1", "contact", "p2")]
    assert len((await reading.partnership()).contacts) == 1


async def test_the_place_is_never_moved_back_by_a_reader_that_was_slow(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter(), numbered(2))
    validity = imap.read_new(reading.settings, None).behind.uid_validity
    await reading.read()
    await reading.reader._move(imap.Position(validity, 1))
    assert await position(reading) == 2


async def test_a_message_that_cannot_be_heeded_is_tried_in_three_rounds_and_then_passed_over(
    reading: Desk, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.put(letter(text=SECRET_WORD), numbered(2))
    begun: list[str] = []

    def fails_on_the_first(envelope: Envelope) -> None:
        begun.append(envelope.command_id)
        if envelope.command_id == begun[0]:
            raise KeyError("a bug")

    reading.before_giving = fails_on_the_first
    assert [(await reading.read()).done for _ in range(3)] == [
        {"troubled": 1},
        {"troubled": 1},
        {"passed_over": 1, "contact": 1},
    ]
    assert [record.levelname for record in caplog.records if "message" in record.message] == ["ERROR"] * 3
    assert SECRET_WORD not in caplog.text
    assert await position(reading) == 2


@pytest.mark.parametrize(
    "away",
    [Unavailable("no answer"), OperationalError("", {}, Exception()), ConnectionError()],
    ids=["engine", "sql", "net"],
)
async def test_with_the_engine_or_the_database_away_the_message_waits(
    reading: Desk, mailbox: Mailbox, away: Exception
) -> None:
    mailbox.put(letter())
    reading.before_giving = raising(away)
    for _ in range(4):
        with pytest.raises(type(away)):
            await reading.read()
    reading.before_giving = lambda envelope: None
    assert await reading.rows(MailboxRow) == []
    assert (await reading.read()).done == {"contact": 1}


async def test_a_refusal_is_on_record_with_its_code_and_never_raised(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter())
    reading.before_giving = raising(Refused("before_it_began", "The contact lies before the partnership began."))
    assert (await reading.read()).done == {"refused: before_it_began": 1}
    assert await reading.incoming() == [("most-1", "refused: before_it_began", "p2")]


async def test_a_crash_between_command_and_record_repeats_harmlessly(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter())
    with _failing_insert(reading.engine, IncomingRow):
        assert (await reading.read()).done == {"troubled": 1}
    assert (len(reading.given), await reading.incoming()) == (1, [])
    assert (await reading.new_reader().read()).done == {"contact": 1}
    assert len(reading.given) == 1, "the same command id"
    assert await reading.incoming() == [("most-1", "contact", "p2")]


class _failing_insert:
    """Writing to one table fails while this is on."""

    def __init__(self, engine: AsyncEngine, table: type[Table]) -> None:
        self._engine = engine.sync_engine
        self._words = f"INSERT INTO {table.__tablename__}"

    def _fail(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith(self._words):
            raise RuntimeError("killed here")

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._fail)

    def __exit__(self, *failure: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._fail)


async def test_without_a_mailbox_nothing_is_read(desk: Desk) -> None:
    step = await desk.read()
    assert (step.done, step.more) == ({}, False)


@pytest.mark.parametrize(
    "wrong",
    [{"imap_password": "another"}, {"imap_port": 1}, {"imap_folder": "INBOX.nowhere"}, {"imap_tls": "tls"}],
    ids=lambda each: next(iter(each)),
)
async def test_a_mailbox_that_cannot_be_read_is_said_in_the_log_and_stops_nothing(
    engine: AsyncEngine, mailbox: Mailbox, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    step = await Desk(engine, **mailbox.settings | wrong).read()
    assert (step.done, step.more) == ({"mailbox_away": 1}, False)
    assert "the mailbox cannot be read" in caplog.text
    assert "another" not in caplog.text


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_an_encrypted_mailbox_is_read_where_its_certificate_is_known(
    engine: AsyncEngine, mailbox: Mailbox, tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = mailbox.server.tls_port if tls == "tls" else mailbox.server.port
    desk = Desk(engine, **mailbox.settings | {"imap_tls": tls, "imap_port": port})
    mailbox.put(STRANGE)
    assert (await desk.read()).done == {"mailbox_away": 1}, "nobody vouches for this server"
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.server.certificate))
    assert (await desk.read()).done == {"unmatched": 1}


def test_the_mailbox_is_named_without_its_password(dovecot: Dovecot, mailbox: Mailbox, engine: AsyncEngine) -> None:
    name = imap.mailbox_name(Desk(engine, **mailbox.settings).settings)
    assert name == f"mosty@127.0.0.1/{mailbox.folder}"


async def test_a_letter_hears_the_partner_with_the_moment_it_was_written(reading: Desk, mailbox: Mailbox) -> None:
    mailbox.put(letter(PARTNER, (OFFICER,), at=NOW - timedelta(days=3)))
    await reading.read()
    assert (await reading.heard("p1"), await reading.heard("p2")) == (None, NOW - timedelta(days=3))
