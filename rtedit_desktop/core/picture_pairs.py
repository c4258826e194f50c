"""Find pictures before and after an edit by their names, crop them alike, refuse those that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.lazy_text import LazyText, tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import Pair

BEFORE, AFTER = ".before", ".after"
MOST_PAIRS = 200  # all of them are in memory while they are learned from

_NO_PICTURES = (".xmp", ".txt", ".json", ".xml", ".aae", ".db", ".ini", ".md")  # what lies beside pictures
_SAME, _SAME_CELL = 1.2, 2.5
"""Levels of 255 by which pictures differ on average, and in the mean of a cell at most, when one of
them was but saved again; lipstick changes few pixels, and those by ten levels and more."""
_CELL = 8
_MOVED = 0.02  # of the side
_ALIKE = 0.45  # correlation of what is best kept of the outlines: 0.1 to 0.35 for two people, 0.57 and more for an edit
_LOOKED_AT = 128
_LITTLE, _MUCH = 0.2, 0.6  # of the change
_COLOUR_CHANGES = 1.0  # of 255, on average over a picture
_ALONG = 0.7  # a cosine
_AGREEING = 3  # pairs


class PairFiles(NamedTuple):
    """Two files that belong together."""

    before: Path
    after: Path


def find_pairs(folder: Path, after: Path | None = None) -> list[PairFiles]:
    """Files of a folder called ``name.before.jpg`` and ``name.after.jpg``, or equal names in two folders.

    Endings may differ; hidden files and what programs put beside pictures are passed over. Sorted by name. Raises
    PictureError when a folder cannot be read, when there is no pair, and for a picture whose other half is missing or
    is there twice.
    """
    if after is None or after == folder:
        befores, afters = (_marked(folder, mark) for mark in (BEFORE, AFTER))
        hint = tr("Call them name{before}.jpg and name{after}.jpg.", before=BEFORE, after=AFTER)
    else:
        befores, afters = _named(folder), _named(after)
        hint = tr("Give both pictures of a pair the same name.")
    for name in sorted(befores.keys() ^ afters.keys()):
        lonely = (befores.get(name) or afters.get(name) or [folder])[0]
        raise PictureError(tr("{name} has no other half.", name=shown_name(lonely.name)), hint)
    for name, files in (*befores.items(), *afters.items()):
        if len(files) > 1:
            raise PictureError(
                tr("There are {n} pictures for one half of the pair “{name}”.", n=len(files), name=shown_name(name)),
                tr("Leave one of them there."),
            )
    if not befores:
        raise PictureError(tr("There are no pairs of pictures in {folder}.", folder=shown_name(folder.name)), hint)
    return [PairFiles(befores[name][0], afters[name][0]) for name in sorted(befores)]


def read_pair(
    photo_service: PhotoService, files: PairFiles, size: int, square_of: Callable[[Photo], Square]
) -> tuple[Pair, tuple[str, ...]]:
    """Both pictures as the model sees them, cropped where ``square_of`` finds the before picture's square.

    (size, size, 3) uint8 each, and notes for a person. Raises PictureError when one cannot be opened or they do not
    belong together.
    """
    before, after = photo_service.open(files.before), photo_service.open(files.after)
    if before.size != after.size:
        (width, height), (other, tall) = before.size, after.size
        raise PictureError(
            tr(
                "{before} has {width} × {height} pixels and {after} {other} × {tall}.",
                before=shown_name(files.before.name),
                width=width,
                height=height,
                after=shown_name(files.after.name),
                other=other,
                tall=tall,
            ),
            tr("Both pictures of a pair must have the same size and show the same, pixel for pixel."),
        )
    square = square_of(before)
    pair = Pair(photo_service.crop(before, square, size), photo_service.crop(after, square, size))
    check_pair(pair, files.before.name, files.after.name)
    return pair, (*before.notes, *after.notes)


def check_pair(pair: Pair, before: str = "before", after: str = "after") -> None:
    """Raise PictureError for two pictures, (S, S, 3) uint8, that are the same, moved, or of different things."""
    change = pair.after.astype(np.float32) - pair.before
    names = {"before": shown_name(before), "after": shown_name(after)}
    if np.abs(change).mean() < _SAME and np.abs(_cells(change)).max() < _SAME_CELL:
        raise PictureError(
            tr("{before} and {after} show no difference.", **names),
            tr("The after picture must show the edit, where the model sees it."),
        )
    alike, (right, down) = outlines_agree(pair.before, pair.after)
    if alike < _ALIKE:
        raise PictureError(
            tr("{before} and {after} do not show the same.", **names),
            tr("A pair is one picture before and after an edit, not two pictures."),
        )
    if max(abs(right), abs(down)) > _MOVED:
        raise PictureError(
            tr("{after} is moved against {before}.", **names),
            tr("Both pictures of a pair must fit each other pixel for pixel; align them first."),
        )


def turned_round(pairs: Sequence[Pair]) -> list[int]:
    """Which of the pairs do the opposite of what the others do, as swapped pictures would; none where it is no few.

    What is compared is the mean change of colour, where there is one; three pairs at least must say the same.
    """
    changes = np.array([(pair.after.astype(np.float64) - pair.before).mean((0, 1)) for pair in pairs]).reshape(-1, 3)
    lengths = np.linalg.norm(changes, axis=1)
    seen = lengths > _COLOUR_CHANGES
    directions = changes / np.maximum(lengths, 1e-9)[:, None]
    middle = np.median(directions[seen], axis=0) if seen.any() else np.zeros(3)
    along = directions @ middle / max(float(np.linalg.norm(middle)), 1e-9)
    opposite = seen & (along < -_ALONG)
    if (seen & (along > _ALONG)).sum() < max(_AGREEING, 2 * opposite.sum()):
        return []
    return [int(at) for at in np.flatnonzero(opposite)]


def how_sure(explained: float) -> LazyText:
    """A sentence on the share of the change, at most 1, that is seen where nothing was learned from."""
    if explained > _MUCH:
        return tr("Checked on what it did not learn from, it shows the change clearly.")
    if explained > _LITTLE:
        return tr("Checked on what it did not learn from, it shows a part of the change; more pairs would help.")
    if explained > 0:
        return tr("Unsure: checked on what it did not learn from, it shows little of the change.")
    return tr("Nothing was learned that holds in what it did not learn from: the preset changes nothing.")


def outlines_agree(before: np.ndarray, after: np.ndarray) -> tuple[float, tuple[float, float]]:
    """How much of the outlines two pictures, (S, S, 3) uint8, share, in [-1, 1], and by what the second is moved.

    The share is the mean correlation of the better half of 64 cells, since an edit may change the rest; it is measured
    at the place where they fit best. The move is (right, down) as a part of the side.
    """
    first, second = _outlines(before), _outlines(after)
    spectrum = np.fft.fft2(first).conj() * np.fft.fft2(second)
    fit = np.fft.ifft2(spectrum / (np.abs(spectrum) ** 0.5 + 1e-9)).real
    side = len(first)
    down, right = (int(at) for at in np.unravel_index(fit.argmax(), fit.shape))
    down, right = (at - side if at > side // 2 else at for at in (down, right))
    second = np.roll(second, (-down, -right), (0, 1))
    cells = side // 8
    a, b = (
        one[: 8 * cells, : 8 * cells].reshape(8, cells, 8, cells).swapaxes(1, 2).reshape(64, -1)
        for one in (first, second)
    )
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    lengths = np.sqrt((a * a).sum(1) * (b * b).sum(1))
    correlations = np.sort((a * b).sum(1) / (lengths + 1e-3))
    return float(correlations[32:].mean()), (right / side, down / side)


def _cells(change: np.ndarray) -> np.ndarray:
    """The means of (S, S, 3) over cells of a few pixels, in which noise is none."""
    count = max(1, change.shape[0] // _CELL)
    side = min(_CELL, change.shape[0])
    cells: np.ndarray = change[: count * side, : count * side].reshape(count, side, count, side, 3).mean((1, 3))
    return cells


def _outlines(picture: np.ndarray) -> np.ndarray:
    """(S', S') float64: how steep the brightness is, S' at most 128."""
    step = max(1, picture.shape[0] // _LOOKED_AT)
    whole = picture.shape[0] // step * step
    grey = picture[:whole, :whole].astype(np.float64).mean(2)
    grey = grey.reshape(whole // step, step, whole // step, step).mean((1, 3))
    down, right = np.gradient(grey)
    steep = np.hypot(down, right)
    relative: np.ndarray = steep / (steep.mean() + 1e-6)
    return relative


def _marked(folder: Path, mark: str) -> dict[str, list[Path]]:
    """Files called ``name`` + mark + ending, by that name."""
    found: dict[str, list[Path]] = {}
    for path in _files(folder):
        if path.stem.lower().endswith(mark):
            found.setdefault(path.stem[: -len(mark)], []).append(path)
    return found


def _named(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in _files(folder):
        found.setdefault(path.stem, []).append(path)
    return found


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if path.is_file() and not path.name.startswith(".") and path.suffix.lower() not in _NO_PICTURES
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(
            tr("The folder {folder} could not be read: {reason}.", folder=shown_name(folder.name), reason=reason),
            tr("Choose another folder."),
        ) from error
