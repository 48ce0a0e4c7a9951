"""What is asked of an audit and of mending, and what they answer."""

from __future__ import annotations

from pydantic import Field

from models.base import Fact


class AuditAsk(Fact):
    """How far an audit goes: how many partnerships that look wrong it examines, how many others it takes along in
    turn. Every partnership is compared with the list of running workflows in any case."""

    most: int = 1_000
    sample: int = 200


class AuditReport(Fact):
    """What an audit found, counted by code."""

    run: str
    open: int
    running: int
    examined: int
    findings: dict[str, int] = Field(default_factory=dict)


class MendAsk(Fact):
    """Which audit's findings are to be mended, after which finding (by its number); `dry` changes nothing."""

    run: str
    after: int = 0
    dry: bool = True


class Mended(Fact):
    """What became of a finding: restarted, recorded, caught_up, woken; gone: there was nothing to mend any more;
    not_mended: no machine can. In a dry run: what would."""

    finding: int
    partnership: str | None = None
    code: str
    became: str
    facts: dict[str, int] = Field(default_factory=dict)


class MendStep(Fact):
    """What one step mended, and whether there is more to do."""

    mended: tuple[Mended, ...] = ()
    more: bool = False
