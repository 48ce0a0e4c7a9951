"""What people may say in a command: its fields, read off the command's own schema, with what each one means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from models.command import Command
from models.commands import COMMANDS

MOST_CHARACTERS = 4_000
"""The longest text."""


class Means(StrEnum):
    """What a person gives for a field, and what the edge makes of it."""

    TEXT = "text"  # free text: kept in SQL, the command carries its id
    PLACE = "place"
    PERSON = "person"
    PARTY = "party"
    NEW = "new"  # the id of a new thing: made up where it is not given
    THING = "thing"  # the id of a thing that is there already
    INSTANT = "instant"  # a local date, or a moment with its zone
    FLAG = "flag"
    NUMBER = "number"
    CHOICE = "choice"
    WORD = "word"
    MAPPING = "mapping"  # NAME=VALUE, several times
    DATED = "dated"  # ID=DATE, several times


@dataclass(frozen=True)
class Said:
    """A field of a command as people meet it."""

    name: str
    means: Means
    many: bool
    required: bool
    default: Any
    choices: tuple[str, ...]
    help: str
    future: bool
    """Whether it names a moment to come, so that today's noon is not moved back to now."""

    @property
    def of_provenance(self) -> bool:
        """Whether it says where the fact comes from, as every command may."""
        return self.name in Command.model_fields


PARTIES = frozenset({"party", "author", "parties", "givers", "receivers"})
NEW_THINGS = {
    ("record_contact", "contact"),
    ("plan_meeting", "meeting"),
    ("open_activity", "activity"),
    ("set_milestone", "milestone"),
    ("add_candidate", "candidate"),
    ("propose", "proposal"),
}
THINGS = frozenset({"contact", "meeting", "activity", "milestone", "candidate", "proposal"})
OLD_TEXTS = {("withdraw_text", "text")}
AHEAD = frozenset({"until", "due", "ends", "review_at"})

_MEANT_BY_MARK = {"text": Means.TEXT, "place": Means.PLACE, "person": Means.PERSON}
_MEANT_BY_TYPE = {"boolean": Means.FLAG, "integer": Means.NUMBER, "object": Means.MAPPING, "string": Means.WORD}

HELP = {
    Means.PLACE: "a place: its id or its name; abroad also “Name, PL”",
    Means.PERSON: "a person: id, mail address or name",
    Means.PARTY: "a party: p1, p2, … or its place",
    Means.INSTANT: "a date (2026-05-12, noon there) or a moment with its zone",
    Means.NEW: "the id of the new {name}; made up if not given",
    Means.THING: "the {name}: its id or how its id begins",
    Means.TEXT: "in words, at most 4,000 characters",
    Means.DATED: "ID=DATE, may be given several times",
    Means.MAPPING: "NAME=VALUE (JSON), may be given several times",
}


@cache
def said_in(kind: str) -> tuple[Said, ...]:
    """The fields of a command, its own first and where it comes from last."""
    schema = COMMANDS[kind].model_json_schema()
    definitions = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    fields = [
        _said(kind, name, shape, definitions, name in required)
        for name, shape in schema["properties"].items()
        if name != "kind"
    ]
    return tuple(sorted(fields, key=lambda field: (field.of_provenance, not field.required)))


def _said(kind: str, name: str, shape: Mapping[str, Any], definitions: Mapping[str, Any], required: bool) -> Said:
    core = _core(shape, definitions)
    many = core.get("type") == "array"
    item = _core(core["items"], definitions) if many else core
    means = _means(kind, name, item)
    return Said(
        name=name,
        means=means,
        many=many or means in (Means.MAPPING, Means.DATED),
        required=required and means is not Means.NEW,
        default=shape.get("default"),
        choices=tuple(item.get("enum", ())),
        help=_help(name, means, shape),
        future=name in AHEAD or (kind, name) == ("plan_meeting", "at"),
    )


def _core(shape: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shape without "or nothing" and without a detour over a definition."""
    if "anyOf" in shape:
        shape = next(each for each in shape["anyOf"] if each.get("type") != "null")
    if "$ref" in shape:
        return definitions[shape["$ref"].rpartition("/")[2]]  # type: ignore[no-any-return]
    return shape


def _means(kind: str, name: str, item: Mapping[str, Any]) -> Means:
    if (kind, name) in NEW_THINGS:
        return Means.NEW
    if name in THINGS or (kind, name) in OLD_TEXTS:
        return Means.THING
    if name in PARTIES:
        return Means.PARTY
    if "of" in item:
        return _MEANT_BY_MARK[item["of"]]
    if "enum" in item:
        return Means.CHOICE
    if item.get("format") == "date-time":
        return Means.INSTANT
    if set(item.get("properties", ())) == {"id", "due"}:
        return Means.DATED
    return _MEANT_BY_TYPE[item["type"]]


def _help(name: str, means: Means, shape: Mapping[str, Any]) -> str:
    given = str(shape.get("description", ""))
    if means is Means.TEXT:
        given = given.removeprefix("the id of a text with ").removeprefix("the id of a text that says ")
    general = HELP.get(means, "").format(name=name)
    return "; ".join(each for each in (given, general) if each)
