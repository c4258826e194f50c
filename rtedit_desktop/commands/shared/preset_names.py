"""Finds the presets that a command names, each with its strength, and the pack that they need."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence

from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.core.edits import MAX_STRENGTH
from rtedit_desktop.core.errors import PackMissing, PresetError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.spelling import nearest
from rtedit_desktop.core.preset import SUFFIX, PresetInfo, PresetLibrary
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.file_names import folded

_STRENGTH = re.compile(r"(?P<name>.+):(?P<strength>[+-]?(\d+[.,]?\d*|[.,]\d+))")
_A_WORD = 3  # letters at least
_LIKE_A_NUMBER = re.compile(r".+:(?P<number>\s*[+-]?[.,]?\d[^/\\]*)")


def split(given: str) -> tuple[str, float | None]:
    """A name, and a strength where a number is behind the last colon: “C:\\my.rtpreset” is a name.

    “0,7” is the number 0.7. Raises UsageError for a strength out of its range.
    """
    match = _STRENGTH.fullmatch(given)
    name, strength = (match["name"], float(match["strength"].replace(",", "."))) if match else (given, None)
    if strength is not None and not 0 <= strength <= MAX_STRENGTH:
        raise UsageError(
            f"The strength of “{name}” is {strength:g}, which is out of range.",
            f"Give it a value from 0 to {MAX_STRENGTH:g}; if the number belongs to the name, write “{given}:1”.",
        )
    return name, strength


def find_all(
    library: PresetLibrary, names: list[str], catalog: Catalog, wanted: str | None
) -> tuple[list[PresetInfo], PackInfo]:
    """The presets of these names or paths, and the pack that they are for.

    Where presets of several packs have a name, the pack ``wanted`` decides, else the first installed one that has a
    preset of every name.
    """
    packs = [wanted] if wanted is not None else [pack.id for pack in catalog.packs()]
    for pack in packs:
        presets = [_in_any_language(library, name, [pack, *packs], catalog) for name in names]
        if all(preset.spec.pack == pack for preset in presets):
            return presets, pack_of(presets, catalog)
    presets = [_in_any_language(library, name, packs, catalog) for name in names]
    info = pack_of(presets, catalog)
    if wanted is not None:
        raise PresetError(
            f"“{presets[0].title}” was made for the model pack “{info.id}”, and not for “{wanted}”.",
            "Leave --pack out, or choose another preset.",
        )
    return presets, info


def _in_any_language(library: PresetLibrary, name: str, packs: Sequence[str], catalog: Catalog) -> PresetInfo:
    """As ``find``; a preset that came with a pack is found by the title that it has in a language of the pack, too."""
    try:
        return find(library, name, packs)
    except PresetError:
        wanted, built_in = folded(name.strip()), [one for one in library.presets() if one.built_in]
        for pack in sorted(catalog.packs(), key=lambda pack: packs.index(pack.id) if pack.id in packs else len(packs)):
            translated = [pair for words in pack.languages.values() for pair in words.titles.items()]
            titles = {own for own, title in translated if folded(title) == wanted}
            for preset in built_in:
                if preset.spec.pack == pack.id and preset.title in titles:
                    return preset
        raise


def find(library: PresetLibrary, name: str, packs: Sequence[str] = ()) -> PresetInfo:
    """The preset of that name or path; for an unknown one the error names what is close to it.

    Raises UsageError where what stands behind the name was to be a strength.
    """
    try:
        return library.find(name, packs)
    except PresetError as error:
        number = _LIKE_A_NUMBER.fullmatch(name)
        if number and not name.lower().endswith(SUFFIX):
            raise UsageError(
                f"“{number['number'].strip()}” is not a strength.",
                f"Write a number from 0 to {MAX_STRENGTH:g}, like 0.7, behind the name and its colon.",
            ) from error
        close = _close_to(name, [preset.title for preset in library.presets()])
        if not close or _is_file(name):  # what is wrong with a file is more to the point
            raise
        raise PresetError(error.what, f"Did you mean {' or '.join(f'“{title}”' for title in close)}?") from error


def _close_to(name: str, titles: list[str]) -> list[str]:
    """Up to three titles that look like a name, or like a file's; none when several have the very name.

    A title is close by a slip of the hand, or by a word that it shares: "blond" by "Blond hair".
    """
    by_words = {title.casefold(): title for title in titles}
    stem = re.split(r"[/\\]", name)[-1].removesuffix(SUFFIX)
    wanted = [word.strip().casefold() for word in (name, stem)]
    if any(word in by_words for word in wanted):
        return []
    words = {part for part in re.findall(r"[^\W_]+", wanted[1]) if len(part) >= _A_WORD}
    found = [*nearest(wanted[1], by_words), *(title for title in by_words if _shares_a_word(words, title))]
    return [by_words[title] for title in dict.fromkeys(found)][:3]


def _shares_a_word(words: Collection[str], title: str) -> bool:
    own = re.findall(r"[^\W_]+", title)
    return any(word in own or nearest(word, own) for word in words)


def _is_file(name: str) -> bool:
    return name.lower().endswith(SUFFIX) and os.path.lexists(os.path.expanduser(name))


def pack_of(presets: list[PresetInfo], catalog: Catalog) -> PackInfo:
    packs = sorted({preset.spec.pack for preset in presets})
    if len(packs) > 1:
        raise PresetError(
            f"These presets were made for different model packs: {', '.join(packs)}.",
            "Apply those of one pack first, and the others to its result.",
        )
    try:
        return catalog.manifest(packs[0]).info
    except PackMissing as error:
        what = f"“{presets[0].title}” needs the model pack “{packs[0]}”, which is not installed."
        raise PackMissing(what, error.todo) from error
