"""Mails about people's own places: the welcome, and a handover offered to an heir."""

from __future__ import annotations

import pytest

from mailroom.letters import Around, Letter, Offer, Seat, Welcome, offer, welcome
from tests.mail.lives import NOW
from tests.mailroom.made import SITE, greeted, offered, person


def seats(count: int, answer: str = f"{SITE}/a/1x") -> tuple[Seat, ...]:
    return tuple(Seat(("officer", "coordinator"), f"Zrazkove – Town {n}", answer=answer) for n in range(count))


def welcomed(
    added_by: str | None = "Kateryna Vyhadana", count: int = 2, language: str = "en", answer: str = "x"
) -> Letter:
    said = Welcome(added_by, seats(count, f"{SITE}/a/{answer}" if answer else ""))
    return welcome(said, person("olena", language), NOW, Around())


class TestWelcome:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("Kateryna Vyhadana added you", "one mail a week", "nothing of this is public", "right or wrong?")),
            ("uk", ("Хто додав вас до «Мостів»: Kateryna Vyhadana", "одним листом на тиждень", "не є публічним")),
        ],
    )
    def test_says_who_what_and_that_nothing_is_public(self, language: str, words: tuple[str, ...]) -> None:
        letter = welcomed(language=language)
        for each in words:
            assert each in letter.body

    @pytest.mark.parametrize(
        ("digest", "en", "uk"),
        [
            ("weekly", "reminders come as one mail a week, tomorrow", "одним листом на тиждень, найраніше завтра"),
            ("daily", "reminders come as one mail a day, tomorrow", "одним листом на день, найраніше завтра"),
            ("at_once", "each reminder comes when it is due", "кожне нагадування надходить, коли настає його час"),
        ],
    )
    def test_says_how_often_reminders_come_as_the_person_has_it(self, digest: str, en: str, uk: str) -> None:
        said = Welcome(None, seats(1), digest)
        assert en in welcome(said, person("olena", "en"), NOW, Around()).body
        assert uk in welcome(said, person("olena", "uk"), NOW, Around()).body

    @pytest.mark.parametrize(
        ("language", "words"),
        [("en", "The system operator added you"), ("uk", "Хто додав вас до «Мостів»: оператор системи.")],
    )
    def test_added_by_nobody_in_particular_it_was_the_operator(self, language: str, words: str) -> None:
        assert words in welcomed(added_by=None, language=language).body

    def test_asks_about_each_partnership_with_a_link_of_its_own(self) -> None:
        letter = greeted("en")
        assert "Right or wrong? Answer here: https://mosty.example.org/a/10" in letter.body
        assert "Right or wrong? Answer here: https://mosty.example.org/a/11" in letter.body
        assert letter.html.count('class="filled cell"') == 2

    def test_names_every_role(self) -> None:
        assert "Your role: the person responsible, the programme coordinator" in welcomed().body

    @pytest.mark.parametrize(
        ("count", "uk", "en"),
        [
            (1, "ваше партнерство – чи все записано правильно?", "your partnership – right or wrong?"),
            (2, "ваші партнерства – чи все записано правильно?", "your partnerships – right or wrong?"),
        ],
    )
    def test_speaks_of_one_or_of_several(self, count: int, uk: str, en: str) -> None:
        assert uk in welcomed(count=count, language="uk").subject
        assert en in welcomed(count=count).subject

    def test_without_links_it_says_whom_to_tell(self) -> None:
        assert "tell the person who added you" in welcomed(answer="").body
        assert "One click" not in welcomed(answer="").body

    def test_is_short(self) -> None:
        assert len(welcomed().body.split()) < 160

    def test_a_name_stays_a_name(self) -> None:
        letter = welcomed(added_by="<b>Eve</b>\nBcc: x@example.org")
        assert "&lt;b&gt;Eve&lt;/b&gt; Bcc: x@example.org added you" in letter.html


class TestOffer:
    def test_says_who_offers_what_with_which_note_and_that_one_may_decline(self) -> None:
        letter = offered("en", note="Write to Anna on Tuesdays.\r\n\r\nThe exchange is in June.")
        assert "Olena Вигадана would like to hand over to you the partnerships named below." in letter.body
        assert "| Write to Anna on Tuesdays.\n|\n| The exchange is in June." in letter.body
        assert "Nothing changes unless you accept, and you may decline." in letter.body
        assert f"Look at it and answer: {SITE}/h/1x" in letter.body

    @pytest.mark.parametrize(
        ("count", "language", "subject"),
        [
            (1, "en", "Zrazkove – Town 0: you are asked to look after this partnership"),
            (2, "en", "You are asked to look after 2 partnerships"),
            (1, "uk", "Zrazkove – Town 0: вам пропонують подбати про це партнерство"),
            (2, "uk", "Вам пропонують подбати про 2 партнерства"),
            (5, "uk", "Вам пропонують подбати про 5 партнерств"),
            (21, "uk", "Вам пропонують подбати про 21 партнерство"),
        ],
    )
    def test_its_subject_counts_rightly_and_names_no_person(self, count: int, language: str, subject: str) -> None:
        said = Offer("Olena Vyhadana", "", seats(count), "")
        assert offer(said, person("danylo", language), NOW, Around()).subject == subject

    def test_without_a_note_nothing_is_said_of_one(self) -> None:
        letter = offer(Offer("Olena", " \n ", seats(1), ""), person("danylo", "en"), NOW, Around())
        assert "note" not in letter.body
        assert "sign in to Mosty" in letter.body

    def test_a_note_is_shown_and_not_obeyed(self) -> None:
        letter = offered("en", note="<script>alert(1)</script>\x00\x1b[31m")
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in letter.html
        assert "<script" not in letter.html
        assert "\x1b" not in letter.html + letter.body
