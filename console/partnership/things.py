"""What a form lets one choose from: this partnership's parties, contacts, meetings, activities, candidates, watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from console.partnership.names import Names
from models.policy import POLICIES


@dataclass(frozen=True)
class Option:
    """One of several answers."""

    value: str
    label: str


def options_for(name: str, names: Names) -> tuple[Option, ...]:
    """The answers to a field, by its name; none where it is answered in words."""
    made = _OPTIONS.get(name)
    return tuple(made(names)) if made else ()


def _parties(names: Names) -> Iterator[Option]:
    for party in names.p.parties:
        yield Option(party.key, names.party(party.key))


def _contacts(names: Names) -> Iterator[Option]:
    """The latest first."""
    for contact in reversed(names.p.contacts):
        yield Option(contact.id, f"{names.choice('how', contact.kind)}, {names.day(contact.at)}")


def _meetings(names: Names) -> Iterator[Option]:
    for meeting in sorted(names.p.meetings, key=lambda each: each.at):
        yield Option(meeting.id, names.moment(meeting.at))


def _activities(names: Names) -> Iterator[Option]:
    for activity in names.p.activities:
        kind, named = names.choice("type", activity.type), names.activity(activity.id)
        yield Option(activity.id, named if named == kind else f"{kind}: {named}")


def _milestones(names: Names) -> Iterator[Option]:
    for activity in names.p.activities:
        for each in activity.milestones:
            yield Option(f"{activity.id}/{each.id}", f"{names.milestone(activity.id, each.id)}, {names.day(each.due)}")


def _candidates(names: Names) -> Iterator[Option]:
    for candidate in names.p.candidates:
        yield Option(candidate.id, names.place(candidate.place))


def _proposals(names: Names) -> Iterator[Option]:
    if names.p.proposal is not None:
        said = f"{names.choice('what', names.p.proposal.what)}, {names.day(names.p.proposal.at)}"
        yield Option(names.p.proposal.id, said)


def _texts(names: Names) -> Iterator[Option]:
    """Texts of the self-analysis by their topic and first words."""
    for topic, ids in names.p.profile.texts.items():
        for id in ids:
            yield Option(id, f"{names.choice('topic', topic)}: {names.thing(id) or id}")


def _watches(names: Names) -> Iterator[Option]:
    for watch in names.p.watches():
        if names.p.timekeeper.due(watch, names.p.book.memo(watch.name)) is not None:
            yield Option(watch.name, names.watch(watch.name))


def _spheres(names: Names) -> Iterator[Option]:
    for code, called in names.commands.group("choice.spheres").items():
        yield Option(code, called)


def _languages(names: Names) -> Iterator[Option]:
    for code, called in names.commands.group("choice.languages").items():
        yield Option(code, called)


def _policies(names: Names) -> Iterator[Option]:
    """Those whose day has the same length; the others are refused."""
    day = names.p.policy.day_seconds
    for name in sorted(POLICIES):
        if POLICIES[name].day_seconds == day:
            yield Option(name, name)


_OPTIONS: Mapping[str, Callable[[Names], Iterator[Option]]] = {
    "party": _parties,
    "author": _parties,
    "parties": _parties,
    "givers": _parties,
    "receivers": _parties,
    "contact": _contacts,
    "meeting": _meetings,
    "activity": _activities,
    "milestone": _milestones,
    "candidate": _candidates,
    "proposal": _proposals,
    "text": _texts,
    "watch": _watches,
    "spheres": _spheres,
    "languages": _languages,
    "policy": _policies,
}
