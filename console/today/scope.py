"""Whose day it is: in which partnerships somebody is asked, and as what."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, false, or_, select, union_all

from console.access.grants import Trust
from console.access.sight import coordinated
from console.access.viewer import Viewer
from models.base import Role
from models.partnership import Partnership
from models.party import Party
from models.tables import PartnershipRow
from models.tables.asking import alternatives, unindexed

ASKED_OF_A_PARTY = frozenset({Role.OFFICER.value, Role.DEPUTY.value})


def own(viewer: Viewer) -> ColumnElement[bool]:
    """The partnerships that are somebody's as an officer or deputy: where they sit, and those of the municipalities
    they were trusted with. Each way by its own index."""
    row, me = PartnershipRow, viewer.id
    ways: list[ColumnElement[bool]] = []
    if viewer.seats_in:
        ways += [row.officer == me, row.deputy == me, row.partner_officer == me, row.partner_deputy == me]
        ways.append(row.more_people_with(me))
    if trusted_with(viewer):
        ways += alternatives(row.at_any(sorted(trusted_with(viewer))))
    return row.id.in_(union_all(*(select(row.id).where(way) for way in ways))) if ways else false()


def trusted_with(viewer: Viewer) -> frozenset[str]:
    """The municipalities that somebody is officer of by a grant, whoever sits in the seats."""
    return frozenset(each.of for each in viewer.grants if each.role is Trust.OFFICER and each.of)


def roles_here(viewer: Viewer, p: Partnership) -> frozenset[str]:
    """As what somebody is asked in a partnership of their own: in their seat; in one that is empty, as the officer."""
    return frozenset(role for party in p.parties for role in _roles_of(viewer, party))


def led(viewer: Viewer, *, all_of_them: bool = False) -> ColumnElement[bool]:
    """The partnerships that wait for somebody as a coordinator: those they lead, and those they coordinate that nobody
    leads; `all_of_them`: also those that others lead. Operators who coordinate nothing get what nobody leads."""
    mine, unled = PartnershipRow.coordinator == viewer.id, PartnershipRow.coordinator.is_(None)
    if not viewer.coordinates:
        return unled if viewer.is_operator else false()
    if all_of_them:
        return unindexed(coordinated(viewer))
    trusted = viewer.is_operator or any(each.role is Trust.COORDINATOR for each in viewer.grants)
    return unindexed(or_(mine, and_(unled, coordinated(viewer)))) if trusted else mine


def _roles_of(viewer: Viewer, party: Party) -> Iterator[str]:
    if viewer.id == party.officer:
        yield Role.OFFICER.value
    if viewer.id == party.deputy:
        yield Role.DEPUTY.value
    if party.officer is None and party.place in viewer.municipalities:
        yield Role.OFFICER.value
