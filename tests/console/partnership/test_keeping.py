"""Notes and files: private to a municipality until it shares them, kept by what is in them, brought back for a time."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from sqlalchemy import select, update

from console.partnership.keeping import BROUGHT_BACK
from console.partnership.store import LARGEST_FILE, Store, safe_name
from models.party import NewParty
from models.tables import AuditRow, FileRow, TextRow
from settings import Settings
from tests.console.access.signing import hidden, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LVIV, Shelf
from tests.console.partnership.lives import ID, PARTIES

PDF = b"%PDF-1.7\n" + b"x" * 200


def package(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return made.getvalue()


DOCX = package({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
ODT = package({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})


async def note(web: httpx.AsyncClient, words: str, **more: Any) -> httpx.Response:
    page = (await web.get(f"/partnerships/{ID}/notes?lang=en")).text
    return await web.post(f"/partnerships/{ID}/notes?lang=en", data={**hidden(page), "text": words, **more})


async def send(
    web: httpx.AsyncClient, content: bytes, name: str = "Угода.pdf", who: str | None = "ours"
) -> httpx.Response:
    page = (await web.get(f"/partnerships/{ID}/files?lang=en")).text
    said = hidden(page) | ({"who": who} if who else {})
    return await web.post(f"/partnerships/{ID}/files?lang=en", data=said, files={"file": (name, content)})


async def rows(shelf: Shelf, table: type[Any]) -> list[Any]:
    async with shelf.engine.connect() as connection:
        return list((await connection.execute(select(table.__table__))).all())


@pytest.fixture
async def there(web: httpx.AsyncClient, shelf: Shelf) -> None:
    """Olena of Brovary, Taras of Lviv, Iryna who coordinates; Olena is signed in."""
    parties = (*PARTIES, NewParty(place=LVIV, officer="taras"))
    await shelf.begin(ID, parties=parties, coordinator="iryna", stage="activities")
    await signed_in(web, shelf, "olena")


@pytest.mark.usefixtures("there")
class TestNotes:
    async def test_a_note_is_its_municipalitys_until_it_is_shared(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        assert (await note(web, "The mayor is <b>ill</b>.")).status_code == 303
        assert "The mayor is &lt;b&gt;ill&lt;/b&gt;." in (await web.get(f"/partnerships/{ID}/notes")).text
        (row,) = await rows(shelf, TextRow)
        assert (row.place, row.author, row.shared_at) == (BROVARY, "olena", None)
        for other in ("taras", "iryna"):
            await signed_in(web, shelf, other)
            assert "ill" not in (await web.get(f"/partnerships/{ID}/notes")).text
        csrf = await signed_in(web, shelf, "olena")
        form = {"csrf": csrf, "nonce": "nonce-nonce"}
        assert (await web.post(f"/partnerships/{ID}/texts/{row.id}/share", data=form)).status_code == 303
        await signed_in(web, shelf, "iryna")
        assert "ill" in (await web.get(f"/partnerships/{ID}/notes")).text

    async def test_a_note_sent_twice_is_kept_once(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        page = (await web.get(f"/partnerships/{ID}/notes")).text
        for _ in range(2):
            await web.post(f"/partnerships/{ID}/notes", data={**hidden(page), "text": "Once."})
        assert len(await rows(shelf, TextRow)) == 1

    async def test_a_coordinators_note_is_for_everybody(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await signed_in(web, shelf, "iryna")
        await note(web, "Ask about the spring.")
        await signed_in(web, shelf, "taras")
        assert "Ask about the spring." in (await web.get(f"/partnerships/{ID}/notes")).text

    async def test_somebody_elses_is_not_theirs_to_change(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await note(web, "Ours.", shared="yes")
        (row,) = await rows(shelf, TextRow)
        csrf = await signed_in(web, shelf, "taras")
        form = {"csrf": csrf, "nonce": "nonce-nonce"}
        answer = await web.post(f"/partnerships/{ID}/texts/{row.id}/remove?lang=en", data=form)
        assert answer.status_code == 422
        assert "This is for Броварська міська громада alone to change" in answer.text
        assert (await rows(shelf, TextRow))[0].removed_at is None

    async def test_what_somebody_may_not_read_is_not_there(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await note(web, "Ours.")
        (row,) = await rows(shelf, TextRow)
        csrf = await signed_in(web, shelf, "taras")
        form = {"csrf": csrf, "nonce": "nonce-nonce"}
        assert (await web.post(f"/partnerships/{ID}/texts/{row.id}/share", data=form)).status_code == 404

    async def test_a_removed_note_comes_back_or_is_erased(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await note(web, "A slip.")
        (row,) = await rows(shelf, TextRow)
        csrf = await signed_in(web, shelf, "olena")
        form = {"csrf": csrf, "nonce": "nonce-nonce"}
        await web.post(f"/partnerships/{ID}/texts/{row.id}/remove", data=form)
        assert "A slip." not in (await web.get(f"/partnerships/{ID}/notes")).text
        await web.post(f"/partnerships/{ID}/texts/{row.id}/restore", data=form)
        assert "A slip." in (await web.get(f"/partnerships/{ID}/notes")).text
        await web.post(f"/partnerships/{ID}/texts/{row.id}/remove", data=form)
        for days, left in ((-1, 2), (1, 2)):
            removed = datetime.now(UTC) - BROUGHT_BACK - timedelta(days=days)
            async with shelf.engine.begin() as connection:
                await connection.execute(update(TextRow).where(TextRow.id == row.id).values(removed_at=removed))
            await note(web, f"Another {days}.")
            assert len(await rows(shelf, TextRow)) == left

    async def test_an_empty_or_endless_note_is_refused_and_stays_in_the_form(self, web: httpx.AsyncClient) -> None:
        assert (await note(web, "  ")).status_code == 422
        answer = await note(web, "a" * 4001)
        assert answer.status_code == 422
        assert "a" * 4001 in answer.text

    async def test_who_only_looks_writes_nothing(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        async with shelf.engine.begin() as connection:
            await connection.execute(update(FileRow).values(size=0))
        await shelf.begin("b" * 32, BROVARY, ERLANGEN)
        await trusted(shelf, "taras", "viewer")
        csrf = await signed_in(web, shelf, "taras")
        form = {"csrf": csrf, "nonce": "nonce-nonce", "text": "Mine."}
        assert (await web.post(f"/partnerships/{'b' * 32}/notes", data=form)).status_code == 403


@pytest.mark.usefixtures("there")
class TestFiles:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [(PDF, "pdf"), (DOCX, "docx"), (ODT, "odt"), (b"\xff\xd8\xff\xe0abc", "jpg"), (b"\x89PNG\r\n\x1a\nabc", "png")],
    )
    async def test_what_it_is_its_content_says(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, content: bytes, kind: str
    ) -> None:
        assert (await send(web, content, "Угода про співпрацю.exe")).status_code == 303
        (row,) = await rows(shelf, FileRow)
        assert (row.kind, row.name, row.size, row.place) == (
            kind,
            f"Угода про співпрацю.exe.{kind}",
            len(content),
            BROVARY,
        )
        assert Store(home_settings.home / "files").path(row.sha256).read_bytes() == content
        answer = await web.get(f"/partnerships/{ID}/files/{row.id}")
        assert answer.content == content
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%A3")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "text/html" not in answer.headers["content-type"]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"<html><script>alert(1)</script>", "This is not a PDF"),
            (b"MZ\x90\x00", "This is not a PDF"),
            (b"", "The file is empty"),
            (package({"a.txt": b"x"}), "This is not a PDF"),
            (b"PK\x03\x04broken", "This is not a PDF"),
            (
                package({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}),
                "holds macros",
            ),
            (PDF + b"x" * LARGEST_FILE, "larger than 10 MB"),
        ],
        ids=["html", "program", "empty", "zip", "broken", "macros", "large"],
    )
    async def test_what_is_not_kept_is_said(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, content: bytes, words: str
    ) -> None:
        answer = await send(web, content)
        assert answer.status_code == 422
        assert words in answer.text
        assert await rows(shelf, FileRow) == []
        assert [file for file in (home_settings.home / "files").rglob("*") if file.is_file()] == []

    async def test_nothing_chosen_and_nobody_named_are_said(self, web: httpx.AsyncClient) -> None:
        assert "Choose a file first" in (await send(web, b"", "")).text
        assert "Say who may see it" in (await send(web, PDF, who="")).text

    async def test_a_private_file_is_not_there_for_others(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await send(web, PDF)
        (row,) = await rows(shelf, FileRow)
        for other in ("taras", "iryna"):
            await signed_in(web, shelf, other)
            assert (await web.get(f"/partnerships/{ID}/files/{row.id}")).status_code == 404
            assert "Угода" not in (await web.get(f"/partnerships/{ID}/files")).text
        csrf = await signed_in(web, shelf, "olena")
        form = {"csrf": csrf, "nonce": "nonce-nonce"}
        await web.post(f"/partnerships/{ID}/files/{row.id}/share", data=form)
        await signed_in(web, shelf, "iryna")
        assert (await web.get(f"/partnerships/{ID}/files/{row.id}")).content == PDF

    async def test_the_same_form_again_keeps_nothing_more(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        page = (await web.get(f"/partnerships/{ID}/files")).text
        for _ in range(2):
            said = {**hidden(page), "who": "all"}
            answer = await web.post(f"/partnerships/{ID}/files", data=said, files={"file": ("a.pdf", PDF)})
            assert answer.status_code == 303
        assert len(await rows(shelf, FileRow)) == 1

    async def test_a_removed_file_comes_back_or_is_erased_with_its_bytes(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await send(web, PDF)
        (row,) = await rows(shelf, FileRow)
        path = Store(home_settings.home / "files").path(row.sha256)
        form = {"csrf": await signed_in(web, shelf, "olena"), "nonce": "nonce-nonce"}
        await web.post(f"/partnerships/{ID}/files/{row.id}/remove", data=form)
        assert (await web.get(f"/partnerships/{ID}/files/{row.id}")).status_code == 404
        await web.post(f"/partnerships/{ID}/files/{row.id}/restore", data=form)
        assert (await web.get(f"/partnerships/{ID}/files/{row.id}")).content == PDF
        await web.post(f"/partnerships/{ID}/files/{row.id}/remove", data=form)
        await _long_ago(shelf, row.id, path)
        await note(web, "Anything.")
        assert await rows(shelf, FileRow) == []
        assert not path.exists()

    async def test_bytes_that_another_file_has_stay(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await send(web, PDF, "one.pdf")
        await send(web, PDF, "two.pdf")
        one, _ = sorted(await rows(shelf, FileRow), key=lambda row: row.name)
        path = Store(home_settings.home / "files").path(one.sha256)
        await _long_ago(shelf, one.id, path)
        await note(web, "Anything.")
        assert [row.name for row in await rows(shelf, FileRow)] == ["two.pdf"]
        assert path.read_bytes() == PDF

    async def test_what_is_done_with_files_is_on_record(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await send(web, PDF)
        (row,) = await rows(shelf, FileRow)
        form = {"csrf": await signed_in(web, shelf, "olena"), "nonce": "nonce-nonce"}
        for what in ("share", "remove", "remove", "restore"):
            await web.post(f"/partnerships/{ID}/files/{row.id}/{what}", data=form)
        async with shelf.engine.connect() as connection:
            said = list(
                await connection.scalars(select(AuditRow.what).where(AuditRow.key == row.id).order_by(AuditRow.id))
            )
        assert said == ["file added", "file shared", "file removed", "file brought back"]

    async def test_far_too_much_is_a_page_and_other_pages_take_no_more_than_before(
        self, web: httpx.AsyncClient, shelf: Shelf
    ) -> None:
        answer = await send(web, PDF + b"x" * (LARGEST_FILE + 200_000))
        assert answer.status_code == 413
        assert "<h1>" in answer.text
        assert (await web.post(f"/partnerships/{ID}/notes", data={"text": "a" * 70_000})).status_code == 413

    async def test_a_form_of_another_session_keeps_nothing(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        said = {"csrf": "wrong", "nonce": "nonce-nonce", "who": "all"}
        answer = await web.post(f"/partnerships/{ID}/files", data=said, files={"file": ("a.pdf", PDF)})
        assert answer.status_code == 409
        assert await rows(shelf, FileRow) == []


def _done(file: str) -> Any:
    return select(AuditRow.what).where(AuditRow.key == file).order_by(AuditRow.id)


async def _long_ago(shelf: Shelf, file: str, path: Path) -> None:
    removed = datetime.now(UTC) - BROUGHT_BACK - timedelta(days=1)
    async with shelf.engine.begin() as connection:
        await connection.execute(update(FileRow).where(FileRow.id == file).values(removed_at=removed))
    os.utime(path, (0, 0))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\Угода.PDF", "Угода.pdf"),
        ("a\x00b\nc.pdf", "a b c.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("scan.jpeg", "scan.pdf"),
    ],
)
def test_a_name_is_only_a_name(said: str, kept: str) -> None:
    assert safe_name(said, "pdf") == kept


def test_two_of_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = store.keep(io.BytesIO(PDF)), store.keep(io.BytesIO(PDF))
    assert first == second
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1
    store.forget(first.sha256)
    assert store.path(first.sha256).exists(), "kept just now"
