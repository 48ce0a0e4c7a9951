"""A mail server that strikes at its senders: what is counted as a kill was one."""

from collections.abc import Iterator
from email.message import EmailMessage

import aiosmtplib

from benchmarks.contend_ground import Sink


async def test_a_strike_that_finds_nobody_comes_with_the_next_mail_and_counts_once() -> None:
    struck_at: list[int] = []
    found = iter([False, True])
    async with Sink() as sink:
        sink.fatal, sink.strike = [2], lambda: _strike(sink, found, struck_at)
        for number in range(4):
            await _send(sink, f"town-{number}")
    assert struck_at == [2, 3]
    assert (sink.struck, sink.fatal) == (1, [])


async def test_what_was_written_to_chosen_towns_is_told_from_the_rest() -> None:
    async with Sink() as sink:
        for town in ("a", "b", "a", "other"):
            await _send(sink, town)
    assert sink.of(["a", "b", "c"]) == {"a": 2, "b": 1}


def _strike(sink: Sink, found: Iterator[bool], struck_at: list[int]) -> bool:
    struck_at.append(len(sink.accepted))
    return next(found)


async def _send(sink: Sink, town: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "mosty@example.org", f"{town}@example.org", f"<{town}@example.org>"
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=sink.port)
