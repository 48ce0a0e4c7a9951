"""Letters as Internet messages: they arrive as they were written, say what they are, and no header can be injected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from mailroom.letters import Letter
from mailroom.message import Sender, Unwritable
from tests.mail.lives import NOW
from tests.mailroom.made import LETTERS, person

SENDER = Sender("Асоціація вигаданих громад <mosty@example.org>")
UNSUBSCRIBE = "https://mosty.example.org/u/1" + "abcDEF-_." * 40


def sent(letter: Letter = LETTERS["single-uk"], **how: object) -> EmailMessage:
    """The message as a mail server hands it on: bytes, read again."""
    to = how.pop("to", person())
    message = SENDER.message(letter, to, "<1@example.org>", NOW, **how)  # type: ignore[arg-type]
    arrived = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(arrived, EmailMessage)
    assert arrived.defects == []
    return arrived


def decoded(header: object) -> str:
    return str(make_header(decode_header(str(header))))


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("name", LETTERS)
class TestEveryLetter:
    def test_arrives_as_it_was_written(self, name: str) -> None:
        letter = LETTERS[name]
        arrived = sent(letter)
        assert arrived["Subject"] == letter.subject
        assert body(arrived, "plain") == letter.body
        assert body(arrived, "html") == letter.html + "\n"
        assert arrived["Content-Language"] == letter.language

    def test_is_text_first_and_then_html(self, name: str) -> None:
        arrived = sent(LETTERS[name])
        assert arrived.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]

    def test_needs_no_server_that_takes_eight_bits_or_long_lines(self, name: str) -> None:
        raw = SENDER.message(LETTERS[name], person(), "<1@example.org>", NOW, unsubscribe=UNSUBSCRIBE).as_bytes()
        assert raw.isascii()
        assert max(map(len, raw.splitlines())) <= 998


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Вітаємо. " * 400, "base64"),
        ("Hello. " * 400, "quoted-printable"),
        ("Hello – Зразкове. " + "word " * 30, "quoted-printable"),
        ("x" * 5000, "quoted-printable"),
    ],
)
def test_words_travel_in_the_encoding_that_suits_them(text: str, encoding: str) -> None:
    arrived = sent(Letter("s", text, "", "uk"))
    assert arrived["Content-Transfer-Encoding"] == encoding
    assert arrived.get_content().rstrip() == text.rstrip()
    assert not arrived.is_multipart()


class TestWhatItIs:
    def test_the_machines_mail_says_so_and_asks_for_no_automatic_answers(self) -> None:
        arrived = sent()
        assert (arrived["Auto-Submitted"], arrived["X-Auto-Response-Suppress"]) == ("auto-generated", "All")

    def test_an_officers_own_mail_does_not(self) -> None:
        arrived = sent(auto=False)
        assert (arrived["Auto-Submitted"], arrived["X-Auto-Response-Suppress"]) == (None, None)

    def test_a_digest_can_be_stopped_by_one_click(self) -> None:
        arrived = sent(unsubscribe=UNSUBSCRIBE)
        assert arrived["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
        assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_nothing_else_can(self) -> None:
        assert not [name for name in sent() if name.lower().startswith("list-")]

    def test_it_is_filed_under_what_it_follows(self) -> None:
        thread = [SENDER.message_id("most-1", 1, rung, "olena") for rung in range(1, 12)]
        arrived = sent(thread=thread)
        assert arrived["In-Reply-To"] == thread[-1]
        assert arrived["References"].split() == thread

    def test_it_comes_in_the_name_that_the_municipality_wants(self) -> None:
        assert (
            decoded(SENDER.message(LETTERS["single-uk"], person(), "<1@x>", NOW)["From"].addresses[0].display_name)
            == SENDER.name
        )
        arrived = sent(sender_name="Зразкове", reply_to=["Олена <olena@example.org>", "town@example.org"])
        (address,) = arrived["From"].addresses
        assert (address.display_name, address.addr_spec) == ("Зразкове", "mosty@example.org")
        assert [each.addr_spec for each in arrived["Reply-To"].addresses] == ["olena@example.org", "town@example.org"]
        assert sent(sender_name="")["From"].addresses[0].display_name == ""

    def test_anybody_with_a_name_and_an_address_can_be_written_to(self) -> None:
        @dataclass
        class Correspondent:
            name: str = "Anna Muster"
            email: str = "anna@muster.example"

        assert str(sent(to=Correspondent())["To"]) == "Anna Muster <anna@muster.example>"


class TestIds:
    def test_the_same_notice_and_person_always_have_the_same(self) -> None:
        known = "<73a79b70-1788-5da2-b0f3-4328e7d8a2f5@example.org>"
        assert SENDER.message_id("most-1", 2, 3, "olena") == known
        assert SENDER.message_id("most-1", 2, 3, "olena") == SENDER.message_id_of("most-1", "2", "3", "olena")
        assert SENDER.message_id_of("welcome", "olena") == SENDER.message_id_of("welcome", "olena")
        assert SENDER.message_id_of("welcome", "olena") != SENDER.message_id_of("welcome", "danylo")


EVIL = "Olena\r\nBcc: eve@example.org\r\n\r\n<p>hello"


class TestNothingIsInjected:
    def assert_clean(self, arrived: EmailMessage) -> None:
        assert arrived["Bcc"] is None
        assert arrived.get_content_type() == "multipart/alternative"
        assert body(arrived, "plain") == LETTERS["single-uk"].body

    def test_by_a_readers_name(self) -> None:
        self.assert_clean(sent(to=replace(person(), name=EVIL)))

    def test_by_a_senders_name(self) -> None:
        self.assert_clean(sent(sender_name=EVIL))

    @pytest.mark.parametrize(
        "email", ["a@example.org\r\nBcc: eve@example.org", "a b@example.org", "a@", "@b", "", "а@б"]
    )
    def test_by_an_address(self, email: str) -> None:
        with pytest.raises(Unwritable):
            sent(to=replace(person(), email=email))
        with pytest.raises(Unwritable):
            sent(reply_to=[email])

    @pytest.mark.parametrize(
        "url",
        [
            "https://mosty.example.org/u\r\nBcc: eve@example.org",
            "https://mosty.example.org/u>,<mailto:eve@example.org",
            "mailto:eve@example.org",
            "javascript:alert(1)",
            "https://зразкове.example/u",
            "https://mosty.example.org/" + "x" * 1000,
            "https://",
        ],
    )
    def test_by_a_link(self, url: str) -> None:
        with pytest.raises(ValueError, match="not a web link"):
            sent(unsubscribe=url)

    def test_by_a_subject(self) -> None:
        with pytest.raises(ValueError, match="linefeed or carriage return"):
            sent(replace(LETTERS["single-uk"], subject="Hello\r\nBcc: eve@example.org"))

    @pytest.mark.parametrize("thread", [["<1@x>\r\nBcc: eve@example.org"], ["<1@x>", "<2@x>\nBcc: eve@example.org"]])
    def test_by_an_id(self, thread: list[str]) -> None:
        with pytest.raises(ValueError, match="linefeed or carriage return"):
            sent(thread=thread)


def test_a_sender_needs_an_address() -> None:
    with pytest.raises(Unwritable):
        Sender("Association")
    assert Sender("mosty@example.org").name == ""
