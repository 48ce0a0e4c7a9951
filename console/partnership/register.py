"""The agreements that somebody may see, in the twelve columns of the state register, as the ministry's letter asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.labels import Language
from console.partnership.agreement_view import day_of, term_in_words
from console.partnership.names import Names
from console.places import PlaceView, places_named
from console.sheets import Cell
from console.words import words_in
from glossary import LOCALES
from models.agreement import Agreement, AgreementKind, Standing
from models.partnership import Partnership
from models.party import Party
from models.tables import ImportRow, PartnershipRow

COLUMNS = (
    "row", "number", "title", "signed", "kind", "spheres", "region", "subject", "state", "unit", "partner", "term",
)  # fmt: skip
SIGNED = (Standing.SIGNED, Standing.REGISTERED, Standing.EXPIRED, Standing.TERMINATED)
AT_A_TIME = 200


def heads(language: Language) -> list[str]:
    """What the columns are called."""
    words = words_in("partnership", language)
    return [words(f"register.{column}") for column in COLUMNS]


async def register_rows(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]], language: Language, zone: ZoneInfo
) -> AsyncIterator[Sequence[Cell]]:
    """A row for every signed agreement with a partner abroad, by the partnership's id: two queries for 200."""
    number, after = 0, ""
    while True:
        rows = (await connection.execute(_query(conditions, after))).all()
        states = [(row, Partnership.model_validate(row.state)) for row in rows]
        wanted = (party.place for _, p in states for party in p.parties)
        places = await places_named(connection, wanted)
        for row, p in states:
            if (cells := _cells(row, Names(p, language, zone, places))) is not None:
                number += 1
                yield [number, *cells]
        if len(rows) < AT_A_TIME:
            return
        after = rows[-1].id


def _query(conditions: Sequence[ColumnElement[bool]], after: str) -> Any:
    return (
        select(PartnershipRow.id, PartnershipRow.state, ImportRow.text)
        .join(ImportRow, ImportRow.partnership == PartnershipRow.id, isouter=True)
        .where(*conditions, PartnershipRow.standing.in_(SIGNED), PartnershipRow.id > after)
        .order_by(PartnershipRow.id)
        .limit(AT_A_TIME)
    )


def _cells(row: Row[Any], names: Names) -> list[Cell] | None:
    """The register's columns but its number; none where there is nobody abroad, which the register does not hold."""
    p, agreement = names.p, names.p.agreement
    ours, theirs = _sides(p.parties, names.places)
    if agreement is None or agreement.kind is AgreementKind.DOMESTIC or not theirs:
        return None
    written: Mapping[str, str] = row.text or {}
    known = [names.places[party.place] for party in ours if party.place in names.places]
    return [
        agreement.registered.number if agreement.registered else None,
        _title(agreement, names),
        written.get("signed_raw") or _signed(agreement, names),
        names.choice("agreement", agreement.kind),
        names.choices("spheres", agreement.spheres),
        "; ".join(dict.fromkeys(place.oblast for place in known if place.oblast)),
        names_of(ours, names),
        _states(theirs, names),
        "; ".join(
            dict.fromkeys(place.oblast for party in theirs if (place := names.places.get(party.place)) and place.oblast)
        ),
        names_of(theirs, names),
        _term(agreement, written, names),
    ]


def names_of(parties: Sequence[Party], names: Names) -> str:
    return "; ".join(names.place(party.place) for party in parties)


def _sides(parties: Sequence[Party], places: Mapping[str, PlaceView]) -> tuple[list[Party], list[Party]]:
    """The parties in Ukraine and those abroad."""
    ours = [party for party in parties if party.place.startswith("UA") or _country(party, places) == "UA"]
    return ours, [party for party in parties if party not in ours]


def _country(party: Party, places: Mapping[str, PlaceView]) -> str | None:
    place = places.get(party.place)
    return place.country if place else None


def _title(agreement: Agreement, names: Names) -> str:
    """What kind of document was signed, where it is recorded."""
    types = (document.type for document in agreement.signatures.values())
    return "; ".join(dict.fromkeys(names.choice("type", each) for each in types if each))


def _signed(agreement: Agreement, names: Names) -> str:
    return "; ".join(dict.fromkeys(day_of(document, names) for document in agreement.signatures.values()))


def _states(parties: Sequence[Party], names: Names) -> str:
    territories = Locale.parse(LOCALES[names.language]).territories
    codes = [_country(party, names.places) for party in parties]
    return "; ".join(dict.fromkeys(str(territories.get(code, code)) for code in codes if code))


def _term(agreement: Agreement, written: Mapping[str, str], names: Names) -> str:
    """The term as the register has it, else as it is recorded; with the end of one that is over."""
    said = written.get("duration_raw") or term_in_words(agreement.term, names)
    over = (("expired", agreement.expired), ("terminated", agreement.terminated))
    ends = [f"{names.words(f'agreement.{name}')}: {day_of(document, names)}" for name, document in over if document]
    return "; ".join([said, *ends])
