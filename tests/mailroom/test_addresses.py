"""A partnership's own address: read back from any spelling, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.addresses import NoAddress, is_ours, partnership_address, partnership_of

BASE = "mosty@example.org"
SECRET = b"a secret"
UUID = "0b6c2f5e-93a1-5f0e-8a54-2f6f4d1f7a10"


@pytest.mark.parametrize(
    "partnership", [UUID, UUID.replace("-", ""), "3f9a0c5d71b2e684", "most-1", "Міст.1", UUID.upper()[:24]]
)
@pytest.mark.parametrize("spelled", [str, str.upper, str.title])
def test_an_address_names_its_partnership_however_it_is_spelled(partnership: str, spelled: type[str]) -> None:
    address = partnership_address(BASE, partnership, SECRET)
    assert partnership_of(spelled(address), BASE, SECRET) == partnership
    assert address == address.lower()
    assert address.isascii()


@given(st.uuids().map(str) | st.text(alphabet="abcXYZ019.:/@-_", min_size=1, max_size=24))
def test_every_uuid_and_every_shorter_id_has_an_address_of_its_own(partnership: str) -> None:
    address = partnership_address(BASE, partnership, SECRET)
    assert partnership_of(address, BASE, SECRET) == partnership
    assert len(address.partition("@")[0]) <= 64


def test_an_id_too_long_for_a_mail_address_is_refused_in_a_sentence() -> None:
    fits = partnership_address(BASE, "x" * 28, SECRET)
    assert len(fits.partition("@")[0]) <= 64
    with pytest.raises(NoAddress, match="too long"):
        partnership_address(BASE, "x" * 30, SECRET)


@pytest.mark.parametrize("base", ["mosty", "@example.org", "mosty@", ""])
def test_a_base_that_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(NoAddress, match="not an address"):
        partnership_address(base, UUID, SECRET)


ADDRESS = partnership_address(BASE, UUID, SECRET)
LOCAL, DOMAIN = ADDRESS.split("@")


@pytest.mark.parametrize(
    "other",
    [
        BASE,
        partnership_address(BASE, UUID, b"another secret"),
        partnership_address("other@example.org", UUID, SECRET),
        f"{LOCAL}@example.com",
        f"{LOCAL[:-1]}@{DOMAIN}",
        f"{LOCAL.partition('.')[0]}@{DOMAIN}",
        f"{LOCAL.partition('.')[0]}.@{DOMAIN}",
        f"mosty+{LOCAL.partition('.')[2]}@{DOMAIN}",
        f"mosty+u!!!!.{LOCAL.partition('.')[2]}@{DOMAIN}",
        f"mosty+.{LOCAL.partition('.')[2]}@{DOMAIN}",
        f"{LOCAL.partition('.')[0]}.їжак@{DOMAIN}",
        "",
        "not an address",
    ],
)
def test_other_addresses_name_no_partnership(other: str) -> None:
    assert partnership_of(other, BASE, SECRET) is None


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        (BASE, True),
        ("Mosty@Example.org", True),
        (ADDRESS, True),
        ("mosty+anything@example.org", True),
        ("mostyx@example.org", False),
        ("olena@example.org", False),
        ("mosty@example.com", False),
        ("mosty", False),
    ],
)
def test_which_addresses_lead_to_our_mailbox(address: str, ours: bool) -> None:
    assert is_ours(address, BASE) is ours
