"""Which of a TIFF's directories tells of its picture, beside thumbnails, masks and what only raw converters read."""

from __future__ import annotations

from dataclasses import dataclass

from rtedit_desktop.imaging.metadata.directories import Block, Slot
from rtedit_desktop.imaging.metadata.parts import FRAME_LIMIT, Damaged

_SUBFILE, _OLD_SUBFILE, _WIDTH, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG = 254, 255, 256, 262, 330, 50706
_CFA, _LINEAR_RAW = 32803, 34892
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_MOST_BELOW = 64


class Raw(ValueError):
    """What a sensor saw, of which the file has only a preview for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``slots`` tell of the picture, ``described`` of the photo; ``frames`` are all pages but for copies."""

    slots: dict[int, Slot]
    described: dict[int, Slot]
    start: int
    frames: int


def first_page(block: Block) -> Page:
    """The first that is no smaller copy of another one. Raises Damaged and Raw."""
    first, _ = block.directory(block.start)
    if block.data[8:10] == b"CR" or _is_of_sensor(block, first):
        raise Raw
    if _is_copy(block, first) and _DNG in first:
        raise Raw
    if _is_copy(block, first) and _SUB_DIRECTORIES in first:
        return Page(slots=_below(block, first), described=first, start=block.start, frames=1)
    pages = _pages(block)
    whole = [(start, slots) for start, slots in pages if not _is_copy(block, slots)]
    start, slots = (whole or pages)[0]
    return Page(slots=slots, described=slots, start=start, frames=max(len(whole), 1))


def _pages(block: Block) -> list[tuple[int, dict[int, Slot]]]:
    """At most one more than are counted."""
    seen, found, following = {0}, list[tuple[int, dict[int, Slot]]](), block.start
    while following not in seen and len(found) <= FRAME_LIMIT:
        seen.add(following)
        start = following
        try:
            slots, following = block.directory(start)
        except Damaged:
            found.append((start, {}))
            break
        found.append((start, slots))
    return found


def _below(block: Block, first: dict[int, Slot]) -> dict[int, Slot]:
    """The picture that the first one is a thumbnail of. Raises Raw where that is for raw converters."""
    found = list[dict[int, Slot]]()
    for start in block.integers(first[_SUB_DIRECTORIES])[:_MOST_BELOW]:
        try:
            found.append(block.directory(start)[0])
        except Damaged:
            continue
    if any(_is_of_sensor(block, slots) for slots in found):
        raise Raw
    for slots in found:
        if not _is_copy(block, slots):
            return slots
    raise Raw


def _is_of_sensor(block: Block, slots: dict[int, Slot]) -> bool:
    return block.integer(slots.get(_PHOTOMETRIC)) in (_CFA, _LINEAR_RAW)


def _is_copy(block: Block, slots: dict[int, Slot]) -> bool:
    """Whether it is a smaller copy, or a mask, of another; what has no size is none that could be shown instead."""
    if not block.integer(slots.get(_WIDTH)):
        return True
    old = block.integer(slots.get(_OLD_SUBFILE)) == _OLD_REDUCED
    return bool(block.integer(slots.get(_SUBFILE)) & (_REDUCED | _MASK)) if _SUBFILE in slots else old
