"""Every command and every field has its words, in Ukrainian and in English, and so has whatever can happen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import models
from console.fields import said_in
from console.partnership.inputs import DOCUMENTS, label_of
from console.partnership.offered import GROUPS, USUAL
from console.words import OURS, words_in
from imports.begin import REGISTER_ENTRY
from models.commands import COMMANDS
from models.health import REASONS
from models.stage import Stage
from models.statutes import STATUTES
from tests.models.lives import codes_in

NOT_REFUSED_TO_COMMANDS = {"unknown_partnership"}


@pytest.mark.parametrize("language", OURS)
@pytest.mark.parametrize("kind", COMMANDS)
class TestEveryCommand:
    def test_has_a_name_a_hint_and_a_sentence(self, kind: str, language: str) -> None:
        words = words_in("command", language)
        assert words(f"name.{kind}")
        assert words(f"hint.{kind}")
        assert words_in("partnership", language).group("happened")[kind]

    def test_has_a_label_for_each_field_and_each_choice(self, kind: str, language: str) -> None:
        words = words_in("command", language)
        for each in said_in(kind):
            assert label_of(words, kind, each.name)
            for choice in each.choices:
                assert words(f"choice.{each.name}.{choice}")

    def test_stands_in_one_group(self, kind: str, language: str) -> None:
        (group,) = [name for name, kinds in GROUPS.items() if kind in kinds]
        assert words_in("command", language)(f"group.{group}")


def test_what_is_usual_is_a_command() -> None:
    assert set(USUAL) == set(Stage)
    assert {kind for kinds in USUAL.values() for kind in kinds} <= set(COMMANDS)


NO_COMMANDS = {"tables", "webhook"}
"""What of the rules no command on a partnership meets."""


@pytest.mark.parametrize("language", OURS)
def test_every_refusal_of_a_rule_is_said_in_words(language: str) -> None:
    folder = str(Path(models.__file__).parent)
    modules = [import_module(f"models.{each.name}") for each in iter_modules([folder]) if each.name not in NO_COMMANDS]
    codes = {code for module in modules for code in codes_in(module)}
    assert len(codes) > 70
    words = words_in("command", language)
    assert [code for code in sorted(codes - NOT_REFUSED_TO_COMMANDS) if not words.has(f"refused.{code}")] == []


@pytest.mark.parametrize("language", OURS)
def test_every_signal_says_why(language: str) -> None:
    words = words_in("partnership", language)
    for code, reasons in REASONS.items():
        assert words(f"signal.{code}")
        assert set(words.group(f"because.{code}")) == set(reasons)


@pytest.mark.parametrize("language", OURS)
def test_the_source_of_every_statute_and_every_type_of_document_is_said_in_words(language: str) -> None:
    sources = words_in("partnership", language).group("statute")
    assert set(sources) == {name.replace(".", "_") for name in STATUTES}
    types = words_in("command", language).group("choice.type")
    assert {*DOCUMENTS, REGISTER_ENTRY} <= set(types)
