"""What goes wrong at an edge, beside a rule's refusal (`models.base.Refused`): each a sentence for its reader."""

from __future__ import annotations

from models.base import Refused


class Invalid(Refused):
    """What was meant cannot be read: a date that is none, a number out of range. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid", message)


class Away(Exception):
    """The database or the engine cannot be used now; the message says which, what was kept, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
