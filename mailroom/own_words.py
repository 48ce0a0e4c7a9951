"""What the writer of a mail wrote themselves, in its first lines: no quoted mail, no signature.

For looking at only: nothing of it is ever kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from html.parser import HTMLParser

MOST_LINES = 25
LONGEST_LINE = 500
MOST_CHARACTERS = 60_000

WROTE = re.compile(
    r"\b(wrote|schrieb|napisał(\(a\)|a)?|a scris|пише|написав(\(-?ла\))?|написала)(?=\W|$).*?(:\s*$|[<@]|\d{1,2}:\d{2})"
    r"|\d{1,2}:\d{2}\b.*\b(wrote|schrieb|napisał(\(a\)|a)?|a scris|пише|написав(\(-?ла\))?|написала)(?=\W|$)",
    re.IGNORECASE,
)
"""“On Friday … wrote:” in the five languages: what follows is quoted."""

CLOCK = re.compile(r"\d{1,2}:\d{2}")
RULE = re.compile(r"^\s*(-{4,}.*|_{8,})\s*$")
FROM = re.compile(r"^\W{0,3}(From|Від|Von|Od|De la|De)\s?:\W", re.IGNORECASE)
SENT = re.compile(
    r"^\W{0,3}(Sent|Date|To|Надіслано|Дата|Кому|Gesendet|Datum|An|Wysłano|Data|Do|Trimis|Către)\s?:\W", re.IGNORECASE
)

BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "pre"})
UNSEEN = frozenset({"style", "script", "head", "title"})
QUOTES = ("gmail_quote", "divrplyfwdmsg", "appendonsend", "yahoo_quoted", "moz-cite-prefix", "gmail_attr")


def own_words(message: Message) -> str:
    """The first lines of a message that are its writer's own."""
    lines = (line[:LONGEST_LINE].strip() for line in _text(message)[:MOST_CHARACTERS].splitlines())
    said = [line for line in _before_quotes(list(lines)) if line and not line.startswith(">")]
    return "\n".join(said[:MOST_LINES])


def _before_quotes(lines: list[str]) -> Iterator[str]:
    """The lines above the first that begins a quoted mail or the signature."""
    for number, line in enumerate(lines):
        after = lines[number + 1 : number + 3]
        if line == "--" or RULE.match(line) or _begins_quote(line, after) or _is_header(line, lines[number + 1 :]):
            return
        yield line


def _begins_quote(line: str, after: list[str]) -> bool:
    """“On … wrote:”, which mail programs may break over three lines, the first with the time of day."""
    if WROTE.search(line):
        return True
    return bool(CLOCK.search(line)) and any(WROTE.search(" ".join([line, *after[:n]])) for n in (1, 2))


def _is_header(line: str, after: list[str]) -> bool:
    """The quoted head of a mail: who, and right below when or to whom."""
    return bool(FROM.match(line)) and any(SENT.match(each) for each in after[:3])


def _text(message: Message) -> str:
    """The first plain part; where there is none, the first HTML part as text."""
    parts = {part.get_content_type(): part for part in reversed(list(_parts(message)))}
    if "text/plain" in parts:
        return _decoded(parts["text/plain"])
    return _shown(_decoded(parts["text/html"])) if "text/html" in parts else ""


def _parts(message: Message) -> Iterator[Message]:
    """The parts that are neither attached nor another message."""
    inner = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(inner, list):
        for part in inner:
            if isinstance(part, Message):
                yield from _parts(part)
    elif message.get_content_disposition() != "attachment":
        yield message


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return raw.decode("utf-8", "replace")


def _shown(html: str) -> str:
    page = _Page()
    page.feed(html)
    return "".join(page.said)


class _Page(HTMLParser):
    """The text of a page down to the first quoted mail."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._unseen = 0
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id")).casefold()
        if tag == "blockquote" or any(mark in marks for mark in QUOTES):
            self._over = True
        self._unseen += tag in UNSEEN
        if tag in BREAKS:
            self._say("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in UNSEEN))
        if tag in BREAKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        self._say(re.sub(r"\s+", " ", data))

    def _say(self, text: str) -> None:
        if not self._over and not self._unseen:
            self.said.append(text)
