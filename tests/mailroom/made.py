"""Letters of every kind with invented people and places, for tests of words and of pictures."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from mailroom.letters import (
    QUESTION_LANGUAGES,
    Around,
    Letter,
    Offer,
    Person,
    Place,
    Question,
    Seat,
    Told,
    Welcome,
    offer,
    question,
    question_letter,
    reminder,
    welcome,
)
from mailroom.seats import Presence, Recipient, recipients
from models.partnership import Partnership
from models.watch import Notice
from tests.mail.lives import NOW, partnership_with, told

SITE = "https://mosty.example.org"
EVERYBODY = Presence.of("olena", "danylo", "kateryna", "operator")
AROUND = Around(
    unsubscribe=f"{SITE}/u/1a2b", settings=f"{SITE}/s/3c4d", replies=True, sender="Асоціація вигаданих громад"
)
PLACES = {
    "UA01": Place("Зразківська громада", "Zrazkove hromada"),
    "UA02": Place("Прикладненська громада", "Prykladne hromada"),
    "UA03": Place("Новозразківська територіальна громада"),
    "de-1": Place("Мустерштадт", "Musterstadt"),
    "pl-1": Place("Пшикладово", "Przykładowo"),
}
TOWNS = (
    Place("Мустерштадт", "Musterstadt"),
    Place("Пшикладово", "Przykładowo"),
    Place("Екземпль-сюр-Мер", "Exemple-sur-Mer"),
    Place("Мінтаварош", "Mintaváros"),
    Place("Ежемплу-да-Серра", "Exemplo da Serra"),
    Place("Пробне-над-Вигаданою", "Zkušebnice nad Smyšlenkou"),
    Place("Павиздис", "Pavyzdys"),
    Place("Парауґс", "Paraugs"),
    Place("Ворбільдсгаузен", "Vorbildshausen"),
    Place("Санта-Прова", "Santa Prova"),
)


def person(who: str = "olena", language: str = "uk", zone: str = "Europe/Kyiv") -> Person:
    return Person(who, f"{who.title()} Вигадана", f"{who}@example.org", language, ZoneInfo(zone))


def about(p: Partnership, notice: Notice, *recipient: Recipient, places: dict[str, Place] | None = None) -> Told:
    """A notice as the mail room hands it over; told to whoever has its roles where nobody is named."""
    reached = recipient or recipients(notice.roles, p, EVERYBODY)
    page, answer = f"{SITE}/partnerships/{p.id}", f"{SITE}/a/1{p.id}"
    return Told(notice, p, places or PLACES, page, reached, answer)


def of_kind(kind: str, rung: int = 1, id: str = "most-1", home: str = "UA01", number: int = 0) -> Told:
    """A notice of a kind, about the partnership of a municipality with one of the invented towns."""
    p, notice = told(partnership_with(kind), kind, rung)
    here, *abroad = p.parties
    parties = (here.but(place=home), *(party.but(place=f"x-{number}") for party in abroad))
    town = TOWNS[number % len(TOWNS)]
    return about(p.but(id=id, parties=parties), notice, places=PLACES | {f"x-{number}": town})


def over(kind: str = "contact", id: str = "most-9", home: str = "UA01", episode: int = 1) -> Told:
    """That something of this kind is over."""
    p, notice = told(partnership_with(kind), kind)
    here, *abroad = p.parties
    p = p.but(id=id, parties=(here.but(place=home), *abroad))
    end = Notice(episode=episode, rung=0, watch=notice.watch, at=NOW)
    return about(p, end, Recipient("olena", ("officer",)), Recipient("kateryna", ("coordinator",)))


def coordinators(count: int = 12) -> list[Told]:
    """What a coordinator of three municipalities may get in one week: so many, and two that are settled."""
    rungs = [("contact", 4), ("contact", 3), ("dialogue", 3), ("paper", 2), ("milestone", 4), ("term", 3)]
    homes = ("UA01", "UA02", "UA03")
    standing = [of_kind(*rungs[n % len(rungs)], f"most-{n}", homes[n % 3], n) for n in range(count - 2)]
    return [*standing, over("contact", "most-98", "UA02"), over("milestone", "most-99", "UA03")]


def single(language: str = "uk", kind: str = "contact") -> Letter:
    return reminder([of_kind(kind)], person("olena", language), NOW, AROUND)


def digest(language: str = "uk") -> Letter:
    return reminder(coordinators(), person("kateryna", language), NOW, AROUND)


SEATS = {
    "uk": ("Зразківська громада – Мустерштадт", "Зразківська громада – Пшикладово"),
    "en": ("Zrazkove hromada – Musterstadt", "Zrazkove hromada – Przykładowo"),
}


def greeted(language: str = "uk", count: int = 2, link: bool = True) -> Letter:
    names = SEATS[language][:count]
    seats = [Seat(("officer",), name, answer=f"{SITE}/a/1{n}" if link else "") for n, name in enumerate(names)]
    return welcome(Welcome("Kateryna Вигадана", tuple(seats)), person("olena", language), NOW, AROUND)


def offered(language: str = "uk", count: int = 2, note: str = "") -> Letter:
    note = note or "Пишіть пані Анні по вівторках.\nУ червні планували обмін школярів."
    seats = tuple(Seat(("officer",), name) for name in SEATS[language][:count])
    return offer(Offer("Olena Вигадана", note, seats, f"{SITE}/h/1x"), person("danylo", language), NOW, AROUND)


def asked(language: str, **facts: str) -> Question:
    usual = {
        "asker": "Olena Vyhadana",
        "asker_role_place": "Zrazkove",
        "partner_place": "Musterstadt",
        "to_name": "Anna Muster",
        "why": "",
        "source": {"uk": "сайт міста", "en": "the town's website", "pl": "strona internetowa gminy"}.get(
            language, {"ro": "pagina de internet a orașului", "de": "die Website der Stadt"}.get(language, "")
        ),
        "answer": f"{SITE}/p/1a",
        "object": f"{SITE}/o/1b",
    }
    return Question(**(usual | facts))


def to_partner(language: str, **facts: str) -> Letter:
    q = asked(language, **facts)
    return question_letter(q, language, *question(q, language))


class _Seen(HTMLParser):
    """What a person sees of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "title")
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        self.words += [] if self._hidden else data.split()


def seen_in_html(letter: Letter) -> tuple[list[str], list[str]]:
    """The words and the links of a letter's HTML, in order."""
    seen = _Seen()
    seen.feed(letter.html)
    seen.close()
    return seen.words, seen.links


def seen_in_text(letter: Letter) -> tuple[list[str], list[str]]:
    """The words and the links of a letter's plain text, without what stands for looks."""
    words, links = [], []
    for line in letter.body.splitlines():
        line = re.sub(r"^(\| |\* )|^[-=]{2,}$", "", line)
        link = re.fullmatch(r"(.*): (https://\S+)", line)
        words += (link.group(1) if link else line).split()
        links += [link.group(2)] if link else []
    return words, links


LETTERS = {
    **{f"single-{language}": single(language) for language in ("uk", "en")},
    **{f"digest-{language}": digest(language) for language in ("uk", "en")},
    **{f"welcome-{language}": greeted(language) for language in ("uk", "en")},
    **{f"offer-{language}": offered(language) for language in ("uk", "en")},
    **{f"question-{language}": to_partner(language) for language in QUESTION_LANGUAGES},
}
"""One of each in each language it comes in."""
