"""“Why did nobody tell me?”: every state on record has its sentence, in both languages."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailroom.why import Case, Coming, Delivery, Reader, Told, in_words, why

NOW = datetime(2026, 7, 31, 9, 0, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
WORDS = Path(__file__).parents[2] / "mailroom" / "words"
OFFICER = Reader(seats=("officer",))


def told(delivery: Delivery | None = None, outcome: str | None = "told", rung: int = 1) -> Told:
    return Told("contact", rung, NOW, ("officer",), outcome, delivery, ("deputy",))


def codes(case: Case) -> list[str]:
    return [reason.code for reason in why(case)]


def about(delivery: Delivery, reader: Reader = OFFICER, silent: str | None = None) -> str:
    """The code of what became of a delivery."""
    return codes(Case(reader, [told(delivery)], silent))[-2]


@pytest.mark.parametrize(
    ("delivery", "code"),
    [
        (Delivery(mail="sent", at=NOW, answer="250 OK"), "mail_sent"),
        (Delivery(mail="unknown", at=NOW), "mail_unknown"),
        (Delivery(mail="failed", at=NOW), "mail_failed"),
        (Delivery(mail="bounced", at=NOW), "mail_bounced"),
        (Delivery(mail="planned", at=NOW), "mail_planned"),
        (Delivery(mail="claimed"), "mail_claimed"),
        (Delivery(withdrawn="over"), "withdrawn_over"),
        (Delivery(withdrawn="not_theirs"), "withdrawn_not_theirs"),
        (Delivery(withdrawn="capped"), "withdrawn_capped"),
        (Delivery(), "waits_weekly"),
        (Delivery(at_once=True), "waits_hours"),
        (Delivery(held_until=NOW), "waits_hold"),
    ],
)
def test_what_became_of_a_delivery(delivery: Delivery, code: str) -> None:
    assert about(delivery) == code


@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (Reader(("officer",), digest="daily"), "waits_daily"),
        (Reader(("officer",), digest="at_once"), "waits_hours"),
        (Reader(("officer",), welcomed=False), "waits_welcome"),
        (Reader(("officer",), away=True), "waits_absence"),
    ],
)
def test_what_a_delivery_waits_for_depends_on_its_reader(reader: Reader, code: str) -> None:
    assert about(Delivery(), reader) == code


def test_during_a_pause_everything_waits_for_its_end() -> None:
    assert about(Delivery(), silent="suspended") == "waits_pause"


@pytest.mark.parametrize(
    ("outcome", "rung", "code"),
    [
        (None, 1, "unplanned"),
        ("told", 1, "for_others"),
        ("nobody", 1, "nobody"),
        ("in_doubt", 1, "in_doubt"),
        ("withdrawn", 1, "withdrawn_over"),
        ("told", 0, "resolved_for_others"),
    ],
)
def test_why_a_notice_was_for_others(outcome: str | None, rung: int, code: str) -> None:
    assert codes(Case(OFFICER, [told(None, outcome, rung)]))[-2] == code


def test_a_reader_who_cannot_be_told_hears_why_first() -> None:
    reader = Reader((), active=False, unreachable_why="550 No such mailbox", unsubscribed=True, away=True)
    assert codes(Case(reader))[:5] == ["closed", "no_seat", "unreachable", "unsubscribed", "away"]


def test_only_the_newest_notices_are_spoken_of_newest_first() -> None:
    many = [Told("contact", rung, NOW.replace(day=rung), ("officer",), "told") for rung in range(1, 13)]
    rungs = [reason.facts["rung"] for reason in why(Case(OFFICER, many)) if reason.code == "notice"]
    assert rungs == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]


@pytest.mark.parametrize(("roles", "code"), [(("officer",), "coming"), (("coordinator",), "coming_for_others")])
def test_what_comes_next_is_said(roles: tuple[str, ...], code: str) -> None:
    later = Coming("review", NOW.replace(year=2027), ("officer",))
    assert codes(Case(OFFICER, coming=[later, Coming("contact", NOW, roles)])) == ["nothing_told", code]


@pytest.mark.parametrize("silent", ["ended", "unaccepted", "suspended"])
def test_where_nothing_is_told_the_reason_stands_instead_of_what_comes(silent: str) -> None:
    assert codes(Case(OFFICER, silent=silent, coming=[Coming("contact", NOW, ("officer",))]))[-1] == f"silent_{silent}"


@pytest.mark.parametrize("language", ["uk", "en"])
def test_sentences_carry_their_facts_and_the_zone(language: str) -> None:
    reader = Reader(("officer",), away=True, away_until=date(2026, 8, 15))
    sent = Delivery(mail="sent", at=NOW, answer="250 2.0.0 {taken}")
    sentences = in_words(why(Case(reader, [told(sent)])), language, KYIV)
    assert "15" in sentences[0]
    assert "12:00" in sentences[2]
    assert "Europe/Kyiv" in sentences[2]
    assert "250 2.0.0 {taken}" in sentences[2]


def test_both_languages_have_the_same_sentences_with_the_same_facts() -> None:
    uk, en = (tomllib.loads((WORDS / f"why_{name}.toml").read_text("utf-8")) for name in ("uk", "en"))
    assert uk["watches"].keys() == en["watches"].keys()
    for code, sentence in en["reasons"].items():
        assert {f for f in ("answer", "at", "date", "roles", "told", "watch", "rung") if f"{{{f}}}" in sentence} == {
            f for f in ("answer", "at", "date", "roles", "told", "watch", "rung") if f"{{{f}}}" in uk["reasons"][code]
        }
    assert uk["reasons"].keys() == en["reasons"].keys()
