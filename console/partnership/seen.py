"""A partnership as somebody who may see it meets it: its state, the names in their language, what they may do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import Acts, acts_of, partnership_seen
from console.access.viewer import Viewer
from console.labels import Language
from console.partnership.activities import Together, together
from console.partnership.names import Names
from console.partnership.offered import Offered, offered
from console.people import people_named
from console.places import places_named
from console.privacy import Reader, reader_of
from console.reading import state_of
from models.partnership import Partnership


@dataclass(frozen=True)
class Seen:
    """A partnership before somebody's eyes."""

    p: Partnership
    viewer: Viewer
    acts: Acts
    names: Names
    together: Together

    @property
    def offered(self) -> Offered:
        """What they can do here now."""
        return offered(self.p, self.acts)

    @property
    def own_places(self) -> frozenset[str]:
        """The parties' places for which they act."""
        ours = self.viewer.municipalities
        seats = (party for party in self.p.parties if self.viewer.id in (party.officer, party.deputy))
        return frozenset(party.place for party in self.p.parties if party.place in ours) | {s.place for s in seats}

    @property
    def reader(self) -> Reader:
        """Whose private texts and files they read."""
        return reader_of(self.own_places, operates=self.acts.operates, coordinates=self.acts.coordinates)

    @property
    def keeps_for(self) -> str | None:
        """The municipality whose their notes and files are; none: everybody's who sees the partnership."""
        return next((party.place for party in self.p.parties if party.place in self.own_places), None)

    @property
    def writes(self) -> bool:
        """Whether they may add notes and files here."""
        return self.acts.operates or self.acts.coordinates or self.acts.for_municipality

    def in_language(self, language: Language) -> Names:
        return replace(self.names, language=language)


async def seen(connection: AsyncConnection, viewer: Viewer, said: str, language: Language | None = None) -> Seen:
    """The partnership that is meant, if this person may see it: about seven queries. Refused: none they may see."""
    partnership = await partnership_seen(connection, viewer, said)
    p = await state_of(connection, partnership)
    made = await together(connection, p.id)
    names = Names(
        p=p,
        language=language or viewer.language,
        zone=viewer.zone,
        places=await places_named(connection, _places(p)),
        people=await people_named(connection, _people(p)),
        things=made.things,
    )
    return Seen(p, viewer, await acts_of(connection, viewer, p), names, made)


def _places(p: Partnership) -> list[str]:
    return [party.place for party in p.parties] + [candidate.place for candidate in p.candidates]


def _people(p: Partnership) -> list[str | None]:
    return [person for party in p.parties for person in (party.officer, party.deputy)] + [p.coordinator]
