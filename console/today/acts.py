"""What a small form of the page says → the command it gives. Everything else about it is the rules' to decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from console.answers import MESSAGE, TOGETHER, day_said, held_until
from console.fields import MOST_CHARACTERS
from console.small_pages import Sorry
from console.today.offered import COMMAND
from models.partnership import Partnership

Form = Mapping[str, str]
Said = dict[str, Any]

TIME = "10:00"
"""When a meeting is planned whose hour nobody said."""


@dataclass(frozen=True)
class Saying:
    """A form as it was sent, on a partnership, in its sender's zone."""

    p: Partnership
    form: Form
    zone: ZoneInfo
    now: datetime

    def day(self, name: str) -> datetime:
        """Noon of a day. Refused: what is no date."""
        return datetime.combine(day_said(self.form, name, self.zone), time(12), self.zone).astimezone(UTC)

    def words(self, name: str) -> Said:
        """Somebody's own words, if there are any. Refused: too many."""
        words = self.form.get(name, "").replace("\r\n", "\n")
        if len(words) > MOST_CHARACTERS:
            raise Sorry("text_too_long", most=MOST_CHARACTERS)
        return {name: words} if words else {}


def command_of(what: str, saying: Saying) -> tuple[str, Said]:
    """The command that a form gives, with its fields as they were said. Raises KeyError where there is no such form;
    refused: dates that are none, choices there are not."""
    return COMMAND[what], _SAID[what](saying)


def _contact(saying: Saying) -> Said:
    how = saying.form.get("how", "")
    said: Said = {"how": how, "at": day_said(saying.form, "date", saying.zone).isoformat()}
    if how.startswith(MESSAGE):
        author = how.removeprefix(MESSAGE)
        if author not in {party.key for party in saying.p.parties}:
            raise Sorry("not_a_choice")
        return said | {"how": "message", "author": author}
    if how not in TOGETHER:
        raise Sorry("not_a_choice")
    return said


def _until(saying: Saying) -> Said:
    until = held_until(saying.p, day_said(saying.form, "until", saying.zone), saying.zone, saying.now)
    return {"watch": saying.form.get("about", "")[:160], "until": until.isoformat()}


def _meeting(saying: Saying) -> Said:
    day, clock = day_said(saying.form, "day", saying.zone), saying.form.get("time") or TIME
    try:
        at = datetime.combine(day, time.fromisoformat(clock), saying.zone)
    except ValueError:
        raise Sorry("not_a_date", said=clock[:20]) from None
    return {"at": at.isoformat()}


def _propose(saying: Saying) -> Said:
    if saying.form.get("what") not in ("revive", "rest", "end"):
        raise Sorry("not_a_choice")
    return {"what": saying.form["what"]} | saying.words("text")


def _answer(saying: Saying) -> Said:
    if saying.form.get("accept") not in ("yes", "no"):
        raise Sorry("not_a_choice")
    return _proposal(saying) | {"accept": saying.form["accept"] == "yes"} | saying.words("text")


def _proposal(saying: Saying) -> Said:
    """The proposal that the form was about, whatever is open by now."""
    return {"proposal": saying.form.get("proposal", "none")[:64] or "none"}


def _milestone(saying: Saying) -> Said:
    activity, _, milestone = saying.form.get("subject", "")[:160].rpartition("/")
    return {"activity": activity or "none", "milestone": milestone or "none"}


def _accept(saying: Saying) -> Said:
    if not saying.form.get("last_contact"):
        return {}
    return {"last_contact": day_said(saying.form, "last_contact", saying.zone).isoformat()}


def _nothing(_: Saying) -> Said:
    return {}


_SAID: Mapping[str, Callable[[Saying], Said]] = {
    "in_touch": lambda _: {"how": "in_touch"},
    "contact": _contact,
    "until": _until,
    "meeting": _meeting,
    "propose": _propose,
    "withdraw": _proposal,
    "answer": _answer,
    "milestone_done": _milestone,
    "step_done": _nothing,
    "reviewed": _nothing,
    "extend": lambda saying: {"review_at": saying.day("review").isoformat()},
    "resume": _nothing,
    "address_works": lambda saying: {"party": saying.form.get("subject", "")[:8] or "none"},
    "accept": _accept,
    "confirm": _nothing,
}
