"""What a message that came in is, by its headers first: a person's mail, or one of the many that are not.

Sources: RFC 3834 (Auto-Submitted), RFC 5230 (vacation), RFC 3464 (delivery status), RFC 2919 and 2369 (lists); and
what common programs do instead. A wrong "a machine wrote this" costs a contact that somebody can record by hand; a
wrong "a person wrote this" would let a partnership look alive that is not: in doubt it was a machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import Message
from enum import StrEnum
from hashlib import sha256

from mailroom.addresses import is_ours
from mailroom.bounces import Bounce, bounce_of, is_report, returned_ids
from mailroom.headers import addresses_in, all_of, date_of, first_of, ids_in, subject_of
from mailroom.own_words import own_words
from mailroom.stated import return_stated

TO = ("To", "Cc")
DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")

BELIEVED_FOR = timedelta(days=366)
"""A mail whose own date is older than this when it arrives was written by a machine with a wrong clock."""

OWN_ID = re.compile(r"<[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@(?P<domain>[^>]+)>")
"""Our own Message-IDs look like this. Our domain alone shows little: the readers' own server may stand there too."""

NO_BOUNCE = Bounce()


class Kind(StrEnum):
    """What a message is. Only what a human wrote may count."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    ABSENCE = "absence"  # an automatic reply that says until when its writer is away
    BOUNCE_HARD = "bounce_hard"
    BOUNCE_SOFT = "bounce_soft"
    LIST = "list"
    LOOP = "loop"  # our own mail, come back


@dataclass(frozen=True)
class Classified:
    """What a message is and why, in words; of an absence note the day, of a bounce what it reports."""

    kind: Kind
    why: str
    returns: date | None = None
    bounce: Bounce = NO_BOUNCE


def classify(message: Message, ours: str, on: date) -> Classified:
    """What a message is that came in on a day. `ours` is the address that our own mail comes from."""
    if is_report(message):
        bounce = bounce_of(message)
        kind = Kind.BOUNCE_HARD if bounce.for_good else Kind.BOUNCE_SOFT
        return Classified(kind, "it reports on the delivery of a mail", bounce=bounce)
    for kind, says, why in RULES:
        if says(message, ours):
            return _with_return(message, on, why) if kind is Kind.AUTO_REPLY else Classified(kind, why)
    return Classified(Kind.HUMAN, "nothing says that a machine wrote it")


def _with_return(message: Message, on: date, why: str) -> Classified:
    """An automatic reply; an absence note where it answers something and says until when."""
    returns = None
    if _replied(message, "") or _subject_says_away(message, "") or answers(message):
        returns = return_stated(f"{subject_of(message)}\n{own_words(message)}", on)
    return Classified(Kind.ABSENCE if returns else Kind.AUTO_REPLY, why, returns)


def answers(message: Message) -> tuple[str, ...]:
    """The Message-IDs that a message answers or reports on, the nearest first."""
    references = reversed(ids_in(all_of(message, "References")))
    return tuple(dict.fromkeys((*returned_ids(message), *ids_in(all_of(message, "In-Reply-To")), *references)))


def own_id(message: Message) -> str:
    """The message's own Message-ID; empty where it has none."""
    return next(iter(ids_in(all_of(message, "Message-ID"))), "")


def message_key(message: Message) -> str:
    """What makes a message the same however it came, by copy or redirected: a hash of its Message-ID, or where it has
    none of who wrote it, when, and its subject."""
    named = own_id(message) or "\n".join(first_of(message, name) for name in ("From", "Date", "Subject"))
    return sha256(named.encode()).hexdigest()


def author_of(message: Message) -> str:
    """The address of whoever wrote it; empty where there is none."""
    return next(iter(addresses_in(message, "From")), "")


def sent_to(message: Message) -> tuple[str, ...]:
    """The addresses that it is openly written to."""
    return addresses_in(message, *TO)


def reached(message: Message) -> tuple[str, ...]:
    """The addresses that it came to, hidden copies too as far as the servers on its way say so."""
    return addresses_in(message, *TO, *DELIVERED)


def written_at(message: Message, arrived: datetime) -> datetime:
    """When it was written: its own date, or its arrival where that date is missing, later, or older than a year."""
    at = date_of(message)
    return at if at is not None and arrived - BELIEVED_FOR <= at <= arrived else arrived


def _own(message: Message, ours: str) -> bool:
    if is_ours(author_of(message), ours):
        return True
    named = OWN_ID.match(own_id(message).casefold())
    named_by_us = named is not None and named["domain"] == ours.rpartition("@")[2].casefold()
    return named_by_us and _auto_submitted(message) == "auto-generated"


def _auto_submitted(message: Message) -> str:
    return re.split(r"[;\s(]", first_of(message, "Auto-Submitted").casefold(), maxsplit=1)[0]


REPLIED = ("X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From", "X-Mail-Autoreply")


def _replied(message: Message, ours: str) -> bool:
    if _auto_submitted(message) == "auto-replied" or _precedence(message) & {"auto_reply", "auto-reply"}:
        return True
    return any(value.casefold() not in ("", "no", "false") for name in REPLIED for value in all_of(message, name))


def _on_list(message: Message, ours: str) -> bool:
    return any(all_of(message, name) for name in ("List-Id", "List-Unsubscribe", "List-Post")) or (
        "list" in _precedence(message)
    )


def _bulk(message: Message, ours: str) -> bool:
    return bool(_precedence(message) & {"bulk", "junk"})


def _precedence(message: Message) -> set[str]:
    return {value.casefold() for name in ("Precedence", "X-Precedence") for value in all_of(message, name)}


def _generated(message: Message, ours: str) -> bool:
    return _auto_submitted(message) not in ("", "no")


def _suppresses_answers(message: Message, ours: str) -> bool:
    return any(value.casefold() != "none" for value in all_of(message, "X-Auto-Response-Suppress"))


def _receipt(message: Message, ours: str) -> bool:
    return message.get_content_type() == "multipart/report"


def _from_nobody(message: Message, ours: str) -> bool:
    return "<>" in all_of(message, "Return-Path") or author_of(message).partition("@")[0] == "mailer-daemon"


AWAY_PHRASES = (
    r"out[ -]of[ -](the )?office|automatic (reply|response)|auto[ -]?(reply|response|responder)|on (annual )?leave|"
    r"away from (the office|my desk)|"
    r"автоматична відповідь|автовідповідь|поза офісом|не в офісі|(я )?(зараз )?у відпустці|"
    r"automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|poza biurem|jestem na urlopie|"
    r"răspuns automat|raspuns automat|absent din birou|(sunt )?plecat[ăa]? din birou|în afara biroului|în concediu|"
    r"automatische (antwort|rückantwort)|nicht im büro|außer haus|im urlaub"
)
AWAY_WORDS = (
    r"vacation|absence|ooo|відсутн(ій|я|ість)|відпустка|nieobecno(ść|sc)|nieobecn[ya]|urlop|concediu|absent[ăa]?|"
    r"abwesenheit(snotiz)?|abwesend|urlaub"
)
AWAY = re.compile(rf"^\W*((?:{AWAY_PHRASES})(?!\w)|(?:{AWAY_WORDS})(?=\s*($|[:–—(!.,|\]])|\s+-))", re.IGNORECASE)


def _subject_says_away(message: Message, ours: str) -> bool:
    """“Out of office …” in the five languages, at the beginning: “Re: out of office” is a person's answer to one."""
    return bool(AWAY.match(subject_of(message)))


Says = Callable[[Message, str], bool]

RULES: tuple[tuple[Kind, Says, str], ...] = (
    (Kind.LOOP, _own, "it is our own mail, come back"),
    (Kind.AUTO_REPLY, _replied, "its headers say that it is an automatic reply"),
    (Kind.LIST, _on_list, "it came over a mailing list"),
    (Kind.AUTO_REPLY, _subject_says_away, "its subject is that of an absence note"),
    (Kind.LIST, _bulk, "its headers say that it went to many"),
    (Kind.AUTO_REPLY, _generated, "its headers say that no person sent it"),
    (Kind.AUTO_REPLY, _suppresses_answers, "its headers say that no answer is wanted, as machines do"),
    (Kind.AUTO_REPLY, _receipt, "it is a receipt or another report"),
    (Kind.AUTO_REPLY, _from_nobody, "it cannot be answered, as only automatic mail is"),
)
"""In this order: what is surest first. An automatic reply often says “bulk” as well, and is one all the same."""
