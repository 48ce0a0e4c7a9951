"""What mails say: every kind of watch in both languages, dates, plurals, words that are never used."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses
from zoneinfo import ZoneInfo

import pytest

from glossary import glossary
from mailroom.letters import Letter, Person, Place, Told, preview
from mailroom.message import Sender
from mailroom.seats import Presence, recipients
from models.contact import Contact, ContactKind
from models.partnership import Partnership
from models.stage import Stage
from models.statutes import STATUTES
from models.watch import Notice
from tests.mail.lives import DAY, KINDS, NOW, ago, living, partnership_with, term_kinds, told

PLACES = {
    "UA01": Place("Зразківська громада", "Zrazkove hromada"),
    "de-1": Place("Мустерштадт", "Musterstadt"),
    "pl-1": Place("Пшикладово", "Przykładowo"),
}
EVERYBODY = Presence.of("olena", "danylo", "kateryna", "operator")
BLAME = re.compile(r"overdue|breach|violat|\blate\b|fault|failed|простроч|поруш|спізн|запізн|винн", re.IGNORECASE)
LEFTOVER = re.compile(r"[{}%]|None|Undefined|\bTrue\b|\bFalse\b|  |\n\n\n|datetime")


def person(who: str, language: str = "uk", zone: str = "Europe/Kyiv") -> Person:
    return Person(who, who.title(), f"{who}@example.org", language, ZoneInfo(zone))


def seen(p: Partnership, notice: Notice, to: Person, there: Presence = EVERYBODY, now: datetime = NOW) -> Letter:
    page = f"http://127.0.0.1:8000/partnerships/{p.id}"
    return preview(Told(notice, p, PLACES, page, recipients(notice.roles, p, there)), to, now)


def of_kind(kind: str, language: str, rung: int = 1) -> Letter:
    p, notice = told(partnership_with(kind), kind, rung)
    reader = "kateryna" if "coordinator" in notice.roles else "olena"
    return seen(p, notice, person(reader, language))


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_whole_on_every_rung(kind: str, language: str) -> None:
    p = partnership_with(kind)
    watch = next(each for each in p.watches() if each.kind == kind)
    for rung in range(1, len(watch.ladder.rungs) + 1):
        letter = of_kind(kind, language, rung)
        for text in (letter.subject, letter.body):
            assert not LEFTOVER.search(text), text
            assert not BLAME.search(text), text
        assert len(letter.subject) <= 105
        assert "\n" not in letter.subject
        assert "http://127.0.0.1:8000/partnerships/most-1" in letter.body
        assert re.search(r"^.*: mosty (show|record-contact) most-1( |$)", letter.body, re.MULTILINE)
        assert "Europe/Kyiv" in letter.body


def test_every_armed_kind_has_its_own_words() -> None:
    subjects = {of_kind(kind, "uk").subject for kind in KINDS}
    assert len(subjects) == len(KINDS)
    assert not any("нагадування від" in subject for subject in subjects)


def test_a_kind_without_words_yet_is_spoken_of_in_general_ones() -> None:
    p, notice = told(living(), "contact")
    letter = seen(p, notice.but(watch="something_new:x"), person("olena", "en"))
    assert "reminder counted from" in letter.subject


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_over(kind: str, language: str) -> None:
    p = partnership_with(kind)
    name = next(each.name for each in p.watches() if each.kind == kind)
    over = Notice(episode=1, rung=0, watch=name, at=NOW)
    told = Told(over, p, PLACES, "http://127.0.0.1:8000/partnerships/most-1", ())
    places = {"uk": "Зразківська громада – Мустерштадт", "en": "Zrazkove hromada – Musterstadt"}[language]
    before = f"{places if len(p.parties) > 1 else places.split(' – ')[0]}: what was said before"
    letter = preview(told, person("olena", language), NOW, earlier=before)
    assert "what was said before" in letter.body
    assert letter.body.count(places.split(" – ")[0]) == 1
    assert not LEFTOVER.search(letter.subject + letter.body)
    assert not BLAME.search(letter.subject + letter.body)


def test_what_is_over_quotes_no_subject_that_was_about_many() -> None:
    over = Notice(episode=1, rung=0, watch="contact", at=NOW)
    told = Told(over, living(), PLACES, "", ())
    letter = preview(told, person("olena", "en"), NOW, earlier="3 partnerships ask for a look")
    assert "What we wrote to you about is now closed: new contact" in letter.body
    assert "3 partnerships" not in letter.body


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("term", ["fixed", "automatic", "indefinite"])
def test_every_rule_of_renewal_is_written_whole(term: str, language: str) -> None:
    for rung in (1, 2, 3):
        p, notice = told(term_kinds()[term], "term", rung)
        letter = seen(p, notice, person("olena", language))
        assert not LEFTOVER.search(letter.subject + letter.body)


def test_a_term_that_renews_by_itself_names_both_dates() -> None:
    p, notice = told(term_kinds()["automatic"], "term", 2)
    letter = seen(p, notice, person("olena", "en"))
    assert "renews by itself on 27 January 2027" in letter.body
    assert "notice must be given by 29 October 2026" in letter.body


@pytest.mark.parametrize("kind", ["clearance", "registration"])
def test_a_statutory_step_counts_days_and_says_that_its_term_is_unverified(kind: str) -> None:
    assert not STATUTES[kind].verified
    letter = of_kind(kind, "en")
    assert "since the recorded date" in letter.body
    assert "has not been verified" in letter.body
    assert "consider asking" in letter.body


@pytest.mark.parametrize(
    ("language", "words"),
    [("uk", "Зразківська громада – Мустерштадт"), ("en", "Zrazkove hromada – Musterstadt"), ("pl", "Zrazkove hromada")],
)
def test_a_mail_is_in_the_persons_language_and_english_for_any_other(language: str, words: str) -> None:
    assert words in of_kind("contact", language).subject


@pytest.mark.parametrize(
    ("zone", "date"), [("Europe/Kyiv", "1 January 2026"), ("America/New_York", "31 December 2025")]
)
def test_dates_are_the_persons_own(zone: str, date: str) -> None:
    p, notice = told(living(), "contact")
    new_year = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    letter = seen(p, notice.but(since=new_year), person("olena", "en", zone))
    assert f"no contact recorded since {date}" in letter.subject
    assert zone in letter.body


def test_days_are_counted_on_the_calendar_of_the_persons_wall() -> None:
    p, notice = told(living(), "contact")
    just_before_midnight = datetime(2026, 7, 30, 20, 59, tzinfo=UTC)
    after = datetime(2026, 7, 30, 21, 1, tzinfo=UTC)
    letter = seen(p, notice.but(since=just_before_midnight), person("olena", "en"), now=after)
    assert "(1 day)" in letter.body


@pytest.mark.parametrize(
    ("n", "uk", "en"),
    [
        (0, "0 днів", "0 days"),
        (1, "1 день", "1 day"),
        (2, "2 дні", "2 days"),
        (5, "5 днів", "5 days"),
        (11, "11 днів", "11 days"),
        (21, "21 день", "21 days"),
        (22, "22 дні", "22 days"),
        (111, "111 днів", "111 days"),
    ],
)
def test_plurals(n: int, uk: str, en: str) -> None:
    assert glossary("uk").counted("days", n) == uk
    assert glossary("en").counted("days", n) == en


def test_a_rung_for_the_coordinator_says_so_and_offers_help() -> None:
    p, notice = told(living(silent=365), "contact", 3)
    letter = seen(p, notice, person("kateryna"))
    assert ": координаторові – немає записаних контактів" in letter.subject
    assert "Це звернення до координатора" in letter.body
    assert "запитати громаду" in letter.body


def test_the_last_rung_asks_for_a_decision_and_says_who_decides() -> None:
    p, notice = told(living(silent=730), "contact", 4)
    letter = seen(p, notice, person("kateryna", "en"))
    assert "competent body decides" in letter.body
    assert "the last mail about it" in letter.body


def test_it_says_when_and_to_whom_the_next_one_goes() -> None:
    p, notice = told(living(silent=180), "contact")
    letter = seen(p, notice, person("olena", "en"))
    assert "by 29 September 2026" in letter.body
    assert "the deputy of the person responsible)" in letter.body


def test_it_says_who_else_is_told_by_role_and_never_by_name() -> None:
    p, notice = told(term_kinds()["fixed"], "term", 3)
    letter = seen(p, notice, person("olena", "en"))
    assert "Also being told: the programme coordinator." in letter.body
    assert "kateryna" not in letter.body.lower()


def test_one_sided_silence_says_when_each_party_was_last_heard() -> None:
    letters = Contact(id="k1", at=ago(10), kind=ContactKind.LETTER, heard=("p1",))
    p, notice = told(living(contacts=(letters,)), "contact")
    letter = seen(p, notice, person("olena", "en"))
    assert "Zrazkove hromada – 21 July 2026; Musterstadt – 1 February 2026" in letter.body


def test_days_of_seconds_are_written_to_the_second() -> None:
    p, notice = told(living(policy_name="demo@1"), "contact")
    letter = seen(p, notice.but(since=NOW - timedelta(seconds=90)), person("olena", "en"))
    assert "31 July 2026, 11:58:30" in letter.body
    assert "(180 days)" in letter.body


@pytest.mark.parametrize(
    ("facts", "words"), [({"stage": Stage.ENDED}, "the partnership has ended"), ({"dormant_since": NOW}, "put to rest")]
)
def test_what_is_over_by_decision_says_so(facts: dict[str, object], words: str) -> None:
    over = Notice(episode=1, rung=0, watch="contact", at=NOW + DAY)
    letter = preview(Told(over, living(**facts), PLACES, "", ()), person("olena", "en"), NOW)  # type: ignore[arg-type]
    assert words in letter.subject
    assert "Thank you" not in letter.body


@pytest.mark.parametrize("seed", range(200))
def test_long_subjects_and_names_arrive_as_they_were_written(seed: int) -> None:
    chance = random.Random(seed)
    words = ["".join(chance.choices("абвгґєіїйклмнопрстуфхцчшщьюя–ABC", k=chance.randint(1, 14))) for _ in range(24)]
    letter = Letter(" ".join(words[: chance.randint(1, 12)]), "Вітаємо.", "<p>Вітаємо.</p>", "uk")
    name = " ".join(words[12 : 12 + chance.randint(1, 8)])
    to = Person("olena", name, "olena@example.org", "uk", ZoneInfo("Europe/Kyiv"))
    sent = Sender("Асоціація <mosty@example.org>").message(letter, to, "<x@example.org>", datetime.now(UTC))
    arrived = message_from_bytes(sent.as_bytes())
    assert decoded(arrived["Subject"]) == letter.subject
    assert [(decoded(phrase), address) for phrase, address in getaddresses([arrived["To"]])] == [(name, to.email)]
    assert max(map(len, sent.as_bytes().splitlines())) <= 78


def decoded(words: str) -> str:
    return str(make_header(decode_header(words)))
