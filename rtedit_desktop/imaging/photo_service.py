"""Opens, crops, pastes and saves photos, for the window and the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Accumulated, Patch, Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.imaging.photo import open_photo, photo_from_pixels, thumbnail
from rtedit_desktop.imaging.saving import save_photo
from rtedit_desktop.imaging.square import crop
from rtedit_desktop.support.paths import resources

_SAMPLE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})


class FilePhotoService:
    """Implements ``core.photos.photo.PhotoService``; holds no state."""

    def warm_up(self) -> None:
        import rtedit_desktop.imaging.square.compositing  # noqa: F401

    def open(self, path: Path) -> Photo:
        return open_photo(path)

    def thumbnail(self, path: Path, side: int) -> np.ndarray:
        return thumbnail(path, side)

    def from_pixels(self, pixels: np.ndarray, name: str) -> Photo:
        return photo_from_pixels(pixels, name)

    def samples(self) -> list[Path]:
        folder = resources() / "samples"
        if not folder.is_dir():
            return []
        return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SAMPLE_SUFFIXES)

    def centred_square(self, photo: Photo) -> Square:
        return crop.centred_square(photo)

    def faces(self, photo: Photo) -> tuple[Face, ...]:
        from rtedit_desktop.imaging.faces import find_faces  # OpenCV takes a while to load

        return find_faces(photo)

    def crop(self, photo: Photo, square: Square, size: int) -> np.ndarray:
        return crop.crop(photo, square, size)

    def paste(
        self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray, mask: np.ndarray | None = None
    ) -> np.ndarray:
        from rtedit_desktop.imaging.square.compositing import paste

        return paste(photo, square, before, after, mask)

    def compose(self, photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
        from rtedit_desktop.imaging.square.composition import compose

        return compose(photo, patches)

    def accumulate(self, photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
        from rtedit_desktop.imaging.square.composition import accumulate

        return accumulate(photo, patch, below)

    def rounded(self, photo: Photo, accumulated: Accumulated) -> np.ndarray:
        from rtedit_desktop.imaging.square.composition import rounded

        return rounded(photo, accumulated)

    def mask(self, photo: Photo, square: Square, region: Region) -> np.ndarray:
        from rtedit_desktop.imaging.square.region import mask_of

        return mask_of(region, photo.size, square.bounds(photo.size))

    def save(
        self,
        path: Path,
        photo: Photo,
        pixels: np.ndarray,
        *,
        impersonal: bool = False,
        recipe: str = "",
        ready: Callable[[Path], None] | None = None,
        overwrite: bool = True,
    ) -> None:
        save_photo(path, photo, pixels, impersonal=impersonal, recipe=recipe, ready=ready, overwrite=overwrite)
