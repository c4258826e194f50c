"""Finds the known word that a person may have meant: one that a slip of the hand makes of it, and no other."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

_SHORTEST, _LONGEST = 4, 40
_AN_END = 5  # letters at least of the end of a word
_LONG = 7  # letters, from which on two slips are one word still


class Unknown(NamedTuple):
    """A word of a text that is not known, where it stands, and those that it may have been meant for."""

    word: str
    start: int
    nearest: tuple[str, ...] = ()


def nearest(word: str, known: Collection[str], most: int = 3) -> tuple[str, ...]:
    """The most alike of ``known``, which are lower-case words, the best first; none where none is much alike.

    A slip is a letter too many, too few or in place of another, or two that changed places; hardly anybody slips at the
    first letter, by which a "nose" is no "rose".
    """
    wanted = word.lower()
    if not _SHORTEST <= len(wanted) <= _LONGEST:
        return ()
    most_slips = 2 if len(wanted) >= _LONG else 1
    alike = ((_away(wanted, one, most_slips), one) for one in known)
    return tuple(one for away, one in sorted(alike) if away <= most_slips + 1)[:most]


def _away(word: str, known: str, most: int) -> int:
    """How many slips a word is from a known one; one more where it is but the end of it, as "glases" is."""
    if abs(len(known) - len(word)) <= most:
        near = known[:1] == word[0] or known[:2] == word[1::-1]
        slips = _slips(word, known) if near else most + 1
        return slips if slips <= most else most + 2
    ends = (known[-length:] for length in range(len(word) - most, len(word) + most + 1))
    if len(word) < _AN_END or len(known) < len(word):
        return most + 2
    return 1 + min((_slips(word, end) for end in ends if end[0] == word[0]), default=most + 1)


def _slips(a: str, b: str) -> int:
    """How many slips lead from one word to the other (Damerau's distance, no place slipped at twice)."""
    before, row = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, 1):
            slips = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                slips = min(slips, last[j - 2] + 1)
            row.append(slips)
    return row[-1]
