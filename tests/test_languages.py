"""The catalogues: complete, without leftovers, compiled, every blank filled."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.mofile import read_mo

from scripts import languages

_BLANK = re.compile(r"%\(\w+\)s|%%")
_FILES = languages.catalogue_files()


def _locale(path: Path) -> str:
    return path.parent.parent.name


@cache
def _wanted() -> frozenset[Any]:
    return frozenset(message.id for message in languages.extract())


def test_there_are_catalogues() -> None:
    expected = {"ar", "de", "es", "fr", "he", "it", "ja", "nl", "pl", "pt", "zh"}
    assert {_locale(path) for path in _FILES} >= expected


@pytest.mark.parametrize("path", _FILES, ids=_locale)
def test_every_text_is_translated_and_none_is_left_over(path: Path) -> None:
    wanted = _wanted()
    catalogue = languages.read(path)
    known = {message.id for message in catalogue}
    assert wanted - known == set(), "run `make languages`, then translate"
    assert known - wanted == set(), "run `make languages`"
    assert [m.id for m in catalogue if m.id and not languages.told(m)] == []
    assert not any(message.fuzzy for message in catalogue if message.id)


@pytest.mark.parametrize("path", _FILES, ids=_locale)
def test_translations_fill_the_same_blanks(path: Path) -> None:
    for message in languages.read(path):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in languages.texts_of(message):
            assert sorted(_BLANK.findall(text)) == sorted(_BLANK.findall(ids[-1])), text
            assert text == text.strip()


@pytest.mark.parametrize("path", _FILES, ids=_locale)
def test_catalogues_are_compiled_as_they_stand(path: Path) -> None:
    catalogue = languages.read(path)
    assert path.read_bytes() == languages.to_po(catalogue), "run `make languages`"
    with path.with_suffix(".mo").open("rb") as file:
        compiled = [(list(m.id), languages.texts_of(m)) for m in read_mo(file) if m.id]
    written = [(list(m.id), languages.texts_of(m)) for m in catalogue if m.id]
    assert sorted(compiled) == sorted(written), "run `make languages`"


@pytest.mark.parametrize("path", _FILES, ids=_locale)
def test_plurals_have_every_form_of_their_language(path: Path) -> None:
    catalogue = languages.read(path)
    forms = len(Locale.parse(_locale(path)).plural_form.tags | {"other"})
    plural = [m for m in catalogue if isinstance(m.id, tuple)]
    assert plural
    for message in plural:
        assert len(languages.texts_of(message)) == catalogue.num_plurals
        assert catalogue.num_plurals <= forms
