"""What mails say: pure rendering for one reader, in the reader's language and time zone, as plain text and as HTML.

A letter is a sheet of blocks (paragraphs, headings, links) from which both are made, so that they say the same. Its
words come from templates/{language} and from the glossary; nothing here names a person in a subject.
"""

from mailroom.letters.about import Around, Letter, Person, Place, Told
from mailroom.letters.offer import Offer, offer
from mailroom.letters.phrases import CONTROL
from mailroom.letters.question import QUESTION_LANGUAGES, Question, question, question_letter
from mailroom.letters.reminder import preview, reminder
from mailroom.letters.sign_in import sign_in
from mailroom.letters.welcome import Seat, Welcome, welcome

__all__ = [
    "CONTROL",
    "QUESTION_LANGUAGES",
    "Around",
    "Letter",
    "Offer",
    "Person",
    "Place",
    "Question",
    "Seat",
    "Told",
    "Welcome",
    "offer",
    "preview",
    "question",
    "question_letter",
    "reminder",
    "sign_in",
    "welcome",
]
