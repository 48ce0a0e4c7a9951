"""Webhooks: where they may go, what they say, how often they are tried. What happened, in ids and codes; never a name.

They follow the Standard Webhooks specification (standardwebhooks.com): a message has an id that stays the same
when it is tried again, a moment and a signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from models.base import Fact, refuse

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL = 2_000

GIVEN_UP_AFTER = timedelta(days=3)
"""So long a message is tried; then it has failed, and its endpoint rests until somebody looks at it."""

BOTH_SECRETS = timedelta(days=1)
"""So long after a new secret the old one signs as well."""

CARRYING = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"), ip_network("2001::/32"))
"""IPv6 addresses that lead to an IPv4 one (NAT64, 6to4, Teredo): where they end is not for us to guess."""


class Planned(Fact):
    """What a round of webhooks has to do: the endpoints with something to send, and whether there is more to plan."""

    endpoints: tuple[str, ...] = ()
    planned: int = 0
    more: bool = False


class Sending(Fact):
    """What one step of sending did, and whether the endpoint has more."""

    done: dict[str, int] = Field(default_factory=dict)
    more: bool = False


def endpoint_url(said: str, *, plain: bool) -> str:
    """An address that messages may be sent to. Refused: not https (http where `plain` allows it), with a name and
    password in it, or no address at all."""
    url = said.strip()
    parts = urlsplit(url)
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or not parts.hostname:
        refuse("no_address", "This is no address of an endpoint: https://example.org/hooks is one.")
    if parts.scheme != "https" and not (plain and parts.scheme == "http"):
        refuse("not_https", "An endpoint is reached by https, so that nobody on the way reads along.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        refuse("no_address", "An endpoint's address has no name, no password and no part after #.")
    try:
        _ = parts.port
    except ValueError:
        refuse("no_address", "This endpoint's port is no number.")
    return url


def networks(said: str) -> tuple[Network, ...]:
    """Networks as settings have them: `10.0.0.0/8, fd00::/8`. Raises ValueError."""
    return tuple(ip_network(each.strip()) for each in said.split(",") if each.strip())


def may_go_to(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether a message may go to this address: a public one, or one of the networks allowed."""
    found = _plain(ip_address(address))
    if any(found.version == network.version and found in network for network in allowed):
        return True
    leads_elsewhere = any(found.version == network.version and found in network for network in CARRYING)
    return found.is_global and not found.is_multicast and not leads_elsewhere


def _plain(address: Address) -> Address:
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


def wants(patterns: Iterable[str], kind: str) -> bool:
    """Whether an endpoint with these patterns (`advance`, `record_*`; none: everything) is told of this kind."""
    patterns = tuple(patterns)
    return not patterns or any(fnmatchcase(kind, pattern) for pattern in patterns)


def message_id(endpoint: str, partnership: str, revision: int) -> str:
    """The same for every attempt: by it the receiver knows a message it has already heeded."""
    return f"msg_{uuid5(NAMESPACE_URL, f'{endpoint}/{partnership}/{revision}').hex}"


def body(partnership: str, revision: int, kind: str, at: datetime, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a message says of one line of a timeline: the same however often it is tried."""
    said = {"partnership": partnership, "revision": revision, **facts}
    return {
        "type": f"partnership.{kind}",
        "timestamp": at.isoformat(),
        "data": {name: value for name, value in said.items() if value is not None},
    }
