"""An officer's question to a partner leaves in the officer's name, and answers to it come to both."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables import CorrespondentRow, MailRow
from signing import copies_to
from tests.mail.conftest import Provider, Room, text_of
from tests.mail.lives import NOW, living

READING = {"imap_host": "imap.example.org", "secret": SecretStr("invented")}
WORDS = "Liebe Anna, wann sehen wir uns?"


async def _asked(engine: AsyncEngine, provider: Provider, settings: dict[str, Any], **correspondent: Any) -> Room:
    """A room after a question to Anna was planned and a round was made."""
    room = Room(engine, provider, **settings)
    await room.record(living())
    anna = {"id": "anna", "partnership": "most-1", "party": "p2", "name": "Anna Muster", "email": "anna@example.org",
            "language": "de", "source": "Rathaus", "added_by": "olena", "added_at": NOW}  # fmt: skip
    await room.add(CorrespondentRow, **anna | correspondent)
    await room.add(
        MailRow, message_id="<q@example.org>", kind="partner", person="olena", correspondent="anna", about="most-1",
        address="anna@example.org", language="de", subject="Eine Frage", body=WORDS, html=f"<p>{WORDS}</p>",
        status="planned", planned_at=NOW, send_after=NOW,
    )  # fmt: skip
    await room.round()
    return room


@pytest.mark.parametrize("settings", [READING, {}])
async def test_it_is_the_officers_own_mail_and_its_answer_reaches_them_and_the_record(
    engine: AsyncEngine, provider: Provider, settings: dict[str, Any]
) -> None:
    room = await _asked(engine, provider, settings)
    (message,) = provider.received
    own = copies_to(room.settings, "most-1")
    assert (own is None) == (settings == {})
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@example.org"]
    assert [each.addr_spec for each in message["Reply-To"].addresses] == ["olena@example.org", *([own] if own else [])]
    assert message["From"].addresses[0].addr_spec == room.settings.mail_from
    assert message["From"].addresses[0].display_name == "Olena Вигадана"
    assert message["Auto-Submitted"] is None
    assert WORDS in text_of(message)


@pytest.mark.parametrize("why", ["objected_at", "bounced_at"])
async def test_whoever_objected_meanwhile_is_not_written_to(engine: AsyncEngine, provider: Provider, why: str) -> None:
    room = await _asked(engine, provider, READING, **{why: NOW})
    assert provider.received == []
    (mail,) = [row for row in await room.rows(MailRow) if row.kind == "partner"]
    assert mail.status == "withdrawn"
