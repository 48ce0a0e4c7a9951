"""Links: for one purpose and one person, until a day, under an epoch; nothing else can be made of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.links import LASTS, LONGEST, PATHS, Bad, Kind, Links, Scope

NOW = datetime(2026, 7, 31, 9, 30, tzinfo=UTC)
LINKS = Links(b"a secret of thirty-two characters", "https://mosty.example.org")
IDS: dict[Kind, tuple[str, ...]] = {
    "answer": ("olena", "a1b2c3d4" * 4),
    "question": ("anna", "a1b2c3d4" * 4),
    "object": ("anna",),
    "offer": ("h1", "taras"),
    "unsubscribe": ("olena",),
    "settings": ("olena",),
    "feed": ("olena",),
    "sign_in": ("a1b2c3d4" * 4,),
    "profile": ("a1b2c3d4" * 4,),
}
KINDS = list(PATHS)


def token(kind: Kind, *ids: str, epoch: int = 0, now: datetime = NOW) -> str:
    return LINKS.to(kind, *(ids or IDS[kind]), epoch=epoch, now=now).rpartition("/")[2].removesuffix(".ics")


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_it_names_its_ids_and_its_epoch(self, kind: Kind) -> None:
        assert LINKS.read(kind, token(kind, epoch=7), NOW) == Scope(kind, IDS[kind], 7)

    def test_its_address_has_a_path_of_its_own(self, kind: Kind) -> None:
        before, after = PATHS[kind].split("{token}")
        address = LINKS.to(kind, *IDS[kind], epoch=0, now=NOW)
        assert re.fullmatch(re.escape(f"https://mosty.example.org{before}") + r"[\w.-]+" + re.escape(after), address)

    def test_it_is_read_as_no_other_kind(self, kind: Kind) -> None:
        for other in KINDS:
            found = LINKS.read(other, token(kind), NOW)
            assert isinstance(found, Scope) if other == kind else found == Bad("forged")

    def test_it_ends_no_earlier_than_it_says_and_within_a_day_after(self, kind: Kind) -> None:
        lasts = LASTS[kind]
        made = token(kind)
        if lasts is None:
            assert isinstance(LINKS.read(kind, made, NOW + timedelta(days=36_500)), Scope)
            return
        assert isinstance(LINKS.read(kind, made, NOW + lasts), Scope)
        assert LINKS.read(kind, made, NOW + lasts + timedelta(days=1)) == Bad("expired")

    def test_without_a_secret_there_is_none(self, kind: Kind) -> None:
        for secret in (None, b""):
            none = Links(secret, "https://mosty.example.org")
            assert none.to(kind, *IDS[kind], epoch=0, now=NOW) == ""
            assert none.read(kind, token(kind), NOW) == Bad("forged")

    def test_under_another_secret_it_is_forged(self, kind: Kind) -> None:
        assert Links(b"another secret", "x").read(kind, token(kind), NOW) == Bad("forged")


@pytest.mark.parametrize("ids", [(uuid4().hex[:12], uuid4().hex), ("olena.vyhadana-2", str(uuid4()))])
def test_a_token_of_usual_ids_is_short(ids: tuple[str, str]) -> None:
    assert len(token("answer", *ids, epoch=123)) < 180


def test_it_ends_at_midnight_to_the_microsecond() -> None:
    last = datetime(2027, 1, 28, tzinfo=UTC)
    made = token("answer")
    assert isinstance(LINKS.read("answer", made, last - timedelta(microseconds=1)), Scope)
    assert LINKS.read("answer", made, last) == Bad("expired")


CHANGED: dict[str, Callable[[str], str]] = {
    "its last letter lost": lambda made: made[:-1],
    "its last letter another": lambda made: made[:-1] + ("A" if made[-1] not in "ABCD" else "Z"),
    "a letter in the middle another": lambda made: made[:40] + ("A" if made[40] != "A" else "B") + made[41:],
    "capitals and small letters swapped": lambda made: made.swapcase(),
    "letters added": lambda made: made + "AAAA",
    "another version": lambda made: "2" + made[1:],
    "no version": lambda made: made[1:],
    "no signature": lambda made: made.partition(".")[0],
    "another's signature": lambda made: made.rpartition(".")[0] + "." + token("answer", "t", "p").rpartition(".")[2],
    "nothing at all": lambda made: "",
    "a version only": lambda made: "1",
    "a version and a dot": lambda made: "1.",
    "longer than any": lambda made: "1" + "A" * (LONGEST + 1),
    "letters that no token has": lambda made: "1é\udcff" + made,
}


@pytest.mark.parametrize("change", CHANGED)
def test_whatever_is_changed_in_it_it_is_forged(change: str) -> None:
    made = token("answer")
    changed = CHANGED[change](made)
    assert changed != made
    assert LINKS.read("answer", changed, NOW) == Bad("forged")


@given(st.text(max_size=200))
def test_nothing_that_anybody_writes_is_a_token(said: str) -> None:
    assert LINKS.read("answer", said, NOW) == Bad("forged")
    assert LINKS.read("answer", f"1{said}", NOW) == Bad("forged")


@given(st.lists(st.text(min_size=1, max_size=64), min_size=1, max_size=3), st.integers(0, 10_000))
def test_ids_of_every_kind_come_back_as_they_were(ids: list[str], epoch: int) -> None:
    assert LINKS.read("answer", token("answer", *ids, epoch=epoch), NOW) in (
        Scope("answer", tuple(ids), epoch),
        Bad("forged"),  # longer than any token worth looking at
    )


MAILED_ANSWER = (
    "1WyJvbGVuYSIsIjBmOGZhZDViZDljYjQ2OWZhMTY1NzA4Njc3Mjg5NTBlIiwzLDI1ODRd.0TWski8WDDMdN245gVz6aRsfmjyGzg8HXP3C5XNFrK8"
)
MAILED_FEED = "1WyJvbGVuYSIsMCwwXQ.F159tPBOiTZg3D3I4lzxpEua7KCGN4sGsljsYRwPcOQ"


def test_links_in_mails_of_version_1_are_read_for_ever() -> None:
    """Written down when version 1 was new; a change that breaks this breaks every mail that was sent."""
    links = Links(b"a secret that was never changed", "https://mosty.example.org")
    assert links.read("answer", MAILED_ANSWER, NOW) == Scope("answer", ("olena", "0f8fad5bd9cb469fa16570867728950e"), 3)
    assert links.read("feed", MAILED_FEED, NOW) == Scope("feed", ("olena",), 0)
