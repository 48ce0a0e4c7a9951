"""Links that need no account: signed, for one purpose and one person, with an end, revocable.

A token says for whom it is, until when, and under which epoch it was made; raising the epoch on record revokes all
earlier ones. The first letter is the form's version: mails are opened months later, by newer code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

Kind = Literal["answer", "question", "object", "offer", "unsubscribe", "settings", "feed"]

PATHS: dict[str, str] = {
    "answer": "/a/{token}",
    "question": "/p/{token}",
    "object": "/o/{token}",
    "offer": "/h/{token}",
    "unsubscribe": "/u/{token}",
    "settings": "/s/{token}",
    "feed": "/calendar/{token}.ics",
}

LASTS: dict[str, timedelta | None] = {
    "answer": timedelta(days=180),
    "question": timedelta(days=180),
    "object": None,
    "offer": timedelta(days=60),
    "unsubscribe": timedelta(days=365),
    "settings": timedelta(days=365),
    "feed": None,
}

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""Ends are counted in days from here: a token stays short."""

VERSION = "1"


@dataclass(frozen=True)
class Scope:
    """What a link is for: the ids it names, in the order they were given, and the epoch it was made under."""

    kind: str
    ids: tuple[str, ...]
    epoch: int


@dataclass(frozen=True)
class Bad:
    """Why a link cannot be used: forged (or cut off), expired."""

    reason: Literal["forged", "expired"]


@dataclass(frozen=True)
class Links:
    """Makes and reads links. Without a secret there are none: every link is the empty text, and none can be read."""

    secret: bytes | None
    pages_at: str

    def to(self, kind: Kind, *ids: str, epoch: int, now: datetime) -> str:
        """The address of a link made now."""
        if self.secret is None:
            return ""
        lasts = LASTS[kind]
        until = (now + lasts - BEGINNING).days + 1 if lasts else 0
        token = VERSION + self._signer(kind).dumps([*ids, epoch, until])
        return self.pages_at + PATHS[kind].format(token=token)

    def read(self, kind: Kind, token: str, now: datetime) -> Scope | Bad:
        """What a token of this kind is for."""
        if self.secret is None or token[:1] != VERSION or len(token) > 500:
            return Bad("forged")
        try:
            *ids, epoch, until = self._signer(kind).loads(token[1:])
        except (BadSignature, ValueError, TypeError):
            return Bad("forged")
        if until and now > BEGINNING + timedelta(days=until):
            return Bad("expired")
        return Scope(kind, tuple(ids), epoch)

    def _signer(self, kind: str) -> URLSafeSerializer:
        assert self.secret is not None
        return URLSafeSerializer(self.secret, salt=f"mosty.{kind}")
