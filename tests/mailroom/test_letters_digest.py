"""Digests: by municipality, what asks most first, each watch once, no endless lists, right plurals."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from glossary import glossary
from mailroom.letters import Letter, Told, reminder
from mailroom.letters.digest import MOST_IN_A_MAIL, MOST_OF_A_KIND, MOST_SETTLED
from mailroom.seats import Recipient
from models.watch import Attention, Notice
from tests.mail.lives import NOW
from tests.mailroom.made import AROUND, SITE, of_kind, over, person, seen_in_html, seen_in_text

GMAIL_CUTS_AT = 102_000


def written(*items: Told, who: str = "kateryna", language: str = "en") -> Letter:
    return reminder(items, person(who, language), NOW, AROUND)


def many(count: int, kind: str = "contact", rung: int = 3, home: str = "UA01", first: int = 0) -> list[Told]:
    return [of_kind(kind, rung, f"most-{n:03}", home, n) for n in range(first, first + count)]


def headings(letter: Letter) -> list[str]:
    """Municipalities between =, partnerships as they are."""
    found = re.findall(r"^(.+)\n([=-])+$", letter.body, re.MULTILINE)
    return [f"= {name} =" if line == "=" else name for name, line in found]


@pytest.mark.parametrize(
    ("n", "uk", "en"),
    [
        (1, "1 партнерство потребує уваги", "1 partnership asks for a look"),
        (2, "2 партнерства потребують уваги", "2 partnerships ask for a look"),
        (5, "5 партнерств потребують уваги", "5 partnerships ask for a look"),
        (11, "11 партнерств потребують уваги", "11 partnerships ask for a look"),
        (21, "21 партнерство потребує уваги", "21 partnerships ask for a look"),
        (22, "22 партнерства потребують уваги", "22 partnerships ask for a look"),
    ],
)
def test_the_subject_counts_partnerships_in_the_right_plural(n: int, uk: str, en: str) -> None:
    assert (glossary("uk").counted("attention", n), glossary("en").counted("attention", n)) == (uk, en)
    if n > 1:
        assert [written(*many(n), language=language).subject for language in ("uk", "en")] == [uk, en]


@pytest.mark.parametrize(
    ("n", "uk", "en"),
    [
        (2, "2 партнерства: питання закрито", "2 partnerships: settled"),
        (5, "5 партнерств: питання закрито", "5 partnerships: settled"),
        (21, "21 партнерство: питання закрито", "21 partnerships: settled"),
        (22, "22 партнерства: питання закрито", "22 partnerships: settled"),
    ],
)
def test_where_all_is_over_the_subject_says_settled(n: int, uk: str, en: str) -> None:
    items = [over(id=f"most-{k}") for k in range(n)]
    assert [written(*items, language=language).subject for language in ("uk", "en")] == [uk, en]
    letter = written(*items)
    assert letter.body.count("\n* ") == n
    assert "There is nothing to do. Thank you!" in letter.body
    assert "Answer" not in letter.body


@pytest.mark.parametrize(
    ("items", "subject"),
    [
        ([of_kind("contact"), over()], "Zrazkove hromada – Musterstadt: no contact recorded since 1 February 2026"),
        ([of_kind("contact"), of_kind("milestone")], "Zrazkove hromada – Musterstadt: 2 questions"),
        ([*many(3), over()], "3 partnerships ask for a look"),
        ([*many(2), of_kind("contact", 4, "most-x")], "3 partnerships ask for a look, 1 of them for a decision"),
    ],
)
def test_the_subject_says_as_much_as_fits(items: list[Told], subject: str) -> None:
    assert written(*items).subject == subject


def test_a_partnerships_matters_stand_together_under_its_municipality() -> None:
    items = [
        of_kind("contact", 3, "most-1", "UA01", 0),
        of_kind("contact", 3, "most-2", "UA02", 1),
        of_kind("paper", 2, "most-1", "UA01", 0),
        of_kind("paper", 2, "most-3", "UA01", 2),
    ]
    assert headings(written(*items)) == [
        "= Prykladne hromada =",
        "Prykladne hromada – Przykładowo",
        "= Zrazkove hromada =",
        "Zrazkove hromada – Musterstadt",
        "Zrazkove hromada – Exemple-sur-Mer",
    ]


def test_one_municipality_needs_no_heading() -> None:
    assert headings(written(*many(2))) == ["Zrazkove hromada – Musterstadt", "Zrazkove hromada – Przykładowo"]


def test_two_municipalities_of_the_same_name_stand_apart() -> None:
    items = [of_kind("contact", 3, f"most-{home}", home) for home in ("UA01", "UA02")]
    items = [replace(item, places=item.places | {"UA02": item.places["UA01"]}) for item in items]
    assert headings(written(*items)).count("= Zrazkove hromada =") == 2


def test_an_officer_reads_under_the_municipality_of_their_seat() -> None:
    def seated(place: str, number: int) -> Told:
        item = of_kind("contact", 1, f"most-{number}", "UA01", number)
        return replace(item, recipients=(Recipient("olena", ("officer",), place=place, party="p1"),))

    items = seated("UA02", 0), seated("UA01", 1)
    assert [name for name in headings(written(*items, who="olena")) if name.startswith("=")] == [
        "= Prykladne hromada =",
        "= Zrazkove hromada =",
    ]


def test_a_partnership_without_a_ukrainian_party_stands_under_its_first() -> None:
    items = of_kind("contact", 3, "most-1", "pl-1", 0), of_kind("contact", 3, "most-2", "UA01", 1)
    assert "= Przykładowo =" in headings(written(*items))


def test_what_asks_for_a_decision_comes_first_and_what_is_over_last() -> None:
    items = [
        over(id="most-0", home="UA02"),
        of_kind("milestone", 4, "most-1", "UA01", 1),
        of_kind("contact", 3, "most-2", "UA01", 2),
        of_kind("contact", 4, "most-3", "UA02", 3),
        of_kind("contact", 3, "most-4", "UA02", 4),
    ]
    assert headings(written(*items)) == [
        "= Prykladne hromada =",
        "Prykladne hromada – Mintaváros",
        "Prykladne hromada – Exemplo da Serra",
        "= Zrazkove hromada =",
        "Zrazkove hromada – Exemple-sur-Mer",
        "Zrazkove hromada – Przykładowo",
        "= Settled, nothing to do =",
    ]
    last = written(*items).body.index("\n* Prykladne hromada – Musterstadt: new contact")
    assert last > written(*items).body.index("Zrazkove hromada – Przykładowo")


def test_an_item_is_brief_and_says_what_can_be_done() -> None:
    letter = written(*many(2, rung=1), who="olena")
    assert (
        letter.body.count("No contact between the partners is recorded in Mosty since 1 February 2026 (180 days).") == 2
    )
    assert letter.body.count("What you can do: if there was contact, record it in Mosty; a date is enough.\n") == 2
    assert "What comes next" not in letter.body
    assert f"Answer: {SITE}/a/1most-000" in letter.body


def test_a_statutory_step_says_that_its_term_is_unverified_here_too() -> None:
    letter = written(of_kind("clearance", 1, "most-1"), of_kind("contact", 1, "most-2"), who="olena")
    assert "has not been verified against the official text yet." in letter.body


class TestOfSeveralAboutOneWatch:
    def rung(self, episode: int, rung: int) -> Told:
        item = of_kind("contact", 3)
        attention = Attention.DECIDE if rung == 4 else Attention.STALLED
        notice = item.notice.but(episode=episode, rung=rung, attention=attention)
        return replace(item, notice=notice)

    @pytest.mark.parametrize("order", [1, -1])
    @pytest.mark.parametrize(
        ("told", "kept"),
        [(((1, 3), (1, 4)), "decide"), (((1, 4), (1, 0)), "new contact"), (((1, 0), (2, 1)), "no contact recorded")],
    )
    def test_only_the_latest_is_written(self, told: tuple[tuple[int, int], ...], kept: str, order: int) -> None:
        letter = written(*[self.rung(*each) for each in told][::order])
        assert headings(letter) == ["Zrazkove hromada – Musterstadt"]
        assert kept in (letter.subject + letter.body)
        assert ("closed" in letter.body) == (kept == "new contact")

    def test_other_watches_and_other_partnerships_are_kept(self) -> None:
        letter = written(self.rung(1, 3), of_kind("paper", 2), of_kind("contact", 3, "most-2", number=1))
        assert letter.subject == "2 partnerships ask for a look"
        assert "No joint activity" in letter.body


class TestCaps:
    @pytest.mark.parametrize("count", [MOST_OF_A_KIND, MOST_OF_A_KIND + 1, MOST_OF_A_KIND + 12])
    def test_so_many_of_a_kind_are_written_out_and_the_list_has_the_others(self, count: int) -> None:
        letter = written(*many(count))
        assert len(headings(letter)) == MOST_OF_A_KIND
        more = f"and {count - MOST_OF_A_KIND} more on the list: {SITE}/?person=kateryna"
        assert (more in letter.body) == (count > MOST_OF_A_KIND)
        assert letter.subject.startswith(f"{count} partnerships")

    def test_another_kind_or_municipality_has_its_own_room(self) -> None:
        items = many(9) + many(3, "paper", 2, first=20) + many(9, home="UA02", first=40)
        letter = written(*items)
        assert len([name for name in headings(letter) if "=" not in name]) == 8 + 3 + 8
        assert letter.body.count("and 1 more on the list") == 2

    def test_what_asks_for_a_decision_is_written_out_before_others(self) -> None:
        letter = written(*many(12), of_kind("contact", 4, "most-x", number=9))
        assert headings(letter)[0] == "Zrazkove hromada – Santa Prova"

    def test_a_decision_has_room_before_what_stands_under_an_earlier_municipality(self) -> None:
        others = [item for n in range(4) for item in many(8, home=f"UA9{n}", first=100 * n)]
        items = [of_kind("contact", 4, "most-a", "UA90"), *others, of_kind("contact", 4, "most-b", "UA99")]
        assert "UA99 – Musterstadt" in headings(written(*items))

    def test_a_mail_is_never_so_long_that_it_is_cut_off(self) -> None:
        items = [of_kind("contact", 4, f"most-{n:03}", f"UA{n:03}", n) for n in range(MOST_IN_A_MAIL + 60)]
        items = [replace(item, answer=f"{SITE}/a/{'x' * 150}{n}") for n, item in enumerate(items)]
        ended = [over(id=f"over-{n}", home=f"UA{n:03}") for n in range(200)]
        letter = written(*items, *ended, language="uk")
        assert len([name for name in headings(letter) if " – " in name]) == MOST_IN_A_MAIL
        assert "і ще 60 у списку" in letter.body
        assert letter.body.count("\n* ") == MOST_SETTLED
        assert f"і ще {200 - MOST_SETTLED} у списку" in letter.body
        assert len(letter.html.encode()) < GMAIL_CUTS_AT
        assert seen_in_html(letter) == seen_in_text(letter)

    def test_somebody_who_stands_in_is_led_to_the_whole_list(self) -> None:
        stand_in = (Recipient("petro", ("coordinator",), instead_of="kateryna"),)
        items = [replace(item, recipients=stand_in) for item in many(9)]
        assert f"and 1 more on the list: {SITE}/\n" in written(*items, who="petro").body

    def test_without_pages_the_number_alone_is_said(self) -> None:
        items = [replace(item, page="", answer="") for item in many(9)]
        letter = written(*items)
        assert "\nand 1 more on the list\n" in letter.body
        assert "https" not in letter.body.partition("--\nWhy")[0]


def test_what_nobody_is_there_for_is_said_at_the_item() -> None:
    nobody = (Recipient("kateryna", (), ("officer",)),)
    letter = written(replace(of_kind("contact"), recipients=nobody), of_kind("contact", 3, "most-2", number=1))
    assert "no active account in this partnership has the role “the person responsible”" in letter.body
    assert "name such a person in Mosty." in letter.body


def test_an_end_without_its_rungs_needs_no_since() -> None:
    end = Notice(episode=1, rung=0, watch="contact", at=NOW)
    items = [replace(of_kind("contact", id=f"most-{n}"), notice=end) for n in range(2)]
    assert written(*items).subject == "2 partnerships: settled"
