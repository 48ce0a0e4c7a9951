"""An agreement of the register as facts: parties, date, term, and everything a person has to look at."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from imports.dates import DatedText, ImportedDate, read_date
from imports.municipalities import Directory, Municipality
from imports.parties import ImportedParty, read_parties
from imports.problem_texts import Code
from imports.problems import Field, Problem, Report
from imports.register import RegisterRow, read_register
from imports.terms import NotGiven, ReadTerm, Term, Years, ends_on, read_term

NAMESPACE = UUID("6c460279-bac0-45ba-ab71-b255289a49f2")
"""The register's own identifier on data.gov.ua; keys of agreements are drawn in it. Never to be changed."""

EARLIEST = date(1990, 1, 1)


class CooperationKind(StrEnum):
    """Kinds of international territorial cooperation in Law 3668-IX that the register uses."""

    CROSS_BORDER = "cross_border"
    INTERTERRITORIAL = "interterritorial"
    CROSS_BORDER_AND_INTERTERRITORIAL = "cross_border_and_interterritorial"


_KINDS = {
    "cbc": CooperationKind.CROSS_BORDER,
    "interterritorial": CooperationKind.INTERTERRITORIAL,
    "cbc_interterritorial": CooperationKind.CROSS_BORDER_AND_INTERTERRITORIAL,
}


class ImportedAgreement(BaseModel):
    """One row of the register, to be confirmed by a person.

    `key` comes from the content of the row and `occurrence`, its place among rows of the same content (1, 2, …):
    identical rows are separate, and the same file read again gives the same keys. `source` holds all cells as
    written. `place` is what stands beside the date, mostly where it was signed. `ends` is the last day of the
    term where it has one that can be told; a renewal is not counted in.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    key: UUID
    occurrence: int
    source: dict[str, str]
    kind: CooperationKind | None
    parties: tuple[ImportedParty, ...]
    signed: ImportedDate | None
    place: str | None
    term: Term
    ends: date | None
    problems: tuple[Problem, ...]


def read_agreements(
    register_path: Path, municipalities: Iterable[Municipality], *, today: date | None = None
) -> list[ImportedAgreement]:
    """Every row of the register, in its order; none is dropped. Raises `UnreadableFile` for the file as a whole.

    `today` (by default the current day in UTC) decides which dates lie in the future and which terms are over;
    keys and facts do not depend on it.
    """
    directory = Directory(municipalities)
    today = today or datetime.now(UTC).date()
    seen: Counter[tuple[str, ...]] = Counter()
    agreements = []
    for row in read_register(register_path):
        seen[row.content] += 1
        agreements.append(_agreement(row, seen[row.content], directory, today))
    return agreements


def _agreement(row: RegisterRow, occurrence: int, directory: Directory, today: date) -> ImportedAgreement:
    report = Report(row.cells)
    _report_row(row, report)
    parties = read_parties(row.cells, directory, report)
    dated, term = read_date(row.cells["signed_raw"]), read_term(row.cells["duration_raw"])
    ends = ends_on(term.term, dated.signed)
    _report_date(row.cells["signed_raw"], dated, today, report)
    _report_term(row.cells["duration_raw"], term, ends, today, report)
    return ImportedAgreement(
        row=row.number,
        key=agreement_key(row, occurrence),
        occurrence=occurrence,
        source=row.cells,
        kind=_KINDS.get(row.cells["kind"].strip()),
        parties=parties,
        signed=dated.signed,
        place=dated.rest,
        term=term.term,
        ends=ends,
        problems=report.problems,
    )


def agreement_key(row: RegisterRow, occurrence: int) -> UUID:
    """The name of an agreement for ever: from what the row says and how many of the same stood above it."""
    return uuid5(NAMESPACE, json.dumps([*row.content, occurrence], ensure_ascii=False))


_CONTACT = re.compile(r"\S@\S|\+\d[\d ()-]{7,}\d|\bтел\b", re.IGNORECASE)


def _report_row(row: RegisterRow, report: Report) -> None:
    if not row.numbered:
        report.add(Code.ROW_NUMBER_UNREADABLE, Field.ROW)
    if not row.complete:
        report.add(Code.CELLS_MISPLACED, Field.ROW)
    if row.cells["kind"].strip() not in _KINDS:
        report.add(Code.KIND_UNKNOWN, Field.KIND, text=row.cells["kind"])
    for field in (Field.PARTNER, Field.NOTE, Field.SIGNED):
        if _CONTACT.search(row.cells[field]):
            report.add(Code.CONTACT_DATA, field)


def _report_date(text: str, dated: DatedText, today: date, report: Report) -> None:
    signed = dated.signed
    if signed is None:
        code = Code.DATE_NOT_GIVEN if dated.readable else Code.DATE_UNREADABLE
        report.add(code, Field.SIGNED, text=text)
        return
    if signed.precision != "day":
        report.add(Code.DATE_IMPRECISE, Field.SIGNED, text=text)
    if signed.on > today:
        report.add_on(Code.DATE_IN_FUTURE, Field.SIGNED, signed.on)
    if signed.on < EARLIEST:
        report.add_on(Code.DATE_BEFORE_1990, Field.SIGNED, signed.on)


def _report_term(text: str, read: ReadTerm, ends: date | None, today: date, report: Report) -> None:
    if read.doubt == "unreadable":
        report.add(Code.TERM_UNREADABLE, Field.TERM, text=text)
    elif isinstance(read.term, NotGiven):
        report.add(Code.TERM_NOT_GIVEN, Field.TERM)
    if read.doubt == "partly":
        report.add(Code.TERM_PARTLY_READ, Field.TERM, text=text)
    if read.doubt == "year_only" and ends:
        report.add_on(Code.TERM_END_TO_CONFIRM, Field.TERM, ends, text=text)
    if ends is None and isinstance(read.term, Years):
        report.add(Code.END_NOT_COMPUTED, Field.TERM)
    if ends and ends < today:
        renews = getattr(read.term, "renews", "none")
        code = Code.RENEWAL_TO_CONFIRM if renews == "automatic" else Code.TERM_OVER
        report.add_on(code, Field.TERM, ends)
