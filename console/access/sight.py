"""What somebody may see and do. What they may not see does not exist for them.

* Operators see and do everything.
* Coordinators see what their grants span and what they lead. They may do everything but what is the municipality's to
  decide: they propose.
* Officers see and do everything in the partnerships of their own municipality, or where they have a seat, but what is
  the coordinator's.
* Viewers see what their grants span.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Grant, Trust
from console.access.viewer import Viewer
from console.people import PersonName, person_exactly, person_meant
from console.privacy import EVERYTHING, Reader, reader_of
from console.references import partnership_meant
from models.partnership import Partnership
from models.tables import PartnershipRow, PersonRow, PlaceRow, ProgrammePartnershipRow

THE_COORDINATORS = frozenset({"confirm", "propose", "withdraw_proposal", "adopt_policy"})
"""What the municipality itself does not do."""

THE_MUNICIPALITYS = frozenset(
    {"accept", "answer_proposal", "advance", "make_dormant", "revive", "end", "resume_party"}
    | {"begin_drafting", "submit_for_clearance", "return_with_remarks", "grant_clearance", "record_decision"}
    | {"record_partner_approval", "sign", "register", "withdraw_step", "set_spheres"}
    | {"set_term", "renew_term", "confirm_term", "expire", "terminate"}
)
"""What a coordinator leaves to the municipality: its competent body decides (promise 5)."""


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on PartnershipRow under which a person may see a partnership at all."""
    if viewer.sees_all:
        return true()
    ways = [_spanned(viewer, each) for each in viewer.grants]
    ways.append(PartnershipRow.seats_somebody(viewer.id) if viewer.sits else PartnershipRow.coordinator == viewer.id)
    if viewer.seats_in:
        ways.append(PartnershipRow.at_any(sorted(viewer.seats_in)))
    return or_(false(), *ways)


async def partnership_seen(connection: AsyncConnection, viewer: Viewer, said: str) -> str:
    """The id of the partnership that is meant: by id, how it begins, or row:17. Refused: none, or none they may
    see."""
    return await partnership_meant(connection, said, visible(viewer))


@dataclass(frozen=True)
class Acts:
    """What somebody may do in one partnership, which they see."""

    operates: bool
    coordinates: bool
    for_municipality: bool

    def may(self, kind: str) -> bool:
        """Whether this command may be given; its own rules come after."""
        if kind in ("accept", "answer_proposal"):
            return self.for_municipality
        if self.operates:
            return True
        as_municipality = self.for_municipality and kind not in THE_COORDINATORS
        return as_municipality or (self.coordinates and kind not in THE_MUNICIPALITYS)


async def acts_of(connection: AsyncConnection, viewer: Viewer, p: Partnership) -> Acts:
    """What a person may do in a partnership: one query, none for operators."""
    if viewer.is_operator:
        return Acts(operates=True, coordinates=True, for_municipality=acts_for_municipality(viewer, p))
    return Acts(
        operates=False,
        coordinates=await _coordinates(connection, viewer, p.id),
        for_municipality=acts_for_municipality(viewer, p),
    )


async def reader_in(connection: AsyncConnection, viewer: Viewer, partnership: str) -> Reader:
    """Whose private texts a person reads in a partnership: one query, none for operators."""
    if viewer.is_operator:
        return EVERYTHING
    coordinates = await _coordinates(connection, viewer, partnership)
    return reader_of(viewer.municipalities, operates=False, coordinates=coordinates)


async def _coordinates(connection: AsyncConnection, viewer: Viewer, partnership: str) -> bool:
    here = select(PartnershipRow.id).where(PartnershipRow.id == partnership, coordinated(viewer))
    return await connection.scalar(here) is not None


def acts_for_municipality(viewer: Viewer, p: Partnership) -> bool:
    """Whether they act for a party: by a seat, or as its municipality's officer."""
    return any(
        party.place in viewer.municipalities or viewer.id in (party.officer, party.deputy) for party in p.parties
    )


async def may_start(connection: AsyncConnection, viewer: Viewer, places: Sequence[str]) -> bool:
    """Whether they may begin a partnership of these places (ids): operators any, officers one of their own
    municipality, coordinators one of what they look after; those of a programme begin none, for nothing is in a
    programme before it is there."""
    spans = [each for each in viewer.grants if each.role is Trust.COORDINATOR]
    if viewer.is_operator or viewer.municipalities & set(places) or any(each.scope == "all" for each in spans):
        return True
    oblasts = [each.of for each in spans if each.scope == "oblast"]
    here = select(PlaceRow.id).where(PlaceRow.id.in_(places), PlaceRow.oblast_uk.in_(oblasts)).limit(1)
    return await connection.scalar(here) is not None


def known_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on PersonRow under which a viewer is told somebody's name: themselves, and who has a role in what
    they see."""
    if viewer.sees_all:
        return true()
    there = exists(
        select(1).select_from(PartnershipRow).where(PartnershipRow.seats_somebody(PersonRow.id), visible(viewer))
    )
    return or_(PersonRow.id == viewer.id, there)


async def people_known(connection: AsyncConnection, viewer: Viewer, ids: Iterable[str | None]) -> dict[str, PersonName]:
    """Of these people those whose names a viewer is told, by id: one query."""
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return {}
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(wanted), known_to(viewer))
    return {row.id: PersonName(id=row.id, name=row.name) for row in await connection.execute(query)}


async def person_named(connection: AsyncConnection, viewer: Viewer, said: str | None) -> str | None:
    """The id of somebody whom a viewer names: operators as anywhere, others by id or mail address only, so that nobody
    leafs through everybody. Refused: nobody, a closed account."""
    if not said:
        return None
    return (await (person_meant if viewer.is_operator else person_exactly)(connection, said)).id


def coordinated(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on PartnershipRow under which a person coordinates: what they lead, what their grants span."""
    if viewer.is_operator:
        return true()
    spans = [_spanned(viewer, each) for each in viewer.grants if each.role is Trust.COORDINATOR]
    return or_(PartnershipRow.coordinator == viewer.id, *spans)


def in_places(places: Select[str]) -> ColumnElement[bool]:
    """Whether some party's place is among these (a query of place ids)."""
    return PartnershipRow.at_any(places)


def _spanned(viewer: Viewer, grant: Grant) -> ColumnElement[bool]:
    match grant.scope:
        case "all":
            return true()
        case "oblast":
            known = viewer.in_oblasts.get(grant.of or "")
            return PartnershipRow.at_any(known or select(PlaceRow.id).where(PlaceRow.oblast_uk == grant.of))
        case "programme":
            inside = select(ProgrammePartnershipRow.partnership).where(ProgrammePartnershipRow.programme == grant.of)
            return PartnershipRow.id.in_(inside)
        case "place":
            return PartnershipRow.at_any([grant.of or ""])
