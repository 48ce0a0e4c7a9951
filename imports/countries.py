"""Countries as ISO 3166 codes, and as Ukrainian texts name them."""

import re
from functools import cache

from babel import Locale

BARRED = frozenset({"RU", "BY"})
"""Partners whose agreements a person must look at before anything else: Law 3668-IX does not allow
interterritorial cooperation with the aggressor state, and Belarus took part in the aggression."""

_ADJECTIVES = {
    "чеськ": "CZ",
    "словацьк": "SK",
    "італійськ": "IT",
    "французьк": "FR",
    "литовськ": "LT",
    "латвійськ": "LV",
    "естонськ": "EE",
    "португальськ": "PT",
    "австрійськ": "AT",
    "турецьк": "TR",
    "грецьк": "GR",
}
"""«Чеська Республіка» and its cases; the other republics are named by a noun."""

_GENITIVES = {
    "беларусь": "BY",
    "білорусі": "BY",
    "румунії": "RO",
    "молдови": "MD",
    "польщі": "PL",
    "угорщини": "HU",
    "німеччини": "DE",
    "словаччини": "SK",
    "великої британії": "GB",
    "сполучене королівство": "GB",
    "сша": "US",
    "російська федерація": "RU",
    "російської федерації": "RU",
}

_ADJECTIVE = re.compile(r"\b(?P<stem>" + "|".join(_ADJECTIVES) + r")(?:а|ої|ій|у|ою) республік\w+")
_WORD_EDGE = r"(?<![\w’'-])(?:{})(?![\w’'-])"
_STATE = re.compile(
    r"\s*,?\s*\b(?:республік\w+\s+\w+|федеративн\w+ республік\w+ \w+|\w+[сзц]ьк(?:а|ої) республік\w+|"
    r"королівств\w+ \w+)",
    re.IGNORECASE,
)


_FORM_OF_STATE = re.compile(r"республік\w+|королівств\w+|федеративн\w+|держав\w+|[(),;.\s]")


def known_code(code: str) -> str | None:
    """The code in capitals where it is one of ISO 3166-1 alpha-2, None otherwise."""
    code = code.strip().upper()
    return code if re.fullmatch(r"[A-Z]{2}", code) and code in _names() and code not in {"ZZ", "EU", "UN"} else None


def named_in(text: str) -> tuple[str, ...]:
    """The countries a text names, in its order, each once. «Молдова-Суліца» is a village and names none."""
    folded = " ".join(text.split()).casefold().replace("'", "’")
    found = [(match.start(), _words()[match.group()]) for match in _named().finditer(folded)]
    found += [(match.start(), _ADJECTIVES[match["stem"]]) for match in _ADJECTIVE.finditer(folded)]
    return tuple(dict.fromkeys(code for _, code in sorted(found)))


def only_countries(text: str) -> bool:
    """True for a text that names countries and nothing else: «Республіка Молдова, Румунія»."""
    left = _FORM_OF_STATE.sub("", _named().sub("", text.casefold()))
    return bool(named_in(text)) and not left.strip("таі")


def without_country(text: str) -> str:
    """The text without «Республіки Польща», «Чеська Республіка» and the like."""
    return " ".join(_STATE.sub("", text).split())


def country_name(code: str, language: str) -> str:
    """A country's name in «uk» or «en»; the code itself where there is none."""
    return str(Locale(language).territories.get(code, code))


@cache
def _names() -> dict[str, str]:
    return {code: name for code, name in Locale("uk").territories.items() if len(code) == 2 and code.isalpha()}


@cache
def _words() -> dict[str, str]:
    return {name.casefold().replace("'", "’"): code for code, name in _names().items()} | _GENITIVES


@cache
def _named() -> re.Pattern[str]:
    longest_first = sorted(_words(), key=len, reverse=True)
    return re.compile(_WORD_EDGE.format("|".join(map(re.escape, longest_first))))
