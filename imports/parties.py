"""Who made an agreement: the hromadas and the partners abroad, with what is doubtful about each."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from imports import countries, units
from imports.lists import Named, partners_in
from imports.municipalities import Directory, Municipality, current_name
from imports.notes import NamedHromada, Note, NoteKind, read_note
from imports.problem_texts import Code
from imports.problems import Field, Report

MAX_NAME = 300  # characters


class ImportedParty(BaseModel):
    """A side of an agreement.

    `name` is what the source calls it (for a matched hromada its full name). `katottg` is the source's match, or
    ours where name and oblast fit exactly one hromada; `proposed_katottg` is another code a person should
    consider. `read_from` is the column the party comes from.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    side: Literal["ua", "abroad"]
    country: str | None
    katottg: str | None = None
    proposed_katottg: str | None = None
    read_from: Literal["katottg", "partner_name_uk", "title_note_uk"]


def read_parties(cells: dict[str, str], directory: Directory, report: Report) -> tuple[ImportedParty, ...]:
    """The hromada of the entry first, then further Ukrainian parties, then the partners abroad."""
    note = read_note(cells["title_note_uk"])
    joined = tuple(_joined(hromada, directory, report) for hromada in note.joined)
    return (_hromada(cells, note, directory, report), *joined, *_abroad(cells, note, report))


def _hromada(cells: dict[str, str], note: Note, directory: Directory, report: Report) -> ImportedParty:
    written = f"{cells['hromada_uk'].strip()} ({cells['oblast_uk'].strip()} область)"
    found = directory.by_code(cells["katottg"])
    if found is None:
        report.add(Code.MUNICIPALITY_UNKNOWN, Field.HROMADA, text=cells["katottg"] or "—")
        return _ukrainian(written, None, _proposal(note, None, directory, report, written), "katottg")
    _compare_names(cells, found, directory, report, written)
    proposed = _proposal(note, found, directory, report, described(found))
    return _ukrainian(current_name(found), found.katottg, proposed, "katottg")


def _compare_names(
    cells: dict[str, str], found: Municipality, directory: Directory, report: Report, written: str
) -> None:
    if found not in directory.named(cells["hromada_uk"], cells["oblast_uk"]):
        report.add(Code.MUNICIPALITY_CONTRADICTED, Field.HROMADA, found=described(found), text=written)
    elif current_name(found) != found.full_name_uk and cells["hromada_uk"].strip() == found.name_uk:
        report.add(Code.MUNICIPALITY_RENAMED, Field.HROMADA, text=found.full_name_uk, found=current_name(found))


def _proposal(
    note: Note, filed: Municipality | None, directory: Directory, report: Report, filed_as: str
) -> str | None:
    """The code of the hromada the note names where that is exactly one and not the one filed under."""
    if note.hromada is None:
        return None
    fitting = _fitting(note.hromada, directory)
    if filed in fitting and len(fitting) == 1:
        return None
    one = fitting[0] if len(fitting) == 1 else None
    english = f"Consider {described(one)}, {one.katottg}." if one else "No single hromada fits it."
    ukrainian = f"Перевірте: {described(one)}, {one.katottg}." if one else "Однозначного збігу немає."
    report.add(
        Code.MATCH_DOUBTFUL,
        Field.NOTE,
        uk={"proposal": ukrainian},
        found=filed_as,
        text=note.hromada.text,
        proposal=english,
    )
    return one.katottg if one else None


def _joined(hromada: NamedHromada, directory: Directory, report: Report) -> ImportedParty:
    fitting = _fitting(hromada, directory)
    if len(fitting) != 1:
        report.add(Code.PARTY_UNMATCHED, Field.NOTE, text=hromada.text, count=str(len(fitting)))
        return _ukrainian(hromada.text, None, None, "title_note_uk")
    found = fitting[0]
    if hromada.oblast is None:
        report.add(Code.PARTY_TO_CONFIRM, Field.NOTE, text=hromada.text, found=described(found))
        return _ukrainian(hromada.text, None, found.katottg, "title_note_uk")
    return _ukrainian(current_name(found), found.katottg, None, "title_note_uk")


def _fitting(hromada: NamedHromada, directory: Directory) -> tuple[Municipality, ...]:
    return tuple(directory.named(hromada.name, hromada.oblast, hromada.hromada_type))


def _ukrainian(
    name: str, katottg: str | None, proposed: str | None, read_from: Literal["katottg", "title_note_uk"]
) -> ImportedParty:
    return ImportedParty(
        name=_short(name), side="ua", country="UA", katottg=katottg, proposed_katottg=proposed, read_from=read_from
    )


def described(municipality: Municipality) -> str:
    """«Миколаївська міська громада (Львівська область)»."""
    return f"{current_name(municipality)} ({municipality.oblast_uk} область)"


def _abroad(cells: dict[str, str], note: Note, report: Report) -> tuple[ImportedParty, ...]:
    from_note = _partner_is_in_note(cells["partner_name_uk"], note, report)
    field = Field.NOTE if from_note else Field.PARTNER
    text = note.text if from_note else cells["partner_name_uk"].strip()
    if not text or _placeholder(text):
        report.add(Code.PARTNER_NOT_NAMED, Field.PARTNER)
        return ()
    partners = partners_in(text)
    if partners.split:
        listed = ", ".join(named.name for named in partners.named)
        report.add(Code.LIST_SPLIT, field, count=str(len(partners.named)), text=listed)
    elif partners.maybe_several:
        report.add(Code.MAY_BE_SEVERAL_PARTIES, field, text=text)
    country = _country(cells, note, report)
    parties = tuple(_partner(named, country, from_note, report) for named in partners.named)
    _report_missing(parties, note, report)
    return parties


def _report_missing(parties: tuple[ImportedParty, ...], note: Note, report: Report) -> None:
    if note.kind is not NoteKind.COUNTRIES:
        return
    entered = {party.country for party in parties}
    missing = tuple(code for code in countries.named_in(note.text) if code not in entered)
    if missing:
        _with_countries(report, Code.PARTY_MAY_BE_MISSING, Field.NOTE, countries=missing)


def _partner(named: Named, country: str | None, from_note: bool, report: Report) -> ImportedParty:
    field = Field.NOTE if from_note else Field.PARTNER
    name = units.in_nominative(named.name)
    if name != named.name:
        report.add(Code.NAME_CORRECTED, field, text=name)
    if len(name) > MAX_NAME:
        report.add(Code.NAME_SHORTENED, field, text=_short(name))
    if units.no_authority(name):
        report.add(Code.NOT_PUBLIC_AUTHORITY, field, text=name)
    own = named.country or country
    if own in countries.BARRED:
        _with_countries(report, Code.COUNTRY_BARRED, Field.COUNTRY, country=(own,))
    return ImportedParty(
        name=_short(name),
        side="abroad",
        country=own,
        read_from="title_note_uk" if from_note else "partner_name_uk",
    )


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def _placeholder(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _partner_is_in_note(written: str, note: Note, report: Report) -> bool:
    """True where the column holds only the region, or nothing, and the note names the partner itself."""
    if note.kind is NoteKind.OTHER_BODY:
        report.add(Code.OTHER_BODY_NAMED, Field.NOTE, text=note.text, written=written)
        if units.no_authority(note.text):
            report.add(Code.NOT_PUBLIC_AUTHORITY, Field.NOTE, text=note.text)
    if note.kind is not NoteKind.PLACE or units.core(note.text) == units.core(written):
        return False
    nothing = not written.strip() or _placeholder(written.strip())
    if nothing or units.level(written) == "region" or units.is_part(note.text):
        report.add(Code.PARTNER_FROM_NOTE, Field.NOTE, text=note.text, written=written)
        return True
    report.add(Code.PARTNER_CONTRADICTED, Field.NOTE, text=note.text, written=written)
    return False


def _country(cells: dict[str, str], note: Note, report: Report) -> str | None:
    written = cells["partner_country"].strip()
    coded = countries.known_code(written)
    named = tuple(dict.fromkeys((*countries.named_in(cells["partner_name_uk"]), *countries.named_in(note.text))))
    if written and coded is None:
        report.add(Code.COUNTRY_UNKNOWN, Field.COUNTRY, text=written)
    if coded is None and len(named) == 1:
        _with_countries(report, Code.COUNTRY_FROM_TEXT, Field.COUNTRY, country=named)
        return named[0]
    if coded is None:
        report.add(Code.COUNTRY_NOT_GIVEN, Field.COUNTRY)
    elif any(code != coded for code in named):
        _with_countries(report, Code.COUNTRY_CONTRADICTED, Field.COUNTRY, country=(coded,), named=named)
    return coded


def _with_countries(report: Report, code: Code, field: Field, **codes: tuple[str, ...]) -> None:
    def in_language(language: str) -> dict[str, str]:
        return {
            key: ", ".join(countries.country_name(each, language) for each in given) for key, given in codes.items()
        }

    report.add(code, field, uk=in_language("uk"), **in_language("en"))
