"""What pages call things, in Ukrainian and English. Codes stay in code; a code without a label is shown as words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from console.labels_uk import UK

Language = Literal["uk", "en"]

LANGUAGES: Sequence[Language] = ("uk", "en")

EN: Mapping[str, str] = {
    "stage": "Stage",
    "standing": "Formal side",
    "attention": "Attention",
    "confirmation": "Confirmation",
    "coordinator": "Programme coordinator",
    "parties": "Parties",
    "search": "Name",
    "oblast": "Oblast",
    "country": "Country",
    "any": "all",
    "show": "Show",
    "previous": "← back",
    "next": "next →",
    "skip": "Skip to content",
    "clock": "Why and when",
    "what_comes_next": "What comes next",
    "timeline": "Timeline",
    "gate": "Still missing for the next stage",
    "what_was_unclear": "What is unclear in the register's row",
    "written_as": "The row as it is written",
    "duplicates": "Rows that look alike",
    "related": "Rows that belong together",
    "held": "in hand until",
    "deferred": "waits for a planned meeting",
    "heard": "last heard",
    "decide": "a decision is needed",
    "who_was_told": "Who was told",
    "when": "When",
    "about": "About",
    "who": "Who",
    "mail": "Mail",
    "resolved": "settled",
    "stands_in": "stands in",
    "mail.waiting": "waits for the next mail",
    "mail.planned": "to be tried again",
    "mail.claimed": "leaving now",
    "mail.unknown": "in doubt: it may have been sent, or not",
    "mail.failed": "not delivered; somebody else is told",
    "mail.bounced": "came back; somebody else is told",
    "mail.withdrawn": "not needed any more",
    "role.officer": "officer responsible",
    "role.deputy": "deputy",
    "role.coordinator": "programme coordinator",
    "role.operator": "operator",
    "role.partner": "partner",
    "role.machine": "a program",
    "confirmation.imported": "imported, to be confirmed",
    "confirmation.confirmed": "data confirmed, to be accepted",
    "confirmation.accepted": "accepted",
    "standing.none": "no agreement",
    "standing.partly_signed": "signed by some",
    "standing.approved": "approved by the competent body",
    "suspended": "reminders paused",
    "dormant": "resting",
    "contact": "contact",
    "watch.address": "new contact to be found",
    "watch.proposal": "proposal to be answered",
    "what.rest": "let it rest",
    "paper": "signed, no joint activity recorded",
    "why_silent.ended": "The partnership has ended.",
    "why_silent.unaccepted": "Nothing is watched until the officer responsible accepts the partnership.",
    "why_silent.suspended": "Reminders are paused; only the pause itself is looked at again.",
    "title": "Partnerships",
    "none_fit": "No partnership fits.",
    "of": "of",
    "no_contact_since": "No contact recorded since",
    "not_heard": "never heard, and nothing counts from a date",
    "counted_from": "no later contact recorded; counted from",
    "copies_to": "Letters copied to this address count by themselves",
    "nothing_comes": "Nothing is due.",
    "gate_open": "Nothing is missing.",
    "all_done": "All were read fully.",
}
"""English words that are not simply the code's own."""

_WORDS: Mapping[Language, Mapping[str, str]] = {"uk": UK, "en": EN}


def label(language: Language, code: str) -> str:
    """What a code is called: by its whole name, by what follows its last dot, or by its own words."""
    words = _WORDS[language]
    last = code.rpartition(".")[2]
    return words.get(code) or words.get(last) or last.replace("_", " ")


def chosen(asked: str | None, accepted: str | None) -> Language:
    """The language of a page: as asked for, else the browser's first that there is, else Ukrainian."""
    if asked in LANGUAGES:
        return "en" if asked == "en" else "uk"
    for entry in sorted((accepted or "").split(",")[:20], key=_weight, reverse=True):
        tag = entry.partition(";")[0].strip().casefold()[:2]
        for language in LANGUAGES:
            if tag == language:
                return language
    return "uk"


def _weight(entry: str) -> float:
    _, _, weight = entry.partition(";q=")
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
