"""What is read of a partnership: sentences, ways back, activities, what is offered; private words also by programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import insert

from console.access.api_tokens import make_token
from console.labels import Language
from console.partnership.activities import gathered
from console.partnership.names import Names
from console.partnership.offered import fits, offered
from console.partnership.sentences import sentence
from console.partnership.undoing import Undo, undo_of, undos
from console.people import PersonName
from console.places import PlaceView
from console.timeline import TimelineLine
from models.activity import ActivityType
from models.commands import COMMANDS
from models.stage import Stage
from models.tables import TextRow
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf
from tests.console.partnership.lives import ID, OFFICER, PARTIES
from tests.models.lives import BERGEN, BUCHA, COORDINATOR, Life, begin, day, decided, drafted, signed

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
PLACES = {
    "bucha": PlaceView(id="bucha", name="Буча", name_en="Bucha"),
    "bergen": PlaceView(id="bergen", name="Берген", name_en="Bergen"),
}


def names(life: Life | None = None, language: Language = "en") -> Names:
    p = (life or begin()).p
    people = {"olha": PersonName(id="olha", name="Ольга Приклад")}
    things = {"a1": "Teachers meet", "a1/m1": "Programme sent", "k1": "bergen"}
    return Names(p, language, ZoneInfo("Europe/Kyiv"), PLACES, people, things)


def line(kind: str, revision: int = 2, **facts: Any) -> TimelineLine:
    return TimelineLine(
        revision=revision, at=NOW, kind=kind, role="officer", party="p1", person=None, command_id="c", facts=facts,
        names={}, texts={}, counted=None,
    )  # fmt: skip


SENTENCES: list[tuple[str, dict[str, Any], str, str]] = [
    ("record_contact", {"how": "call", "at": "2026-05-01T09:00:00Z"}, "Contact: call, 1 May 2026.",
     "Контакт: дзвінок, 1 травня 2026 року."),
    ("record_contact", {"how": "letter", "author": "p2"}, "Contact: letter or mail, 12 May 2026. Written by Bergen.",
     "Контакт: лист, 12 травня 2026 року. Написала сторона: Берген."),
    ("acknowledge", {"watch": "contact", "until": "2026-06-01T09:00:00Z"}, "In hand until 1 June 2026: contact.",
     "Узято в роботу до 1 червня 2026 року: контакт."),
    ("add_candidate", {"candidate": "k1", "place": "bergen"}, "Possible partner added: Bergen.",
     "Додано можливого партнера: Берген."),
    ("name_person", {"role": "deputy", "person": "olha", "party": "p1"}, "Named: Ольга Приклад – deputy. Bucha.",
     "Названо: Ольга Приклад – заступник. Буча."),
    ("name_person", {"role": "deputy", "party": "p1"}, "Nobody is named any more: deputy. Bucha.",
     "Більше нікого не названо: заступник. Буча."),
    ("answer_proposal", {"proposal": "x", "accept": False}, "The municipality declined the proposal.",
     "Громада відхилила пропозицію."),
    ("set_milestone", {"activity": "a1", "milestone": "m1", "due": "2026-06-01T09:00:00Z"},
     "A milestone: Teachers meet: Programme sent, due 1 June 2026.",
     "Віха: Teachers meet: Programme sent, до 1 червня 2026 року."),
    ("told", {"watches": ["contact 2", "signing:p2 1"]}, "Reminded: contact, signing (Bergen).",
     "Нагадано: контакт, підписання (Берген)."),
    ("grant_clearance", {"body": "ministry", "type": "order", "number": "879", "source": "document"},
     "The ministry approved the draft: 12 May 2026. Ministry, order, no. 879, known from: a document.",
     "Міністерство погодило проєкт: 12 травня 2026 року. Міністерство, наказ, № 879, звідки відомо: документ."),
    ("set_term", {"ends": "2030-01-31T10:00:00Z", "renewal": "automatic"},
     "The term of the agreement was recorded. Until 31 January 2030, renewal: renews by itself unless somebody gives "
     "notice.",
     "Записано строк дії угоди. До 31 січня 2030 року, продовження: продовжується сама, якщо ніхто не заперечить."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "facts", "en", "uk"), SENTENCES, ids=[f"{s[0]}-{n}" for n, s in enumerate(SENTENCES)])
def test_a_change_is_a_sentence_in_both_languages(kind: str, facts: dict[str, Any], en: str, uk: str) -> None:
    assert sentence(line(kind, **facts), names()) == en
    assert sentence(line(kind, **facts), names(language="uk")) == uk


@pytest.mark.parametrize("kind", [*COMMANDS, "started", "imported", "told", "fault", "unread_signal"])
def test_every_change_is_a_sentence_even_without_facts(kind: str) -> None:
    facts: dict[str, Any] = {"how": "call"} if kind.endswith("_contact") else {}
    for language in ("en", "uk"):
        said = sentence(line(kind, **facts), names(language=language))  # type: ignore[arg-type]
        assert said.endswith(".")
        assert "{" not in said


class TestTakingBack:
    def test_a_contact_while_it_is_kept(self) -> None:
        life = begin().do("record_contact", contact="k", how="call")
        assert undo_of(life.p, line("record_contact", contact="k")) == Undo("withdraw_contact", {"contact": "k"})
        assert undo_of(life.p, line("record_contact", contact="other")) is None

    def test_a_formal_step_only_the_latest(self) -> None:
        life = decided()
        assert undo_of(life.p, line("record_decision")) == Undo("withdraw_step")
        assert undo_of(life.p, line("grant_clearance")) is None
        assert undo_of(signed().p, line("sign")) == Undo("withdraw_step")
        assert undo_of(drafted().p, line("begin_drafting")) == Undo("withdraw_step")

    def test_of_two_alike_only_the_newest(self) -> None:
        life = begin().do("suspend", why="elections", review_at=day(20))
        lines = [line("suspend", 9), line("suspend", 4)]
        assert undos(life.p, lines, lambda kind: True) == {9: Undo("resume")}
        assert undos(life.p, lines, lambda kind: False) == {}

    def test_nothing_once_it_has_ended(self) -> None:
        life = begin().do("record_contact", contact="k", how="call").do("end", why="other")
        assert undos(life.p, [line("record_contact", contact="k")], lambda kind: True) == {}

    @pytest.mark.parametrize(
        ("kind", "facts", "way"),
        [
            ("plan_meeting", {"meeting": "m", "at": day(9)}, Undo("cancel_meeting", {"meeting": "m"})),
            ("make_dormant", {}, Undo("revive")),
            ("hold_party", {"party": "p1"}, Undo("resume_party", {"party": "p1"})),
            ("set_next_step", {"text": "t", "due": day(9)}, Undo("complete_next_step")),
            ("open_activity", {"activity": "a", "type": "visit"}, Undo("cancel_activity", {"activity": "a"})),
            ("add_text", {"topic": "need", "text": "t"}, Undo("withdraw_text", {"text": "t"})),
            ("record_bounce", {"party": "p2"}, Undo("confirm_address", {"party": "p2"})),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_each_has_its_way_back_until_it_is_taken(self, kind: str, facts: dict[str, Any], way: Undo) -> None:
        said = line(kind, **{name: value for name, value in facts.items() if isinstance(value, str)})
        life = begin().do(kind, **facts)
        assert undo_of(life.p, said) == way
        more = {"why": "funds"} if way.kind == "cancel_activity" else {}
        assert undo_of(life.do(way.kind, **way.facts, **more).p, said) is None


class TestOffered:
    def test_what_is_offered_is_not_refused_for_where_the_partnership_stands(self) -> None:
        """What does not fit is refused: the two agree on every stage."""
        for stage in Stage:
            if stage is not Stage.ENDED:
                parties = (BUCHA, BERGEN) if stage.between_partners else (BUCHA,)
                p = begin(stage, parties=parties).p
                assert fits(p, "open_activity") == stage.between_partners
                assert fits(p, "add_candidate") == (stage in (Stage.SELF_ANALYSIS, Stage.OUTREACH))

    def test_the_usual_come_first_and_what_waits_before_them(self) -> None:
        everything = SimpleNamespace(may=lambda kind: True)
        assert offered(begin().p, everything).usual[:3] == ("record_contact", "acknowledge", "plan_meeting")
        paused = begin().do("suspend", why="other", review_at=day(9))
        assert offered(paused.p, everything).usual[0] == "resume"
        proposed = begin().do("propose", proposal="x", what="rest", by=COORDINATOR)
        assert offered(proposed.p, everything).usual[0] == "answer_proposal"

    def test_nothing_once_it_has_ended(self) -> None:
        assert offered(begin().do("end", why="other").p, SimpleNamespace(may=lambda kind: True)).groups == ()


def row(kind: str, days: float = 0, body: str | None = None, **facts: Any) -> Any:
    return SimpleNamespace(kind=kind, at=NOW + timedelta(days=days), facts=facts, body=body)


def test_activities_from_their_beginning_to_their_end() -> None:
    rows = [
        row("open_activity", 0, "Teachers meet", activity="a1", type="exchange", givers=["p1"], participants=20),
        row("open_activity", 1, activity="a2", type="aid", givers=["p2"]),
        row("set_milestone", 2, "Programme", activity="a1", milestone="m", due="2026-06-01T09:00:00+00:00"),
        row("complete_activity", 9, activity="a1", participants=18, at="2026-05-19T09:00:00+00:00"),
        row("cancel_activity", 10, activity="a2", why="funds"),
        row("open_activity", 11, activity="a3", type="visit"),
        row("complete_activity", 12, activity="unknown"),
    ]
    found = gathered(rows)
    outcomes = [(each.id, each.outcome) for each in found.activities]
    assert outcomes == [("a3", "open"), ("a2", "cancelled"), ("a1", "held")]
    assert found.things == {"a1": "Teachers meet", "a1/m": "Programme"}
    history = found.history([3, 1], ["p2"])
    (held,) = history.held
    assert (held.type, held.participants, held.at.day) == (ActivityType.EXCHANGE, 18, 19)
    assert history.cancelled_for_funds == (NOW + timedelta(days=10),)


async def test_programs_read_no_private_words_either(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await shelf.begin(ID, parties=PARTIES, coordinator="iryna", stage="activities")
    text = {"id": "t1", "partnership": ID, "about": "record_contact.text", "body": "They are short of money."}
    now = datetime.now(UTC)
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(TextRow).values(**text, written_at=now, author="olena", place=BROVARY))
        tokens = {who: await make_token(connection, who, "a program", False, 9, now) for who in ("olena", "iryna")}
    await shelf.give(p, "record_contact", contact="c1", how="call", text="t1", actor=OFFICER)
    for who, reads in (("olena", True), ("iryna", False)):
        key = {"Authorization": f"Bearer {tokens[who]}"}
        for path in ("", "/timeline", "/explain"):
            answer = await web.get(f"/api/v1/partnerships/{ID}{path}", headers=key)
            assert answer.status_code == 200
            assert ("short of money" in answer.text) is reads, (who, path)


def test_abroad_is_called_as_in_the_readers_language() -> None:
    assert names(language="uk").title == "Буча – Берген"
    assert names().title == "Bucha – Bergen"
    assert names().watch(f"signing:{ERLANGEN}").endswith(f"({ERLANGEN})")
