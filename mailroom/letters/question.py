"""A partner abroad is asked one question by an officer, in the officer's own name and words.

Mosty proposes the words; the officer changes them and sends. Below them always stands who asks, why, where the
address came from, and how to object."""

from __future__ import annotations

from dataclasses import dataclass, fields

from glossary import Glossary, glossary
from mailroom.letters.about import Letter
from mailroom.letters.phrases import TEMPLATES, Phrases, one_line, own_words
from mailroom.letters.sheet import Block, Link, Look, Paragraph, Rule, as_html, as_text, links

QUESTION_LANGUAGES = ("uk", "en", "pl", "ro", "de")


@dataclass(frozen=True)
class Question:
    """Who asks (a name) and for which municipality; which partner place and whom; why, in one sentence, and where the
    address came from, both in the partner's language; links to answer and to object (empty: none).

    Without a name the greeting is a general one; without a reason the template's own stands."""

    asker: str
    asker_role_place: str
    partner_place: str
    to_name: str
    why: str
    source: str
    answer: str
    object: str


def question(q: Question, language: str) -> tuple[str, str]:
    """Subject and text as proposed to the officer; English in a language that has no words of its own."""
    words = _phrases(q, language)
    return words.line("subject"), words.text("text")


def question_letter(q: Question, language: str, subject: str, text: str) -> Letter:
    """The mail with the officer's subject and text, and the fixed end. An empty subject is the proposed one."""
    words = _phrases(q, language)
    subject = one_line(subject) or words.line("subject")
    blocks: list[Block] = [Paragraph(each) for each in own_words(text).split("\n\n") if each]
    blocks += [*links(Link(words.line("answer"), q.answer, Look.BUTTON)), Rule()]
    blocks += [Paragraph(each.text, small=True) for each in words.paragraphs("end")]
    blocks += links(Link(words.line("object"), q.object), small=True)
    language = _known(language)
    return Letter(subject, as_text(blocks), as_html(blocks, subject, language), language)


def _known(language: str) -> str:
    return language if language in QUESTION_LANGUAGES else "en"


def _phrases(q: Question, language: str) -> Phrases:
    """The question's words; its facts on one line each, sentences without their full stop."""
    facts = {each.name: one_line(getattr(q, each.name)) for each in fields(q)}
    facts |= {name: facts[name].rstrip(". ") for name in ("why", "source")}
    words: Glossary = glossary(language)
    return Phrases(TEMPLATES.get_template(f"{_known(language)}/question.txt.j2"), words, facts)
