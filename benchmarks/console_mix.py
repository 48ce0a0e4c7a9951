"""What coordinators ask of the console in a morning: lists of every kind, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

LISTS: Sequence[Mapping[str, str]] = (
    {},
    {},
    {"ended": "false"},
    {"sort": "silent", "ended": "false"},
    {"sort": "due"},
    {"sort": "newest"},
    {"sort": "stage"},
    {"attention": "decide"},
    {"attention": "stalled"},
    {"attention": "quiet", "sort": "silent"},
    {"stage": "dialogue"},
    {"stage": "activities", "standing": "registered"},
    {"standing": "in_clearance", "sort": "silent"},
    {"confirmation": "imported", "sort": "newest"},
    {"suspended": "true"},
    {"sphere": "energy", "stage": "agreement"},
    {"coordinator": "lead-7"},
    {"coordinator": "nobody"},
    {"country": "PL"},
    {"country": "DE", "attention": "stalled"},
    {"country": "EE", "stage": "dialogue", "sort": "due"},
    {"oblast": "Львівська", "attention": "quiet"},
    {"oblast": "Одеська", "sort": "silent"},
    {"text": "Бровари"},
    {"text": "brovary"},
    {"text": "Львів", "sort": "silent"},
    {"text": "стрий musterstadt"},
    {"text": "Kyivska", "stage": "activities"},
    {"text": "Кременчук", "country": "PL"},
    {"person": "officer-77"},
)
"""Filters and orders; the plain list is asked for most."""


def addresses(lists: Sequence[Mapping[str, str]] = LISTS) -> Iterator[str]:
    for said in lists:
        yield f"/partnerships?{urlencode(said)}"


MAPS: Sequence[str] = ("/map", "/map?oblast=Львівська", "/map?country=PL", "/map?mark=stalled", "/map?view=world")
