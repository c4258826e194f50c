"""Edits that a pack brings, each learned beforehand, and which of them a prompt asks for.

Where every edit is one that was learned from pairs, a prompt needs no text model: it names them. The longest phrase
counts ("red lipstick" before "lipstick"), words that say nothing ("a face with …") are skipped, and a word of degree
before a phrase ("slightly", "very") or behind it changes how much of the edit is taken. What no phrase explains is
handed back, so that a person is told instead of being given something else: so is what should be taken away ("remove
the lipstick", "lipstick off", "less lipstick"), and a word that describes a thing and not the picture ("warm smile").
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
a an and are as at be been being but by can colour could dye effect filter for from get give has have having he her him
his i id im in is it its just let like look looks looking make making man me more my now of on or our people person
photo photograph picture pic portrait face image please plus put same shall she should some shot someone style that the
their them then they thing this to turn up down us want was wear wearing wears who will with would you your boy girl guy
lady woman add also apply change into use version vibe
"""
_OF_LITTLE = (
    "slightly little bit subtle subtly barely faint faintly hint somewhat lightly gently mild mildly touch half"
)
_OF_MUCH = "very strongly strong really extremely intense intensely much heavy heavily lot lots totally super"
_OF_NONE = "no not without never remove minus except isnt doesnt dont none less fewer reduce"
_OF_GONE = "off away gone removed"  # behind what should not be there
_OF_EXTENT = "too so overly that"  # says nothing but in "not too"
_OF_THINGS = """
smile grin eye eyes eyebrow eyebrows brow lash lashes lip lips mouth tooth teeth nose ear ears cheek cheeks chin
forehead neck skin hair beard moustache hat cap glasses sunglasses lipstick makeup nail nails earring earrings necklace
jewellery scarf shirt dress suit jacket coat clothes tie background wall sky beach room
"""
FILLERS, _LITTLE, _MUCH, _NOT, _GONE, _EXTENT = (
    frozenset(text.split()) for text in (_SKIPPED, _OF_LITTLE, _OF_MUCH, _OF_NONE, _OF_GONE, _OF_EXTENT)
)
_EITHER_SIDE = "remove"  # "remove the lipstick", and in German word order
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_JOINS = " \t\n\r-–’'"  # between two words that belong together


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
    """What a prompt asks for.

    Edits, each with its strength and the words that ask for it, and the words that none of them explains.
    """

    uses: tuple[tuple[LearnedEdit, float], ...]
    unknown: tuple[str, ...]
    texts: tuple[str, ...] = ()


def asked_edits(prompt: str, edits: Sequence[LearnedEdit], neutral: str = "") -> AskedEdits:
    """The edits that ``prompt`` names, in its order, none twice; ``neutral`` is what every picture shows anyway."""
    phrases = _phrases(tuple(edits), neutral)
    reading = _Reading(_read_words(prompt, _fillers(neutral)), phrases)
    return reading.finished()


@dataclass(frozen=True, slots=True)
class _Word:
    """One that says something. ``apart``: a word that says nothing, or a mark, stands before it; ``cut``: a mark."""

    text: str
    key: str
    apart: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The edits by what asks for them, the most words of it, and the words of all phrases of each file."""

    edits: Mapping[tuple[str, ...], LearnedEdit]
    longest: int
    words: Mapping[str, frozenset[str]]
    every_word: frozenset[str]

    def at(self, words: Sequence[_Word], at: int) -> tuple[int, LearnedEdit | None]:
        """How many words from this one on name an edit, as many as do; said in any degree ("warmer"), too."""
        keys = [word.key for word in words[at : at + self.longest]]
        plain = [_undegreed(key, self.every_word) for key in keys]
        for length in range(len(keys), 0, -1):
            for some in (keys, plain):
                edit = self.edits.get(tuple(some[:length]))
                if edit is not None:
                    return length, edit
        return 0, None


class _Reading:
    """Reads a prompt from its first word to its last; owns what was found so far."""

    def __init__(self, words: Sequence[_Word], phrases: _Phrases) -> None:
        self._words, self._phrases = words, phrases
        self._uses: dict[str, tuple[LearnedEdit, float]] = {}
        self._texts: dict[str, str] = {}
        self._unknown: list[str] = []
        self._last: LearnedEdit | None = None  # what was read last; None where it was no edit
        self._strength, self._degree = 1.0, ""

    def finished(self) -> AskedEdits:
        at = 0
        while at < len(self._words):
            at += self._read(at)
        self._degree_behind()
        return AskedEdits(tuple(self._uses.values()), tuple(dict.fromkeys(self._unknown)), tuple(self._texts.values()))

    def _read(self, at: int) -> int:
        """What begins at this word; how many words that were."""
        word = self._words[at]
        if word.cut:
            self._degree_behind()
        if word.key == "not" and (length := self._extent(at + 1)):
            self._strength, self._degree = WEAK, "slightly"
            return 1 + length
        if word.key in _NOT or word.key in _GONE:
            return self._refuse(at)
        length, edit = self._phrases.at(self._words, at)
        if edit is None and (inside := self._around_a_degree(at)) is not None:
            self._set_degree(self._words[at + 1])
            return self._use(inside, at, 3)
        if edit is not None and not (length == 1 and self._describes_a_thing(at, edit)):
            return self._use(edit, at, length)
        if edit is None and (word.key in _LITTLE or word.key in _MUCH):
            self._set_degree(word)
            return 1
        if word.key in _EXTENT:
            return 1
        return self._not_explain(at, max(1, length))

    def _set_degree(self, word: _Word) -> None:
        self._strength, self._degree = (WEAK if word.key in _LITTLE else STRONG), word.text

    def _around_a_degree(self, at: int) -> LearnedEdit | None:
        """The edit of two words that have one of degree between them: "hair slightly grey"."""
        if at + 2 >= len(self._words) or self._words[at + 1].key not in _LITTLE | _MUCH:
            return None
        return self._phrases.edits.get((self._words[at].key, self._words[at + 2].key))

    def _extent(self, at: int) -> int:
        """How many words from here on say how much, of which the first is one like "too"."""
        end = at
        while end < len(self._words) and self._words[end].key in (_EXTENT if end == at else _EXTENT | _MUCH):
            end += 1
        if end == at and at < len(self._words) and self._words[at].key in _MUCH:
            end += 1
        return end - at

    def _use(self, edit: LearnedEdit, at: int, length: int) -> int:
        phrase = " ".join(word.text for word in self._words[at : at + length] if word.text != self._degree)
        self._recall_part_of(edit, at)
        self._uses.setdefault(edit.file, (edit, self._strength))
        self._texts.setdefault(edit.file, f"{self._degree} {phrase}".strip())
        self._strength, self._degree, self._last = 1.0, "", edit
        end = at + length
        while end < len(self._words) and self._is_more_of(edit, end):
            end += 1
        return end - at

    def _is_more_of(self, edit: LearnedEdit, at: int) -> bool:
        """Whether a word behind an edit says the same again, as "skin" behind "bronzed" does."""
        word = self._words[at]
        return (
            not word.apart and word.key in self._phrases.words[edit.file] and self._phrases.at(self._words, at)[0] == 0
        )

    def _recall_part_of(self, edit: LearnedEdit, at: int) -> None:
        """What was not understood by itself may be a part of the edit: "hair" in "her hair is blond"."""
        if at and self._last is None and self._unknown and not self._words[at].cut:
            own = self._phrases.words[edit.file]
            if self._unknown[-1] == self._words[at - 1].text and self._words[at - 1].key in own:
                self._unknown.pop()

    def _describes_a_thing(self, at: int, edit: LearnedEdit) -> bool:
        """Whether one word is said of what stands behind it and not of the picture: "warm" in "warm smile"."""
        if at + 1 >= len(self._words):
            return False
        behind = self._words[at + 1]
        return not behind.apart and behind.key in _THINGS and behind.key not in self._phrases.words[edit.file]

    def _refuse(self, at: int) -> int:
        """What should not be there stands behind a word like "without", or before one like "off"."""
        word = self._words[at]
        follows = at + 1 < len(self._words) and not self._words[at + 1].cut
        if word.key in _GONE or (word.key == _EITHER_SIDE and not follows):
            return self._refuse_last(word)
        end = at + 1
        while follows and end < len(self._words) and self._words[end].key in _LITTLE | _MUCH | _EXTENT:
            end += 1
        if follows and end < len(self._words):
            end = max(end + self._phrases.at(self._words, end)[0], self._end_of_run(end))
        self._say_unknown(at, end)
        return end - at

    def _refuse_last(self, word: _Word) -> int:
        if self._last is not None and self._last.file in self._uses:
            self._uses.pop(self._last.file)
            self._unknown.append(f"{self._texts.pop(self._last.file)} {word.text}")
        elif self._unknown:
            self._unknown[-1] += f" {word.text}"
        else:
            self._unknown.append(word.text)
        self._last = None
        return 1

    def _not_explain(self, at: int, length: int) -> int:
        end = max(at + length, self._end_of_run(at))
        self._say_unknown(at, end)
        return end - at

    def _end_of_run(self, at: int) -> int:
        """Behind the words from this one on that belong together and name nothing."""
        end = at + 1
        while end < len(self._words) and not self._words[end].apart and self._says_nothing_known(end):
            end += 1
        return end

    def _says_nothing_known(self, at: int) -> bool:
        key = self._words[at].key
        special = key in _NOT or key in _GONE or key in _LITTLE or key in _MUCH or key in _EXTENT
        return not special and self._phrases.at(self._words, at)[0] == 0

    def _say_unknown(self, at: int, end: int) -> None:
        self._unknown.append(" ".join(word.text for word in self._words[at:end]))
        self._strength, self._degree, self._last = 1.0, "", None

    def _degree_behind(self) -> None:
        """A word of degree with no edit behind it is said of the one before: "a tan, but not too much"."""
        if self._degree and self._last is not None and self._uses.get(self._last.file, (None, 0.0))[1] == 1.0:
            file = self._last.file
            self._uses[file] = self._last, self._strength
            self._texts[file] = f"{self._degree} {self._texts[file]}"
            self._strength, self._degree = 1.0, ""


def related_edits(unknown: Iterable[str], edits: Sequence[LearnedEdit], neutral: str = "") -> tuple[LearnedEdit, ...]:
    """Those that name the same thing as one of the texts of ``AskedEdits.unknown``, which its last word is."""
    phrases = _phrases(tuple(edits), neutral)
    things = {_undegreed(keys[-1], phrases.every_word) for text in unknown if (keys := _keys(text))}
    return tuple(edit for edit in edits if things & phrases.words.get(edit.file, frozenset()))


def is_refusal(unknown: str) -> bool:
    """Whether a text of ``AskedEdits.unknown`` asks for something to be taken away, or to be less."""
    keys = _keys(unknown)
    return bool(keys) and (keys[0] in _NOT or keys[-1] in _GONE or keys[-1] == _EITHER_SIDE)


def named(prompt: str, phrases: Iterable[str], neutral: str = "") -> tuple[str, ...]:
    """Those of the phrases that stand in ``prompt``, words that say nothing apart; none inside a longer one."""
    fillers = _fillers(neutral)
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
    return words | FILLERS | _LITTLE | _MUCH | _NOT | _GONE | _EXTENT


def _within(part: Sequence[str], words: Sequence[str]) -> bool:
    return any(tuple(words[at : at + len(part)]) == tuple(part) for at in range(len(words)))


def _read_words(prompt: str, fillers: Collection[str]) -> list[_Word]:
    words: list[_Word] = []
    end, apart, cut = 0, True, True
    for match in _WORD.finditer(prompt):
        if prompt[end : match.start()].strip(_JOINS):
            apart = cut = True
        end, key = match.end(), _key(match[0])
        if key in fillers and key not in _EXTENT:
            apart = True
            continue
        words.append(_Word(match[0], key, apart, cut))
        apart = cut = False
    return words


@functools.lru_cache(maxsize=8)
def _fillers(neutral: str) -> frozenset[str]:
    """The keys of what says nothing."""
    return frozenset(_key(word) for word in FILLERS) | frozenset(_keys(neutral))


@functools.lru_cache(maxsize=8)
def _phrases(edits: tuple[LearnedEdit, ...], neutral: str) -> _Phrases:
    """Of a phrase of two words either may come first: "her hair grey"."""
    fillers = _fillers(neutral)
    keys = [(key, edit) for edit in reversed(edits) for key in _phrase_keys(edit, fillers)]
    found = {key[::-1]: edit for key, edit in keys if len(key) == 2} | dict(keys)
    words: dict[str, frozenset[str]] = {}
    for key, edit in keys:
        words[edit.file] = words.get(edit.file, frozenset()) | frozenset(key)
    return _Phrases(found, max(map(len, found), default=0), words, frozenset(word for key in found for word in key))


def _undegreed(key: str, known: Collection[str]) -> str:
    """ "warm" of "warmer" and "warmest", "bright" of "brighten", where that is known."""
    for ending in ("er", "est", "en"):
        stem = key.removesuffix(ending)
        if stem != key and key not in known:
            for one in (stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem):
                if one in known:
                    return one
    return key


def _phrase_keys(edit: LearnedEdit, fillers: Collection[str]) -> Iterator[tuple[str, ...]]:
    for phrase in edit.phrases:
        key = tuple(key for key in _keys(phrase) if key not in fillers)
        if key:
            yield key


def _keys(text: str) -> list[str]:
    return [_key(word) for word in _WORD.findall(text)]


def _key(word: str) -> str:
    """A word as it is compared: in lower case, spelled the British way, without the s of a plural."""
    folded = word.lower().replace("'", "").replace("’", "")
    folded = _BRITISH.get(folded, folded)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") and not folded.endswith("ss") else folded


_BRITISH = {
    "gray": "grey", "grayer": "greyer", "grayscale": "greyscale", "color": "colour", "colors": "colours",
    "coloring": "colouring", "mustache": "moustache", "blonde": "blond", "smokey": "smoky",
}  # fmt: skip

_THINGS = frozenset(_key(word) for word in _OF_THINGS.split())
