"""What stands in place of somebody whose name and address were erased."""

from __future__ import annotations

NAME = "—"

ADDRESS_ENDS = "@erased.invalid"
"""After the id of whoever it was; no mail leaves for such an address (RFC 2606: there is no host of that name)."""


def is_nobody(address: str) -> bool:
    """Whether an address is of somebody who was erased."""
    return address.endswith(ADDRESS_ENDS)
