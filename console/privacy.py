"""Who reads which text: notes, minutes and reasons for a standstill stay with the municipality that wrote them until
it shares them. Everything else is for everybody who may see the partnership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

NOTE = "note"

PRIVATE = frozenset(
    {
        NOTE, "record_contact.text", "correct_contact.text", "plan_meeting.text", "cancel_meeting.reason",
        "record_steering_group.text", "record_review.text", "record_letter.text", "record_reply.text",
        "acknowledge.reason", "suspend.text", "hold_party.reason", "make_dormant.reason", "cancel_activity.text",
    }
)  # fmt: skip
"""What a text is about, as it is kept: the command and its field."""


UNTOLD = ""
"""In place of a municipality: whose a private text was cannot be told any more. Coordinators and operators read it."""


class Kept(Protocol):
    """A text or file as far as it matters who reads it."""

    place: Any
    shared_at: Any


@dataclass(frozen=True)
class Reader:
    """Whose eyes read: the municipalities for which they act. An installation's operator reads everything."""

    places: frozenset[str] = frozenset()
    everything: bool = False

    def may_read(self, kept: Kept) -> bool:
        """Whether something that belongs to a municipality is theirs to read."""
        return self.everything or kept.place is None or kept.shared_at is not None or kept.place in self.places

    def may_read_text(self, row: Any) -> bool:
        """Whether a text, as it is kept, is theirs to read."""
        return row.about not in PRIVATE or self.may_read(row)


EVERYTHING = Reader(everything=True)
"""Whoever operates the installation."""


def reader_of(places: frozenset[str], *, operates: bool, coordinates: bool) -> Reader:
    """Whoever acts for these municipalities, and may coordinate the partnership."""
    return Reader(places | {UNTOLD} if coordinates else places, everything=operates)
