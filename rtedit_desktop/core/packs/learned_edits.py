"""Edits that a pack brings, each learned beforehand, and which of them a prompt asks for.

Where every edit is one that was learned from pairs, a prompt needs no text model: it names them. The longest phrase
counts ("red lipstick" before "lipstick"), words that say nothing ("a face with …") are skipped, and a word of degree
before a phrase ("slightly", "very") changes how much of the edit is taken. What no phrase explains is handed back, so
that a person is told instead of being given something else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rtedit_desktop.core.edits import Blending

WEAK, STRONG = 0.6, 1.3
"""How much of an edit is taken after a word of little, and after one of much."""

_SKIPPED = """
a an and as at be been being but by for from give has have having her him his in is it its looks looking make me my of
on or our person people picture portrait photo photograph face image please put same she he that the their them they
this to turn us wear wearing wears with you your add change into like man woman boy girl guy lady now some who also
"""
_OF_LITTLE = "slightly little bit subtle subtly barely faint faintly hint somewhat lightly"
_OF_MUCH = "very strongly strong really extremely intense intensely much heavy heavily"
_OF_NONE = "no not without never remove removed minus except isnt doesnt dont none"
FILLERS, _LITTLE, _MUCH, _NOT = (frozenset(text.split()) for text in (_SKIPPED, _OF_LITTLE, _OF_MUCH, _OF_NONE))
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedEdit:
    """An edit that a pack brings: ``file`` is the preset in its folder, ``phrases`` are texts that ask for it.

    ``blending`` is the preset's own, where the pack says it.
    """

    file: str
    title: str
    phrases: tuple[str, ...]
    blending: Blending = "auto"


@dataclass(frozen=True, slots=True)
class AskedEdits:
    """What a prompt asks for: edits, each with its strength and the words that ask for it, and the words that none of
    them explains."""

    uses: tuple[tuple[LearnedEdit, float], ...]
    unknown: tuple[str, ...]
    texts: tuple[str, ...] = ()


def asked_edits(prompt: str, edits: Sequence[LearnedEdit], neutral: str = "") -> AskedEdits:
    """The edits that ``prompt`` names, in its order, none twice; ``neutral`` is what every picture shows anyway."""
    fillers = FILLERS | set(_keys(neutral))
    phrases, longest = _phrases(tuple(edits), neutral)
    words = [word for word in _words(prompt) if _key(word) not in fillers]
    keys = [_key(word) for word in words]
    uses: dict[str, tuple[LearnedEdit, float]] = {}
    texts: dict[str, str] = {}
    unknown: list[str] = []
    strength, degree, at = 1.0, "", 0
    while at < len(words):
        length, edit = _longest(keys, at, phrases, longest)
        key = keys[at]
        if edit is not None:
            uses.setdefault(edit.file, (edit, strength))
            texts.setdefault(edit.file, " ".join([*degree.split(), *words[at : at + length]]))
            strength, degree = 1.0, ""
        elif key in _NOT:
            length = 1 + max(1, _longest(keys, at + 1, phrases, longest)[0])
            unknown.append(" ".join(words[at : at + length]))
        elif key in _LITTLE or key in _MUCH:
            strength, degree, length = (WEAK if key in _LITTLE else STRONG), words[at], 1
        else:
            unknown.append(words[at])
            length = 1
        at += length
    return AskedEdits(tuple(uses.values()), tuple(dict.fromkeys(unknown)), tuple(texts.values()))


def named(prompt: str, phrases: Iterable[str], neutral: str = "") -> tuple[str, ...]:
    """Those of the phrases that stand in ``prompt``, words that say nothing apart; none inside a longer one."""
    fillers = FILLERS | set(_keys(neutral))
    words = [key for key in _keys(prompt) if key not in fillers]
    found: dict[tuple[str, ...], str] = {}
    for phrase in phrases:
        key = tuple(key for key in _keys(phrase) if key not in fillers)
        if key and _within(key, words):
            found.setdefault(key, phrase)
    return tuple(
        phrase for key, phrase in found.items() if not any(key != other and _within(key, other) for other in found)
    )


def vocabulary(edits: Iterable[LearnedEdit], neutral: str = "") -> frozenset[str]:
    """Every word that can matter in a prompt, or be skipped in it, in lower case."""
    texts = (neutral, *(phrase for edit in edits for phrase in edit.phrases))
    words = frozenset(word.lower() for text in texts for word in re.findall(r"[^\W_]+", text))
    return words | FILLERS | _LITTLE | _MUCH | _NOT


def _within(part: Sequence[str], words: Sequence[str]) -> bool:
    return any(tuple(words[at : at + len(part)]) == tuple(part) for at in range(len(words)))


@functools.lru_cache(maxsize=8)
def _phrases(edits: tuple[LearnedEdit, ...], neutral: str) -> tuple[Mapping[tuple[str, ...], LearnedEdit], int]:
    """The edits by what asks for them, and the most words of it."""
    fillers = FILLERS | set(_keys(neutral))
    phrases = {key: edit for edit in reversed(edits) for key in _phrase_keys(edit, fillers)}
    return phrases, max((len(key) for key in phrases), default=0)


def _longest(
    keys: Sequence[str], at: int, phrases: Mapping[tuple[str, ...], LearnedEdit], longest: int
) -> tuple[int, LearnedEdit | None]:
    for length in range(min(longest, len(keys) - at), 0, -1):
        edit = phrases.get(tuple(keys[at : at + length]))
        if edit is not None:
            return length, edit
    return 0, None


def _phrase_keys(edit: LearnedEdit, fillers: Collection[str]) -> Iterator[tuple[str, ...]]:
    for phrase in edit.phrases:
        key = tuple(key for key in _keys(phrase) if key not in fillers)
        if key:
            yield key


def _keys(text: str) -> list[str]:
    return [_key(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _key(word: str) -> str:
    """A word as it is compared: in lower case, spelled the British way, without the s of a plural."""
    folded = word.lower().replace("'", "").replace("’", "")
    folded = _BRITISH.get(folded, folded)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") and not folded.endswith("ss") else folded


_BRITISH = {"gray": "grey", "color": "colour", "colors": "colours", "mustache": "moustache", "blonde": "blond"}
