"""What Temporal keeps, encrypted: states, commands and answers are ours to read, not Temporal's.

Each payload says by which key it was encrypted, so that keys can be changed while histories live for years: the first
key encrypts, all of them decrypt. What was written before there was a key is read as it is. Names of workflows,
commands and activities, ids and the two search attributes stay readable: they are what Temporal works with.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
KEY_BYTES, NONCE_BYTES = 32, 12


class UnusableKeys(Exception):
    """Keys that cannot be read, or one that is missing; the text is a sentence for the operator and shows no key."""


@dataclass(frozen=True)
class Keys:
    """Keys by id; `first` is the id of the one that encrypts."""

    first: str
    ciphers: Mapping[str, AESGCM]


def keys_in(text: str) -> Keys:
    """Keys as they stand in a file, one a line: `id:key`, the key 32 bytes in base64. Raises UnusableKeys."""
    ciphers: dict[str, AESGCM] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        id, _, key = line.partition(":")
        if not id or id in ciphers:
            raise UnusableKeys("Every line of the encryption keys is id:key, each id once.")
        ciphers[id] = AESGCM(_bytes_of(id, key))
    if not ciphers:
        raise UnusableKeys("There is no encryption key in what was given.")
    return Keys(next(iter(ciphers)), ciphers)


def new_key(id: str) -> str:
    """A line with a new key under this id."""
    return f"{id}:{b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _bytes_of(id: str, key: str) -> bytes:
    try:
        found = b64decode(key, validate=True)
    except NotBase64:
        found = b""
    if len(found) != KEY_BYTES:
        raise UnusableKeys(f"The encryption key “{id}” is not {KEY_BYTES} bytes in base64.")
    return found


class Encryption(PayloadCodec):
    """Encrypts every payload by AES-GCM with a nonce of its own; the key's id is authenticated along with it."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypted(payload) if _is_ours(payload) else payload for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        id, nonce = self._keys.first.encode(), secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys.ciphers[self._keys.first].encrypt(nonce, payload.SerializeToString(), id)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: id}, data=nonce + sealed)

    def _decrypted(self, payload: Payload) -> Payload:
        id = payload.metadata[KEY_ID]
        cipher = self._keys.ciphers.get(id.decode(errors="replace"))
        if cipher is None:
            raise UnusableKeys(f"The encryption key “{id.decode(errors='replace')}” is missing here.")
        try:
            opened = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], id)
        except InvalidTag:
            raise UnusableKeys(f"What was encrypted by the key “{id.decode()}” cannot be opened with it.") from None
        return Payload.FromString(opened)


def _is_ours(payload: Payload) -> bool:
    return payload.metadata.get("encoding") == ENCODING


def converter(keys: Keys | None) -> DataConverter:
    """How values become what Temporal keeps: as JSON, and encrypted where there are keys; errors with them."""
    if keys is None:
        return pydantic_data_converter
    return replace(
        pydantic_data_converter,
        payload_codec=Encryption(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
