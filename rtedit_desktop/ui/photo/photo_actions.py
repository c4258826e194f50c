"""Opens, pastes and saves photos, away from the main thread."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import resources
from rtedit_desktop.support.stacks.compositions import Compositions
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.result_text import short_recipe
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.file_dialogs import own_pictures
from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage, on_checkers, to_qimage
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.worker.background import Background, SerialQueue
from rtedit_desktop.worker.tasks import NewestTask

THUMBNAIL = 128
_SUFFIXES = {"JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A photo, ready to be shown; with the results of ``work`` where it was brought back."""

    photo: Photo
    square: Square
    pyramid: Pyramid
    work: str = ""
    results: tuple[Result, ...] = ()


class PhotoActions(QObject):
    """Owns the file that Save writes to, and whether it is one without personal metadata.

    Every failure leaves the current picture as it is.
    """

    opening = Signal(str)
    opened = Signal(object)
    open_failed = Signal(str, str, str)
    saving = Signal(str)
    save_done = Signal(object, bool)
    save_failed = Signal(str, str, str)
    copied = Signal()
    samples_ready = Signal(object)

    def __init__(
        self,
        state: EditorState,
        photo_service: PhotoService,
        background: Background,
        parent: QObject | None = None,
        compositions: Compositions | None = None,
    ) -> None:
        """What is shown already, of ``compositions``, need not be composed again to be saved."""
        super().__init__(parent)
        self._state, self._photo_service, self._background = state, photo_service, background
        self._compositions = compositions or Compositions(photo_service)
        self._saves: dict[Path, SerialQueue] = {}  # of two to one file the later stays
        self._written: dict[Path, tuple[int, int]] = {}  # files as they were when they were saved here
        self._opening, self._copying = NewestTask(background.tasks), NewestTask(background.tasks)
        self.target: Path | None = None
        self.impersonal = False

    def open(self, path: Path) -> None:
        """Of photos that are opened in a row the newest wins."""
        self._opening.start(self._open(path.name, lambda: self._shown(self._photo_service.open(path))))

    def paste(self, image: QImage, name: str = "") -> None:
        """A picture that is in no file: from the clipboard, dropped as data, or of the camera."""
        name = name or self.tr("pasted picture")
        self._opening.start(
            self._open(name, lambda: self._shown(self._photo_service.from_pixels(from_qimage(image), name)))
        )

    def reopen(self, name: str, read: Callable[[], Opened]) -> None:
        """Earlier work; ``read`` brings it back."""
        self._opening.start(self._open(name, read))

    def find_samples(self) -> None:
        """Announce the sample pictures as ``[(path, thumbnail)]``."""
        self._background.tasks.start(self._find_samples())

    async def _find_samples(self) -> None:
        def work() -> list[tuple[Path, QImage]]:
            return [(path, _thumbnail(self._photo_service.open(path))) for path in self._photo_service.samples()]

        samples: list[tuple[Path, QImage]] = []
        with contextlib.suppress(Exception):  # the window does without
            samples = await self._background.run(work)
        self.samples_ready.emit(samples)

    def _shown(self, photo: Photo) -> Opened:
        return Opened(photo, self._photo_service.centred_square(photo), Pyramid(on_checkers(photo.pixels, photo.alpha)))

    async def _open(self, name: str, read: Callable[[], Opened]) -> None:
        self.opening.emit(name)
        try:
            opened = await self._background.run(read)
        except Exception as error:
            self.open_failed.emit(*sentences(error, self.tr("Could not open {name}.").format(name=name)))
            return
        self.target = None
        self.opened.emit(opened)

    def copy(self) -> None:
        """Put the photo with the current result on the clipboard, at its own size."""
        photo, result = self._state.photo, self._state.result
        if photo is not None:
            self._copying.start(self._copy(photo, result))

    async def _copy(self, photo: Photo, result: Result | None) -> None:
        def work() -> QImage:
            made = self._compositions.of(photo, result.layers) if result is not None else photo
            return to_qimage(made.pixels) if made.alpha is None else _see_through(made.pixels, made.alpha)

        try:
            image = await self._background.run(work)
        except Exception as error:
            self.save_failed.emit(*sentences(error, self.tr("The picture could not be copied.")))
            return
        QGuiApplication.clipboard().setImage(image)
        self.copied.emit()

    def suggestion(self) -> Path:
        """Where Save As starts: where the person wants results, else beside the source, never over it; samples go to
        the person's own pictures."""
        photo = self._state.photo
        if photo is None:
            return Path("edited.png")
        suffix = _SUFFIXES.get(photo.origin.format.upper(), ".png")
        if photo.path is None:
            return Path(self._edited(photo.name) + suffix)
        name = self._edited(photo.path.stem) + suffix
        wanted = settings.load().results
        if os.path.isdir(wanted):
            return Path(wanted) / name
        own = own_pictures() or Path.home()
        return own / name if photo.path.is_relative_to(resources()) else photo.path.with_name(name)

    def _edited(self, name: str) -> str:
        """The name of a photo, for what was made of it."""
        return self.tr("{name}-edited").format(name=name)

    def is_source(self, path: Path) -> bool:
        photo = self._state.photo
        if photo is None or photo.path is None:
            return False
        try:
            return path.samefile(photo.path)
        except OSError:
            return path.absolute() == photo.path.absolute()

    def is_as_written(self, path: Path) -> bool:
        """Whether it is what was saved here, and nobody has written to it since."""
        return path in self._written and self._written[path] == _stamp(path)

    def save(
        self, path: Path, then: Callable[[], None] | None = None, *, impersonal: bool = False, overwrite: bool = True
    ) -> None:
        """Write the current result at the photo's own size; ``then`` is called when it is on disk.

        Without personal metadata where that is asked for here, or in the settings. Without ``overwrite`` what
        another program has put there stays; what was saved here before gives way.
        """
        photo, result = self._state.photo, self._state.result
        if photo is not None and result is not None:
            self._background.tasks.start(self._save(path, photo, result, then, impersonal, overwrite))

    def writer(self, path: Path, result: Result) -> Callable[[], object] | None:
        """What writes a result of the photo to a file that is nobody's yet; to be called away from the main thread."""
        photo = self._state.photo
        return partial(self._write, path, photo, result, False, True) if photo is not None else None

    async def _save(
        self,
        path: Path,
        photo: Photo,
        result: Result,
        then: Callable[[], None] | None,
        impersonal: bool,
        overwrite: bool,
    ) -> None:
        self.saving.emit(path.name)
        lane = self._saves.setdefault(path, SerialQueue(self._background))
        try:
            without = await lane.run(lambda: self._write(path, photo, result, impersonal, overwrite), writes=True)
        except Exception as error:
            self.save_failed.emit(*sentences(error, self.tr("Could not save {name}.").format(name=path.name)))
            return
        if self._state.photo is photo:
            self.target, self.impersonal = path, impersonal
            self._state.mark_saved(result)
        self.save_done.emit(path, without)
        if then is not None:
            then()

    def _write(self, path: Path, photo: Photo, result: Result, impersonal: bool, overwrite: bool) -> bool:
        """Compose the result and what lies below it in the photo, and save that; True without personal metadata."""
        wanted = settings.load()
        without = impersonal or wanted.impersonal
        recipe = short_recipe(result) if wanted.recipe_inside else ""
        pixels = self._compositions.of(photo, result.layers).pixels
        stamps: list[tuple[int, int] | None] = []
        self._photo_service.save(
            path, photo, pixels, impersonal=without, recipe=recipe,
            ready=lambda file: stamps.append(_stamp(file)), overwrite=overwrite or self.is_as_written(path),
        )  # fmt: skip
        if stamps and stamps[0] is not None:
            self._written[path] = stamps[0]
        return without


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time, which a file keeps when it gets its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _thumbnail(photo: Photo) -> QImage:
    pixels: np.ndarray = on_checkers(photo.pixels, photo.alpha)
    return Pyramid(pixels).at_least(THUMBNAIL)


def _see_through(pixels: np.ndarray, alpha: np.ndarray) -> QImage:
    rgba = np.ascontiguousarray(np.dstack((pixels, alpha)))
    height, width = alpha.shape
    return QImage(rgba.data, width, height, width * 4, QImage.Format.Format_RGBA8888).copy()
