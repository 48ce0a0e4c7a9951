"""What of a municipality's profile becomes public: what was chosen, and never a need for shelter, energy or repair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.profile import KEPT_INSIDE, Line, Office, Part, Profile, Project, Said, Theme, for_everybody, tells

EVERYTHING = frozenset(Part)
SCHOOL = Line(uk="Обмін для школярів", en="Exchange of pupils", theme=Theme.EDUCATION)


@pytest.mark.parametrize(
    "words",
    [
        "Укриття для ліцею",
        "потрібні генератори",
        "Відновлення електропостачання",
        "ремонт пошкоджених вікон",
        "зруйнована школа",
        "котельня лікарні",
        "A shelter for the school",
        "two GENERATORS",
        "repair of damaged roofs",
        "heating of the hospital",
    ],
)
def test_a_need_is_told_by_its_words_whatever_its_theme(words: str) -> None:
    for line in (Line(uk=words, theme=Theme.OTHER), Line(en=words, theme=Theme.EDUCATION)):
        assert line.tells
        assert for_everybody(Profile(needs=(line, SCHOOL)), EVERYTHING).needs == (SCHOOL,)


@pytest.mark.parametrize("theme", sorted(KEPT_INSIDE))
def test_a_need_is_told_by_its_theme_whatever_its_words(theme: Theme) -> None:
    line = Line(uk="Десять дверей", en="Ten doors", theme=theme)
    assert for_everybody(Profile(needs=(line,)), EVERYTHING).needs == ()
    assert Profile(needs=(line, SCHOOL)).kept_inside == (line,)


def test_a_project_that_tells_is_not_shown_at_all() -> None:
    project = Project(name=Said(uk="Школа майбутнього"), about=Said(en="With a shelter for 200 children"))
    assert for_everybody(Profile(project=project), EVERYTHING).project.nothing
    harmless = Project(name=Said(uk="Школа майбутнього"))
    assert for_everybody(Profile(project=harmless), EVERYTHING).project == harmless


def test_experience_with_energy_may_be_offered() -> None:
    offer = Line(en="Experience in energy management", theme=Theme.ENERGY)
    assert for_everybody(Profile(offers=(offer,)), EVERYTHING).offers == (offer,)


def test_ordinary_words_are_not_held_back() -> None:
    for words in (
        "Обмін молодіжних рад",
        "Partners for a youth council",
        "Досвід управління відходами",
        "Sewage plant",
    ):
        assert not tells(words), words


lines = st.builds(Line, uk=st.text(max_size=40), en=st.text(max_size=40), theme=st.sampled_from(Theme))
said = st.builds(Said, uk=st.text(max_size=40), en=st.text(max_size=40))
profiles = st.builds(
    Profile,
    needs=st.lists(lines, max_size=8).map(tuple),
    offers=st.lists(lines, max_size=8).map(tuple),
    strengths=said,
    wanted=said,
    project=st.builds(Project, name=said, about=said),
    languages=st.lists(st.sampled_from(["uk", "en", "pl"]), max_size=3).map(tuple),
    office=st.builds(Office, uk=st.text(max_size=40), email=st.just("office@example.org")),
)


@given(profiles, st.frozensets(st.sampled_from(Part)))
def test_nothing_that_was_not_chosen_is_shown_and_nothing_is_added(profile: Profile, parts: frozenset[Part]) -> None:
    shown = for_everybody(profile, parts)
    assert not [line for line in shown.needs if line.tells]
    assert not shown.project.tells
    for part in Part:
        value = getattr(shown, part.value)
        if part not in parts:
            assert value == getattr(Profile(), part.value)
        elif part not in (Part.NEEDS, Part.PROJECT):
            assert value == getattr(profile, part.value)
    assert set(shown.needs) <= set(profile.needs)


def test_it_is_ready_for_abroad_with_a_need_and_an_offer_all_in_english() -> None:
    offer = Line(uk="Досвід", en="Experience")
    assert Profile(needs=(SCHOOL,), offers=(offer,)).in_english
    assert not Profile(needs=(SCHOOL,)).in_english
    assert not Profile(needs=(SCHOOL, Line(uk="Лише тут")), offers=(offer,)).in_english
