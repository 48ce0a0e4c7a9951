"""Proposals and addresses as people meet them: said in words, answered by the municipality, shown on the page."""

import httpx
import pytest
from sqlalchemy import select

from console.acting import Order, act
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from models.base import Actor, Refused, Role
from models.partnership import Partnership
from models.party import NewParty
from models.tables import PartnershipRow
from tests.console.access.signing import as_operator
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28
COORDINATOR = Actor(role=Role.COORDINATOR, person="iryna")
OFFICER = Actor(role=Role.OFFICER, person="olena", party="p1")
TOWNS = StartSaid(parties=[PartySaid(place=BROVARY, officer="olena"), PartySaid(place="Ерланген")], coordinator="iryna")


@pytest.mark.server
async def test_a_coordinator_proposes_in_words_and_the_officer_answers(living: Edge) -> None:
    partnership = (await start_partnership(living, TOWNS, None, None)).partnership
    await act(living, Order(partnership, "advance", {"to": "dialogue", "reason": "вже знайомі"}))
    said = {"what": "rest", "text": "Обидві громади зайняті відбудовою"}
    proposal = (await act(living, Order(partnership, "propose", said, "iryna"))).created["proposal"]
    answer = {"proposal": proposal[:6], "accept": True}
    with pytest.raises(Refused, match="The municipality decides"):
        await act(living, Order(partnership, "answer_proposal", answer, "iryna"))
    await act(living, Order(partnership, "answer_proposal", answer, "olena"))
    async with living.database.connect() as connection:
        found = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
    p = Partnership.model_validate(found)
    assert (p.dormant_since is not None, p.proposal) == (True, None)


async def proposed(shelf: Shelf) -> Partnership:
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    p = await shelf.begin(ID, parties=parties, coordinator="iryna", stage="dialogue")
    p = await shelf.give(p, "record_bounce", party="p2")
    return await shelf.give(p, "propose", COORDINATOR, proposal="v1", what="rest")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", ("пропозиція чекає на відповідь (дати спокій)", "потрібна нова контактна адреса (Ерланген)")),
        ("en", ("proposal to be answered (let it rest)", "new contact to be found (Erlangen)")),
    ],
)
async def test_what_waits_for_the_municipality_is_on_the_page(
    web: httpx.AsyncClient, shelf: Shelf, language: str, words: tuple[str, ...]
) -> None:
    await as_operator(web, shelf)
    await proposed(shelf)
    page = (await web.get(f"/partnerships/{ID}?lang={language}")).text
    for each in words:
        assert each in page


@pytest.mark.parametrize(("accept", "words"), [(True, "прийняла"), (False, "відхилила")])
async def test_the_timeline_says_how_it_was_answered(
    web: httpx.AsyncClient, shelf: Shelf, accept: bool, words: str
) -> None:
    await shelf.give(await proposed(shelf), "answer_proposal", OFFICER, proposal="v1", accept=accept)
    await as_operator(web, shelf)
    page = (await web.get(f"/partnerships/{ID}?lang=uk")).text
    assert f"Громада {words} пропозицію." in page
