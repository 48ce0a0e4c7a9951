"""One subcommand for every command of the engine, made from the command's own model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

import typer

from cli.options import WHERE_FROM, As, CommandId, Json, Partnership
from cli.output import print_json, say
from cli.running import edge, run
from console.fields import Means, Said, said_in
from models.commands import COMMANDS
from settings import Settings

PANELS: Mapping[str, tuple[str, ...]] = {
    "Start and care": (
        "confirm", "accept", "advance", "name_person", "add_party", "remove_party", "hold_party", "resume_party",
        "acknowledge", "suspend", "extend_suspension", "resume", "make_dormant", "revive", "record_review",
        "propose", "answer_proposal", "withdraw_proposal", "adopt_policy", "end",
    ),
    "Self-analysis and outreach": (
        "add_text", "withdraw_text", "set_languages", "add_candidate", "record_letter", "record_reply",
        "drop_candidate", "choose_candidate",
    ),
    "Dialogue and contact": (
        "record_contact", "correct_contact", "withdraw_contact", "plan_meeting", "cancel_meeting", "set_rhythm",
        "record_bounce", "confirm_address", "set_next_step", "complete_next_step", "set_plan",
        "record_steering_group",
    ),
    "Agreement": (
        "begin_drafting", "set_spheres", "submit_for_clearance", "return_with_remarks", "grant_clearance",
        "record_decision", "record_partner_approval", "sign", "register", "withdraw_step", "set_term", "renew_term",
        "confirm_term", "expire", "terminate",
    ),
    "Activities": ("open_activity", "set_milestone", "reach_milestone", "complete_activity", "cancel_activity"),
}  # fmt: skip
"""Where each command stands in the help."""

OTHER_PANEL = "Start and care"

TYPES: Mapping[Means, type] = {Means.FLAG: bool, Means.NUMBER: int}

METAVARS: Mapping[Means, str] = {
    Means.TEXT: "WORDS",
    Means.PLACE: "PLACE",
    Means.PERSON: "PERSON",
    Means.PARTY: "PARTY",
    Means.NEW: "ID",
    Means.THING: "ID",
    Means.INSTANT: "DATE",
    Means.WORD: "WORD",
    Means.MAPPING: "NAME=VALUE",
    Means.DATED: "ID=DATE",
}


def add_commands(app: typer.Typer) -> None:
    """Give every command of the engine a subcommand, panel by panel."""
    placed = [(kind, panel) for panel, kinds in PANELS.items() for kind in kinds if kind in COMMANDS]
    others = [(kind, OTHER_PANEL) for kind in COMMANDS if kind not in dict(placed)]
    for kind, panel in placed + others:
        help = _help(kind)
        short = help.partition("\n")[0].partition(". ")[0].removesuffix(".") + "."
        app.command(kind.replace("_", "-"), rich_help_panel=panel, help=help, short_help=short)(_subcommand(kind))


def _help(kind: str) -> str:
    """The command's own words, a paragraph a line, so that they fit any terminal."""
    paragraphs = inspect.cleandoc(COMMANDS[kind].__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _subcommand(kind: str) -> Callable[..., None]:
    fields = said_in(kind)

    def subcommand(**given: Any) -> None:
        said = {each.name: _plain(given[_parameter(each)]) for each in fields if _is_said(given[_parameter(each)])}
        _give(kind, given["partnership"], said, given["person"], given["command_id"], as_json=given["as_json"])

    parameters = [_positional(), *map(_option, fields), *_common()]
    subcommand.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    subcommand.__annotations__ = {each.name: each.annotation for each in parameters}
    return subcommand


def _give(
    kind: str, partnership: str, said: dict[str, Any], person: str | None, command_id: str | None, *, as_json: bool
) -> None:
    from console.acting import Done, Order, act

    async def work(settings: Settings) -> Done:
        async with edge(settings) as there:
            return await act(there, Order(partnership, kind, said, person, command_id))

    report(run(work), as_json=as_json)


def report(done: Any, *, as_json: bool) -> None:
    """Say that a command was taken, and the ids of what it made."""
    if as_json:
        print_json(done)
        return
    state = "on record" if done.recorded else "accepted, being recorded"
    say(f"Done: {done.partnership}, revision {done.revision}, {state}.")
    for name, made in done.created.items():
        say(f"  {name}: {made}")


def _positional() -> inspect.Parameter:
    return inspect.Parameter("partnership", inspect.Parameter.KEYWORD_ONLY, annotation=Partnership)


def _common() -> list[inspect.Parameter]:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter("person", keyword, annotation=As, default=None),
        inspect.Parameter("command_id", keyword, annotation=CommandId, default=None),
        inspect.Parameter("as_json", keyword, annotation=Json, default=False),
    ]


def _option(field: Said) -> inspect.Parameter:
    """A field as an option: required where the command needs it, repeatable where there may be many."""
    annotation: Any = _type(field)
    if field.many:
        annotation = list[annotation]
    if not field.required:
        annotation = annotation | None
    flags = f"--{field.name.replace('_', '-')}"
    option = typer.Option(
        f"{flags}/--not-{field.name.replace('_', '-')}" if field.means is Means.FLAG else flags,
        help=_words(field),
        metavar=None if field.choices else METAVARS.get(field.means),
        rich_help_panel=WHERE_FROM if field.of_provenance else None,
    )
    return inspect.Parameter(
        _parameter(field),
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[annotation, option],
        default=inspect.Parameter.empty if field.required else None,
    )


def _parameter(field: Said) -> str:
    return f"said_{field.name}"


def _type(field: Said) -> type:
    if field.choices:
        return Enum(field.name, {choice: choice for choice in field.choices})  # type: ignore[return-value]
    return TYPES.get(field.means, str)


def _words(field: Said) -> str:
    usual = f"Usually {field.default}." if field.default not in (None, [], {}, False, "stated") else ""
    help = f"{field.help[:1].upper()}{field.help[1:]}." if field.help else ""
    again = "May be repeated." if field.many and "several" not in help else ""
    return " ".join(filter(None, (help, again, usual)))


def _is_said(value: Any) -> bool:
    return value is not None and value != [] and value != ()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
