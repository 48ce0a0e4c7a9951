"""An imported agreement as the facts a partnership begins with. Its parties are places, by id; its dates are noon
in Kyiv. Nothing of it is watched before an officer accepts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import uuid5
from zoneinfo import ZoneInfo

from imports.agreement import NAMESPACE, ImportedAgreement
from imports.parties import ImportedParty
from imports.terms import Indefinite
from models.agreement import Agreement, AgreementKind, Document, Precision, Renewal, Term
from models.base import Actor, Provenance, Role, Source
from models.lifecycle import Start
from models.party import NewParty
from models.stage import Stage

KYIV = ZoneInfo("Europe/Kyiv")

REGISTER_AS_OF = datetime(2026, 5, 15, 9, tzinfo=UTC)
"""The day of the register's file."""

REGISTER_ENTRY = "register_entry"
"""The type of document that the register itself is."""


def place_id(party: ImportedParty) -> str:
    """The place of a party: its KATOTTG code, or a name of its own from country and name as written."""
    if party.katottg:
        return party.katottg
    return f"{(party.country or 'xx').lower()}-{uuid5(NAMESPACE, f'{party.country}|{party.name.casefold()}').hex[:12]}"


def start_of(imported: ImportedAgreement, policy: str) -> Start:
    """What the partnership of one row begins with. The same row gives the same id, so it begins once."""
    places = tuple(dict.fromkeys(place_id(party) for party in imported.parties))
    signed = noon(imported.signed.on) if imported.signed else None
    return Start(
        id=str(imported.key),
        actor=Actor(role=Role.OPERATOR),
        command_id=f"import-{imported.key}",
        parties=tuple(NewParty(place=place) for place in places),
        policy=policy,
        began=min(signed, datetime.now(UTC)) if signed else None,
        stage=Stage.ACTIVITIES,
        agreement=_agreement(imported, len(places), signed),
        imported=True,
        source_row=imported.row,
    )


def noon(on: date) -> datetime:
    """A day of the register as an instant: noon in Kyiv."""
    return datetime.combine(on, time(12), KYIV).astimezone(UTC)


def _agreement(imported: ImportedAgreement, parties: int, signed: datetime | None) -> Agreement:
    keys = tuple(f"p{number}" for number in range(1, parties + 1))
    provenance = Provenance(source=Source.REGISTER, as_of=REGISTER_AS_OF)
    precision = Precision(imported.signed.precision) if imported.signed else Precision.DAY
    signature = Document(at=signed, precision=precision) if signed else None
    return Agreement(
        kind=AgreementKind(imported.kind) if imported.kind else AgreementKind.OTHER,
        since=signed or REGISTER_AS_OF,
        signatories=keys,
        signatures=dict.fromkeys(keys, signature) if signature else {},
        registered=Document(at=REGISTER_AS_OF, type=REGISTER_ENTRY, provenance=provenance),
        term=Term(
            indefinite=isinstance(imported.term, Indefinite),
            ends=noon(imported.ends) if imported.ends else None,
            renewal=Renewal(getattr(imported.term, "renews", "none")),
        ),
        source=Source.REGISTER,
    )
