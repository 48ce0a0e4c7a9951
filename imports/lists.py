"""Several partners written into one cell, taken apart where the text itself says that they are several.

Safe are a numbered list («1) … 2) …»), a plural («Гміни Россош, Яблонь та …») and a row of settlements each
with its own sign («м. Штефан Воде, с. Волінтір»). Anything else stays one partner.
"""

import re
from typing import NamedTuple

from imports import countries, units


class Named(NamedTuple):
    """A partner as named, and the country the text itself gives it."""

    name: str
    country: str | None


class Partners(NamedTuple):
    """`split`: a list was taken apart; `maybe_several`: it may be one, but not safely."""

    named: tuple[Named, ...]
    split: bool
    maybe_several: bool


_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,2})\)\s+")
_PLURALS = {
    "гміни": "Гміна",
    "ґміни": "Ґміна",
    "міста": "Місто",
    "комуни": "Комуна",
    "села": "Село",
    "муніципалітети": "Муніципалітет",
    "громади": "Громада",
}
_SEPARATOR = re.compile(r",\s*|\s+(?:та|і|й)\s+")
_ONE_UNIT = re.compile(r"\b[гґ]мін\w*\s+і\s+міст\w*", re.IGNORECASE)  # gmina i miasto: one authority in Poland


def partners_in(text: str) -> Partners:
    """Whom a cell names. Brackets left open at the end are closed, spaces evened; the rest is as written."""
    plain = " ".join(text.split())
    listed = _numbered(plain) or _plural(plain) or _settlements(plain)
    if listed:
        return Partners(listed, split=True, maybe_several=False)
    return Partners((_named(plain),), split=False, maybe_several=_maybe_several(plain))


def _named(text: str) -> Named:
    named = countries.named_in(text)
    return Named(_closed(text.strip(" ,;")), named[0] if len(named) == 1 else None)


def _closed(text: str) -> str:
    return text + ")" * max(0, text.count("(") - text.count(")"))


def _numbered(text: str) -> tuple[Named, ...]:
    parts = _NUMBER.split(text)
    numbers = [int(number) for number in parts[1::2]]
    if parts[0].strip() or len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return ()
    return tuple(_named(part) for part in parts[2::2])


def _plural(text: str) -> tuple[Named, ...]:
    head, _, rest = text.partition(" ")
    pieces = [piece for piece in _SEPARATOR.split(rest) if piece]
    if head.casefold() not in _PLURALS or len(pieces) < 2 or any(units.is_qualifier(piece) for piece in pieces):
        return ()
    given = [countries.named_in(piece)[:1] for piece in pieces]
    placed = [next(filter(None, given[index:]), ()) for index in range(len(pieces))]
    singular = _PLURALS[head.casefold()]
    return tuple(
        _with_head(singular if country == placed[0] else None, piece, country)
        for piece, country in zip(pieces, placed, strict=True)
    )


def _with_head(head: str | None, piece: str, country: tuple[str, ...]) -> Named:
    """A place in another country than the first is not given the first one's kind of unit."""
    name = countries.without_country(piece)
    return Named(f"{head} {name}" if head else name, country[0] if country else None)


def _settlements(text: str) -> tuple[Named, ...]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    alike = len(pieces) > 1 and all(
        units.starts_with_settlement(piece) and not units.no_authority(piece) for piece in pieces
    )
    return tuple(_named(piece) for piece in pieces) if alike else ()


def _maybe_several(text: str) -> bool:
    plain = _ONE_UNIT.sub("", re.sub(r"\([^)]*\)?", "", text))
    if re.search(r"\s(?:та|і)\s", plain):
        return True
    further = [countries.without_country(piece).strip() for piece in plain.split(",")[1:]]
    return any(piece and not units.is_qualifier(piece) and not countries.named_in(piece) for piece in further)
