"""What is translated: all of it, with the same placeholders, and the shipped file says the same as its source."""

from __future__ import annotations

import importlib.util
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTranslator

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "translations"
HOLES = re.compile(r"\{[^{}]*\}|%n|%L?\d|\[\*\]|\n")
FILES = sorted(FOLDER.glob("*.ts"))


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "rtedit_packaging_translations", ROOT / "packaging" / "translations.py"
    )
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def messages(file: Path) -> list[tuple[str, str, ET.Element]]:
    """Context, source and translation of each."""
    return [
        (context.findtext("name", ""), message.findtext("source", ""), element)
        for context in ET.parse(file).getroot().iter("context")
        for message in context.iter("message")
        if (element := message.find("translation")) is not None
    ]


def forms_of(translation: ET.Element) -> list[str]:
    """The one form, or both of a plural."""
    forms = [form.text or "" for form in translation.iter("numerusform")]
    return forms or [translation.text or ""]


def test_german_is_there() -> None:
    assert [file.name for file in FILES] == ["rtedit_de.ts"]
    assert len(messages(FOLDER / "rtedit_de.ts")) > 700


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_unfinished_or_left_over(file: Path) -> None:
    open_ones = [source for _, source, translation in messages(file) if "type" in translation.attrib]
    empty = [source for _, source, translation in messages(file) if not all(forms_of(translation))]
    assert not open_ones and not empty


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_placeholder_is_where_the_source_has_one(file: Path) -> None:
    for _, source, translation in messages(file):
        for form in forms_of(translation):
            assert sorted(HOLES.findall(form)) == sorted(HOLES.findall(source)), source


def test_words_keep_their_edges() -> None:
    """A blank at the edge holds two sentences apart; a shortcut key stays one; dots that promise a dialog too."""
    for _, source, translation in messages(FOLDER / "rtedit_de.ts"):
        for form in forms_of(translation):
            assert (form[:1].isspace(), form[-1:].isspace()) == (source[:1].isspace(), source[-1:].isspace()), source
            assert form.count("&") == source.count("&"), source
            assert form.endswith("…") == source.endswith("…"), source
            assert form.endswith(".") == source.endswith("."), source
            assert '"' not in form and "“" not in re.sub("„[^„“]*“", "", form), source


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_shipped_says_what_its_source_says(file: Path) -> None:
    translator = QTranslator()
    assert translator.load(str(file.with_suffix(".qm")))
    for context, source, translation in messages(file):
        for number, form in zip((1, 2), forms_of(translation), strict=False):
            numbered = number if translation.find("numerusform") is not None else -1
            assert translator.translate(context, source, None, numbered) == form


def test_the_sources_have_no_words_that_are_missing(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails after a string was added or changed: ``python packaging/translations.py``, then translate."""
    code = script.check()
    assert code == 0, capsys.readouterr().out


def test_what_lupdate_does_not_know_is_written_out_for_it(script: ModuleType) -> None:
    text = (
        "def _tr(text):\n    return QCoreApplication.translate('here', text)\n"
        "a = '…', _tr('one'), tr(\n    'two {n}', n=_tr('th\\N{NO-BREAK SPACE}ree'))\n"
    )
    assert script.mark(text).splitlines()[2:] == [
        "a = '…', QCoreApplication.translate(\"here\", 'one'), QCoreApplication.translate(\"LazyText\", ",
        "    'two {n}'), dict( n=QCoreApplication.translate(\"here\", 'th\N{NO-BREAK SPACE}ree'))",
    ]
