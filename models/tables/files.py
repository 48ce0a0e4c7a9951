"""Files that people keep with a partnership: their names and whose they are. The bytes lie in the home folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Table


class FileRow(Table):
    """A file of a partnership; its bytes lie under their hash. A removed one can be brought back for a while."""

    __tablename__ = "files"

    id: Mapped[str] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    place: Mapped[str | None] = mapped_column(doc="the municipality whose file it is; none: everybody's who sees it")
    sha256: Mapped[str]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(doc="pdf, docx, odt, jpg, png: by what is in it")
    size: Mapped[int] = mapped_column(doc="bytes")
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "partnership", "added_at"), Index(None, "sha256"), Index(None, "removed_at"))
