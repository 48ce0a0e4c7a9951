"""Links that need no account: signed, for one purpose and one person, with an end, revocable.

A token says for whom it is, until when, and under which epoch it was made; raising the epoch on record revokes all
earlier ones, which the reader of a token checks.

**The form is a promise to mails already sent.** A token is `V` + payload + `.` + signature, where `V` is the form's
version. Version 1: the payload is compact JSON `[id, …, epoch, until]` in URL-safe base64 without padding (preceded
by `.` where it is deflated), `until` being days since the beginning of 2020, 0 for never; the signature is HMAC with
SHA-256 under a key made of the secret and `mosty.1.` + kind. A later form gets another version beside this one, which
stays readable as long as such links last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from itsdangerous import BadData, URLSafeSerializer

Kind = Literal["answer", "question", "object", "offer", "unsubscribe", "settings", "feed", "sign_in", "profile"]
"""answer: person, partnership · question: correspondent, partnership · object: correspondent · offer: handover, heir ·
unsubscribe, settings, feed: person · sign_in: sign-in · profile: share. In this order a link names its ids."""

PATHS: Mapping[Kind, str] = {
    "answer": "/a/{token}",
    "question": "/p/{token}",
    "object": "/o/{token}",
    "offer": "/h/{token}",
    "unsubscribe": "/u/{token}",
    "settings": "/s/{token}",
    "feed": "/calendar/{token}.ics",
    "sign_in": "/signin/{token}",
    "profile": "/profile/{token}",
}

LASTS: Mapping[Kind, timedelta | None] = {
    "answer": timedelta(days=180),
    "question": timedelta(days=180),
    "object": None,  # an objection is possible for ever
    "offer": timedelta(days=60),
    "unsubscribe": timedelta(days=365),
    "settings": timedelta(days=365),
    "feed": None,  # programs fetch it for years; it is revoked instead
    "sign_in": timedelta(days=1),  # the record knows to the minute
    "profile": None,  # the record knows how long
}
"""At least so long a link can be used; it ends with the day on which that is over."""

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""Ends are counted in days from here: a token stays short."""

VERSION = "1"

LONGEST = 500
"""Characters of a token worth looking at."""


@dataclass(frozen=True)
class Scope:
    """What a link is for: the ids it names, in the order they were given, and the epoch it was made under."""

    kind: Kind
    ids: tuple[str, ...]
    epoch: int


@dataclass(frozen=True)
class Bad:
    """Why a link cannot be used: forged (changed, cut off, of another kind), expired."""

    reason: Literal["forged", "expired"]


@dataclass(frozen=True)
class Links:
    """Makes and reads links. Without a secret there are none: every link is the empty text, and none can be read."""

    secret: bytes | None
    pages_at: str

    def to(self, kind: Kind, *ids: str, epoch: int, now: datetime) -> str:
        """The address of a link made now, for these ids, under the epoch that stands on record now."""
        if not self.secret:
            return ""
        lasts = LASTS[kind]
        until = (now + lasts - BEGINNING).days + 1 if lasts else 0
        token = VERSION + _signer(self.secret, kind).dumps([*ids, epoch, until])
        return self.pages_at + PATHS[kind].format(token=token)

    def read(self, kind: Kind, token: str, now: datetime) -> Scope | Bad:
        """What a token of this kind is for. Whether its epoch still stands is for the record to say."""
        if not self.secret or token[:1] != VERSION or len(token) > LONGEST:
            return Bad("forged")
        try:
            *ids, epoch, until = _signer(self.secret, kind).loads(token[1:])
        except (BadData, ValueError):
            return Bad("forged")
        if until and now >= BEGINNING + timedelta(days=until):
            return Bad("expired")
        return Scope(kind, tuple(ids), epoch)


def _signer(secret: bytes, kind: Kind) -> URLSafeSerializer:
    """One key for each kind: a token of one is a forgery to all others. Signatures are compared in constant time."""
    signing = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=f"mosty.{VERSION}.{kind}", signer_kwargs=signing)
