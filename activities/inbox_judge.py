"""What follows from a message: a contact heard, a reminder held, a new contact to find, or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.inbox_bounces import address_lost, party_of, returned
from activities.inbox_case import Case, Letter, Made, day_of, midnight, noon
from activities.inbox_match import watches_of
from activities.inbox_people import Author, addressee
from mailroom.incoming import Kind
from mailroom.own_words import own_words
from mailroom.stated import contact_stated
from models.address import RecordBounce
from models.base import Actor, Refused, Role, Source
from models.care import Acknowledge
from models.commands import AnyCommand
from models.contact import ContactKind, RecordContact
from models.engine import Envelope

MACHINE = Actor(role=Role.MACHINE)

Give = Callable[[str, Envelope], Awaitable[object]]
"""Gives a command to a partnership. Raises `Refused` where a rule does not allow it."""


class Judge:
    """Decides and acts. `ours` is the address that our mail comes from, `zone` the clock of people whose own is not
    known."""

    def __init__(self, engine: AsyncEngine, give: Give, clock: Callable[[], datetime], *, ours: str, zone: str) -> None:
        self._engine = engine
        self._give = give
        self._clock = clock
        self._ours = ours
        self._zone = zone

    async def made(self, case: Case) -> Made:
        match case.letter.what.kind:
            case Kind.HUMAN:
                return await self._said(case)
            case Kind.ABSENCE:
                return await self._away(case)
            case Kind.BOUNCE_HARD | Kind.BOUNCE_SOFT:
                return await self._came_back(case)
        return Made(case.letter.what.kind.value, _party(case.circle.author(case.letter.author)))

    async def made_of_none(self, letter: Letter) -> Made:
        """For a mail of ours that was about no partnership, as a welcome: only its coming back means something."""
        if letter.what.kind is Kind.HUMAN:
            return Made("answer")
        if letter.what.kind not in (Kind.BOUNCE_HARD, Kind.BOUNCE_SOFT):
            return Made(letter.what.kind.value)
        if letter.match.mail is not None:
            await returned(self._engine, letter.match.mail, letter.what.bounce, self._clock())
        return Made("bounce")

    async def _said(self, case: Case) -> Made:
        """A person's mail: between the parties it hears its author; to us it is an answer."""
        author = await self._author(case)
        if author is None:
            return Made("unknown_author")
        if case.is_between_parties(author, self._ours):
            return await self._heard(case, author)
        return await self._answered(case, author)

    async def _heard(self, case: Case, author: Author) -> Made:
        command = RecordContact(
            contact=case.command_id("contact")[:16],
            how=ContactKind.LETTER,
            author=author.party,
            at=case.letter.at,
            source=Source.MAIL,
        )
        return await self._given(case, "contact", command, MACHINE, author.party)

    async def _answered(self, case: Case, author: Author) -> Made:
        """An answer to us is no contact, unless it states one of a partnership that can only be this one."""
        zone = author.zone or self._zone
        on = contact_stated(own_words(case.letter.message), day_of(case.letter.at, zone))
        if on is None or not (case.only_one or case.addressed):
            return Made("answer", author.party)
        at = min(noon(on, zone), self._clock())
        command = RecordContact(contact=case.command_id("stated")[:16], how=ContactKind.IN_TOUCH, at=at)
        return await self._given(case, "contact", command, author.actor, author.party)

    async def _away(self, case: Case) -> Made:
        """An absence note: what it answers waits until its writer is back. A stranger's holds nothing."""
        author = await self._author(case)
        if author is None and case.letter.match.mail is None:
            return Made(Kind.AUTO_REPLY.value)
        until = self._held_until(case, (author.zone if author else None) or self._zone)
        party = _party(author)
        made = [
            await self._given(case, Kind.ABSENCE.value, Acknowledge(watch=each, until=until), MACHINE, party, each)
            for each in await self._watches(case)
        ]
        held = [each for each in made if each.verdict == Kind.ABSENCE.value]
        return next(iter(held or made), Made(Kind.ABSENCE.value, party))

    async def _watches(self, case: Case) -> Iterable[str]:
        """What the answered mail reminded of; a letter between the parties is about their being in touch."""
        mail = case.letter.match.mail
        if mail is None or mail.kind == "partner":
            return [each.name for each in case.p.watches() if each.kind in ("contact", "dialogue")]
        async with self._engine.connect() as connection:
            return await watches_of(connection, mail, case.p.id)

    def _held_until(self, case: Case, zone: str) -> datetime:
        """The end of the day that the note names, at most as long as the policy lets anybody hold a reminder."""
        assert case.letter.what.returns is not None
        policy = case.p.policy
        longest = self._clock() + (policy.longest_hold - 1) * policy.day
        return min(midnight(case.letter.what.returns + timedelta(days=1), zone), longest)

    async def _came_back(self, case: Case) -> Made:
        """A mail did not arrive. Ours is on record as that; a partner's address that takes none is to be replaced."""
        mail, bounce, now = case.letter.match.mail, case.letter.what.bounce, self._clock()
        if mail is not None:
            await returned(self._engine, mail, bounce, now)
        party = await self._party_lost(case)
        if party is None or not bounce.for_good:
            return Made("bounce", party)
        if mail is None:
            await address_lost(self._engine, case.p.id, bounce.recipients, now)
        return await self._given(case, "bounce", RecordBounce(party=party, at=case.letter.at), MACHINE, party)

    async def _party_lost(self, case: Case) -> str | None:
        """Which party's address took no mail between the parties; none for our own mail to people with accounts."""
        mail = case.letter.match.mail
        if mail is not None:
            return await party_of(self._engine, mail.correspondent)
        known = (case.circle.by_address.get(each) for each in case.letter.what.bounce.recipients)
        return next((author.party for author in known if author), None)

    async def _author(self, case: Case) -> Author | None:
        known = case.circle.author(case.letter.author)
        if (known and known.person) or case.letter.match.mail is None:
            return known
        async with self._engine.connect() as connection:
            return await addressee(connection, case.letter.match.mail, case.p, case.letter.author) or known

    async def _given(
        self, case: Case, verdict: str, command: AnyCommand, actor: Actor, party: str | None, about: str = ""
    ) -> Made:
        """Give a command; what a rule does not allow is a verdict like others."""
        command_id = case.command_id(f"{command.kind}/{about}")
        try:
            await self._give(case.p.id, Envelope(command_id=command_id, actor=actor, command=command))
        except Refused as refusal:
            return Made(f"refused: {refusal.code}"[:64], party)
        return Made(verdict, party, command_id)


def _party(author: Author | None) -> str | None:
    return author.party if author else None
