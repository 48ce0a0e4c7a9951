"""Agreements that are likely the same entry twice, and those that belong together: named, never merged.

Two partners' names count as the same at a ratio of 0.85 (`difflib`), after units, countries and brackets are
taken off. Within one hromada of the register, spellings of one partner reach 0.875 and more
(«Грубешів» and «Грубешув»), different partners 0.714 at most («Сучевіца» and «Суліца»).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from uuid import UUID

from imports import units
from imports.agreement import ImportedAgreement

SAME_NAME = 0.85
COMPARED = 300  # agreements of one hromada; with more of them only equal names are compared, to stay quick

Rows = dict[UUID, tuple[int, ...]]


def likely_duplicates(agreements: Sequence[ImportedAgreement]) -> Rows:
    """For each agreement that seems entered more than once: the numbers of the other rows, rising.

    Likely the same are agreements of one hromada with partners of the same name, signed on the same date (to
    the same precision) or both without one. Their terms may differ.
    """
    return _named(agreements, lambda one, other: one.signed == other.signed and _same_partners(one, other))


def related(agreements: Sequence[ImportedAgreement]) -> Rows:
    """For each agreement: other rows of the same hromada and partner with another date, mostly a renewal.

    A town and the gmina around it are two authorities, and so are a county and its town.
    """

    def renewed(one: ImportedAgreement, other: ImportedAgreement) -> bool:
        return one.signed != other.signed and _same_partners(one, other) and _same_levels(one, other)

    return _named(agreements, renewed)


def _named(
    agreements: Sequence[ImportedAgreement], alike: Callable[[ImportedAgreement, ImportedAgreement], bool]
) -> Rows:
    found: dict[UUID, set[int]] = defaultdict(set)
    for group in _by_hromada(agreements):
        for one, other in combinations(group, 2):
            if alike(one, other):
                found[one.key].add(other.row)
                found[other.key].add(one.row)
    return {agreement.key: tuple(sorted(found[agreement.key])) for agreement in agreements if agreement.key in found}


def _by_hromada(agreements: Iterable[ImportedAgreement]) -> list[list[ImportedAgreement]]:
    """Groups to compare within: by hromada, and by name as well where a hromada has very many."""
    groups: dict[str, list[ImportedAgreement]] = defaultdict(list)
    for agreement in agreements:
        for code in {party.katottg for party in agreement.parties if party.katottg}:
            groups[code].append(agreement)
    small = [group for group in groups.values() if len(group) <= COMPARED]
    large: dict[tuple[str, tuple[str, ...]], list[ImportedAgreement]] = defaultdict(list)
    for code, group in groups.items():
        for agreement in group if len(group) > COMPARED else ():
            large[code, _cores(agreement)].append(agreement)
    return small + list(large.values())


def _cores(agreement: ImportedAgreement) -> tuple[str, ...]:
    return tuple(sorted(_core(party.name) for party in agreement.parties if party.side == "abroad"))


@lru_cache(maxsize=50_000)
def _core(name: str) -> str:
    return units.core(name)


def _same_partners(one: ImportedAgreement, other: ImportedAgreement) -> bool:
    ours, theirs = _cores(one), _cores(other)
    return len(ours) == len(theirs) > 0 and all(map(same_name, ours, theirs))


def same_name(one: str, other: str) -> bool:
    """True for two names without units (`units.core`) that are likely one name."""
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_NAME


def _same_levels(one: ImportedAgreement, other: ImportedAgreement) -> bool:
    ours, theirs = _levels(one), _levels(other)
    return not ours or not theirs or ours == theirs


def _levels(agreement: ImportedAgreement) -> set[units.Level]:
    found = (units.level(party.name) for party in agreement.parties if party.side == "abroad")
    return {level for level in found if level}
