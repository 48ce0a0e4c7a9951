"""Words for territorial units abroad as the register uses them, and names without those words."""

import re
from typing import Literal

from imports.countries import without_country

Level = Literal["town", "gmina", "region"]
"""A town or village, a gmina, commune or municipality, and whatever lies above them (county, voivodeship)."""

_TOWN = re.compile(r"(?<!\w)(?:м\.|міст[оа]\b|с\.|сел[оа]\b|селище\b|смт\b)", re.IGNORECASE)
_GMINA = re.compile(
    r"\b(?:[гґ]мін+[аи]|комун[аи]|gmina|obec|муніципалітет\w*|муніцип[іи][йяї]\w*|волость|сектор|громада|мерія|"
    r"примарія|магістрат)\b|(?<!\w)к\.",
    re.IGNORECASE,
)
_REGION = re.compile(r"\b(?:воєводств|повіт|жупані|район|кра[йю]\b|област|регіон|графств|округ)", re.IGNORECASE)
_PART = re.compile(r"\b(?:сектор|громада|старостинськ|староств)", re.IGNORECASE)
_NO_AUTHORITY = re.compile(
    r"\b(?:університет|інститут|idis\b|союз|спілк|асоціаці|агент?ств|фонд|товариств|організаці|підприємств)",
    re.IGNORECASE,
)
"""IDIS stands for an institute in Chișinău; «агенство» is how the register spells it."""

_OBLIQUE = {
    "гміною": "гміна",
    "ґміною": "ґміна",
    "містом": "місто",
    "комуною": "комуна",
    "громадою": "громада",
    "муніципалітетом": "муніципалітет",
    "повітом": "повіт",
}
_UNIT_WORD = re.compile(
    r"\b(?:міст[оа]|міська|районна|рада|і)\b|\bмуніципалітет\w*|\bмуніцип[іи][йяї]\w*|(?<!\w)(?:м|с|к|смт)\."
    r"|\b(?:сел[оа]|селище|комун[аи]|[гґ]мін+[аи]|gmina|obec|примарія|мерія)\b",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?<![\w’'-])[\w’'-]{1,40}[сзц]ьк\w{1,6}\s+(?:воєводств|повіт|кра[йю]\b|област|жупані)\w*|\b(?:повіт|район|воєводств)\w*\s+[\w’'-]+",
    re.IGNORECASE,
)
_VOIVODESHIP = re.compile(r"(?<![\w’'-])[\w’'-]{1,40}[сзц]ьк\w{1,6}\s+воєводств\w*", re.IGNORECASE)


def level(name: str) -> Level | None:
    """What kind of unit a name says it is; None where it does not say. «Гміна міста Краснік» is a gmina."""
    plain = in_nominative(_without_brackets(name).strip())
    found = [(match.start(), kind) for kind, match in _found(plain) if match]
    below = [item for item in found if item[1] != "region"]
    return min(below or found)[1] if found else None


def _found(name: str) -> list[tuple[Level, re.Match[str] | None]]:
    return [("town", _TOWN.search(name)), ("gmina", _GMINA.search(name)), ("region", _REGION.search(name))]


def is_part(name: str) -> bool:
    """True for what is said to be a part of a town: a sector, a community, an eldership."""
    return bool(_PART.search(name))


def is_qualifier(piece: str) -> bool:
    """True for «Перемишльський повіт» behind a comma: the unit in which the one before it lies."""
    return level(piece) == "region"


def starts_with_settlement(piece: str) -> bool:
    return bool(_TOWN.match(piece.strip()) or _GMINA.match(piece.strip()))


def no_authority(name: str) -> bool:
    """True for an institute, a university, a union, an agency: Law 3668-IX asks for a public authority."""
    return bool(_NO_AUTHORITY.search(name))


def in_nominative(name: str) -> str:
    """«гміною Лешньовіце» as «гміна Лешньовіце»: only the word for the unit at the beginning is put right."""
    first, space, rest = name.partition(" ")
    return _OBLIQUE.get(first.casefold(), first) + space + rest


def core(name: str) -> str:
    """A name for comparison: lower case, without units, countries, brackets and what lies behind a comma; ґ as г.

    A county is itself and keeps its word, so that «Грубешів» and «Грубешівський повіт» stay apart; the
    voivodeship it lies in is taken off.
    """
    plain = without_country(in_nominative(_without_brackets(name).strip())).split(",")[0]
    plain = _within_voivodeship(plain) if level(plain) == "region" else _without_units(plain)
    return " ".join(re.findall(r"\w+", plain.casefold().replace("ґ", "г")))


def _without_units(name: str) -> str:
    return _UNIT_WORD.sub(" ", _ABOVE.sub(" ", name))


def _within_voivodeship(name: str) -> str:
    inner = _VOIVODESHIP.sub(" ", name)
    return inner if len(inner.split()) > 1 and level(inner) == "region" else name


def _without_brackets(name: str) -> str:
    return re.sub(r"\([^)]*\)?", " ", name)
