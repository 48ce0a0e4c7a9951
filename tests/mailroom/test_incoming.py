"""What a message is, by its headers first; whom it answers; what of it is its writer's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.headers import parsed, subject_of
from mailroom.incoming import (
    Kind,
    answers,
    author_of,
    classify,
    message_key,
    own_id,
    reached,
    sent_to,
    written_at,
)
from mailroom.own_words import own_words

OURS = "mosty@example.org"
ON = date(2026, 7, 31)
ARRIVED = datetime(2026, 7, 31, 9, tzinfo=UTC)
OUR_ID = "<3f1f0c2e-0000-5000-8000-000000000001@example.org>"


def mail(*headers: str, text: str = "Dear Olena,\nthe choir would like to come in May.\n") -> bytes:
    usual = {
        "From": "Anna <anna@musterstadt.example>",
        "To": "olena@example.org",
        "Subject": "Choir",
        "Message-ID": "<1@x>",
    }
    said = dict(header.split(": ", 1) for header in headers)
    head = [f"{name}: {value}" for name, value in (usual | said).items()]
    return "\r\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text.replace("\n", "\r\n")]).encode()


def kind_of(*headers: str, text: str = "") -> Kind:
    return classify(parsed(mail(*headers, text=text)), OURS, ON).kind


REPLY = "In-Reply-To: <other@example.org>"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ((), Kind.HUMAN),
        ((REPLY,), Kind.HUMAN),
        (("Auto-Submitted: no",), Kind.HUMAN),
        (("X-Autoreply: no",), Kind.HUMAN),
        (("X-Auto-Response-Suppress: None",), Kind.HUMAN),
        (("Precedence: first-class",), Kind.HUMAN),
        (("Return-Path: <anna@musterstadt.example>",), Kind.HUMAN),
        (("Subject: Re: Out of office",), Kind.HUMAN),
        (("Subject: Office for youth",), Kind.HUMAN),
        (("Subject: Urlaub in Musterstadt",), Kind.HUMAN),
        (("Subject: Відпустка-практика для учнів",), Kind.HUMAN),
        (("From: postmaster-general@musterstadt.example",), Kind.HUMAN),
        (("From: postmaster@musterstadt.example",), Kind.HUMAN),
        ((f"Message-ID: {OUR_ID}",), Kind.HUMAN),
        (("Auto-Submitted: auto-replied",), Kind.AUTO_REPLY),
        (("Auto-Submitted: Auto-Replied; owner-email=anna@musterstadt.example",), Kind.AUTO_REPLY),
        (("Auto-Submitted: auto-replied (vacation)",), Kind.AUTO_REPLY),
        (("Auto-Submitted: auto-generated",), Kind.AUTO_REPLY),
        (("Auto-Submitted: auto-notified",), Kind.AUTO_REPLY),
        (("X-Autoreply: yes",), Kind.AUTO_REPLY),
        (("X-Autorespond: Choir",), Kind.AUTO_REPLY),
        (("X-Auto-Response-Suppress: All",), Kind.AUTO_REPLY),
        (("X-Auto-Response-Suppress: OOF, AutoReply",), Kind.AUTO_REPLY),
        (("Precedence: auto_reply",), Kind.AUTO_REPLY),
        (("Return-Path: <>",), Kind.AUTO_REPLY),
        (("From: MAILER-DAEMON@mx.example",), Kind.AUTO_REPLY),
        (("Content-Type: multipart/report; report-type=disposition-notification",), Kind.AUTO_REPLY),
        (("Precedence: bulk",), Kind.LIST),
        (("Precedence: Junk",), Kind.LIST),
        (("Precedence: list",), Kind.LIST),
        (("List-Id: <towns.lists.example>",), Kind.LIST),
        (("List-Unsubscribe: <mailto:leave@lists.example>",), Kind.LIST),
        (("List-Id: <towns.lists.example>", "Auto-Submitted: auto-generated"), Kind.LIST),
        (("List-Id: <towns.lists.example>", "Subject: Out of office"), Kind.LIST),
        (("Precedence: bulk", "Auto-Submitted: auto-replied"), Kind.AUTO_REPLY),
        (("Precedence: bulk", "Subject: Out of office"), Kind.AUTO_REPLY),
        (("From: Mosty <mosty@example.org>",), Kind.LOOP),
        (("From: mosty+uaaaa.bbbb@example.org",), Kind.LOOP),
        (("From: Mosty <mosty@example.org>", "Auto-Submitted: auto-generated"), Kind.LOOP),
        ((f"Message-ID: {OUR_ID}", "Auto-Submitted: auto-generated"), Kind.LOOP),
        (("Message-ID: <77@example.org>", "Auto-Submitted: auto-generated"), Kind.AUTO_REPLY),
    ],
)
def test_headers_say_what_a_message_is(headers: Sequence[str], kind: Kind) -> None:
    assert kind_of(*headers) is kind


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office",
        "Out of Office: Choir",
        "Out of the office until Monday",
        "Automatic reply: Choir",
        "Auto-Reply: Choir",
        "Vacation: Choir",
        "[OOO] Choir",
        "Автоматична відповідь: Хор",
        "Автовідповідь",
        "Я у відпустці",
        "Поза офісом до понеділка",
        "Відпустка",
        "Відсутня: Хор",
        "Automatyczna odpowiedź: Chór",
        "Poza biurem",
        "Nieobecność",
        "Răspuns automat: Cor",
        "Plecat din birou",
        "Absent: Cor",
        "Automatische Antwort: Chor",
        "Abwesenheitsnotiz: Chor",
        "Abwesend",
        "Nicht im Büro",
        "=?utf-8?B?0JDQstGC0L7QvNCw0YLQuNGH0L3QsCDQstGW0LTQv9C+0LLRltC00Yw=?=: x",
    ],
)
def test_an_absence_note_without_headers_is_known_by_its_subject(subject: str) -> None:
    assert kind_of(f"Subject: {subject}") is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("headers", "text", "kind"),
    [
        (("Auto-Submitted: auto-replied",), "I am away until 15.08.2026.", Kind.ABSENCE),
        (("Auto-Submitted: auto-replied",), "I am away.", Kind.AUTO_REPLY),
        (("Auto-Submitted: auto-replied",), "I am away until 15.07.2026.", Kind.AUTO_REPLY),
        (("Subject: Out of office until 15.08.2026",), "", Kind.ABSENCE),
        (("Subject: Автоматична відповідь",), "Повернуся 15 серпня.", Kind.ABSENCE),
        (("Auto-Submitted: auto-generated", REPLY), "Abwesend bis 15.08.", Kind.ABSENCE),
        (("Auto-Submitted: auto-generated",), "Register until 15.08.2026!", Kind.AUTO_REPLY),
        (("List-Id: <towns.lists.example>", REPLY), "Register until 15.08.2026!", Kind.LIST),
        (("Auto-Submitted: auto-replied",), "> I am away until 15.08.2026.", Kind.AUTO_REPLY),
        ((REPLY,), "I am away until 15.08.2026.", Kind.HUMAN),
    ],
)
def test_an_automatic_reply_that_says_until_when_is_an_absence_note(
    headers: Sequence[str], text: str, kind: Kind
) -> None:
    found = classify(parsed(mail(*headers, text=text)), OURS, ON)
    assert found.kind is kind
    assert found.returns == (date(2026, 8, 15) if kind is Kind.ABSENCE else None)
    assert found.why


def report(*blocks: str, returned: str = "text/rfc822-headers", head: str = "") -> bytes:
    parts = "\r\n\r\n".join(["Reporting-MTA: dns; mx.example", *(block.replace("; ", "\r\n") for block in blocks)])
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: mosty@example.org\r\nMessage-ID: <dsn@mx.example>\r\n"
        'Content-Type: multipart/report; report-type="delivery-status"; boundary=b\r\n\r\n'
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"{parts}\r\n\r\n--b\r\nContent-Type: {returned}\r\n\r\nMessage-ID: {OUR_ID}\r\nSubject: Reminder\r\n{head}\r\n"
        "--b--\r\n"
    ).encode()


BLOCK = "Final-Recipient: rfc822;olena@example.org; Action: {}; Status: {}; Diagnostic-Code: smtp;550 no such user"


@pytest.mark.parametrize(
    ("blocks", "kind", "given_up"),
    [
        ((BLOCK.format("failed", "5.1.1"),), Kind.BOUNCE_HARD, True),
        ((BLOCK.format("Failed", "5.0.0 (permanent failure)"),), Kind.BOUNCE_HARD, True),
        (("Final-Recipient: rfc822;olena@example.org; Action: failed",), Kind.BOUNCE_HARD, True),
        ((BLOCK.format("failed", "4.4.7"),), Kind.BOUNCE_SOFT, True),
        ((BLOCK.format("delayed", "4.4.1"),), Kind.BOUNCE_SOFT, False),
        ((BLOCK.format("delivered", "2.0.0"),), Kind.BOUNCE_SOFT, False),
        ((BLOCK.format("relayed", "2.0.0"), BLOCK.format("failed", "5.1.1")), Kind.BOUNCE_HARD, True),
        ((), Kind.BOUNCE_SOFT, False),
    ],
)
def test_a_report_says_whether_an_address_takes_no_mail_for_good(
    blocks: Sequence[str], kind: Kind, given_up: bool
) -> None:
    found = classify(parsed(report(*blocks)), OURS, ON)
    assert (found.kind, found.bounce.given_up) == (kind, given_up)


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_address_the_reason_and_the_mail_that_came_back(returned: str) -> None:
    message = parsed(report(BLOCK.format("failed", "5.1.1"), returned=returned))
    bounce = classify(message, OURS, ON).bounce
    assert bounce.recipients == ("olena@example.org",)
    assert bounce.diagnostic == "smtp;550 no such user"
    assert answers(message) == (OUR_ID,)


def test_an_older_servers_report_is_known_by_its_header() -> None:
    found = classify(parsed(mail("X-Failed-Recipients: Olena@example.org", "From: Mail <x@mx.example>")), OURS, ON)
    assert (found.kind, found.bounce.recipients) == (Kind.BOUNCE_HARD, ("olena@example.org",))


def test_a_message_answers_the_nearest_first() -> None:
    message = parsed(mail("In-Reply-To: <c@x>", "References: <a@x>\r\n <b@x> <c@x>"))
    assert answers(message) == ("<c@x>", "<b@x>", "<a@x>")


def test_the_same_message_has_the_same_key_however_it_came() -> None:
    by_copy = parsed(mail("Received: from a"))
    redirected = parsed(mail("Received: from b", "Delivered-To: mosty@example.org", "Resent-From: olena@example.org"))
    assert message_key(by_copy) == message_key(redirected) != message_key(parsed(mail("Message-ID: <2@x>")))


def test_without_a_message_id_author_date_and_subject_make_a_message_the_same() -> None:
    def unnamed(*headers: str) -> str:
        return message_key(parsed(mail("Message-ID: none", *headers)))

    assert unnamed("X-Spam: no") == unnamed()
    others = [unnamed("Date: Fri, 31 Jul 2026 08:00:00 +0000"), unnamed("From: b@x.example"), unnamed("Subject: Other")]
    assert len({unnamed(), *others}) == 4


def test_hidden_copies_are_found_where_a_server_says_so() -> None:
    message = parsed(mail("Cc: Danylo <Danylo@example.org>, a@x.example", "X-Original-To: mosty+1@example.org"))
    assert sent_to(message) == ("olena@example.org", "danylo@example.org", "a@x.example")
    assert reached(message) == (*sent_to(message), "mosty+1@example.org")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Fri, 31 Jul 2026 08:00:00 +0000", ARRIVED - timedelta(hours=1)),
        ("Fri, 31 Jul 2026 11:00:00 +0300", ARRIVED - timedelta(hours=1)),
        ("Fri, 31 Jul 2026 09:00:00 +0000", ARRIVED),
        ("Fri, 31 Jul 2026 09:00:01 +0000", ARRIVED),
        ("Sat, 01 Aug 2027 08:00:00 +0000", ARRIVED),
        ("Wed, 30 Jul 2025 09:00:00 +0000", ARRIVED - timedelta(days=366)),
        ("Wed, 30 Jul 2025 08:59:59 +0000", ARRIVED),
        ("Thu, 01 Jan 1970 00:00:00 +0000", ARRIVED),
        ("31 Jul 2026 08:00", ARRIVED - timedelta(hours=1)),
        ("yesterday", ARRIVED),
        ("Fri, 31 Jul 99999 08:00:00 +0000", ARRIVED),
        ("Fri, 99 Jul 2026 08:00:00 +9999", ARRIVED),
    ],
)
def test_a_mails_own_date_is_believed_within_the_year_before_it_arrived(written: str, expected: datetime) -> None:
    assert written_at(parsed(mail(f"Date: {written}")), ARRIVED) == expected


OWN = "contact 12.05.2026"


@pytest.mark.parametrize(
    "below",
    [
        "> contact 01.01.2026",
        "On Fri, Jul 31, 2026 at 9:00 AM Mosty <mosty@example.org> wrote:\ncontact 01.01.2026",
        "On Fri, Jul 31, 2026 at 9:00 AM Mosty\n<mosty@example.org> wrote:\n\ncontact 01.01.2026",
        "Am 31.07.2026 um 09:00 schrieb Mosty <mosty@example.org>:\ncontact 01.01.2026",
        "Am 31.07.2026 um 09:00 schrieb Mosty\n<mosty@example.org>:\ncontact 01.01.2026",
        "пт, 31 лип. 2026 р. о 09:00 Mosty <mosty@example.org> пише:\ncontact 01.01.2026",
        "31.07.26 09:00, Mosty написав(ла):\ncontact 01.01.2026",
        "pt., 31 lip 2026 o 09:00 Mosty <mosty@example.org> napisał(a):\ncontact 01.01.2026",
        "În vin., 31 iul. 2026 la 09:00, Mosty <mosty@example.org> a scris:\ncontact 01.01.2026",
        "-----Original Message-----\ncontact 01.01.2026",
        "________________________________\nFrom: Mosty\ncontact 01.01.2026",
        "From: Mosty <mosty@example.org>\nSent: Friday\ncontact 01.01.2026",
        "Від: Mosty\nНадіслано: п'ятниця\nКому: Олена\ncontact 01.01.2026",
        "Von: Mosty\nGesendet: Freitag\nAn: Olena\ncontact 01.01.2026",
        "-- \ncontact 01.01.2026",
    ],
)
def test_quoted_mail_and_signatures_are_nobodys_own_words(below: str) -> None:
    assert own_words(parsed(mail(text=f"{OWN}\n\n{below}\n"))) == OWN


@pytest.mark.parametrize(
    "said",
    [
        "From: June on we are closed.\nWe meet at 12:30.",
        "She wrote to the mayor on 12 May.",
        "See -- as agreed -- the programme.",
        "Мер написав листа 12 травня",
    ],
)
def test_sentences_that_only_look_like_quoting_are_kept(said: str) -> None:
    assert own_words(parsed(mail(text=said))) == said


def html(page: str) -> bytes:
    return mail("Content-Type: text/html; charset=utf-8", text=page).replace(
        b"Content-Type: text/plain; charset=utf-8\r\n", b""
    )


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head><title>x</title><style>p {{}}</style></head><body><p>{OWN}</p></body></html>",
        f"<div>{OWN}</div><blockquote>contact 01.01.2026</blockquote>",
        f"{OWN}<br><div class='gmail_quote'>On Friday<br>contact 01.01.2026</div>",
        "<p>contact\n 12.05.2026</p><div id='divRplyFwdMsg'>contact 01.01.2026</div>",
    ],
)
def test_a_page_without_a_plain_part_is_read_down_to_what_it_quotes(page: str) -> None:
    assert own_words(parsed(html(page))) == OWN


def test_of_several_parts_the_plain_one_is_read_and_never_an_attached_mail() -> None:
    message = EmailMessage()
    message["From"] = "anna@musterstadt.example"
    message.set_content(OWN)
    message.add_alternative("<p>contact 01.01.2026</p>", subtype="html")
    message.add_attachment("contact 02.02.2026", filename="note.txt")
    forwarded = EmailMessage()
    forwarded.set_content("contact 03.03.2026")
    message.add_attachment(forwarded)
    assert own_words(parsed(message.as_bytes())) == OWN
    only_forwarded = EmailMessage()
    only_forwarded.add_attachment(forwarded)
    assert own_words(parsed(only_forwarded.as_bytes())) == ""


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-u", "utf-8"])
def test_words_in_other_alphabets_are_read(charset: str) -> None:
    message = EmailMessage()
    message.set_content("контакт 12 травня", charset=charset)
    assert own_words(parsed(message.as_bytes())) == "контакт 12 травня"


def test_headers_sent_without_any_encoding_are_read_as_what_they_mostly_are() -> None:
    message = parsed(mail("Subject: Автоматична відповідь", "From: Анна <anna@musterstadt.example>"))
    assert subject_of(message) == "Автоматична відповідь"
    assert author_of(message) == "anna@musterstadt.example"


STRANGE = st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode())
NAMES = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Auto-Submitted", "Return-Path"]
)


@given(st.lists(st.tuples(NAMES, STRANGE), max_size=12), STRANGE)
def test_no_message_is_too_strange_to_be_looked_at(headers: list[tuple[str, bytes]], body: bytes) -> None:
    raw = (
        b"".join(name.encode() + b": " + value.replace(b"\n", b" ") + b"\r\n" for name, value in headers)
        + b"\r\n"
        + body
    )
    message = parsed(raw)
    assert classify(message, OURS, ON).kind in Kind
    assert len(message_key(message)) == 64
    assert written_at(message, ARRIVED) <= ARRIVED
    assert all(found.startswith("<") for found in (*answers(message), own_id(message) or "<"))
    assert all("@" in address for address in reached(message))
    assert not own_words(message).startswith(">")
