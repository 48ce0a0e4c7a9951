"""Pages: without JavaScript, in two languages, with what was unclear beside the source's own text."""

import httpx

from tests.console.access.signing import as_operator
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28


class TestPages:
    async def test_the_list_names_the_places_and_counts_what_was_unclear(
        self, web: httpx.AsyncClient, shelf: Shelf
    ) -> None:
        await as_operator(web, shelf)
        p = await shelf.begin(ID, BROVARY, ERLANGEN, stage="dialogue", imported=True, source_row=17)
        await shelf.unclear(p, 17, "one", "two")
        page = (await web.get("/partnerships?lang=uk&text=&stage=&oblast=")).text
        assert "Броварська міська громада — Ерланген" in page
        assert "2 неясності" in page

    async def test_the_language_is_asked_for_or_the_browsers_own(self, web: httpx.AsyncClient) -> None:
        page = "/signin"
        for query, accepted, language in [
            ("", "en-GB,en;q=0.9,uk;q=0.8", "en"),
            ("", "pl,uk;q=0.7,en;q=0.3", "uk"),
            ("", "", "uk"),
            ("?lang=en", "uk", "en"),
            ("?lang=xx", "en", "en"),
        ]:
            answer = await web.get(f"{page}{query}", headers={"Accept-Language": accepted})
            assert answer.headers["content-language"] == language
            assert f'<html lang="{language}">' in answer.text

    async def test_an_unknown_partnership_is_a_page_with_a_sentence(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await as_operator(web, shelf)
        answer = await web.get("/partnerships/nobody?lang=en")
        assert answer.status_code == 404
        assert "There is nothing at this address" in answer.text

    async def test_every_answer_keeps_to_itself(self, web: httpx.AsyncClient) -> None:
        for path in ("/", "/healthz", "/api/v1/partnerships", "/partnerships/nobody", "/no/such/path"):
            headers = (await web.get(path)).headers
            assert headers["cache-control"] == "no-store"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
