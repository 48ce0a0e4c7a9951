from datetime import date
from pathlib import Path

import pytest

from imports.agreement import ImportedAgreement, read_agreements
from imports.municipalities import Directory, Municipality, read_municipalities

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def register() -> Path:
    return DATA / "ua_intl_agreements_law3668.csv"


@pytest.fixture(scope="session")
def municipalities() -> list[Municipality]:
    return read_municipalities(DATA / "hromadas_kse_2022.csv")


@pytest.fixture(scope="session")
def directory(municipalities: list[Municipality]) -> Directory:
    return Directory(municipalities)


@pytest.fixture(scope="session")
def agreements(register: Path, municipalities: list[Municipality]) -> list[ImportedAgreement]:
    return read_agreements(register, municipalities, today=date(2026, 6, 1))


@pytest.fixture(scope="session")
def by_row(agreements: list[ImportedAgreement]) -> dict[int, ImportedAgreement]:
    return {agreement.row: agreement for agreement in agreements}
