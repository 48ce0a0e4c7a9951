"""What can be asked of many partnerships at once, and as which command each of them gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.care import WhyPaused
from models.partnership import Partnership


class BatchKind(StrEnum):
    ASSIGN = "assign"
    CONFIRM = "confirm"
    SUSPEND = "suspend"
    IMPORT = "import"


ACTS = (BatchKind.ASSIGN, BatchKind.CONFIRM, BatchKind.SUSPEND)
"""What is done with partnerships of a list."""

ASKED: Mapping[BatchKind, tuple[str, ...]] = {
    BatchKind.ASSIGN: ("to",),
    BatchKind.CONFIRM: (),
    BatchKind.SUSPEND: ("why", "review_at", "note"),
}
"""What has to be said with it; a note may be left out."""


@dataclass(frozen=True)
class Command:
    """A command by its kind, with its fields as people say them."""

    kind: str
    said: Mapping[str, Any]


def command_of(kind: BatchKind, said: Mapping[str, str]) -> Command:
    """The command that each partnership gets."""
    match kind:
        case BatchKind.ASSIGN:
            return Command("name_person", {"role": "coordinator", "person": said["to"]})
        case BatchKind.CONFIRM:
            return Command("confirm", {})
        case BatchKind.SUSPEND:
            note = {"text": said["note"]} if said.get("note") else {}
            return Command("suspend", {"why": said["why"], "review_at": said["review_at"], **note})
    raise ValueError(kind)


def complete(kind: BatchKind, said: Mapping[str, str]) -> bool:
    """Whether everything is said that the command needs."""
    reasons = [each.value for each in WhyPaused]
    return all(said.get(name) for name in ASKED[kind] if name != "note") and said.get("why", "other") in reasons


def changes_nothing(kind: BatchKind, said: Mapping[str, str], p: Partnership) -> bool:
    """Whether the partnership is so already."""
    return kind is BatchKind.ASSIGN and p.coordinator == said["to"]
