"""A form with a file: its words in memory, its file on disk while it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from console.access.looking import MaybeViewer
from console.web.posting import Fields, of_this_session, welcome, words_in_form

MOST_FIELDS = 12


@dataclass(frozen=True)
class Upload:
    """What was sent: the words of the form, and the file (none: nothing was chosen)."""

    fields: Fields
    file: UploadFile | None


async def uploaded(request: Request, viewer: MaybeViewer) -> AsyncIterator[Upload]:
    """A form with a file of the person who is signed in. Raises `StalePage` where it is not of this session."""
    welcome(request, viewer)
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        fields = Fields(words_in_form(form))
        of_this_session(fields, viewer)
        file = form.get("file")
        yield Upload(fields, file if isinstance(file, UploadFile) and file.filename else None)


TheUpload = Annotated[Upload, Depends(uploaded)]
