"""Files on disk, under their hash: the same bytes are kept once. What a file is, its content says, not its name."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import IO
from zipfile import BadZipFile, ZipFile

from console.small_pages import Sorry

LARGEST_FILE = 10 * 1024 * 1024
PIECE = 64 * 1024

JUST_NOW = 3600.0
"""Seconds in which bytes that were kept may not be on record yet."""

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "jpg": "image/jpeg",
    "png": "image/png",
}
"""The kinds of files that are kept, and the type that they are handed out as."""

_BEGINNINGS = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """Bytes that are kept."""

    sha256: str
    kind: str
    size: int


class Store:
    """The folder of files. Blocking: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where bytes of this hash lie."""
        assert _SHA256.fullmatch(sha256)
        return self._folder / sha256[:2] / sha256

    def keep(self, content: IO[bytes]) -> Stored:
        """Keep what a file holds. Refused: nothing, too much, another kind of file, a document with macros."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-", delete=False) as copy:
            try:
                sha256, size = _copied(content, copy)
                kind = kind_of(copy)
                copy.close()
                there = self.path(sha256)
                there.parent.mkdir(exist_ok=True)
                os.replace(copy.name, there)
            except BaseException:
                Path(copy.name).unlink(missing_ok=True)
                raise
        return Stored(sha256, kind, size)

    def forget(self, sha256: str) -> None:
        """Erase bytes, unless the same ones were kept anew just now; what is gone already stays gone."""
        there = self.path(sha256)
        if there.is_file() and time() - there.stat().st_mtime > JUST_NOW:
            there.unlink(missing_ok=True)


def kind_of(content: IO[bytes]) -> str:
    """What a file is by what is in it. Refused: none of the kinds that are kept, macros."""
    content.seek(0)
    head = content.read(8)
    for kind, beginning in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if head.startswith(b"PK"):
        return _document(content)
    raise Sorry("file_kind")


def safe_name(said: str, kind: str) -> str:
    """A file's name without folders and what no disk takes, ending as its kind does."""
    name = _UNSAFE.sub(" ", said.replace("\\", "/").rpartition("/")[2]).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    known = ending.casefold() in (*TYPES, "jpeg")
    stem = stem if dot and known else name
    return f"{stem[:120].rstrip(' .')}.{kind}"


def _copied(content: IO[bytes], copy: IO[bytes]) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(PIECE):
        size += len(piece)
        if size > LARGEST_FILE:
            raise Sorry("file_too_large")
        hashed.update(piece)
        copy.write(piece)
    if not size:
        raise Sorry("file_empty")
    copy.flush()
    return hashed.hexdigest(), size


def _document(content: IO[bytes]) -> str:
    """A document in a ZIP: by the parts it must have. Nothing is unpacked but its own few words of type."""
    try:
        with ZipFile(content) as package:
            parts = package.namelist()
            if any(part.endswith("vbaProject.bin") or part.startswith("Basic/") for part in parts):
                raise Sorry("file_macros")
            if "[Content_Types].xml" in parts and "word/document.xml" in parts:
                return "docx"
            if "mimetype" in parts and _says_odt(package):
                return "odt"
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        raise Sorry("file_kind") from None
    raise Sorry("file_kind")


def _says_odt(package: ZipFile) -> bool:
    said = TYPES["odt"].encode()
    return package.getinfo("mimetype").file_size == len(said) and package.read("mimetype") == said
