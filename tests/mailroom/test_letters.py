"""Letters of every kind: text and HTML say the same, nothing in them is obeyed; why one got it, what to answer."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from textwrap import fill

import pytest

from mailroom.letters import Around, Letter, Place, Told, reminder
from mailroom.letters.phrases import TEMPLATES
from mailroom.seats import Recipient
from mailroom.stated import contact_stated
from tests.mail.lives import KINDS, NOW, living, partnership_with, told
from tests.mail.test_text import BLAME, LEFTOVER
from tests.mailroom.made import (
    AROUND,
    LETTERS,
    SITE,
    about,
    of_kind,
    over,
    person,
    seen_in_html,
    seen_in_text,
)


def read_by(who: str, *items: Told, language: str = "en", around: Around = AROUND) -> Letter:
    return reminder(items, person(who, language), NOW, around)


def rungs_of(kind: str) -> range:
    watch = next(each for each in partnership_with(kind).watches() if each.kind == kind)
    return range(1, len(watch.ladder.rungs) + 1)


@pytest.mark.parametrize("name", LETTERS)
class TestEveryLetter:
    def test_says_the_same_as_text_and_as_html(self, name: str) -> None:
        assert seen_in_html(LETTERS[name]) == seen_in_text(LETTERS[name])

    def test_is_written_whole_and_blames_nobody(self, name: str) -> None:
        letter = LETTERS[name]
        for text in (letter.subject, letter.body):
            assert not LEFTOVER.search(text), text
            assert not BLAME.search(text), text
        assert not re.search(r"[{}]|None", re.sub(r"<style>.*</style>", "", letter.html, flags=re.DOTALL))

    def test_fetches_nothing_and_runs_nothing(self, name: str) -> None:
        html = LETTERS[name].html
        assert not re.search(r"<(img|script|link|iframe|form|object)|url\(|@import|\ssrc=|\son\w+=", html)

    def test_is_laid_out_as_outlook_and_readers_for_the_blind_need_it(self, name: str) -> None:
        letter = LETTERS[name]
        assert f'<html lang="{letter.language}"' in letter.html
        assert letter.html.count("<table") == letter.html.count('<table role="presentation"')
        assert "max-width:600px" in letter.html

    def test_has_no_persons_name_in_its_subject(self, name: str) -> None:
        assert not re.search("Вигадана|Vyhadana|Muster,|Olena|Anna|Kateryna", LETTERS[name].subject)
        assert "\n" not in LETTERS[name].subject
        assert len(LETTERS[name].subject) <= 100


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_the_same_as_text_and_as_html(kind: str, language: str) -> None:
    for rung in rungs_of(kind):
        item = of_kind(kind, rung)
        letter = reminder([item], person(item.recipients[0].person, language), NOW, AROUND)
        assert seen_in_html(letter) == seen_in_text(letter)


def test_markup_in_a_name_is_shown_and_not_obeyed() -> None:
    item = of_kind("contact")
    item = replace(item, places={"UA01": Place("<b>Зразкове</b>", '<b>"Zrazkove" & sons</b>'), "x-0": Place("x")})
    letter = read_by("olena", item, over())
    assert "<b>Zrazkove" not in letter.html
    assert "&lt;b&gt;&#34;Zrazkove&#34; &amp; sons&lt;/b&gt;" in letter.html
    assert '<b>"Zrazkove" & sons</b>' in letter.body


@pytest.mark.parametrize(
    "name", ["Зразкове\r\nBcc: x@example.org", "Зразкове\u2028Bcc: x@example.org", "a\u202eb\x00\x85c"]
)
def test_a_name_never_breaks_the_subject(name: str) -> None:
    item = replace(of_kind("contact"), places={"UA01": Place(name), "x-0": Place("x")})
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e]", read_by("olena", item).subject)


def test_a_mail_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one notice at least"):
        reminder([], person(), NOW)


class TestWhy:
    def why(self, letter: Letter) -> str:
        return next(line for line in letter.body.splitlines() if line.startswith("Why you got this mail:"))

    @pytest.mark.parametrize(
        ("recipient", "words"),
        [
            (Recipient("olena", ("officer",)), "your role in the partnership is the person responsible."),
            (
                Recipient("kateryna", ("coordinator",), ("officer",)),
                "your role in the partnership is the programme coordinator.",
            ),
            (
                Recipient("petro", ("officer",), place="UA01", party="p1", instead_of="olena"),
                "it came to you instead of the person responsible, whom we cannot write to at present.",
            ),
            (
                Recipient("danylo", ("deputy",), place="UA01", party="p1", instead_of="olena"),
                "your role in the partnership is the deputy of the person responsible. Some of it came to you instead "
                "of the person responsible, whom we cannot write to at present.",
            ),
            (
                Recipient("kateryna", (), ("officer",)),
                "you are the programme coordinator, and there is nobody else to tell.",
            ),
            (Recipient("operator", (), ("officer",)), "you are the system operator, and there is nobody else to tell."),
        ],
    )
    def test_is_said_by_roles_in_plain_words(self, recipient: Recipient, words: str) -> None:
        p, notice = told(living(), "contact")
        letter = read_by(recipient.person, about(p, notice, recipient))
        assert self.why(letter) == f"Why you got this mail: {words}"

    def test_names_every_role_of_a_digest_once(self) -> None:
        mine = of_kind("contact", id="most-1")
        also = of_kind("paper", id="most-2")
        p = also.partnership
        coordinated = about(p.but(coordinator="olena"), also.notice, Recipient("olena", ("coordinator",)))
        letter = read_by("olena", mine, coordinated, of_kind("review", id="most-3"))
        assert "your roles in these partnerships are the person responsible, the programme coordinator." in self.why(
            letter
        )

    def test_is_that_they_were_told_before_where_all_is_over(self) -> None:
        assert (
            self.why(read_by("olena", over()))
            == "Why you got this mail: you received a reminder that no longer applies."
        )

    def test_names_nobody(self) -> None:
        p, notice = told(living(), "contact")
        stand_in = Recipient("petro", ("officer",), place="UA01", party="p1", instead_of="olena")
        for language in ("uk", "en"):
            assert "olena" not in read_by("petro", about(p, notice, stand_in), language=language).body.lower()


class TestAround:
    @pytest.mark.parametrize(
        ("around", "words"),
        [
            (Around(settings=f"{SITE}/s/1"), f"Change how often we write: {SITE}/s/1"),
            (Around(unsubscribe=f"{SITE}/u/1"), f"Stop regular mails: {SITE}/u/1"),
            (Around(sender="Association"), "in the name of Association."),
            (Around(replies=True), "You may answer this mail with one line such as “contact 12.05.2026”"),
        ],
    )
    def test_is_said_only_where_it_is_there(self, around: Around, words: str) -> None:
        assert words in read_by("olena", of_kind("contact"), around=around).body
        assert words not in read_by("olena", of_kind("contact"), around=Around()).body

    def test_an_answer_by_mail_is_offered_only_where_it_is_clear_what_it_answers(self) -> None:
        words = "You may answer this mail"
        assert words in read_by("olena", of_kind("contact"), of_kind("milestone")).body
        assert words not in read_by("olena", of_kind("contact"), of_kind("contact", id="most-2")).body
        assert words not in read_by("olena", over()).body

    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_the_example_is_no_contact_however_an_answer_quotes_it(self, language: str) -> None:
        lines = read_by("olena", of_kind("contact"), language=language).body.splitlines()
        for width in range(30, 140):
            quoted = "\n".join(fill(line, width) for line in lines)
            assert "12.05.2026" in quoted
            assert contact_stated(quoted, NOW.date()) is None, width


class TestAnswering:
    def test_one_click_leads_to_the_readers_own_page(self) -> None:
        letter = read_by("olena", of_kind("contact"))
        assert f"Answer in one click: {SITE}/a/1most-1" in letter.body
        assert "In a terminal" not in letter.body

    def test_without_a_link_the_mail_stays_useful(self) -> None:
        letter = read_by("olena", replace(of_kind("contact"), answer=""))
        assert "Answer in one click" not in letter.body + letter.html
        assert f"{SITE}/partnerships/most-1" in letter.body
        assert "In a terminal: mosty record-contact most-1 --how call --at 2026-07-31" in letter.body

    def test_what_is_over_asks_for_nothing(self) -> None:
        letter = read_by("olena", over())
        assert "Answer" not in letter.body
        assert "There is nothing to do." in letter.body


def blocks_of(name: str, language: str) -> set[str]:
    return set(TEMPLATES.get_template(f"{language}/{name}").blocks)


@pytest.mark.parametrize(
    "name", sorted({name.partition("/")[2] for name in TEMPLATES.list_templates() if "uk/" in name})
)
def test_both_languages_have_every_block(name: str) -> None:
    assert blocks_of(name, "uk") == blocks_of(name, "en")


def test_both_glossaries_have_every_word() -> None:
    uk, en = (tomllib.loads(files("glossary").joinpath(f"{each}.toml").read_text("utf-8")) for each in ("uk", "en"))
    assert {group: set(words) for group, words in uk.items()} == {group: set(words) for group, words in en.items()}
    assert all(set(forms) == {"one", "few", "many", "other"} for forms in uk["counted"].values())
    assert all(set(forms) == {"one", "other"} for forms in en["counted"].values())
