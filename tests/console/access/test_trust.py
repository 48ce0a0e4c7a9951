"""Operators trust people with roles, take them back, fill programmes; it counts at once, and nobody else can."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from console.access.sessions import COOKIE
from models.party import NewParty
from models.tables import AuditRow, MailRow, PersonRow, ProgrammePartnershipRow, ProgrammeRow
from tests.console.access.signing import hidden, press, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

OURS, THEIRS = "a" * 32, "b" * 32


@pytest.fixture
async def operating(web: httpx.AsyncClient, shelf: Shelf) -> httpx.AsyncClient:
    """Taras, who operates; two partnerships of two oblasts."""
    await shelf.begin(OURS, parties=(NewParty(place=BROVARY), NewParty(place=ERLANGEN)))
    await shelf.begin(THEIRS, parties=(NewParty(place=LVIV), NewParty(place=LUBLIN)))
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    return web


async def sees(web: httpx.AsyncClient, shelf: Shelf, person: str, partnership: str) -> bool:
    """Whether somebody sees a partnership; afterwards Taras is signed in again."""
    await signed_in(web, shelf, person)
    answer = await web.get(f"/partnerships/{partnership}")
    await signed_in(web, shelf, "taras")
    return answer.status_code == 200


async def grant(web: httpx.AsyncClient, person: str, **fields: str) -> httpx.Response:
    return await press(web, f"/access/people/{person}?lang=en", f"/access/people/{person}/grant?lang=en", **fields)


@pytest.mark.parametrize(
    "given",
    [
        {"as": "coordinator/oblast", "oblast": "Київська"},
        {"as": "viewer/place", "place": BROVARY},
        {"as": "officer/place", "place": "Броварська"},
        {"as": "viewer/oblast", "oblast": "Київська", "place": LVIV},
    ],
)
async def test_a_role_counts_within_its_scope_from_the_grant_until_it_is_taken_back(
    operating: httpx.AsyncClient, shelf: Shelf, given: dict[str, str]
) -> None:
    assert not await sees(operating, shelf, "olena", OURS)
    answer = await grant(operating, "olena", **given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/access/people/olena?did=granted")
    assert await sees(operating, shelf, "olena", OURS)
    assert not await sees(operating, shelf, "olena", THEIRS)

    page = (await operating.get("/access/people/olena?lang=en")).text
    given_id = page.partition('name="grant" value="')[2].partition('"')[0]
    taken = await press(operating, "/access/people/olena", "/access/people/olena/revoke", grant=given_id)
    assert taken.status_code == 303
    assert not await sees(operating, shelf, "olena", OURS)
    async with shelf.engine.connect() as connection:
        what = await connection.scalars(select(AuditRow.what).where(AuditRow.key == "olena").order_by(AuditRow.id))
        assert list(what) == ["granted", "revoked"]


async def test_a_programme_spans_what_is_in_it(operating: httpx.AsyncClient, shelf: Shelf) -> None:
    made = await press(operating, "/access", "/access/programmes", name_uk="Мости надії")
    page = made.headers["location"].partition("?")[0]
    await grant(operating, "olena", **{"as": "coordinator/programme", "programme": page.rpartition("/")[2]})
    await press(
        operating, page, f"{page}/add", partnerships=f"{OURS[:8]}\nhttps://mosty.example.org/partnerships/{OURS}"
    )
    assert await sees(operating, shelf, "olena", OURS)
    assert not await sees(operating, shelf, "olena", THEIRS)
    assert "1 partnership" in (await operating.get("/access?lang=en")).text
    await press(operating, page, f"{page}/remove", partnership=OURS)
    assert not await sees(operating, shelf, "olena", OURS)


async def test_of_partnerships_named_for_a_programme_all_are_put_in_or_none(
    operating: httpx.AsyncClient, shelf: Shelf
) -> None:
    made = await press(operating, "/access", "/access/programmes", name_uk="Мости надії")
    page = made.headers["location"].partition("?")[0]
    answer = await press(
        operating, f"{page}?lang=en", f"{page}/add?lang=en", partnerships=f"{OURS}\nnothing-of-the-sort"
    )
    assert answer.status_code == 409
    assert "One of these names no partnership; none was put in." in answer.text
    assert "nothing-of-the-sort" in answer.text
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(ProgrammePartnershipRow)) == 0


async def test_what_cannot_be_is_said_and_what_was_chosen_stays(operating: httpx.AsyncClient) -> None:
    answer = await grant(operating, "olena", **{"as": "coordinator/oblast"})
    assert answer.status_code == 409
    assert "Choose the oblast, programme or municipality as well." in answer.text
    assert 'value="coordinator/oblast" selected' in answer.text
    page = await operating.get("/access/people/taras?lang=en")
    given = page.text.partition('name="grant" value="')[2].partition('"')[0]
    for path, fields in (("revoke", {"grant": given}), ("close", {})):
        address = f"/access/people/taras/{path}?lang=en"
        answer = await operating.post(address, data={**hidden(page.text), **fields})
        assert "This is the last operator" in answer.text


async def test_a_role_is_taken_back_on_its_own_persons_page_only(operating: httpx.AsyncClient, shelf: Shelf) -> None:
    page = await operating.get("/access/people/taras?lang=en")
    given = page.text.partition('name="grant" value="')[2].partition('"')[0]
    await trusted(shelf, "iryna", "operator")
    answer = await press(operating, "/access/people/olena", "/access/people/olena/revoke", grant=given)
    assert answer.status_code == 409


async def test_somebody_new_is_added_once_however_often_the_form_is_sent(
    operating: httpx.AsyncClient, shelf: Shelf
) -> None:
    carried = hidden((await operating.get("/access")).text)
    new = {**carried, "name": "Нова Людина", "email": "nova@example.org", "language": "en"}
    first, again = [await operating.post("/access/people", data=new) for _ in range(2)]
    async with shelf.engine.connect() as connection:
        row = (await connection.execute(select(PersonRow.__table__).where(PersonRow.email == "nova@example.org"))).one()
    assert first.headers["location"] == again.headers["location"] == f"/access/people/{row.id}?did=added"
    assert (row.language, row.added_by) == ("en", "taras")


async def test_a_programme_is_made_once_however_often_the_form_is_sent(
    operating: httpx.AsyncClient, shelf: Shelf
) -> None:
    form = {**hidden((await operating.get("/access")).text), "name_uk": "Мости надії"}
    assert [(await operating.post("/access/programmes", data=form)).status_code for _ in range(2)] == [303, 303]
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(ProgrammeRow)) == 1


async def test_people_are_found_by_a_part_of_name_or_address_and_by_role(operating: httpx.AsyncClient) -> None:
    for query, found in (("text=коваль", "olena"), ("text=IRYNA@", "iryna"), ("only=operator", "taras")):
        page = (await operating.get(f"/access?{query}")).text
        assert [name for name in ("olena", "iryna", "taras") if f"/access/people/{name}" in page] == [found]
    assert "Nobody fits." in (await operating.get("/access?lang=en&text=nobody")).text


async def test_somebody_is_signed_out_everywhere_and_mailed_a_link(operating: httpx.AsyncClient, shelf: Shelf) -> None:
    await signed_in(operating, shelf, "olena")
    cookie = operating.cookies[COOKIE]
    await signed_in(operating, shelf, "taras")
    await press(operating, "/access/people/olena", "/access/people/olena/sign-out")
    answer = await press(operating, "/access/people/olena", "/access/people/olena/mail-link")
    assert answer.headers["location"].endswith("did=mailed")
    async with shelf.engine.connect() as connection:
        mails = (await connection.execute(select(MailRow.kind, MailRow.person))).all()
    assert [tuple(mail) for mail in mails] == [("sign_in", "olena")]
    operating.cookies.clear()
    operating.cookies.set(COOKIE, cookie)
    assert (await operating.get("/today")).headers["location"].startswith("/signin")


async def test_erasing_is_looked_at_first_and_asks_whether_one_is_sure(
    operating: httpx.AsyncClient, shelf: Shelf
) -> None:
    page = "/access/people/iryna/erase?lang=en"
    assert "Erase Ірина Шевчук?" in (await operating.get(page)).text
    unsure = await press(operating, page, page)
    assert unsure.status_code == 409
    assert "Tick that you have looked at it." in unsure.text
    assert (await press(operating, page, page, sure="yes")).headers["location"] == "/access?did=erased"
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(PersonRow.name).where(PersonRow.id == "iryna")) == "—"


async def test_who_holds_seats_is_not_erased_and_the_page_says_why(operating: httpx.AsyncClient, shelf: Shelf) -> None:
    await shelf.begin("c" * 32, parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)))
    page = (await operating.get("/access/people/olena/erase?lang=en")).text
    assert "They still hold seats in open partnerships." in page
    assert 'name="sure"' not in page
