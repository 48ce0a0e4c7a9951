"""The inputs of a command's form, read off the command itself: every field with its label, help, choices and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.fields import MOST_CHARACTERS, Means, Said, said_in
from console.partnership.names import Names
from console.partnership.things import Option, options_for
from console.words import Words

MILESTONES_OFFERED = 3
"""Dates that the form of a new activity has room for."""

TICKED = frozenset({"spheres", "languages", "parties", "givers", "receivers"})
CHOSEN_FROM_WORDS = frozenset({"channel", "funding", "type"})
"""Words that the engine takes as they are, of which the usual ones are offered."""

DOCUMENTS = ("decision", "order", "letter", "protocol", "act")
NOT_SAID_BY_PEOPLE = frozenset({"note", "bounce", "auto_reply", "answer_to_us"})
"""Kinds of contact that machines tell apart; people record what happened."""

FEW = 4
"""So many choices are shown all at once."""


@dataclass(frozen=True)
class Input:
    """One field as a form shows it. `widget` is text, textarea, date, moment, number, select, radios, ticks, tick,
    lines, dates, place or person; `values` is what is in it, `written` the name of a place as it was typed;
    nothing chosen may mean something new."""

    name: str
    widget: str
    label: str
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    time: str = ""
    written: str = ""
    more: bool = False
    makes_new: bool = False
    longest: int = MOST_CHARACTERS

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def touched(self) -> bool:
        """Whether it says more than a form says by itself."""
        return self.value not in ("", "stated")


Typed = Mapping[str, Sequence[str]]
"""What is in a form, field by field."""


def inputs(kind: str, names: Names, typed: Typed) -> tuple[Input, ...]:
    """The inputs of a command's form, with what was typed. Not asked for: the ids of new things, which are made up, and
    what may be left out where there is nothing to choose from."""
    asked = (_input(kind, each, names, typed) for each in said_in(kind) if _is_asked(kind, each))
    return tuple(each for each in asked if each.required or each.options or each.widget != "select")


def _is_asked(kind: str, each: Said) -> bool:
    if each.name == "activity" and kind in ("set_milestone", "reach_milestone"):
        return kind == "set_milestone"  # a milestone names its activity
    return each.means is not Means.NEW or (kind, each.name) == ("set_milestone", "milestone")


def widget_of(kind: str, each: Said) -> str:
    """How a field is asked for."""
    if each.name in TICKED and each.many:
        return "ticks"
    match each.means:
        case Means.TEXT:
            return "textarea"
        case Means.INSTANT:
            return "moment" if (kind, each.name) == ("plan_meeting", "at") else "date"
        case Means.NUMBER:
            return "number"
        case Means.FLAG:
            return "radios" if each.required else "tick"
        case Means.MAPPING:
            return "lines"
        case Means.DATED:
            return "dates"
        case Means.PLACE | Means.PERSON:
            return each.means.value
        case Means.CHOICE | Means.PARTY:
            return "radios" if each.required and len(each.choices) in range(1, FEW + 1) else "select"
        case Means.THING | Means.NEW:
            return "select"
        case _:
            return "select" if each.name in CHOSEN_FROM_WORDS or each.name in ("watch", "policy") else "text"


def _input(kind: str, each: Said, names: Names, typed: Typed) -> Input:
    words, widget = names.commands, widget_of(kind, each)
    made = Input(
        name=each.name,
        widget=widget,
        label=label_of(words, kind, each.name),
        help=_help(words, kind, each, widget),
        required=each.required,
        options=_options(kind, each, widget, names),
        values=tuple(typed.get(each.name, ())),
        time=_first(typed, f"{each.name}_time"),
        written=_first(typed, f"{each.name}_written") or _first(typed, each.name),
        more=each.of_provenance,
        makes_new=each.means is Means.NEW,
    )
    return _with_unknown(made) if made.options else made


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _with_unknown(made: Input) -> Input:
    """With what is chosen but not among the options, so that no value is lost by being looked at."""
    known = {option.value for option in made.options}
    others = tuple(Option(value, value) for value in made.values if value and value not in known)
    return replace(made, options=(*made.options, *others))


def label_of(words: Words, kind: str, name: str) -> str:
    """What a field of a command is called."""
    own = f"own.{kind}.{name}"
    return words(own) if words.has(own) else words(f"field.{name}")


def _help(words: Words, kind: str, each: Said, widget: str) -> str:
    own = f"help_of.{kind}.{each.name}"
    if words.has(own):
        return words(own)
    chosen = widget in ("select", "radios") and each.name != "author"
    if chosen or (each.name == "at" and each.required):
        return ""
    return words(f"help.{each.name}") if words.has(f"help.{each.name}") else ""


def _options(kind: str, each: Said, widget: str, names: Names) -> tuple[Option, ...]:
    if widget == "radios" and each.means is Means.FLAG:
        return tuple(Option(code, names.choice(each.name, code)) for code in ("yes", "no"))
    if each.choices:
        offered = (code for code in each.choices if not (kind == "record_contact" and code in NOT_SAID_BY_PEOPLE))
        left_out = {("advance", "ended"), ("advance", str(names.p.stage))}
        return tuple(Option(code, names.choice(each.name, code)) for code in offered if (kind, code) not in left_out)
    if each.name in CHOSEN_FROM_WORDS:
        return tuple(Option(code, names.choice(each.name, code)) for code in _usual_words(each.name, names))
    return options_for(each.name, names) if widget in ("select", "radios", "ticks") else ()


def _usual_words(name: str, names: Names) -> Sequence[str]:
    return DOCUMENTS if name == "type" else tuple(names.commands.group(f"choice.{name}"))
