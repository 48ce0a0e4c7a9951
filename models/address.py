"""A party's address: mail to it came back for good, so that a new contact has to be found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from models.base import Instant, refuse
from models.command import Command, Situation, happened
from models.contact import Contact
from models.party import Party

if TYPE_CHECKING:
    from models.partnership import Partnership


def unreachable_since(party: Party, contacts: Sequence[Contact]) -> datetime | None:
    """Since when mail to a party comes back; none where it was heard later, which shows that there is a way."""
    at = party.bounced_at
    if at is None or any(party.key in contact.heard and contact.at > at for contact in contacts):
        return None
    return at


class RecordBounce(Command):
    """Mail to a party came back as undeliverable for good (a hard bounce): a new contact is to be found.
    Further bounces of an address that is being looked for change nothing."""

    kind: Literal["record_bounce"] = "record_bounce"
    party: str
    at: Instant | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        party = p.party(self.party)
        at = happened(self.at, s, p, "The bounce")
        if unreachable_since(party, p.contacts) is not None:
            return p
        return p.with_party(party.but(bounced_at=max(party.bounced_at or at, at)))


class ConfirmAddress(Command):
    """A new address of the party was found, or the old one works after all."""

    kind: Literal["confirm_address"] = "confirm_address"
    party: str

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        party = p.party(self.party)
        if party.bounced_at is None:
            refuse("nothing_bounced", "No mail to this party is recorded as having come back.")
        return p.with_party(party.but(bounced_at=None))
