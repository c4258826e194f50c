"""Offers the sample pictures: on the empty canvas, and in the menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from rtedit_desktop.core.photos.photo import samples_of
from rtedit_desktop.ui.canvas.empty_hint import EmptyHint
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.photo.photo_actions import PhotoActions


class SamplePictures(QObject):
    """Owns those that were found; the ones that fit the model in use are offered, and ``open`` opens one."""

    def __init__(
        self, context: WindowContext, photos: PhotoActions, empty: EmptyHint, open: Callable[[Path], None]
    ) -> None:
        super().__init__(context.window)
        self._state, self._actions, self._empty, self._open = context.state, context.actions, empty, open
        self._found: dict[Path, QImage] = {}
        photos.samples_ready.connect(self._keep)
        context.state.pack_changed.connect(self._offer)

    def _keep(self, found: list[tuple[Path, QImage]]) -> None:
        self._found = dict(found)
        self._offer()

    def _offer(self) -> None:
        pack = self._state.pack.id if self._state.pack is not None else ""
        samples = [(path, self._found[path]) for path in samples_of(pack, list(self._found))]
        self._empty.set_samples(samples)
        self._actions.set_samples(samples, self._open)
