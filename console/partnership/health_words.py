"""Health signals in words: each with what made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.partnership.names import Names
from models.health import Health, Signal


@dataclass(frozen=True)
class Said:
    """A signal as it is read."""

    title: str
    state: Health
    state_in_words: str
    because: str


def in_words(signals: Sequence[Signal], names: Names) -> dict[Health, list[Said]]:
    """The signals by state: what is worth a look first."""
    found: dict[Health, list[Said]] = {Health.ATTENTION: [], Health.GOOD: [], Health.UNKNOWN: []}
    for signal in signals:
        found[signal.health].append(_said(signal, names))
    return found


def _said(signal: Signal, names: Names) -> Said:
    words = names.words
    facts = {name: _fact(name, value, names) for name, value in signal.facts.items()}
    return Said(
        title=words(f"signal.{signal.code}"),
        state=signal.health,
        state_in_words=words(f"health.{signal.health}"),
        because=words(f"because.{signal.code}.{signal.reason}", **facts),
    )


def _fact(name: str, value: Any, names: Names) -> str:
    if isinstance(value, datetime):
        return names.day(value)
    match name:
        case "days":
            return names.words.glossary.counted("days", value)
        case "rhythm":
            return names.choice("rhythm", value)
        case "parties":
            return names.parties(value)
        case "languages":
            return names.choices("languages", value)
        case "year":
            return str(value)
        case _ if isinstance(value, int):
            return names.words.number(value)
    return str(value or "–")
