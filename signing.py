"""What is signed with the installation's secret: links in mails, the partnerships' own addresses, webhooks."""

from __future__ import annotations

import hmac
from base64 import b64encode

from mailroom.addresses import NoAddress, partnership_address
from mailroom.links import Links
from mailroom.message import Sender
from settings import Settings


def secret_of(settings: Settings) -> bytes | None:
    return settings.secret.get_secret_value().encode() if settings.secret else None


def links_of(settings: Settings) -> Links:
    """Makes and reads links."""
    return Links(secret_of(settings), settings.pages_at)


def copies_to(settings: Settings, partnership: str) -> str | None:
    """A partnership's own address: mail between its parties that is copied there is read. None where no mailbox is
    read, or no address can be made."""
    secret = secret_of(settings)
    if settings.imap_host is None or secret is None:
        return None
    try:
        return partnership_address(Sender(settings.mail_from).address, partnership, secret)
    except NoAddress:
        return None


def webhook_secret(settings: Settings, endpoint: str, epoch: int) -> str | None:
    """An endpoint's secret as its receiver keeps it, “whsec_…”; another one for every epoch. None where the
    installation has no secret."""
    secret = secret_of(settings)
    if secret is None:
        return None
    derived = hmac.digest(secret, f"webhook/{endpoint}/{epoch}".encode(), "sha256")
    return f"whsec_{b64encode(derived).decode()}"
