"""Outcomes of batches as people read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from console.access.viewer import Viewer
from console.batches.trying import Tried
from console.words import words_in


def refusal_words(viewer: Viewer, code: str | None, message: str | None) -> str:
    """A refusal in the reader's words: of this area, of commands, or the engine's own."""
    for book in ("batch", "command"):
        words = words_in(book, viewer.language)
        if code and words.has(f"refused.{code}"):
            return words(f"refused.{code}", message=message or "", what="")
    return message or ""


def reasons(viewer: Viewer, would: Sequence[Tried]) -> list[tuple[str, list[Tried]]]:
    """Why some would be refused, the most frequent reason first, each with its partnerships."""
    found: dict[str, list[Tried]] = defaultdict(list)
    for each in would:
        if each.refused is not None:
            found[refusal_words(viewer, each.refused.code, each.refused.message)].append(each)
    return sorted(found.items(), key=lambda reason: (-len(reason[1]), reason[0]))
