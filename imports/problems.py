"""What could not be read fully, in sentences for the person who confirms an imported agreement."""

from datetime import date
from enum import StrEnum

from babel.dates import format_date
from pydantic import BaseModel, ConfigDict

from imports.problem_texts import MESSAGES, Code

MAX_QUOTED = 120  # characters of a quotation inside a sentence; the source text itself is kept whole


class Field(StrEnum):
    """The columns problems speak of."""

    ROW = "row"
    HROMADA = "katottg"
    KIND = "kind"
    PARTNER = "partner_name_uk"
    COUNTRY = "partner_country"
    SIGNED = "signed_raw"
    TERM = "duration_raw"
    NOTE = "title_note_uk"


class Problem(BaseModel):
    """One thing to look at. `field` is the column of the register, `source_text` that cell as written."""

    model_config = ConfigDict(frozen=True)

    code: Code
    message_en: str
    message_uk: str
    field: Field
    source_text: str


class Report:
    """Gathers the problems of one row, in the order found; the same one is not told twice."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells
        self._found: dict[tuple[Code, str, str], Problem] = {}

    def add(self, code: Code, field: Field, uk: dict[str, str] | None = None, **details: str) -> None:
        """Notes a problem. `details` fill the sentences; `uk` those of the Ukrainian one that differ."""
        english, ukrainian = MESSAGES[code]
        quoted = {key: _quoted(text) for key, text in details.items()}
        message_en = english.format(**quoted)
        message_uk = ukrainian.format(**quoted | (uk or {}))
        problem = Problem(
            code=code,
            message_en=message_en,
            message_uk=message_uk,
            field=field,
            source_text=self._cells.get(field, ""),
        )
        self._found.setdefault((code, field, message_en), problem)

    def add_on(self, code: Code, field: Field, on: date, **details: str) -> None:
        """Notes a problem about a day, written out in either language."""
        english, ukrainian = (format_date(on, "long", locale=language) for language in ("en_GB", "uk"))
        self.add(code, field, uk={"on": ukrainian}, on=english, **details)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._found.values())


def _quoted(text: str) -> str:
    return text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"
