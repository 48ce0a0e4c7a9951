"""The commands as programs give them: the engine's own, with words in place of texts' ids, names allowed in place of
ids, days allowed in place of instants, and the ids of new things left out where they are to be made up."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from console.fields import MOST_CHARACTERS, Means, Said, said_in
from models.commands import COMMANDS

MOST_SAID = 320
"""Characters of a name, an address, an id."""


class MeantCommand(BaseModel):
    """A command as it is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str

    def said(self) -> dict[str, Any]:
        """What was said, field by field."""
        return self.model_dump(exclude={"kind"}, exclude_unset=True)


def _model(kind: str) -> type[MeantCommand]:
    command = COMMANDS[kind]
    fields: dict[str, Any] = {each.name: _field(kind, each) for each in said_in(kind)}
    fields["kind"] = (Literal[kind], ...)
    return create_model(command.__name__, __base__=MeantCommand, __doc__=command.__doc__, **fields)


def _field(kind: str, each: Said) -> tuple[Any, Any]:
    """The annotation of a field, with what it means."""
    said = _words(each)
    if said is None:
        field = COMMANDS[kind].model_fields[each.name]
        return field.annotation, field
    annotation: Any = list[said] if each.many else said  # type: ignore[valid-type]
    if each.required:
        return annotation, Field(description=each.help or None)
    return annotation | None, Field(default=None, description=each.help or None)


def _words(each: Said) -> Any:
    """The type of what is said in words; none for what the engine takes as it is."""
    match each.means:
        case Means.TEXT:
            # A longer text is refused in the edge's own sentence.
            return Annotated[str, Field(json_schema_extra={"maxLength": MOST_CHARACTERS})]
        case Means.PLACE | Means.PERSON | Means.PARTY | Means.NEW | Means.THING:
            return Annotated[str, Field(max_length=MOST_SAID)]
        case Means.INSTANT:
            return Annotated[str, Field(max_length=40, examples=["2026-05-12", "2026-05-12T14:30+03:00"])]
        case Means.DATED:
            return Dated
        case _:
            return None


class Dated(BaseModel):
    """Something due on a day."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=64)]
    due: Annotated[str, Field(max_length=40, examples=["2026-05-12"])]


MEANT: dict[str, type[MeantCommand]] = {kind: _model(kind) for kind in COMMANDS}
"""Every command as it is said, by its name."""

if TYPE_CHECKING:
    AnyMeant = MeantCommand
else:
    AnyMeant = Annotated[reduce(or_, MEANT.values()), Field(discriminator="kind")]
    """The union of all of them, told apart by `kind`."""
