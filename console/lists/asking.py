"""What an address asks of the list: filters, order, page; and how each filter is taken off again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import ConfigDict, Field, field_validator

from console.lists.filters import Filters, Sort


class ListAsked(Filters):
    """The filters and the page as an address carries them: what was left empty says nothing."""

    model_config = ConfigDict(extra="ignore")

    sort: Sort = Sort.WORST
    cursor: str | None = Field(None, max_length=300)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_says_nothing(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if isinstance(value, str) and not value.strip() else value

    @property
    def narrowed_by(self) -> dict[str, Any]:
        """The filters that are set, by name."""
        return {name: value for name in Filters.model_fields if (value := getattr(self, name)) is not None}

    def query(self, *but: str) -> str:
        """The list's first page as an address has it, without some of its filters."""
        said = {name: _plain(value) for name, value in self.narrowed_by.items() if name not in but}
        if self.sort is not Sort.WORST:
            said["sort"] = self.sort.value
        return urlencode(said)

    def carried(self) -> Iterator[tuple[str, str]]:
        """Filters and order as the hidden fields of a form."""
        yield from ((name, _plain(value)) for name, value in self.narrowed_by.items())
        yield "sort", self.sort.value


def asked_of(fields: Mapping[str, Any]) -> ListAsked:
    """What a form or a saved query asks; raises ValidationError where it is none."""
    return ListAsked.model_validate(dict(fields))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
