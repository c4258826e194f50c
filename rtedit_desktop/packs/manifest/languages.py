"""Reads and writes the languages that a pack can be asked in beside its own.

The layout of one (fields with a value shown after ``=`` may be left out)::

    "de": {
      "source": "Gesicht" = "",           the pack's source text
      "words": {"smiling": ["lächelnd", "lächelndes"], "red lipstick": ["roter Lippenstift"]},
                                          words of the pack, and the phrases that mean them
      "suggestions": {"smiling face": "lächelndes Gesicht"} = {},
                                          texts of the pack's suggestions, prompts and sources, and phrases of its
                                          edits; each must mean the same
      "titles": {"Red lipstick": "Roter Lippenstift"} = {}
                                          titles of its edits, and of presets for it that come with the app
    }
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.json_reader import FieldError, Fields, as_text, printable
from rtedit_desktop.core.packs.languages import PackLanguage, phrase_key
from rtedit_desktop.core.packs.pack_info import PackInfo

_MOST_LANGUAGES, _MOST_WORDS, _MOST_PHRASES, _MOST_TEXT = 20, 5000, 100, 200
_MOST_SUGGESTIONS = 2000  # of all languages: what each means is looked up
_LONGEST_PHRASE = 12  # words
_CODE = re.compile(r"[a-z]{2,3}")


def read_languages(top: Fields, info: PackInfo) -> dict[str, PackLanguage]:
    """The manifest's "languages" of a pack that is read but for them. Raises FieldError."""
    languages: dict[str, PackLanguage] = {}
    for code, given in top.inners("languages", {}, most=_MOST_LANGUAGES).items():
        if not _CODE.fullmatch(code):
            raise FieldError(given.name, "is not the code of a language")
        languages[code] = _read(
            given, info, _MOST_SUGGESTIONS - sum(len(one.suggestions) for one in languages.values())
        )
    return languages


def languages_layout(language: PackLanguage) -> dict[str, Any]:
    """The inverse for one of them."""
    return {
        "source": language.source,
        "words": {own: list(phrases) for own, phrases in language.words.items()},
        "suggestions": dict(language.suggestions),
        "titles": dict(language.titles),
    }


def _read(given: Fields, info: PackInfo, most: int) -> PackLanguage:
    language = PackLanguage(
        words=_words(given, info),
        suggestions=_texts(given, "suggestions", most),
        titles=_texts(given, "titles", _MOST_WORDS),
        source=given.text("source", "", most=_MOST_TEXT),
    )
    given.finish()
    speaking = replace(info, languages={"": language})
    suggested = {text for one in info.suggestions for text in (one.prompt, one.source)}
    suggested |= {phrase for edit in info.edits for phrase in edit.phrases}
    for own, text in language.suggestions.items():
        field = f"{given.path('suggestions')}.{printable(own)}"
        if own not in suggested:
            raise FieldError(field, "is neither a text of the suggestions nor a phrase of the edits")
        if _key(speaking, text) != _key(info, own):
            raise FieldError(field, f"does not mean the same, but “{printable(speaking.meaning(text))}”")
    if language.source and phrase_key(speaking.meaning(language.source)) != phrase_key(info.source):
        raise FieldError(given.path("source"), "does not mean the pack's source text")
    return language


def _words(given: Fields, info: PackInfo) -> dict[str, tuple[str, ...]]:
    inner = given.inner("words")
    if len(inner.left) > _MOST_WORDS:
        raise FieldError(inner.name, f"must not have more than {_MOST_WORDS} entries")
    words: dict[str, tuple[str, ...]] = {}
    meanings: dict[tuple[str, ...], str] = {}
    for own in list(inner.left):
        field = inner.path(own)
        as_text(own, field, most=_MOST_TEXT)
        if unknown := info.unknown_words(own):
            raise FieldError(field, f"uses “{printable(unknown[0])}”, which is not in the vocabulary")
        phrases = tuple(
            as_text(phrase, f"{field}[{i}]", most=_MOST_TEXT)
            for i, phrase in enumerate(inner.items(own, most=_MOST_PHRASES))
        )
        for i, phrase in enumerate(phrases):
            key = phrase_key(phrase)
            if not key:
                raise FieldError(f"{field}[{i}]", "has no words in it")
            if len(key) > _LONGEST_PHRASE:
                raise FieldError(f"{field}[{i}]", f"must not have more than {_LONGEST_PHRASE} words")
            if meanings.setdefault(key, own) != own:
                raise FieldError(f"{field}[{i}]", f"means “{printable(meanings[key])}” already")
        words[own] = phrases
    return words


def _texts(given: Fields, name: str, most: int) -> dict[str, str]:
    inner = given.inner(name, {})
    if len(inner.left) > most:
        raise FieldError(inner.name, f"must not have more than {most} entries")
    return {own: inner.text(own, most=_MOST_TEXT) for own in list(inner.left)}


def _key(info: PackInfo, text: str) -> object:
    """What tells whether two texts ask for the same."""
    if info.has_text_model:
        return phrase_key(info.meaning(text))
    try:
        asked = info.asked_edits(text)
    except PromptError:  # it names no edit, as a source text does
        return phrase_key(info.meaning(text))
    return [(edit.file, strength) for edit, strength in asked.uses], asked.unknown
