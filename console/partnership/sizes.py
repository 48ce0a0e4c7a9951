"""How large a file is, as people say it."""

from __future__ import annotations

from console.words import Words

KB, MB = 1024, 1024 * 1024


def in_bytes(size: int, words: Words) -> str:
    """A size in kilobytes or megabytes: 10 MB, 1.4 MB, 12 KB."""
    if size >= MB:
        return words("size.mb", n=words.number(round(size / MB, 1)))
    return words("size.kb", n=words.number(max(1, round(size / KB))))
