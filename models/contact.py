"""Contact is two-sided: each party has the moment it was last heard.

`counts` says once, in words people are shown, who was heard by a contact and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.base import Fact, Id, Instant, TextId, refuse
from models.command import Command, Situation, happened
from models.party import Party
from models.policy import Rhythm

if TYPE_CHECKING:
    from models.partnership import Partnership

KEPT_PER_PARTY = 5
"""So many contacts in a row can be corrected or withdrawn."""

MOST_MEETINGS = 8


class ContactKind(StrEnum):
    MEETING = "meeting"
    ONLINE_MEETING = "online_meeting"
    CALL = "call"
    VISIT = "visit"
    EVENT = "event"
    IN_TOUCH = "in_touch"  # somebody of a party says that the partners are, and nothing more
    LETTER = "letter"
    MESSAGE = "message"
    NOTE = "note"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    ANSWER_TO_US = "answer_to_us"


TOGETHER = frozenset(
    {
        ContactKind.MEETING,
        ContactKind.ONLINE_MEETING,
        ContactKind.CALL,
        ContactKind.VISIT,
        ContactKind.EVENT,
        ContactKind.IN_TOUCH,
    }
)
ONE_WAY = frozenset({ContactKind.LETTER, ContactKind.MESSAGE})
WHY_NOT = {
    ContactKind.NOTE: "a note or an edit is not contact",
    ContactKind.BOUNCE: "a bounced mail reached nobody",
    ContactKind.AUTO_REPLY: "an automatic reply is not a person",
    ContactKind.ANSWER_TO_US: "an answer to our own mail is not contact between the partners",
}


class Contact(Fact):
    """A counted contact: when it was, of what kind, and the keys of the parties it heard."""

    id: Id
    at: Instant
    kind: ContactKind
    heard: tuple[str, ...]


class Meeting(Fact):
    """A planned meeting: it holds the contact rung back until some days after it."""

    id: Id
    at: Instant


@dataclass(frozen=True)
class Counted:
    """Who was heard, and why (or why nobody), in words."""

    heard: tuple[str, ...]
    why: str


def counts(kind: ContactKind, author: str | None, taking_part: Sequence[str], parties: Sequence[str]) -> Counted:
    """Who is heard by a contact. A meeting hears everybody who took part (all parties where nobody is named);
    a letter hears its author; an edit, a bounce, an auto-reply or an answer to our own mail hears nobody."""
    if kind in WHY_NOT:
        return Counted((), WHY_NOT[kind])
    if kind in ONE_WAY:
        if author is None:
            return Counted((), "nobody is named as its author")
        return Counted((author,), "a letter or message hears its author only")
    present = tuple(key for key in parties if not taking_part or key in taking_part)
    if len(present) < 2:
        return Counted((), "one party alone is not contact")
    return Counted(present, "everybody who took part was heard")


def heard(party: Party, contacts: Sequence[Contact]) -> datetime | None:
    """The latest counted contact of a party, or `counted_from` where that is later or there is none."""
    moments = [contact.at for contact in contacts if party.key in contact.heard]
    if party.counted_from is not None:
        moments.append(party.counted_from)
    return max(moments, default=None)


def silent_since(parties: Sequence[Party], contacts: Sequence[Contact]) -> datetime | None:
    """Since when the contact clock counts: the earliest `heard` over the parties not on hold; none where
    everybody is on hold or somebody was never heard and counts from nowhere."""
    moments = [heard(party, contacts) for party in parties if not party.on_hold_since]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None


def kept(contacts: Sequence[Contact], parties: Sequence[Party]) -> tuple[Contact, ...]:
    """The contacts worth carrying: the last five of each party, oldest first."""
    ordered = sorted(contacts, key=lambda contact: (contact.at, contact.id))
    wanted: set[str] = set()
    for party in parties:
        wanted |= {contact.id for contact in [c for c in ordered if party.key in c.heard][-KEPT_PER_PARTY:]}
    return tuple(contact for contact in ordered if contact.id in wanted)


class _Described(Command):
    """What a contact was. `author` is the party that wrote; `parties` those that met (none named: all)."""

    how: ContactKind
    at: Instant | None = None
    author: str | None = None
    parties: tuple[str, ...] = Field(default=(), max_length=8)
    text: TextId | None = Field(default=None, description="the id of a text with what was said")

    def counted(self, p: Partnership) -> Counted:
        for key in (*self.parties, *([self.author] if self.author else [])):
            p.party(key)
        if self.how in ONE_WAY and self.author is None:
            refuse("who_wrote", "Which party wrote it? A letter hears its author only.")
        return counts(self.how, self.author, self.parties, [party.key for party in p.parties])


class RecordContact(_Described):
    """The parties were in contact. Clears the planned meeting it names."""

    kind: Literal["record_contact"] = "record_contact"
    contact: Id
    meeting: Id | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if any(contact.id == self.contact for contact in p.contacts):
            refuse("contact_exists", "This contact is already recorded.")
        at = happened(self.at, s, p, "The contact")
        counted = self.counted(p)
        meetings = tuple(meeting for meeting in p.meetings if meeting.id != self.meeting)
        p = p.but(meetings=meetings)
        if not counted.heard:
            return p
        contact = Contact(id=self.contact, at=at, kind=self.how, heard=counted.heard)
        return _lifted(p.but(contacts=kept((*p.contacts, contact), p.parties)), at)


class CorrectContact(_Described):
    """One of the last contacts was otherwise than recorded: the fact is replaced."""

    kind: Literal["correct_contact"] = "correct_contact"
    contact: Id

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        old = _found(p, self.contact)
        at = old.at if self.at is None else happened(self.at, s, p, "The contact")
        others = tuple(contact for contact in p.contacts if contact.id != old.id)
        counted = self.counted(p)
        if not counted.heard:
            return p.but(contacts=others)
        new = Contact(id=old.id, at=at, kind=self.how, heard=counted.heard)
        return _lifted(p.but(contacts=kept((*others, new), p.parties)), at)


class WithdrawContact(Command):
    """One of the last contacts did not take place."""

    kind: Literal["withdraw_contact"] = "withdraw_contact"
    contact: Id

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        _found(p, self.contact)
        return p.but(contacts=tuple(each for each in p.contacts if each.id != self.contact))


def _found(p: Partnership, contact: str) -> Contact:
    for each in p.contacts:
        if each.id == contact:
            return each
    refuse(
        "unknown_contact",
        f"This contact is not among the last {KEPT_PER_PARTY} of a party; older ones stay as they are.",
    )


def _lifted(p: Partnership, at: datetime) -> Partnership:
    """Contact later than the decision lifts dormancy: the partnership is revived, its silence counts from then."""
    if p.dormant_since is not None and at > p.dormant_since:
        return p.but(dormant_since=None, parties=tuple(each.but(counted_from=at) for each in p.parties))
    return p


class PlanMeeting(Command):
    """A meeting is agreed: until some days after it, silence is not spoken of."""

    kind: Literal["plan_meeting"] = "plan_meeting"
    meeting: Id
    at: Instant
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if self.at <= s.now:
            refuse("in_the_past", "A meeting is planned for the future; record one that took place as contact.")
        if self.at > s.now + timedelta(days=3 * 366):
            refuse("too_far", "A meeting more than three years ahead is not a plan yet.")
        others = tuple(each for each in p.meetings if each.id != self.meeting and each.at > s.now - s.policy.day * 365)
        if len(others) >= MOST_MEETINGS:
            refuse("too_many_meetings", f"There are {MOST_MEETINGS} planned meetings already; cancel one first.")
        return p.but(meetings=(*others, Meeting(id=self.meeting, at=self.at)))


class CancelMeeting(Command):
    """The planned meeting will not take place: the rung is due again when it was."""

    kind: Literal["cancel_meeting"] = "cancel_meeting"
    meeting: Id
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        left = tuple(each for each in p.meetings if each.id != self.meeting)
        if len(left) == len(p.meetings):
            refuse("unknown_meeting", "There is no such planned meeting.")
        return p.but(meetings=left)


class SetRhythm(Command):
    """How often the partners agreed to be in touch; it chooses the contact ladder."""

    kind: Literal["set_rhythm"] = "set_rhythm"
    rhythm: Rhythm

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        return p.but(rhythm=self.rhythm)


def meeting_defers(meetings: Sequence[Meeting], grace: timedelta) -> datetime | None:
    """Until when planned meetings hold the next rung back."""
    return max((meeting.at + grace for meeting in meetings), default=None)
