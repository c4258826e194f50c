"""Small pictures of the photos of a batch, read when they are first looked at."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon

from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.ui.widgets.thumbnails import thumbnail
from rtedit_desktop.worker.background import Background

_log = logging.getLogger(__name__)
SIDE = 40
_DENSEST = 2
_MOST = 2000
_MOST_WANTED = 40  # who scrolls through thousands sees those that are there when the list comes to rest


class BatchThumbnails(QObject):
    """Owns those that were read. One is read at a time, what was looked at last first; a damaged photo has none."""

    came = Signal(object)

    def __init__(self, photo_service: PhotoService, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photo_service, self._background = photo_service, background
        self._icons: dict[Path, QIcon] = {}
        self._wanted: dict[Path, None] = {}
        self._reads = False

    def of(self, path: Path) -> QIcon | None:
        """None until ``came`` has told that it is there."""
        if path in self._icons:
            return self._icons[path]
        self._wanted.pop(path, None)
        self._wanted[path] = None
        if len(self._wanted) > _MOST_WANTED:
            self._wanted.pop(next(iter(self._wanted)))
        if not self._reads:
            self._reads = True
            self._background.tasks.start(self._read())
        return None

    async def _read(self) -> None:
        try:
            while self._wanted:
                path, _ = self._wanted.popitem()
                icon = QIcon()
                try:
                    read = partial(self._photo_service.thumbnail, path, SIDE * _DENSEST)
                    icon = thumbnail(await self._background.run(read), SIDE, _DENSEST)
                except Exception:  # why it cannot be opened is said when its turn in the batch comes
                    _log.debug("A photo has no thumbnail", exc_info=True)
                if len(self._icons) >= _MOST:
                    self._icons.pop(next(iter(self._icons)))
                self._icons[path] = icon
                self.came.emit(path)
        finally:
            self._reads = False
