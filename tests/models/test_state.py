"""The state that travels for years: small, readable by the next version, holding nothing that could be derived."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from models.base import Actor, Instant
from models.commands import COMMANDS
from models.engine import Change, Envelope
from models.partnership import Partnership
from models.stage import Stage
from tests.models.lives import BUCHA, COORDINATOR, Life, begin, day, envelope, on

STATES = Path(__file__).parent / "states"
VERSION_1 = STATES / "version_1.json"

# -- a typical life, every command at least once ------------------------------------------------------------------

WHOLE_LIFE: list[tuple[float, str, dict[str, Any]]] = [
    (0, "name_person", {"role": "officer", "party": "p1", "person": "person-1"}),
    (1, "add_text", {"topic": "need", "text": "text-1"}),
    (1, "add_text", {"topic": "offer", "text": "text-2"}),
    (1, "add_text", {"topic": "goal", "text": "text-3"}),
    (1, "withdraw_text", {"text": "text-3"}),
    (1, "set_languages", {"languages": ("uk", "en")}),
    (2, "advance", {"to": "outreach"}),
    (2, "add_candidate", {"candidate": "cand-1", "place": "place-2"}),
    (2, "add_candidate", {"candidate": "cand-2", "place": "place-3"}),
    (3, "record_letter", {"candidate": "cand-1"}),
    (3, "drop_candidate", {"candidate": "cand-2"}),
    (30, "record_reply", {"candidate": "cand-1", "willing": True}),
    (31, "choose_candidate", {"candidate": "cand-1"}),
    (31, "advance", {"to": "dialogue"}),
    (35, "plan_meeting", {"meeting": "meet-1", "at": day(40)}),
    (36, "plan_meeting", {"meeting": "meet-2", "at": day(90)}),
    (37, "cancel_meeting", {"meeting": "meet-2"}),
    (40, "record_contact", {"contact": "cont-1", "how": "online_meeting", "meeting": "meet-1"}),
    (41, "record_contact", {"contact": "cont-2", "how": "note"}),
    (42, "record_contact", {"contact": "cont-3", "how": "letter", "author": "p2"}),
    (43, "correct_contact", {"contact": "cont-3", "how": "message", "author": "p1"}),
    (44, "withdraw_contact", {"contact": "cont-3"}),
    (45, "set_next_step", {"text": "text-4", "due": day(60)}),
    (46, "advance", {"to": "agreement"}),
    (47, "complete_next_step", {}),
    (48, "begin_drafting", {"agreement": "interterritorial"}),
    (48, "set_spheres", {"spheres": ("youth", "energy")}),
    (50, "submit_for_clearance", {"number": "1"}),
    (60, "return_with_remarks", {}),
    (61, "withdraw_step", {}),
    (80, "grant_clearance", {"number": "357"}),
    (90, "record_decision", {"body": "council", "type": "decision", "number": "12-8/2026"}),
    (91, "record_partner_approval", {"party": "p2"}),
    (95, "sign", {"party": "p1"}),
    (95, "sign", {"party": "p2"}),
    (120, "register", {"number": "UA-77"}),
    (121, "set_term", {"ends": day(2000), "renewal": "possible"}),
    (122, "set_plan", {"year": 2026}),
    (122, "record_steering_group", {}),
    (123, "advance", {"to": "activities"}),
    (124, "set_rhythm", {"rhythm": "quarterly"}),
    (125, "open_activity", {"activity": "acti-1", "type": "project", "givers": ("p2",), "receivers": ("p1",)}),
    (126, "set_milestone", {"activity": "acti-1", "milestone": "mile-1", "due": day(300)}),
    (127, "reach_milestone", {"activity": "acti-1", "milestone": "mile-1"}),
    (128, "complete_activity", {"activity": "acti-1", "participants": 30}),
    (129, "open_activity", {"activity": "acti-2", "type": "visit"}),
    (130, "cancel_activity", {"activity": "acti-2", "why": "security"}),
    (131, "acknowledge", {"watch": "contact", "until": day(200)}),
    (132, "suspend", {"why": "hostilities", "review_at": day(160)}),
    (133, "extend_suspension", {"review_at": day(170)}),
    (190, "resume", {}),
    (191, "hold_party", {"party": "p2"}),
    (250, "resume_party", {"party": "p2", "by": COORDINATOR}),
    (250, "record_bounce", {"party": "p2"}),
    (251, "make_dormant", {}),
    (260, "propose", {"proposal": "prop-1", "what": "revive", "by": COORDINATOR}),
    (300, "withdraw_proposal", {"proposal": "prop-1", "by": COORDINATOR}),
    (400, "revive", {}),
    (400, "confirm_address", {"party": "p2"}),
    (400, "propose", {"proposal": "prop-2", "what": "rest", "by": COORDINATOR}),
    (401, "answer_proposal", {"proposal": "prop-2", "accept": False}),
    (401, "add_party", {"place": "place-4"}),
    (402, "remove_party", {"party": "p3"}),
    (480, "record_review", {"outcome": "go_on"}),
    (481, "adopt_policy", {"policy": "reference@1", "carry": "keep_due"}),
    (900, "record_contact", {"contact": "cont-9", "how": "visit"}),
    (1950, "renew_term", {"indefinite": True, "body": "council"}),
    (1951, "confirm_term", {}),
    (1960, "set_term", {"ends": day(2100)}),
    (2100, "expire", {}),
    (2101, "renew_term", {"ends": day(2500), "body": "council"}),
    (2102, "terminate", {"body": "council"}),
    (2103, "end", {"why": "completed"}),
]


def lived(upto: float = 9_999) -> Life:
    life = begin(Stage.SELF_ANALYSIS, parties=(BUCHA,), coordinator="person-9")
    for moment, kind, fields in WHOLE_LIFE:
        if moment > upto:
            break
        life.until(moment).do(kind, **fields)
    return life


def test_a_whole_life_takes_every_command_and_ends() -> None:
    assert {kind for _, kind, _ in WHOLE_LIFE} | {"confirm", "accept"} == set(COMMANDS)
    life = lived()
    assert life.p.ended
    assert life.p.revision == len(life.changes)
    assert [change.entry.revision for change in life.changes] == list(range(1, len(life.changes) + 1))


def test_in_a_whole_life_every_episode_told_is_closed_once() -> None:
    told = lived().told
    opened = {notice.episode for notice in told if notice.rung}
    closed = [notice.episode for notice in told if not notice.rung]
    assert len(opened) > 8
    assert sorted(closed) == sorted(opened)


def test_every_moment_of_a_whole_life_round_trips_json() -> None:
    life = begin(Stage.SELF_ANALYSIS, parties=(BUCHA,), coordinator="person-9")
    for moment, kind, fields in WHOLE_LIFE:
        life.until(moment).do(kind, **fields)
        assert Partnership.model_validate_json(life.p.model_dump_json()) == life.p
    for change in life.changes:
        assert Change.model_validate_json(change.model_dump_json()) == change


@pytest.mark.parametrize(("kind", "fields"), [(kind, fields) for _, kind, fields in WHOLE_LIFE])
def test_every_command_round_trips_json(kind: str, fields: dict[str, Any]) -> None:
    sent = envelope(kind, **fields)
    assert Envelope.model_validate_json(sent.model_dump_json()) == sent


@pytest.mark.parametrize("kind", ["set_spheres", "set_languages"])
def test_a_list_that_is_emptied_arrives_empty(kind: str) -> None:
    sent = envelope(kind)
    assert Envelope.model_validate_json(sent.model_dump_json()) == sent


# -- small --------------------------------------------------------------------------------------------------------


def typical() -> Life:
    """In its second year, with ids as they are generated: registered, five contacts, an open project with a
    milestone, a quiet spell told of, twenty remembered commands."""
    life = lived(124)
    for number in range(5):
        life.until(125 + number * 20).do("record_contact", contact=f"{number:016x}", how="call")
    milestones = [{"id": f"{number:016x}", "due": day(500)} for number in range(1)]
    life.do("open_activity", activity="a" * 16, type="project", milestones=milestones, participants=20).until(300)
    remembered = {f"{number:016x}": 100 + number for number in range(20)}
    life.p = life.p.but(recent=remembered)
    assert set(life.p.memos) == {"contact"}
    return life


def bytes_of(life: Life) -> int:
    return len(life.p.model_dump_json().encode())


def test_a_partnership_that_keeps_in_touch_is_at_most_two_kilobytes() -> None:
    life = typical()
    life.p = life.p.but(agreement=None)
    assert bytes_of(life) <= 2_048


def test_with_the_whole_file_of_its_agreement_it_is_at_most_three() -> None:
    assert bytes_of(typical()) <= 3_072


def test_an_open_proposal_and_an_address_that_bounced_add_little() -> None:
    life = typical()
    before = bytes_of(life)
    life.do("propose", proposal="b" * 16, what="end", why="not_a_partnership", by=COORDINATOR)
    life.do("record_bounce", party="p2").fire()
    life.p = life.p.but(recent={f"{number:016x}": 100 + number for number in range(20)})
    assert {"proposal:end", "address:p2"} < set(life.p.memos)
    assert bytes_of(life) - before <= 384


def test_what_says_nothing_is_not_carried() -> None:
    carried = json.loads(begin(Stage.SELF_ANALYSIS, parties=(BUCHA,)).p.model_dump_json())
    assert not {"memos", "pauses", "contacts", "agreement", "suspension", "proposal", "fault", "differences"} & set(
        carried
    )


# -- read by later versions ---------------------------------------------------------------------------------------


def test_a_state_written_by_version_1_still_reads() -> None:
    """The file is what version 1 wrote and is never written anew: when this fails, a running partnership breaks."""
    written = json.loads(VERSION_1.read_text())
    p = Partnership.model_validate(written)
    assert json.loads(p.model_dump_json()).items() >= written.items()
    assert (p.stage, p.standing, p.attention, p.revision) == ("activities", "registered", "quiet", written["revision"])
    assert {watch.name for watch in p.watches()} == {
        "contact",
        "next_step",
        f"milestone:{'a' * 16}/{0:016x}",
        "term",
        "review",
    }
    assert p.timekeeper.due(p.watches()[0], p.book.memo("contact")) == on("2027-01-20")
    assert p.policy.ladders["registration"].rungs[0].days == 90
    assert (p.proposal, [party.bounced_at for party in p.parties]) == (None, [None, None])


def test_unknown_fields_of_a_newer_version_are_passed_over() -> None:
    newer = {**json.loads(VERSION_1.read_text()), "mood": "hopeful"}
    assert Partnership.model_validate(newer) == Partnership.model_validate_json(VERSION_1.read_text())


def test_unknown_fields_of_a_command_are_refused() -> None:
    with pytest.raises(ValidationError):
        envelope("set_plan", year=2026, mood="hopeful")


def test_facts_are_frozen() -> None:
    with pytest.raises(ValidationError):
        begin().p.revision = 7  # type: ignore[misc]


# -- instants and ids ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2026-05-12T12:00:00", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-10:00", "2301-01-01T00:00:00Z"]
)
def test_an_instant_without_a_zone_or_beyond_every_partnership_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(text)


def test_an_instant_is_kept_in_utc() -> None:
    assert TypeAdapter(Instant).validate_python("2026-05-12T13:00:00+03:00") == on("2026-05-12")


@pytest.mark.parametrize("person", ["", "Olha Petrenko", "a" * 65, "x\n"])
def test_an_id_is_short_and_never_a_name(person: str) -> None:
    with pytest.raises(ValidationError):
        Actor(role="officer", person=person)  # type: ignore[arg-type]
