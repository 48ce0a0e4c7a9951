"""Ukrainian hromadas: the list, and how one is found by its code or by what it is called.

A name never identifies by itself: in the list of 2022, 95 short names occur in several oblasts and 19 hromadas
share a name with another in their own oblast. Only the KATOTTG code does.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from imports.errors import UnreadableFile
from imports.table import read_table

HromadaType = Literal["міська", "селищна", "сільська"]

COLUMNS = (
    "katottg",
    "name_uk",
    "type",
    "full_name_uk",
    "raion_uk",
    "oblast_uk",
    "oblast_en",
    "lat",
    "lon",
    "population_2022",
)

RENAMED = {"UA07020010000096841": "Володимирська"}
"""Short names that changed after the list was made, by code: the town of Volodymyr dropped “-Volynskyi”."""


class Municipality(BaseModel):
    """A hromada. `name_uk` is the short name («Броварська»); `lat` and `lon` are its centre, WGS 84 degrees."""

    model_config = ConfigDict(frozen=True)

    katottg: str
    name_uk: str
    type: HromadaType
    full_name_uk: str
    raion_uk: str
    oblast_uk: str
    oblast_en: str
    lat: float
    lon: float
    population_2022: int


def read_municipalities(path: Path) -> list[Municipality]:
    """All hromadas of a file. Raises `UnreadableFile` also for a value that cannot be or a code given twice."""
    read: dict[str, Municipality] = {}
    for row in read_table(path, COLUMNS):
        try:
            municipality = Municipality.model_validate({column: row.cells[column] for column in COLUMNS})
        except ValidationError as error:
            columns = ", ".join(str(item["loc"][0]) for item in error.errors())
            message = f"{path.name}, row {row.position}: {columns} cannot be read. Nothing was read."
            raise UnreadableFile(message) from None
        if municipality.katottg in read:
            raise UnreadableFile(f"{path.name}: the code {municipality.katottg} is given twice. Nothing was read.")
        read[municipality.katottg] = municipality
    return list(read.values())


class Directory:
    """Finds hromadas. Apostrophes of any kind and upper or lower case make no difference."""

    def __init__(self, municipalities: Iterable[Municipality]) -> None:
        self._by_code: dict[str, Municipality] = {}
        self._by_name: dict[str, list[Municipality]] = defaultdict(list)
        for municipality in municipalities:
            self._by_code[municipality.katottg] = municipality
            for name in {municipality.name_uk, RENAMED.get(municipality.katottg, municipality.name_uk)}:
                self._by_name[_folded(name)].append(municipality)

    def by_code(self, katottg: str) -> Municipality | None:
        return self._by_code.get(katottg.strip())

    def named(self, name: str, oblast: str | None = None, hromada_type: str | None = None) -> Sequence[Municipality]:
        """Every hromada of this short name, narrowed by oblast and type where given: none, one or several."""
        return tuple(
            candidate
            for candidate in self._by_name.get(_folded(name), ())
            if (oblast is None or _folded(candidate.oblast_uk) == _folded(oblast))
            and (hromada_type is None or candidate.type == hromada_type.casefold())
        )


def _folded(name: str) -> str:
    return " ".join(name.replace("'", "’").replace("ʼ", "’").replace("`", "’").split()).casefold()


def current_name(municipality: Municipality) -> str:
    """The full name as it is today: «Володимирська міська громада» for what the list of 2022 calls otherwise."""
    renamed = RENAMED.get(municipality.katottg)
    return f"{renamed} {municipality.type} громада" if renamed else municipality.full_name_uk
