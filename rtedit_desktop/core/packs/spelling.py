"""Finds the known word that a person may have meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import NamedTuple

_ALIKE = 0.7
_LONGEST = 40


class Unknown(NamedTuple):
    """A word of a text that is not known, where it stands, and those that it may have been meant for."""

    word: str
    start: int
    nearest: tuple[str, ...] = ()


def nearest(word: str, known: Collection[str], most: int = 3) -> tuple[str, ...]:
    """The most alike of ``known``, which are lower-case words, the best first; none where none is much alike."""
    if len(word) > _LONGEST:
        return ()
    return tuple(get_close_matches(word.lower(), sorted(known), most, _ALIKE))
