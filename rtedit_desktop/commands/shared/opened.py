"""Opens a command's picture, crops what the model sees of it, and pastes the result back."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rtedit_desktop.batch.seeing import Seen, seen
from rtedit_desktop.commands.shared.squares import chosen_square, mask_for
from rtedit_desktop.commands.shared.terminal import Progress
from rtedit_desktop.core.edits import Spec
from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import PictureRequest
from rtedit_desktop.support.recipe_text import recipe_text


@dataclass(frozen=True, eq=False)
class OpenedPhoto:
    """A photo and its square as the model sees it: ``before``, (S, S, 3) uint8. ``mask``: where it may change."""

    photo_service: PhotoService
    photo: Photo
    square: Square
    before: np.ndarray
    mask: np.ndarray | None = None
    impersonal: bool = False
    recipe_inside: bool = False

    def save(self, path: Path, request: PictureRequest, finished: Finished, *, overwrite: bool = False) -> None:
        """The photo with the change from ``before`` to what became of it. Raises SaveError."""
        if finished.picture is None:
            raise RuntimeError("The job made no picture")
        pixels = self.photo_service.paste(self.photo, self.square, self.before, finished.picture, self.mask)
        recipe = recipe_text(request.spec, finished.recipe, self.square) if self.recipe_inside else ""
        self.photo_service.save(
            path, self.photo, pixels, impersonal=self.impersonal, recipe=recipe, overwrite=overwrite
        )


def photo_service_for(given: PhotoService | None) -> PhotoService:
    """The photo service that was given, or one of its own."""
    if given is not None:
        return given
    from rtedit_desktop.imaging.photo_service import FilePhotoService

    return FilePhotoService()


def open_photo(
    photo_service: PhotoService, args: argparse.Namespace, info: PackInfo, spec: Spec, progress: Progress
) -> OpenedPhoto:
    """The picture of a command, and the square and the mask that it asks for, or that the edit wants.

    Raises PictureError; what a person should know is noted.
    """
    photo = photo_service.open(args.picture)
    for text in photo.notes:
        progress.note(text)
    mask = mask_for(photo_service, photo, args.mask)
    square = chosen_square(photo_service, photo, info, spec, args, progress)
    before = photo_service.crop(photo, square, info.image_size)
    return OpenedPhoto(photo_service, photo, square, before, mask, args.strip_metadata, args.embed_recipe)


def seen_in(photo_service: PhotoService, folder: Path, info: PackInfo) -> Iterator[Seen | PictureError]:
    """What the pack's model sees of each file of a folder, or why there is nothing.

    Hidden files and folders are passed over. Raises PictureError when the folder cannot be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if os.path.isfile(path) and not path.name.startswith("."))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(f"The folder {folder} could not be read: {reason}.", "Choose another folder.") from error
    for path in paths:
        try:
            yield seen(photo_service, photo_service.open(path), info)
        except PictureError as error:
            yield error
