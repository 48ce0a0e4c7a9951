"""A form with a file: its words in memory, its file on disk while it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from console.access.looking import MaybeViewer
from console.web.needs import Record
from console.web.posting import Fields, made_for, welcome, words_in_form

MOST_FIELDS = 12


@dataclass(frozen=True)
class Upload:
    """What was sent: the words of the form, and the file (none: nothing was chosen)."""

    fields: Fields
    file: UploadFile | None


async def uploaded(request: Request, viewer: MaybeViewer, record: Record) -> AsyncIterator[Upload]:
    """A form with a file of the person who is signed in. Raises `StalePage` where it was not made for them."""
    welcome(request, viewer)
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        fields = Fields(words_in_form(form))
        await made_for(viewer, fields, record)
        file = form.get("file")
        yield Upload(fields, file if isinstance(file, UploadFile) and file.filename else None)


TheUpload = Annotated[Upload, Depends(uploaded)]
