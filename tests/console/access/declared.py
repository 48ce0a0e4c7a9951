"""Who may call each route. A route that is not here fails `test_every_route.py`, which says what to do.

Whatever is declared: who may not see a partnership never reads a word of it anywhere, and changes nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tests.console.access.foreign import PARTNERSHIP, PERSON, PLACE


class Who(StrEnum):
    """Whose a route is, and what all others are answered."""

    ANYBODYS = "signed out or not; nothing of a partnership stands there"
    SIGNED_IN = "whoever is signed in, each seeing what they may; all others are asked to sign in"
    THE_PARTNERSHIPS = "the path names a partnership: for whoever may not see it there is none (404)"
    THE_MUNICIPALITYS = "the path names a municipality: for all but those who act for it there is none (404)"
    THE_PERSONS = "the path names a person: for all but that person and operators there is none (404)"
    OPERATORS = "operators; all others are told that it is not theirs (403, 404)"
    COORDINATORS = "operators, and coordinators for what they coordinate; others are told that it is not theirs (403)"
    LINKS = "whoever was mailed the link in the path"


@dataclass(frozen=True)
class Route:
    """What a route is to be tried with. `sends`: the fields of its form or JSON; `fills`: what its path's parts are
    where PARTS does not say so; `names_places`: municipalities are named to whoever is signed in, as on a map;
    `uploads`: its form has a file; `signs_out`: afterwards the caller has no session any more."""

    who: Who
    sends: Mapping[str, Any] = field(default_factory=dict)
    fills: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names_places: bool = False
    uploads: bool = False
    signs_out: bool = False


ANYBODYS = Route(Who.ANYBODYS)
SIGNED_IN = Route(Who.SIGNED_IN)
THE_PARTNERSHIPS = Route(Who.THE_PARTNERSHIPS)
THE_PERSONS = Route(Who.THE_PERSONS)
OPERATORS = Route(Who.OPERATORS)
ACCOUNT = Route(Who.OPERATORS, fills={"person": [PERSON]})
COORDINATORS = Route(Who.COORDINATORS)
LINKS = Route(Who.LINKS)
THE_MUNICIPALITYS = Route(Who.THE_MUNICIPALITYS)
OWN_LOOK = Route(Who.SIGNED_IN, fills={"id": ["a.0123456789ab"], "act_id": ["a.0123456789ab"]})
"""What somebody asked for themselves: others find nothing."""
OWN_BATCH = Route(Who.SIGNED_IN, fills={"batch": ["batch-7331"]})
"""What somebody asked of many partnerships, this one among them: others find nothing."""


PICTURES = ("flow", "regions", "reminders")


def with_body(who: Who, **sends: Any) -> Route:
    return Route(who, sends=sends)


PAGES: Mapping[str, Route] = {
    "GET /": ANYBODYS,
    "GET /public": ANYBODYS,
    "GET /public/map": ANYBODYS,
    "GET /public/{place}": ANYBODYS,
    "GET /municipalities/{place}/public": THE_MUNICIPALITYS,
    "POST /municipalities/{place}/public": THE_MUNICIPALITYS,
    "GET /municipalities": Route(Who.SIGNED_IN, names_places=True),
    "GET /municipalities/{place}": Route(Who.SIGNED_IN, names_places=True),
    "GET /municipalities/{place}/edit": THE_MUNICIPALITYS,
    "POST /municipalities/{place}/edit": with_body(Who.THE_MUNICIPALITYS, do="save", need1_uk="Слова"),
    "POST /municipalities/{place}/do/{what}": Route(
        Who.THE_MUNICIPALITYS,
        {"name": "Слова", "day": "2031-01-08", "hold": "hold-7331"},
        {"what": ["sender", "day", "day_gone", "hold", "lift"]},
    ),
    "GET /municipalities/{place}/profile": THE_MUNICIPALITYS,
    "POST /municipalities/{place}/profile": with_body(Who.THE_MUNICIPALITYS, part="needs", days="30", language="en"),
    "POST /municipalities/{place}/profile/{link}/revoke": Route(Who.THE_MUNICIPALITYS, fills={"link": ["share-7331"]}),
    "GET /profile/{token}": LINKS,
    "GET /pictures": SIGNED_IN,
    "GET /pictures/{name}.svg": Route(Who.SIGNED_IN, fills={"name": PICTURES}),
    "GET /pictures/{name}.csv": Route(Who.SIGNED_IN, fills={"name": PICTURES}),
    "GET /what-if": SIGNED_IN,
    "POST /what-if": SIGNED_IN,
    "GET /what-if/{id}": OWN_LOOK,
    "GET /what-if/{id}/mails.svg": OWN_LOOK,
    "GET /what-if/{id}/adopt": OWN_LOOK,
    "POST /what-if/{id}/adopt": OWN_LOOK,
    "GET /what-if/{id}/adopted/{act_id}": OWN_LOOK,
    "GET /partnerships": Route(Who.SIGNED_IN, names_places=True),
    "POST /partnerships/views": with_body(Who.SIGNED_IN, name="Мої", query="stage=dialogue"),
    "POST /partnerships/views/forget": with_body(Who.SIGNED_IN, name="Мої"),
    "GET /partnerships/bulk": SIGNED_IN,
    "POST /partnerships/bulk": with_body(
        Who.SIGNED_IN, do="suspend", why="other", review_at="2031-01-08", ids=PARTNERSHIP
    ),
    "GET /partnerships/batches": SIGNED_IN,
    "GET /partnerships/batches/{batch}": OWN_BATCH,
    "POST /partnerships/batches/{batch}/go-on": OWN_BATCH,
    "GET /partnerships/import": SIGNED_IN,
    "POST /partnerships/import": Route(Who.SIGNED_IN, uploads=True),
    "GET /partnerships/import/{batch}": OWN_BATCH,
    "POST /partnerships/import/{batch}/begin": OWN_BATCH,
    "GET /partnerships/export.csv": SIGNED_IN,
    "GET /partnerships/export.xlsx": SIGNED_IN,
    "GET /today": Route(Who.SIGNED_IN, names_places=True),
    "GET /today/week": SIGNED_IN,
    "POST /today/do/{partnership}/{what}": Route(
        Who.THE_PARTNERSHIPS, {"text": "Слова"}, {"what": ["wrong", "in_touch", "contact", "handover", "undo"]}
    ),
    "POST /today/offers/{offer}/{what}": Route(
        Who.SIGNED_IN, fills={"offer": ["handover-7331"], "what": ["accept", "decline", "withdraw"]}
    ),
    "POST /today/words/{said}/{what}": Route(
        Who.SIGNED_IN, {"email": "nobody@example.org"}, {"what": ["confirm", "seen", "dismiss"]}
    ),
    "POST /today/mails/{what}": Route(
        Who.SIGNED_IN, {"mail": "<mail-7331@example.org>"}, {"what": ["again", "arrived"]}
    ),
    "GET /partnerships/register.csv": SIGNED_IN,
    "GET /partnerships/register.xlsx": SIGNED_IN,
    "GET /map": Route(Who.SIGNED_IN, names_places=True),
    "GET /partnerships/dated/{entry}": THE_PARTNERSHIPS,
    "GET /partnerships/{partnership}": THE_PARTNERSHIPS,
    "GET /partnerships/{partnership}/do/{kind}": THE_PARTNERSHIPS,
    "POST /partnerships/{partnership}/do/{kind}": THE_PARTNERSHIPS,
    **{
        f"{method} /partnerships/{{partnership}}/{rest}": THE_PARTNERSHIPS
        for rest, methods in {
            "ask": ("GET",),
            "files": ("GET", "POST"),
            "files/{file}": ("GET",),
            "files/{file}/{what}": ("POST",),
            "hand-over": ("GET", "POST"),
            "notes": ("GET", "POST"),
            "print": ("GET",),
            "seen": ("GET",),
            "texts/{text}": ("GET",),
            "texts/{text}/{what}": ("POST",),
            "why": ("GET",),
        }.items()
        for method in methods
    },
    "POST /partnerships/{partnership}/files": Route(Who.THE_PARTNERSHIPS, uploads=True),
    "GET /trail": SIGNED_IN,
    "GET /engine": OPERATORS,
    "POST /engine/audit": OPERATORS,
    "POST /engine/doubts": OPERATORS,
    "POST /engine/mend": OPERATORS,
    "GET /people": COORDINATORS,
    "GET /me": SIGNED_IN,
    "POST /me": with_body(Who.SIGNED_IN, name="Хтось Інший", language="uk", time_zone="Europe/Kyiv"),
    "POST /me/sessions/end": Route(Who.SIGNED_IN, {"session": "all"}, signs_out=True),
    "POST /me/tokens": with_body(Who.SIGNED_IN, name="для звітів", days="30"),
    "POST /me/tokens/revoke": with_body(Who.SIGNED_IN, token="0123456789ab"),
    "GET /me/data": SIGNED_IN,
    "GET /me/data.json": SIGNED_IN,
    "GET /access": OPERATORS,
    "POST /access/people": with_body(Who.OPERATORS, name="Хтось", email="somebody@example.org", language="uk"),
    "GET /access/people/{person}": ACCOUNT,
    "POST /access/people/{person}/grant": replace(ACCOUNT, sends={"as": "viewer/all"}),
    "POST /access/people/{person}/{what}": replace(
        ACCOUNT, fills={"person": [PERSON], "what": ["revoke", "sign-out", "mail-link", "close", "open"]}
    ),
    "GET /access/people/{person}/data.json": ACCOUNT,
    "GET /access/people/{person}/erase": ACCOUNT,
    "POST /access/people/{person}/erase": replace(ACCOUNT, sends={"sure": "yes"}),
    "POST /access/programmes": with_body(Who.OPERATORS, name_uk="Програма", name_en="Programme"),
    "GET /access/programmes/{programme}": OPERATORS,
    "POST /access/programmes/{programme}": with_body(Who.OPERATORS, name_uk="Програма", name_en="Programme"),
    "POST /access/programmes/{programme}/add": with_body(Who.OPERATORS, partnerships=PARTNERSHIP),
    "POST /access/programmes/{programme}/remove": OPERATORS,
    "GET /signin": ANYBODYS,
    "POST /signin": with_body(Who.ANYBODYS, email="nobody@example.org"),
    "GET /signin/{token}": LINKS,
    "POST /signin/{token}": LINKS,
    "POST /signout": Route(Who.ANYBODYS, signs_out=True),
    "GET /mail": OPERATORS,
    "GET /mail/{key}": OPERATORS,
    "GET /mail/{key}/source": OPERATORS,
    "MOUNT /static": ANYBODYS,
}

LINKED: Mapping[str, Route] = {
    f"{method} {path}": LINKS
    for path, methods in {
        "/a/{token}": ("GET",),
        "/a/{token}/ask": ("GET", "POST"),
        "/a/{token}/ask/{correspondent}": ("GET", "POST"),
        "/a/{token}/done/{act}": ("GET",),
        "/a/{token}/{what}": ("GET", "POST"),
        "/h/{token}": ("GET",),
        "/h/{token}/{what}": ("GET", "POST"),
        "/o/{token}": ("GET", "POST"),
        "/p/{token}": ("GET",),
        "/p/{token}/done/{act}": ("GET",),
        "/p/{token}/{what}": ("GET", "POST"),
        "/s/{token}": ("GET", "POST"),
        "/s/{token}/saved": ("GET",),
        "/u/{token}": ("GET", "POST"),
        "/calendar/{token}.ics": ("GET",),
    }.items()
    for method in methods
}

PROGRAMS: Mapping[str, Route] = {
    "GET /healthz": ANYBODYS,
    "GET /healthz/audit": ANYBODYS,
    "GET /livez": ANYBODYS,
    "GET /metrics": ANYBODYS,
    "GET /openapi.json": ANYBODYS,
    "GET /api/v1/partnerships": SIGNED_IN,
    "POST /api/v1/partnerships": with_body(Who.SIGNED_IN, parties=[{"place": PLACE, "officer": PERSON}]),
    "GET /api/v1/partnerships/{partnership}": THE_PARTNERSHIPS,
    "GET /api/v1/partnerships/{partnership}/timeline": THE_PARTNERSHIPS,
    "GET /api/v1/partnerships/{partnership}/explain": THE_PARTNERSHIPS,
    "GET /api/v1/partnerships/{partnership}/forecast": THE_PARTNERSHIPS,
    "GET /api/v1/partnerships/{partnership}/why": THE_PARTNERSHIPS,
    "GET /api/v1/partnerships/{partnership}/mails/preview": THE_PARTNERSHIPS,
    "POST /api/v1/partnerships/{partnership}/commands": with_body(
        Who.THE_PARTNERSHIPS, command={"kind": "record_contact", "how": "call"}
    ),
    "GET /api/v1/people": OPERATORS,
    "POST /api/v1/people": with_body(Who.OPERATORS, name="Хтось", email="somebody@example.org"),
    "GET /api/v1/people/{person}": THE_PERSONS,
    "PATCH /api/v1/people/{person}": with_body(Who.THE_PERSONS, name="Інша назва"),
    "POST /api/v1/people/{person}/revoke-links": THE_PERSONS,
    "POST /api/v1/people/{person}/revoke-calendar": THE_PERSONS,
    "POST /api/v1/people/{person}/resubscribe": THE_PERSONS,
    "GET /api/v1/people/{person}/absences": THE_PERSONS,
    "POST /api/v1/people/{person}/absences": with_body(Who.THE_PERSONS, first_day="2031-01-08"),
    "POST /api/v1/people/{person}/handovers": with_body(Who.THE_PERSONS, heir="taras", note="Прошу"),
    "GET /api/v1/people/{person}/calendar": THE_PERSONS,
    "GET /api/v1/absences": SIGNED_IN,
    "POST /api/v1/absences/{absence}/cancel": THE_PERSONS,
    "POST /api/v1/absences/{absence}/end": THE_PERSONS,
    "GET /api/v1/handovers": SIGNED_IN,
    "GET /api/v1/handovers/{handover}": THE_PERSONS,
    "POST /api/v1/handovers/{handover}/accept": THE_PERSONS,
    "POST /api/v1/handovers/{handover}/decline": THE_PERSONS,
    "POST /api/v1/handovers/{handover}/withdraw": THE_PERSONS,
    "POST /api/v1/senders": with_body(Who.OPERATORS, of=PLACE, name="Хтось"),
    "GET /api/v1/mails": OPERATORS,
    "GET /api/v1/mails/{message}": OPERATORS,
    "POST /api/v1/mails/{message}/again": OPERATORS,
    "POST /api/v1/mails/{message}/arrived": OPERATORS,
    "GET /api/v1/holds": OPERATORS,
    "POST /api/v1/holds": with_body(Who.OPERATORS, of=PLACE),
    "POST /api/v1/holds/{hold}/lift": OPERATORS,
    "GET /api/v1/calendars/{calendar}": SIGNED_IN,
    "PUT /api/v1/calendars/{calendar}/{day}": OPERATORS,
    "DELETE /api/v1/calendars/{calendar}/{day}": OPERATORS,
    "GET /api/v1/successors": OPERATORS,
    "POST /api/v1/successors/{said}/confirm": with_body(Who.OPERATORS, person="taras"),
    "POST /api/v1/successors/{said}/dismiss": OPERATORS,
    "GET /api/v1/corrections": OPERATORS,
    "POST /api/v1/corrections/{said}/dismiss": OPERATORS,
}

DECLARED: Mapping[str, Route] = {**PAGES, **LINKED, **PROGRAMS}
