"""A partnership's own address: mail between the partners that is copied to it is known to belong there.

`mosty+<tag>.<signature>@example.org`. The tag is the partnership's id in letters that survive any mail server (case is
lost on the way, and few signs are safe), so nothing is stored: a uuid is 26 letters, any other id its bytes in base 32.
The signature keeps others from guessing an address from an id.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from hashlib import sha256
from uuid import UUID

LONGEST_LOCAL_PART = 64
"""Characters before the @ that every mail server takes (RFC 5321, 4.5.3.1.1)."""

SIGNATURE_BYTES = 6
"""About 10 letters, 2^48: each guess is a mail to the mailbox."""


class NoAddress(ValueError):
    """An id, or a base, that no address can be made of; the text is a sentence."""


def partnership_address(base: str, partnership: str, secret: bytes) -> str:
    """The address of a partnership beside `base` (`mosty@example.org`). Raises NoAddress where the base is no
    address, or the id too long: beside a base of ten letters any id of 24 bytes fits, and every uuid."""
    local, at, domain = base.rpartition("@")
    if not (local and at and domain):
        raise NoAddress(f"“{base}” is not an address that others can stand beside.")
    tag = _tag(partnership)
    made = f"{local}+{tag}.{_signature(partnership, secret)}"
    if len(made) > LONGEST_LOCAL_PART:
        raise NoAddress(f"The id “{partnership}” is too long for an address beside “{base}”.")
    return f"{made}@{domain}"


def partnership_of(address: str, base: str, secret: bytes) -> str | None:
    """The partnership whose address this is, whatever became of its letters' case; none where it is another address,
    or its signature is not ours."""
    local, _, domain = address.strip().casefold().rpartition("@")
    base_local, _, base_domain = base.strip().casefold().rpartition("@")
    if domain != base_domain or not local.startswith(f"{base_local}+"):
        return None
    tag, _, signature = local.removeprefix(f"{base_local}+").partition(".")
    partnership = _named(tag)
    if partnership is None or not signature.isascii():
        return None
    return partnership if hmac.compare_digest(signature, _signature(partnership, secret)) else None


def _tag(partnership: str) -> str:
    """The first letter says how the rest is to be read: u, a uuid; n, one written without dashes; x, any text."""
    try:
        uuid = UUID(partnership)
    except ValueError:
        return "x" + _letters(partnership.encode())
    if partnership == str(uuid):
        return "u" + _letters(uuid.bytes)
    return "n" + _letters(uuid.bytes) if partnership == uuid.hex else "x" + _letters(partnership.encode())


def _named(tag: str) -> str | None:
    try:
        raw = b32decode(tag[1:].upper() + "=" * (-len(tag[1:]) % 8))
        match tag[:1]:
            case "u":
                return str(UUID(bytes=raw))
            case "n":
                return UUID(bytes=raw).hex
            case "x":
                return raw.decode()
    except (NotBase32, ValueError):
        return None
    return None


def _signature(partnership: str, secret: bytes) -> str:
    return _letters(hmac.digest(secret, f"mosty.address.{partnership}".encode(), sha256)[:SIGNATURE_BYTES])


def _letters(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").casefold()


def is_ours(address: str, base: str) -> bool:
    """Whether mail to this address comes to our mailbox: the base itself, or any address beside it."""
    local, _, domain = address.strip().casefold().rpartition("@")
    base_local, _, base_domain = base.strip().casefold().rpartition("@")
    return domain == base_domain and (local == base_local or local.startswith(f"{base_local}+"))
