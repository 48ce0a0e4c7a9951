"""What every fact and command is made of: frozen models, UTC instants, actors, refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NoReturn, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

FIRST_YEAR, LAST_YEAR = 1800, 2300


def _in_utc(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"the year {at.year} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment in UTC. A moment without a zone is refused, and a year no partnership reaches."""

_ID: dict[str, Any] = {"min_length": 1, "max_length": 64, "pattern": r"^[\w.:/@-]+$"}

Id = Annotated[str, Field(**_ID)]
"""The id of a thing that a command names: a contact, a meeting, an activity, the command itself. Never a name."""

TextId = Annotated[str, Field(**_ID, json_schema_extra={"of": "text"})]
"""The id of a text in SQL. Edges write the text there first; commands carry this."""

PersonId = Annotated[str, Field(**_ID, json_schema_extra={"of": "person"})]
"""The id of a person in SQL."""

PlaceId = Annotated[str, Field(**_ID, json_schema_extra={"of": "place"})]
"""The id of a municipality or other public body in SQL: its KATOTTG code in Ukraine."""

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_.-]+$")]
"""A short code word for a closed or growing list (a sphere, a channel, a language)."""

Number = Annotated[str, Field(min_length=1, max_length=60)]
"""A document's number as its body wrote it: `1169-41/2025`."""

CLOCK_SKEW = timedelta(minutes=5)
"""How far another machine's clock may run ahead of ours before "in the future" is said."""


class Fact(BaseModel):
    """Something known. Frozen; unknown fields of older or newer versions are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_serializer(mode="wrap")
    def _only_what_is_said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value not in (None, (), [], {})}

    def but(self, **changes: Any) -> Self:
        """The same fact with some fields changed."""
        return self.model_copy(update=changes)


class Refused(Exception):
    """A command that a rule does not allow. Nothing has changed; the message is a sentence for its sender."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refuse(code: str, message: str) -> NoReturn:
    raise Refused(code, message)


class Role(StrEnum):
    OFFICER = "officer"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"
    PARTNER = "partner"
    MACHINE = "machine"


class Actor(Fact):
    """Who gives a command: a person by id (none for machines), in which role, for which party."""

    role: Role
    person: PersonId | None = None
    party: str | None = None


class Source(StrEnum):
    """Where a fact comes from."""

    STATED = "stated"  # somebody responsible said so
    DOCUMENT = "document"  # read off a document
    REGISTER = "register"  # the state register of agreements
    MAIL = "mail"  # read off a mail's headers


class Provenance(Fact):
    """Where a fact comes from, of which day it is, and which person verified it (by id)."""

    source: Source = Source.STATED
    as_of: Instant | None = None
    verified_by: PersonId | None = None


def past(at: datetime, now: datetime, what: str) -> datetime:
    """`at`, at most now. Refuses the future beyond a clock's skew."""
    if at > now + CLOCK_SKEW:
        refuse("in_the_future", f"{what} lies in the future ({at:%Y-%m-%d %H:%M} UTC).")
    return min(at, now)
