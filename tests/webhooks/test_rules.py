"""Where webhooks may go, what they say, whom they are told."""

from __future__ import annotations

import pytest

from models.base import Refused
from models.webhook import endpoint_url, may_go_to, message_id, networks, wants

PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
PRIVATE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:7f00:1::",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_gone_to(address: str) -> None:
    assert may_go_to(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_inside_may_not(address: str) -> None:
    assert not may_go_to(address)


def test_networks_may_be_allowed() -> None:
    allowed = networks("10.0.0.0/8, fd00::/8")
    assert may_go_to("10.1.2.3", allowed)
    assert may_go_to("::ffff:10.1.2.3", allowed)
    assert may_go_to("fd12::1", allowed)
    assert not may_go_to("127.0.0.1", allowed)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hooks",
        "ftp://example.org",
        "https://",
        "https:///hooks",
        "example.org/hooks",
        "https://olena:secret@example.org/",
        "https://example.org/#part",
        "https://example.org:port/",
        "https://exa mple.org/",
        "https://example.org/\nx-header: y",
        "https://example.org/" + "a" * 2_000,
        "file:///etc/passwd",
        "gopher://example.org:25/",
    ],
)
def test_what_is_no_endpoint_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        endpoint_url(url, plain=False)


def test_an_endpoint_is_taken_as_it_is() -> None:
    assert (
        endpoint_url(" https://example.org:8443/hooks?of=most ", plain=False)
        == "https://example.org:8443/hooks?of=most"
    )
    assert endpoint_url("http://inside/hooks", plain=True) == "http://inside/hooks"


@pytest.mark.parametrize(
    ("patterns", "kind", "told"),
    [
        ([], "advance", True),
        (["advance"], "advance", True),
        (["record_*"], "record_contact", True),
        (["record_*", "told"], "told", True),
        (["record_*"], "advance", False),
    ],
)
def test_whom_what_is_told(patterns: list[str], kind: str, told: bool) -> None:
    assert wants(patterns, kind) is told


def test_a_message_keeps_its_id_and_shares_it_with_no_other() -> None:
    ids = {message_id(*each) for each in (("a", "p", 1), ("a", "p", 2), ("b", "p", 1), ("a", "q", 1), ("a", "p", 1))}
    assert len(ids) == 4
