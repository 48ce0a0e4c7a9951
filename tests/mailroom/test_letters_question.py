"""The one question to a partner: five languages, ten seconds, no word that presses, an end that stays."""

from __future__ import annotations

import re

import pytest

from mailroom.letters import QUESTION_LANGUAGES, question, question_letter
from tests.mail.test_text import LEFTOVER
from tests.mailroom.made import asked, seen_in_html, seen_in_text, to_partner

ATTENTION = re.compile(
    r"""quiet|stall|overdue|remind|silen|inactiv|late\b|deadline|urgent|decide|forgot|fail
    |нагад|тиш|мовч|затих|простроч|терміново|запізн|забул|винн
    |przypomn|cisz|milcz|zaleg|spóźn|pilne|zapomn|niestety|termin
    |reamint|aminti|tăcere|liniște|întârzi|restan|urgent|uitat|vina
    |erinner|still|überfällig|verspät|dringend|vergess|schweig|mahnung|frist|schuld""",
    re.IGNORECASE | re.VERBOSE,
)

GREETS = {
    "uk": "Доброго дня!",
    "en": "Dear Anna Muster,",
    "pl": "Szanowni Państwo,",
    "ro": "Stimată doamnă, stimate domn,",
    "de": "Sehr geehrte Damen und Herren,",
}


@pytest.mark.parametrize("language", QUESTION_LANGUAGES)
class TestInEveryLanguage:
    def test_it_greets_asks_one_question_and_thanks(self, language: str) -> None:
        subject, text = question(asked(language), language)
        assert subject.startswith("Zrazkove: ")
        assert text.startswith(GREETS[language])
        assert text.count("?") == 1
        assert text.endswith("\nOlena Vyhadana\nZrazkove")
        assert len(text.split()) < 80

    def test_no_word_presses_or_blames(self, language: str) -> None:
        letter = to_partner(language)
        assert not ATTENTION.search(letter.subject + letter.body), ATTENTION.search(letter.subject + letter.body)
        assert not LEFTOVER.search(letter.subject + letter.body)

    def test_it_ends_with_who_asks_why_the_source_and_how_to_object(self, language: str) -> None:
        letter = to_partner(language, why="We keep a list.", source="your website.")
        words, end = letter.body.split("\n--\n")
        assert "https://mosty.example.org/p/1a" in words
        assert "Olena Vyhadana, Zrazkove." in end
        assert ": We keep a list.\n" in end
        assert ": your website.\n" in end
        assert end.strip().endswith(": https://mosty.example.org/o/1b")

    def test_the_officers_words_stand_and_the_end_stays(self, language: str) -> None:
        letter = question_letter(asked(language), language, "Привіт", "Перший рядок\nдругий\n\n\n\n<b>Кінець</b>\x07")
        assert letter.subject == "Привіт"
        assert letter.body.startswith("Перший рядок\nдругий\n\n<b>Кінець</b>\n\n")
        assert "Перший рядок<br>другий" in letter.html
        assert "&lt;b&gt;Кінець&lt;/b&gt;" in letter.html
        assert "https://mosty.example.org/o/1b" in letter.body
        assert seen_in_html(letter) == seen_in_text(letter)

    def test_without_links_a_reply_is_enough(self, language: str) -> None:
        letter = to_partner(language, answer="", object="", source="", why="")
        assert "https" not in letter.body
        assert not LEFTOVER.search(letter.body)
        assert letter.body != to_partner(language).body

    def test_it_is_written_in_that_language(self, language: str) -> None:
        letter = to_partner(language)
        assert letter.language == language
        assert f'<html lang="{language}"' in letter.html


def test_every_language_has_its_own_words() -> None:
    assert len({question(asked("en"), language)[1] for language in QUESTION_LANGUAGES}) == len(QUESTION_LANGUAGES)


def test_a_language_without_words_is_answered_in_english() -> None:
    assert question(asked("fr"), "fr") == question(asked("fr"), "en")
    assert question_letter(asked("fr"), "fr", "", "x").language == "en"


@pytest.mark.parametrize("subject", ["", "  \r\n "])
def test_an_empty_subject_is_the_proposed_one(subject: str) -> None:
    assert (
        question_letter(asked("en"), "en", subject, "x").subject == "Zrazkove: a short question about our partnership"
    )


def test_a_subject_stays_on_one_line() -> None:
    assert question_letter(asked("en"), "en", "Hi\r\nBcc: x@example.org", "x").subject == "Hi Bcc: x@example.org"


def test_without_a_name_the_greeting_is_a_general_one() -> None:
    assert question(asked("en", to_name=""), "en")[1].startswith("Dear colleagues,")
