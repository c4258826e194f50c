"""Prompts in other languages than the pack's own."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest
from support.window.fakes import PACK

from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.packs.languages import PackLanguage, in_own_words
from rtedit_desktop.core.packs.learned_edits import LearnedEdit, vocabulary
from rtedit_desktop.core.packs.pack_info import PackInfo

GERMAN = PackLanguage(
    words={
        "smiling": ("lachend", "lachendes"),
        "face": ("Gesicht",),
        "with": ("mit",),
        "red": ("rot", "roten"),
        "hair": ("Haare", "Haaren"),
        "with sunglasses": ("mit Sonnenbrille",),
        "without": ("ohne",),
    },
    suggestions={"smiling face": "lachendes Gesicht", "face with sunglasses": "Gesicht mit Sonnenbrille"},
    titles={"Red hair": "Rote Haare"},
    source="Gesicht",
)
INFO = replace(PACK, languages={"de": GERMAN})


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("lachendes Gesicht", "smiling face"),
        ("LACHENDES gesicht, mit  roten Haaren!", "smiling face, with  red hair!"),
        ("Gesicht mit Sonnenbrille", "face with sunglasses"),
        ("smiling face mit Sonnenbrille", "smiling face with sunglasses"),
        ("smiling  Face", "smiling  Face"),
        ("lachendes Zebra", "smiling Zebra"),
        ("", ""),
    ],
)
def test_a_prompt_means_the_same_in_every_language(text: str, own: str) -> None:
    assert INFO.meaning(text) == own
    assert PACK.meaning(text) == text


def test_a_word_of_the_pack_is_no_foreign_one() -> None:
    other = PackLanguage(words={"hair": ("red",)})
    assert in_own_words("red hair", [other], PACK.vocabulary) == ("red hair", frozenset())
    assert in_own_words("red hair", [other], ()) == ("hair hair", frozenset({"red"}))


def test_a_word_that_only_a_phrase_explains_is_unknown_elsewhere() -> None:
    words = {"with sunglasses": ("mit dunkler Brille",), "face": ("Gesicht",)}
    info = replace(PACK, languages={"de": PackLanguage(words=words)})
    assert info.unknown_words("Gesicht mit dunkler Brille") == []
    assert info.unknown_words("Gesicht mit dunkler Brille, dunkler Haut") == ["dunkler", "haut"]


def test_what_is_asked_in_another_language_is_treated_as_what_it_means() -> None:
    INFO.check_prompt("lachendes Gesicht", "Gesicht")
    assert INFO.kind_of("Lachendes  Gesicht") == INFO.kind_of("smiling face") == "expression"
    assert INFO.unknown_words("lachendes Zebra") == ["zebra"]
    assert [(one.word, one.start) for one in INFO.unknown_places("lachendes Zebra ")] == [("Zebra", 10)]
    (misspelt,) = INFO.unknown_places("lachendes Gesciht ")
    assert misspelt.nearest[0] == "gesicht"
    assert INFO.is_unfinished("lachendes Gesi") and not INFO.is_unfinished("lachendes Gesicht")
    with pytest.raises(PromptError, match="same as the source"):
        INFO.check_prompt("Gesicht", "face")
    with pytest.raises(PromptError, match="zebra"):
        INFO.check_prompt("lachendes Zebra", "face")


def test_a_pack_is_seen_in_the_language_of_who_looks() -> None:
    seen = INFO.in_language("de")
    assert seen.source == "Gesicht" and [one.prompt for one in seen.suggestions[:2]] == [
        "lachendes Gesicht",
        "Gesicht mit Sonnenbrille",
    ]
    assert seen.example == "lachendes Gesicht" and seen.kind_of("lachendes Gesicht") == "expression"
    assert INFO.in_language("fr") is INFO
    seen.check_prompt("smiling face", seen.source)


def test_edits_that_a_pack_brings_are_named_in_every_language() -> None:
    edit = LearnedEdit(file="a.rtpreset", title="Red hair", phrases=("red hair",))
    info: PackInfo = replace(INFO, edits=(edit,), has_text_model=False, vocabulary=vocabulary((edit,), "face"))
    seen = info.in_language("de")
    asked = seen.asked_edits("Gesicht mit roten Haaren")
    assert [one.title for one, _ in asked.uses] == ["Rote Haare"] and not asked.unknown
    assert info.asked_edits("roten Haaren, ohne Zebra").unknown
    with pytest.raises(PromptError):
        info.asked_edits("Gesicht ohne roten Haaren")


class _LookedUpOnly(dict[tuple[str, ...], str]):
    def __iter__(self) -> NoReturn:
        raise AssertionError("all phrases are gone through")

    items = keys = values = __iter__


def test_a_prompt_looks_phrases_up_and_does_not_go_through_all() -> None:
    """A pack may have a hundred thousand, and every suggestion is asked for."""
    german, french = (PackLanguage(words={"smiling": words}) for words in (("sehr froh",), ("riant",)))
    for language in (german, french):
        object.__setattr__(language, "phrases", _LookedUpOnly(language.phrases))
    assert in_own_words("sehr froh, riant", [german, french], ())[0] == "smiling, smiling"


def test_umlauts_can_be_written_as_people_write_who_have_none() -> None:
    language = PackLanguage(words={"tanned": ("gebräunt",), "black white": ("schwarz-weiß",)})
    for text in ("gebräunt", "GEBRAEUNT", "Gebräunt"):
        assert in_own_words(text, [language], ()) == ("tanned", frozenset({text.lower()}))
    assert in_own_words("Schwarz weiss", [language], ())[0] == "black white"
    info = replace(PACK, languages={"de": language})
    assert info.is_unfinished("face gebr") and info.is_unfinished("face gebräu")
