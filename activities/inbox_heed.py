"""One message: what it belongs to, what follows, and an entry of what was made of it; never its words.

The entry is written last, and the ids of commands follow from the message: a crash in between repeats harmlessly.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import Message
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.imap import Arrived
from activities.inbox_case import Case, Letter, Made, day_of
from activities.inbox_judge import Give, Judge
from activities.inbox_match import Match, matched
from activities.inbox_people import circle_of
from mailroom.headers import parsed
from mailroom.incoming import Classified, Kind, classify, message_key, written_at
from models.partnership import Partnership
from models.tables import IncomingRow, PartnershipRow

UNMATCHED = "unmatched"
REPEAT = "repeat"


class Heeder:
    """Heeds messages one at a time. `ours` is the address that our mail comes from, `zone` the clock of people whose
    own is not known; without a secret no partnership has an address of its own."""

    def __init__(
        self,
        engine: AsyncEngine,
        give: Give,
        clock: Callable[[], datetime],
        *,
        ours: str,
        zone: str,
        secret: bytes | None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._ours = ours
        self._zone = zone
        self._secret = secret
        self._judge = Judge(engine, give, clock, ours=ours, zone=zone)
        self._insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def heed(self, arrived: Arrived) -> list[str]:
        """The verdicts on a message, one for each partnership. One that belongs to none is not looked at any further,
        and not recorded."""
        message = parsed(arrived.raw)
        async with self._engine.connect() as connection:
            match = await matched(connection, message, self._ours, self._secret)
        if not match:
            return [UNMATCHED]
        letter = self._letter(message, match, min(arrived.at, self._clock()))
        return [await self._once(letter, partnership) for partnership in match.partnerships]

    def _letter(self, message: Message, match: Match, arrived: datetime) -> Letter:
        what = classify(message, self._ours, day_of(arrived, self._zone))
        if match.is_ours:
            what = Classified(Kind.LOOP, "it bears the Message-ID of a mail of ours")
        return Letter(message, message_key(message), what, match, written_at(message, arrived))

    async def _once(self, letter: Letter, partnership: str) -> str:
        """Heed a message for a partnership, unless that was done: it may come by copy and redirected."""
        seen = exists().where(IncomingRow.message == letter.key, IncomingRow.partnership == partnership)
        async with self._engine.connect() as connection:
            if await connection.scalar(select(seen)):
                return REPEAT
            case = await self._case(connection, letter, partnership)
        made = await (self._judge.made(case) if case else self._judge.made_of_none(letter))
        await self._record(letter, partnership, made)
        return made.verdict

    async def _case(self, connection: Any, letter: Letter, partnership: str) -> Case | None:
        state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
        if state is None:
            return None
        p = Partnership.model_validate(state)
        return Case(letter, p, await circle_of(connection, p, self._ours))

    async def _record(self, letter: Letter, partnership: str, made: Made) -> None:
        row = {
            "message": letter.key,
            "partnership": partnership,
            "at": self._clock(),
            "verdict": made.verdict,
            "party": made.party,
            "mail": letter.match.mail.message_id if letter.match.mail is not None else None,
            "command_id": made.command,
        }
        async with self._engine.begin() as connection:
            await connection.execute(self._insert(IncomingRow).values(row).on_conflict_do_nothing())
