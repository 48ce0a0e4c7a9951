"""What a person said → the facts of a command: dates to instants, names to ids, words to texts written ahead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from console.edge import drawn
from console.fields import Means, Said, said_in
from console.moments import understood
from console.people import person_exactly, person_meant
from console.places import NewPlace, folded, place_meant, places_named
from console.problems import Away, Invalid
from console.written import Ahead, NewText, checked
from models.base import Refused
from models.partnership import Partnership

SHORTEST = 3
"""So many characters of a thing's id, at least."""

NEEDS_DATABASE = frozenset({Means.TEXT, Means.PLACE, Means.PERSON})


@dataclass(frozen=True)
class Listener:
    """Who is spoken to, and when: the partnership, the speaker's zone, now. Without the database (none) names are
    not understood, ids are. `finds`: people may be named as anywhere; otherwise by id or mail address only."""

    connection: AsyncConnection | None
    p: Partnership
    command_id: str
    zone: ZoneInfo
    now: datetime
    finds: bool = True


@dataclass
class Meant:
    """The facts of a command, what is written ahead of it, and the ids of the new things it makes."""

    facts: dict[str, Any]
    ahead: Ahead = field(default_factory=Ahead)
    created: dict[str, str] = field(default_factory=dict)


async def meant(listener: Listener, kind: str, said: Mapping[str, Any]) -> Meant:
    """What is meant by a command's fields as they were said. Raises `Invalid`; refuses unknown people and places."""
    fields = {each.name: each for each in said_in(kind)}
    for name in said:
        if name not in fields:
            raise Invalid(f"“{name}” is not part of “{kind}”. There are: {', '.join(fields)}.")
    meant = Meant(facts={"kind": kind})
    for each in fields.values():
        value = said.get(each.name)
        if value is None or value == [] or value == {}:
            if each.means is Means.NEW:
                _make(meant, each, drawn(listener.p.id, listener.command_id, each.name))
            continue
        meant.facts[each.name] = await _understood(listener, meant, kind, each, value)
    return meant


def created_by(partnership: str, command_id: str, kind: str, said: Mapping[str, Any]) -> dict[str, str]:
    """The ids of the new things that a command made, as its repeat answers them."""
    new = [each.name for each in said_in(kind) if each.means is Means.NEW]
    return {name: str(said.get(name) or drawn(partnership, command_id, name)) for name in new}


async def _understood(listener: Listener, meant: Meant, kind: str, each: Said, value: Any) -> Any:
    match each.means:
        case Means.MAPPING:
            return _mapping(value, each.name)
        case Means.DATED:
            return [_dated(listener, entry, each) for entry in value]
        case _ if each.many:
            if not isinstance(value, Iterable) or isinstance(value, str):
                raise Invalid(f"“{each.name}” is a list.")
            return [await _one(listener, meant, kind, each, entry) for entry in value]
        case _:
            return await _one(listener, meant, kind, each, value)


async def _one(listener: Listener, meant: Meant, kind: str, each: Said, value: Any) -> Any:
    if each.means in NEEDS_DATABASE and listener.connection is None:
        raise Away(f"The database cannot be used now, so “{each.name}” cannot be kept. Nothing was changed.")
    match each.means:
        case Means.TEXT:
            return _text(listener, meant, kind, each, value)
        case Means.PLACE:
            return await _place(listener, meant, _word(value, each))
        case Means.PERSON:
            find = person_meant if listener.finds else person_exactly
            return (await find(_database(listener), _word(value, each))).id
        case Means.PARTY:
            return await party_meant(listener, _word(value, each))
        case Means.THING:
            return _thing(listener.p, each.name, _word(value, each))
        case Means.NEW:
            return _make(meant, each, _word(value, each))
        case Means.INSTANT:
            return instant(listener, value, each)
        case _:
            return value


def instant(listener: Listener, value: Any, each: Said) -> datetime:
    """The instant that is meant, in the listener's zone."""
    length = listener.p.policy.day
    return understood(_word(value, each), listener.zone, listener.now, future=each.future, length=length)


async def party_meant(listener: Listener, said: str) -> str:
    """The key of the party that is meant: by key, or by its place's id or name. Refused: none, several."""
    by_place = {party.place: party.key for party in listener.p.parties}
    if said in by_place.values():
        return said
    if said in by_place:
        return by_place[said]
    places = await places_named(listener.connection, by_place) if listener.connection else {}
    named = [by_place[place.id] for place in places.values() if folded(said) in folded(place.name)]
    if len(named) == 1 and len(said) >= SHORTEST:
        return named[0]
    known = (f"{key} ({places[place].name})" if place in places else key for place, key in by_place.items())
    raise Refused("unknown_party", f"There is no party “{said[:80]}”. There are: {', '.join(known)}.")


def _database(listener: Listener) -> AsyncConnection:
    assert listener.connection is not None
    return listener.connection


def _word(value: Any, each: Said) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"“{each.name}” is missing; give {each.help or 'a word'}.")
    return value.strip()


def _text(listener: Listener, meant: Meant, kind: str, each: Said, value: Any) -> str:
    text = NewText(
        id=drawn(listener.p.id, listener.command_id, each.name),
        about=f"{kind}.{each.name}",
        body=checked(value, each.name),
    )
    meant.ahead.texts.append(text)
    return text.id


async def _place(listener: Listener, meant: Meant, said: str) -> str:
    place = await place_meant(_database(listener), said)
    if isinstance(place, NewPlace):
        meant.ahead.places.append(place)
    return place.id


def _make(meant: Meant, each: Said, new: str) -> str:
    meant.facts[each.name] = meant.created[each.name] = new
    return new


def _thing(p: Partnership, name: str, said: str) -> str:
    """The id of a thing that is open, also by how it begins; what is not found is left for the rules to refuse."""
    ids = _ids(p, name)
    begun = [each for each in ids if each.startswith(said)]
    return begun[0] if said not in ids and len(begun) == 1 and len(said) >= SHORTEST else said


def _ids(p: Partnership, name: str) -> set[str]:
    match name:
        case "candidate":
            return {each.id for each in p.candidates}
        case "contact":
            return {each.id for each in p.contacts}
        case "meeting":
            return {each.id for each in p.meetings}
        case "activity":
            return {each.id for each in p.activities}
        case "proposal":
            return {p.proposal.id} if p.proposal else set()
        case "milestone":
            return {milestone.id for each in p.activities for milestone in each.milestones}
        case _:
            return {text for texts in p.profile.texts.values() for text in texts}


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    return dict(_named(entry, name) for entry in value)


def _named(entry: Any, name: str) -> tuple[str, Any]:
    key, equals, value = str(entry).partition("=")
    if not equals or not key.strip():
        raise Invalid(f"“{name}” is written NAME=VALUE.")
    try:
        return key.strip(), json.loads(value)
    except json.JSONDecodeError:
        return key.strip(), value.strip()


def _dated(listener: Listener, entry: Any, each: Said) -> dict[str, Any]:
    if isinstance(entry, Mapping):
        key, due = entry.get("id"), entry.get("due")
    else:
        key, _, due = str(entry).partition("=")
    if not key or not due:
        raise Invalid(f"“{each.name}” is written ID=DATE.")
    return {"id": key, "due": understood(str(due), listener.zone, listener.now, future=True)}
