"""What a place is found by: one folding for the words kept with a place and the words somebody asks with.

Names are kept as they are spelt, in Latin letters as the Cabinet's resolution 55 of 2010 spells them, and as the noun
behind an adjective: «Вінницька громада» is asked for as «Вінниця» and as “Vinnytsia”.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SHORTEST_STEM = 3
"""An ending is taken off a word only while so many letters are left."""

MOST_WORDS = 8
"""So many words of a question are looked for; the rest of a long one narrows nothing any more."""

_LETTERS = (
    "а a · б b · в v · г h · ґ g · д d · е e · є ie · ж zh · з z · и y · і i · ї i · й i · к k · л l · м m · н n · "
    "о o · п p · р r · с s · т t · у u · ф f · х kh · ц ts · ч ch · ш sh · щ shch · ю iu · я ia · ы y · э e · ё e"
)
_LATIN = {pair[0]: pair[2:] for pair in _LETTERS.split(" · ")} | dict.fromkeys("ьъ", "")
_LATIN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}

_NO_MARKS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ґ": "г"})
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´ʹ″\"", ""))
_DOUBLED = re.compile(r"(zh|ch|sh|kh|ts|[^\W\d_])\1+")
_SOFTENED = str.maketrans("yj", "ii")
_SOFT = re.compile(r"i(?=[aeou])")
_ENDING = re.compile(r"(?:[аеєиіоуюяь]+|[aeiou]+)$")

_KINDS = frozenset({"міська", "селищна", "сільська"})

_NOUNS = (
    ("цьк", ("ц", "к", "ч")),
    ("зьк", ("з", "г", "ж")),
    ("ськ", ("", "к", "с", "ш", "х")),
    ("вськ", ("вц",)),
    ("івськ", ("ов", "ев", "в")),
    ("ївськ", ("єв",)),
    ("нськ", ("нц",)),
    ("енськ", ("н",)),
    ("ецьк", ("ц",)),
    ("овецьк", ("івц",)),
    ("євецьк", ("ївц",)),
)
"""What is left of the noun behind an adjective: Вінниця, Кременчук, Дрогобич · Запоріжжя, Кривий Ріг · Бровари,
Охтирка, Калуш · Мамаївці · Берегове, Мукачево, Біла Церква · Ширяєве · Савинці · Лубни · Чернівці · Ланівці ·
Дунаївці."""


def search_words(name: str, *others: str | None, abroad: bool = False) -> str:
    """Everything that a place with these names is found by, as one text between spaces. In the names of places
    abroad «г» may stand for g as well: «Ерланген» is found as “Erlangen”."""
    words = dict.fromkeys(word for each in (name, *others) if each for word in _words(each, abroad=abroad))
    return " ".join(["", *words, ""])


def asked_words(said: str) -> tuple[str, ...]:
    """The parts of names that somebody asks for, without endings: each has to occur in what a place is found by."""
    return tuple(dict.fromkeys(_stem(word) for word in folded(said).split()))[:MOST_WORDS]


def folded(text: str) -> str:
    """Words without what people type differently: case, accents, apostrophes, hyphens, doubled letters."""
    plain = text.translate(_APOSTROPHES).casefold()
    bare = "".join(each for each in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(each))
    spaced = "".join(each if each.isalnum() else " " for each in bare.translate(_NO_MARKS))
    return " ".join(_sounded(_DOUBLED.sub(r"\1", spaced)).split())


def _sounded(text: str) -> str:
    """Latin letters without the ways there are to write a soft sound: Vradiyivka, Vradiivka; Tyachiv, Tiachiv."""
    return _SOFT.sub("", _DOUBLED.sub(r"\1", text.translate(_SOFTENED)))


def latin(text: str) -> str:
    """Ukrainian in Latin letters, as resolution 55 of the Cabinet of Ministers (27 January 2010) has it."""
    words = (
        _latin_word(word) for word in unicodedata.normalize("NFC", text.translate(_APOSTROPHES)).casefold().split()
    )
    return " ".join(words)


def _latin_word(word: str) -> str:
    spelt = word.replace("зг", "zgh")
    first = _LATIN_FIRST.get(spelt[:1]) or _LATIN.get(spelt[:1], spelt[:1])
    return first + "".join(_LATIN.get(each, each) for each in spelt[1:])


def _words(name: str, *, abroad: bool) -> Iterator[str]:
    for each in (name, *_nouns(name)):
        yield from folded(each).split()
        yield from folded(latin(each)).split()
        if abroad:
            yield from folded(latin(each.casefold().replace("г", "ґ"))).split()


def _nouns(name: str) -> Iterator[str]:
    """What the adjectives of a name may come from, without its ending."""
    for word in unicodedata.normalize("NFC", name.translate(_APOSTROPHES)).casefold().replace("-", " ").split():
        adjective = word.removesuffix("а").removesuffix("ий")
        if word in _KINDS:
            continue
        for end, nouns in _NOUNS:
            if adjective.endswith(end):
                yield from (adjective.removesuffix(end) + noun for noun in nouns)


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= SHORTEST_STEM else word
