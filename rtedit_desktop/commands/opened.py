"""Pictures on their way through a command: opened, seen by the model, pasted back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rtedit_desktop.commands.terminal import Progress
from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photo import Photo, PhotoDesk, Square


@dataclass(frozen=True, eq=False)
class OpenedPhoto:
    """A photo and its middle square as the model sees it: ``before``, (S, S, 3) uint8."""

    desk: PhotoDesk
    photo: Photo
    square: Square
    before: np.ndarray

    def save(self, path: Path, after: np.ndarray | None) -> None:
        """The photo with the change from ``before`` to ``after``, (S, S, 3) uint8. Raises SaveError."""
        if after is None:
            raise RuntimeError("The job made no picture")
        self.desk.save(path, self.photo, self.desk.paste(self.photo, self.square, self.before, after))


def desk_for(given: PhotoDesk | None) -> PhotoDesk:
    """The desk that was given, or one of its own."""
    if given is not None:
        return given
    from rtedit_desktop.imaging.desk import Desk

    return Desk()


def open_photo(desk: PhotoDesk, path: Path, size: int, progress: Progress) -> OpenedPhoto:
    """Raises PictureError; what a person should know is noted."""
    photo = desk.open(path)
    for text in photo.notes:
        progress.note(text)
    square = desk.centred_square(photo)
    if photo.size != (square.side, square.side):
        progress.note(f"The model sees the middle square of {square.side} px; the rest of the picture stays as it is.")
    return OpenedPhoto(desk, photo, square, desk.crop(photo, square, size))


def squares_of(desk: PhotoDesk, folder: Path, size: int) -> Iterator[np.ndarray | PictureError]:
    """The middle square of each file of a folder, (size, size, 3) uint8, or why there is none.

    Hidden files and folders are passed over. Raises PictureError when the folder cannot be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(f"The folder {folder} could not be read: {reason}.", "Choose another folder.") from error
    for path in paths:
        try:
            photo = desk.open(path)
            yield desk.crop(photo, desk.centred_square(photo), size)
        except PictureError as error:
            yield error
