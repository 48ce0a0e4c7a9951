"""A profile as its form has it: numbered lines of needs and offers, each with a theme and a text in two languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from console.answers import day_said, mail_address
from console.small_pages import Sorry
from models.profile import (
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_LINES,
    Line,
    Office,
    Profile,
    Project,
    ProjectStage,
    Said,
    Theme,
)

Form = Mapping[str, str]

EMPTY_LINES = 2
"""So many more lines than there are stand in the form, as long as there may be more."""


def profile_typed(form: Form, languages: Collection[str]) -> Profile:
    """What a form says. Refused: texts that are too long, what is no address."""
    return Profile(
        needs=tuple(_lines(form, "need")),
        offers=tuple(_lines(form, "offer")),
        strengths=_said(form, "strengths", LONGEST_TEXT),
        wanted=_said(form, "wanted", LONGEST_TEXT),
        project=Project(
            name=_said(form, "project", LONGEST_NAME),
            about=_said(form, "about", LONGEST_TEXT),
            cost=_line(form, "cost", 80),
            stage=ProjectStage(form["stage"]) if form.get("stage") in list(ProjectStage) else ProjectStage.IDEA,
        ),
        languages=tuple(sorted(set(languages))),
        office=_office(form),
    )


def as_of_typed(form: Form, zone: ZoneInfo, today: date) -> date:
    """The day of which it is. Refused: what is no day, one to come."""
    day = day_said(form, "as_of", zone) if form.get("as_of") else today
    if day > today:
        raise Sorry("in_the_future")
    return day


def form_of(profile: Profile, as_of: date, name_en: str) -> dict[str, Any]:
    """The form that says a profile."""
    office, project = profile.office, profile.project
    filled: dict[str, Any] = {"name_en": name_en, "as_of": as_of.isoformat(), "cost": project.cost}
    filled |= {"stage": project.stage.value, "email": office.email, "site": office.site, "phone": office.phone}
    texts = {"strengths": profile.strengths, "wanted": profile.wanted, "project": project.name,
             "about": project.about, "office": office}  # fmt: skip
    for name, said in texts.items():
        filled |= {f"{name}_uk": said.uk, f"{name}_en": said.en}
    for name, lines in (("need", profile.needs), ("offer", profile.offers)):
        for number, line in enumerate(lines, 1):
            theme = line.theme.value
            filled |= {f"{name}{number}_theme": theme, f"{name}{number}_uk": line.uk, f"{name}{number}_en": line.en}
    return filled


def numbers(form: Form, name: str, more: int = 0) -> Sequence[int]:
    """The lines that stand in a form: those that say something, and some empty ones."""
    said = [number for number in range(1, MOST_LINES + 1) if form.get(f"{name}{number}_uk") or _en(form, name, number)]
    return range(1, min(MOST_LINES, max(said, default=0) + EMPTY_LINES + more) + 1)


def _en(form: Form, name: str, number: int) -> str:
    return form.get(f"{name}{number}_en", "")


def _lines(form: Form, name: str) -> Iterator[Line]:
    for number in range(1, MOST_LINES + 1):
        said = _said(form, f"{name}{number}", LONGEST_LINE)
        theme = form.get(f"{name}{number}_theme")
        if not said.nothing:
            yield Line(uk=said.uk, en=said.en, theme=Theme(theme) if theme in list(Theme) else Theme.OTHER)


def _said(form: Form, name: str, longest: int) -> Said:
    return Said(uk=_text(form, f"{name}_uk", longest), en=_text(form, f"{name}_en", longest))


def _text(form: Form, name: str, longest: int) -> str:
    text = form.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise Sorry("text_too_long", most=longest)
    return text


def _line(form: Form, name: str, longest: int) -> str:
    return " ".join(_text(form, name, longest).split())


def _office(form: Form) -> Office:
    said = _said(form, "office", LONGEST_TEXT)
    site = _line(form, "site", 200)
    if site and not site.startswith(("https://", "http://")):
        site = f"https://{site}"
    return Office(
        uk=said.uk,
        en=said.en,
        email=mail_address(form, "email") if form.get("email") else "",
        site=site,
        phone=_line(form, "phone", 60),
    )
