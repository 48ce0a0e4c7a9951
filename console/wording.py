"""Faults that pydantic finds, as sentences that name the field and never repeat the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here",
    "string_too_long": lambda context: f"has more than {context['max_length']} characters",
    "string_too_short": lambda context: f"has fewer than {context['min_length']} characters",
    "too_long": lambda context: f"has more than {context['max_length']} entries",
    "string_pattern_mismatch": lambda context: f"is not written as it must be ({context['pattern']})",
    "enum": lambda context: f"is one of {context['expected']}",
    "literal_error": lambda context: f"is one of {context['expected']}",
    "greater_than_equal": lambda context: f"is at least {context['ge']}",
    "less_than_equal": lambda context: f"is at most {context['le']}",
    "union_tag_invalid": lambda context: f"names no known kind of command; known are {context['expected_tags']}",
    "union_tag_not_found": lambda _: "names no kind",
    "json_invalid": lambda _: "is not readable as JSON",
}


def sentences(errors: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each fault: where, and what it must be."""
    return [f"{_where(error['loc'])} {_what(error)}." for error in errors]


def sentence(error: ValidationError) -> str:
    """All faults in one line."""
    return " ".join(sentences(error.errors(include_url=False, include_input=False)))


def _where(location: Sequence[int | str]) -> str:
    parts = [str(part) for part in location if part not in ("body", "query", "path", "command")]
    return f"“{'.'.join(parts)}”" if parts else "The body"


def _what(error: Mapping[str, Any]) -> str:
    words = _WORDS.get(error["type"])
    if words is not None:
        return words(error.get("ctx", {}))
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"cannot be used: {message[:1].lower()}{message[1:]}"
