"""The note of an entry: what was told of the partner, the country or further Ukrainian parties elsewhere in it."""

import re
from enum import StrEnum
from typing import NamedTuple

from imports import countries, units


class NoteKind(StrEnum):
    NOTHING = "nothing"
    COUNTRIES = "countries"
    HROMADA = "hromada"  # a Ukrainian council, where a partner abroad was to be expected
    OTHER_BODY = "other_body"  # an association, an agency, a union
    PLACE = "place"  # the name of a town, a gmina, a county


class NamedHromada(NamedTuple):
    """A Ukrainian council as named: «Кам’янська», «сільська», «Закарпатська» (None where no oblast is given)."""

    name: str
    hromada_type: str | None
    oblast: str | None
    text: str


class Note(NamedTuple):
    """`text` is what is left after the parties behind a «+» were taken out."""

    kind: NoteKind
    text: str
    hromada: NamedHromada | None
    joined: tuple[NamedHromada, ...]


_COUNCIL = re.compile(
    r"(?P<name>[\w’'ʼ-]+)\s+(?P<type>міська|селищна|сільська)\s+"
    r"(?:рада|територіальна громада|громада|військова адміністрація)"
    r"(?:\s*[,(]?\s*(?P<oblast>[\w’'ʼ-]+[сзц]ьк)\w+\s+обл\w*\.?\s*\)?)?",
    re.IGNORECASE,
)


def read_note(text: str) -> Note:
    """The note taken apart; pieces are separated by semicolons, further Ukrainian parties begin with a «+»."""
    pieces = [" ".join(piece.split()) for piece in re.split(r";|(?=\+)", text)]
    joined = tuple(_hromada(piece.lstrip("+ ")) for piece in pieces if piece.startswith("+") and piece.lstrip("+ "))
    rest = "; ".join(piece for piece in pieces if piece and not piece.startswith("+"))
    kind = _kind(rest)
    return Note(kind, rest, _hromada(rest) if kind is NoteKind.HROMADA else None, joined)


def _kind(text: str) -> NoteKind:
    if not text:
        return NoteKind.NOTHING
    if countries.only_countries(text):
        return NoteKind.COUNTRIES
    if _COUNCIL.fullmatch(text):
        return NoteKind.HROMADA
    return NoteKind.OTHER_BODY if units.no_authority(text) else NoteKind.PLACE


def _hromada(text: str) -> NamedHromada:
    match = _COUNCIL.fullmatch(text)
    if not match:
        return NamedHromada(text, None, None, text)
    oblast = match["oblast"]
    return NamedHromada(match["name"], match["type"].casefold(), oblast + "а" if oblast else None, text)
