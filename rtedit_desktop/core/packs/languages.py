"""Words of other languages that a pack understands: each stands for words of its own.

A prompt is asked of the model in the pack's own words, whatever language it is written in. The longest phrase counts,
a word that the pack knows itself is left as it is, and what no language explains is handed back as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_PLAIN = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"})
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLanguage:
    """One language of a pack. ``words`` maps words of the pack to the phrases that mean them.

    ``suggestions`` maps a prompt that the pack suggests to how it is said, ``titles`` the title of an edit or of a
    preset that comes with the app. ``source`` is the pack's source text.
    """

    words: Mapping[str, tuple[str, ...]]
    suggestions: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    phrases: Mapping[Phrase, str] = field(init=False, compare=False, repr=False, default_factory=dict)
    longest: int = field(init=False, compare=False, repr=False, default=0)  # words of a phrase
    written: frozenset[str] = field(init=False, compare=False, repr=False, default=frozenset())
    """All words of the phrases, in lower case, as they are written."""

    def __post_init__(self) -> None:
        texts = (phrase for meant in self.words.values() for phrase in meant)
        object.__setattr__(self, "written", frozenset(word.lower() for text in texts for word in _WORD.findall(text)))
        phrases = {phrase_key(phrase): own for own, meant in self.words.items() for phrase in meant}
        object.__setattr__(self, "phrases", phrases)
        object.__setattr__(self, "longest", max(map(len, phrases), default=0))


def phrase_key(phrase: str) -> Phrase:
    """As it is compared: its words, in lower case, in letters that every keyboard has."""
    return tuple(_plain(word) for word in _WORD.findall(phrase))


def in_own_words(text: str, languages: Iterable[PackLanguage], known: Collection[str]) -> tuple[str, frozenset[str]]:
    """``text`` in the words of the pack, and the words in it that one of the languages explains, in lower case.

    ``known`` are the pack's own words. A text in them alone comes back as it is, to the letter. A word that is a part
    of a phrase in one place and alone in another is not explained.
    """
    languages = [language for language in languages if language.phrases]
    if not languages:
        return text, frozenset()
    longest = max(language.longest for language in languages)
    found = [(match.start(), match.end(), match[0].lower()) for match in _WORD.finditer(text)]
    pieces: list[str] = []
    explained: set[str] = set()
    left: set[str] = set()
    at, done = 0, 0
    while at < len(found):
        words = tuple(word for _, _, word in found[at : at + longest])
        length, own = _longest(tuple(map(_plain, words)), languages)
        if length == 0 or all(word in known for word in words[:length]):
            left.add(words[0])
            at += 1
            continue
        explained.update(words[:length])
        pieces += [text[done : found[at][0]], own]
        done = found[at + length - 1][1]
        at += length
    return "".join([*pieces, text[done:]]), frozenset(explained - left)


def _plain(word: str) -> str:
    """In lower case, as people write who have no umlauts at hand: "weiss", "gebraeunt"."""
    return word.lower().translate(_PLAIN)


def _longest(words: Phrase, languages: Iterable[PackLanguage]) -> tuple[int, str]:
    """How many of the first words a phrase explains, and what it means; of the first language that has it."""
    for length in range(len(words), 0, -1):
        phrase = words[:length]
        for language in languages:
            if (own := language.phrases.get(phrase)) is not None:
                return length, own
    return 0, ""
