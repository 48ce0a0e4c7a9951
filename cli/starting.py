"""Starting a partnership, and going on with one that has ended."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.generated import report
from cli.options import As, CommandId, Json, Partnership
from cli.running import edge, run
from models.stage import Stage
from settings import Settings

PANEL = "Start and care"


def add_commands(app: typer.Typer) -> None:
    app.command("start", rich_help_panel=PANEL)(start)
    app.command("reopen", rich_help_panel=PANEL)(reopen)


def start(
    place: Annotated[str, typer.Option(metavar="PLACE", help="Our municipality: id (KATOTTG) or name.")],
    officer: Annotated[str | None, typer.Option(metavar="PERSON", help="The officer responsible.")] = None,
    deputy: Annotated[str | None, typer.Option(metavar="PERSON")] = None,
    partner: Annotated[
        list[str] | None, typer.Option(metavar="PLACE", help="A partner: id, name, or “Name, PL”; may be repeated.")
    ] = None,
    partner_officer: Annotated[str | None, typer.Option(metavar="PERSON", help="Of the first partner.")] = None,
    coordinator: Annotated[str | None, typer.Option(metavar="PERSON")] = None,
    stage: Annotated[Stage, typer.Option(help="Where it begins.")] = Stage.SELF_ANALYSIS,
    began: Annotated[str | None, typer.Option(metavar="DATE", help="Since when the partners know each other.")] = None,
    policy: Annotated[str | None, typer.Option(metavar="NAME@VERSION")] = None,
    person: As = None,
    command_id: CommandId = None,
    as_json: Json = False,
) -> None:
    """Start a partnership: our municipality, and its partners where there are any yet."""
    parties: list[dict[str, Any]] = [{"place": place, "officer": officer, "deputy": deputy}]
    parties += [{"place": each} for each in partner or ()]
    if partner_officer and len(parties) > 1:
        parties[1]["officer"] = partner_officer
    elif partner_officer:
        raise typer.BadParameter("There is no partner yet whose officer this could be.", param_hint="--partner-officer")
    said = {"parties": parties, "coordinator": coordinator, "stage": stage, "began": began, "policy": policy}

    async def work(settings: Settings) -> Any:
        return await _start(settings, said, person, command_id)

    report(run(work), as_json=as_json)


async def _start(settings: Settings, said: dict[str, Any], person: str | None, command_id: str | None) -> Any:
    from pydantic import ValidationError

    from console.problems import Invalid
    from console.starting import StartSaid, start_partnership
    from console.wording import sentence

    try:
        start = StartSaid.model_validate(said)
    except ValidationError as error:
        raise Invalid(sentence(error)) from None
    async with edge(settings) as there:
        return await start_partnership(there, start, person, command_id)


def reopen(
    partnership: Partnership,
    stage: Annotated[
        Stage | None, typer.Option(help="Where it begins; usually dialogue, without a partner self-analysis.")
    ] = None,
    person: As = None,
    command_id: CommandId = None,
    as_json: Json = False,
) -> None:
    """Go on with a partnership that has ended: a new one with a link back, its parties and its coordinator."""

    async def work(settings: Settings) -> Any:
        from console.starting import reopen as go_on

        async with edge(settings) as there:
            return await go_on(there, partnership, stage, person, command_id)

    report(run(work), as_json=as_json)
