"""A photo service and a camera that need no files of a camera."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from support.window.fakes import picture

from rtedit_desktop.core.errors import PictureError, SaveError
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Accumulated, Patch, Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.imaging.square.region import mask_of
from rtedit_desktop.ui.photo.camera import Camera
from rtedit_desktop.ui.widgets.pyramid import from_qimage, to_qimage


class FakeCamera(Camera):
    """Sees a picture as soon as it is on, or says why there is none."""

    def __init__(self, parent: QObject | None = None, problem: str = "") -> None:
        super().__init__(parent)
        self.on, self.problem = False, problem

    def start(self) -> None:
        if self.problem:
            self.failed.emit(self.problem)
            return
        self.on = True
        self.picture_came.emit(to_qimage(picture(60, 40)))

    def stop(self) -> None:
        self.on = False


class FakePhotoService:
    """Opens and saves through QImage."""

    def __init__(self, samples: Sequence[Path] = ()) -> None:
        self._samples = list(samples)
        self.save_error: SaveError | None = None
        self.saved_impersonal: dict[str, bool] = {}
        self.saved_recipes: dict[str, str] = {}
        self.found: tuple[Face, ...] = ()
        self.looked_on: list[threading.Thread] = []
        self.warm = False

    def warm_up(self) -> None:
        self.warm = True

    def open(self, path: Path) -> Photo:
        image = QImage(str(path))
        if image.isNull():
            raise PictureError(f"Could not open {path.name}: it is not a picture.", "Choose a PNG or JPEG file.")
        pixels = from_qimage(image)
        alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
        return Photo(pixels=np.ascontiguousarray(pixels[..., :3]), alpha=alpha, name=path.name, path=path)

    def thumbnail(self, path: Path, side: int) -> np.ndarray:
        pixels = self.open(path).pixels
        step = max(1, max(pixels.shape[:2]) // side)
        return np.ascontiguousarray(pixels[::step, ::step])

    def from_pixels(self, pixels: np.ndarray, name: str) -> Photo:
        return Photo(pixels=np.ascontiguousarray(pixels[..., :3]), name=name)

    def samples(self) -> list[Path]:
        return self._samples

    def centred_square(self, photo: Photo) -> Square:
        width, height = photo.size
        side = min(width, height)
        return Square(x=(width - side) // 2, y=(height - side) // 2, side=side)

    def faces(self, photo: Photo) -> tuple[Face, ...]:
        self.looked_on.append(threading.current_thread())
        return self.found

    def crop(self, photo: Photo, square: Square, size: int) -> np.ndarray:
        pixels = photo.pixels[square.y : square.y + square.side, square.x : square.x + square.side]
        where = np.arange(size) * square.side // size
        return np.ascontiguousarray(pixels[where][:, where])

    def paste(
        self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray, mask: np.ndarray | None = None
    ) -> np.ndarray:
        where = np.arange(square.side) * before.shape[0] // square.side
        change = (after.astype(np.int16) - before)[where][:, where]
        pixels = photo.pixels.copy()
        inside = (slice(square.y, square.y + square.side), slice(square.x, square.x + square.side))
        pixels[inside] = np.clip(pixels[inside] + change, 0, 255)
        return pixels if mask is None else np.where(mask[..., None] >= 128, pixels, photo.pixels)

    def compose(self, photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
        for patch in patches:
            mask = self.mask(photo, patch.square, patch.region) if patch.region is not None else patch.mask
            pixels = self.paste(photo, patch.square, patch.before, patch.after, mask)
            photo = replace(photo, pixels=pixels)
        return photo.pixels

    def accumulate(self, photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
        under = photo if below is None else replace(photo, pixels=self.rounded(photo, below))
        made = self.compose(under, [patch])
        return Accumulated(left=0, top=0, values=made.astype(np.float32) - photo.pixels)

    def rounded(self, photo: Photo, accumulated: Accumulated) -> np.ndarray:
        return (photo.pixels + accumulated.values).astype(np.uint8)

    def mask(self, photo: Photo, square: Square, region: Region) -> np.ndarray:
        return mask_of(region, photo.size, square.bounds(photo.size))

    def save(self, path: Path, photo: Photo, pixels: np.ndarray, **more: Any) -> None:
        if self.save_error is not None:
            raise self.save_error
        whole = path.with_name(f".{path.name}")
        if not to_qimage(pixels).save(str(whole)):
            raise SaveError(f"Could not save {path.name}.", "Choose another name.")
        if more.get("ready") is not None:
            more["ready"](whole)
        whole.replace(path)
        self.saved_impersonal[path.name] = more.get("impersonal", False)
        self.saved_recipes[path.name] = more.get("recipe", "")
