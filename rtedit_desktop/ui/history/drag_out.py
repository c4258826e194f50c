"""Makes a file of a result that is dragged out of the window, and lets it be dropped."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QWidget

from rtedit_desktop.support import cache_folders
from rtedit_desktop.support.file_names import stem_of
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.photo.photo_actions import PhotoActions
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.ui.widgets.thumbnails import thumbnail
from rtedit_desktop.worker.tasks import NewestTask

_THUMB = 72
_MOST_BYTES = 60  # of the photo's name; with that of the edit a file's name has no more than 255
_KEPT_S = 24 * 3600.0  # whoever took a file may still be reading it


class DragOut(QObject):
    """The drag begins when the file is there, if the button is still held. Files of another day are removed."""

    def __init__(self, context: WindowContext, photos: PhotoActions, source: QWidget) -> None:
        super().__init__(context.window)
        self._state, self._background, self._messages = context.state, context.background, context.messages
        self._photos, self._source = photos, source
        self._making = NewestTask(context.background.tasks)
        self._folder = cache_folders.folder_of(cache_folders.DRAGGED)

    def begin(self, result: Result) -> None:
        self._making.start(self._make(result))

    async def _make(self, result: Result) -> None:
        what = stem_of(self._state.known_presets.name_of(result), "result")
        name = f"{_plain(self._photos.suggestion().stem)} {what}".strip()
        path = self._folder / f"{time.time_ns():x}" / f"{name}{self._photos.suggestion().suffix}"
        write = self._photos.writer(path, result)
        if write is None:
            return

        def work() -> None:
            _sweep(self._folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            write()

        try:
            await self._background.run(work)
        except Exception as error:
            self._messages.error(*sentences(error, self.tr("{name} could not be made.").format(name=path.name)))
            return
        # Not from within a coroutine: a drag has an event loop of its own.
        QTimer.singleShot(0, self, lambda: self._drag(result, path))

    def _drag(self, result: Result, path: Path) -> None:
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self._source)
            drag.setMimeData(file_data(path))
            drag.setPixmap(thumbnail(result.picture, _THUMB, 1.0).pixmap(QSize(_THUMB, _THUMB)))
            drag.exec(Qt.DropAction.CopyAction)


def file_data(path: Path) -> QMimeData:
    """The file, for who takes files."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def _plain(stem: str) -> str:
    """In letters that another program can be told in a URL: a name on disk may be of any bytes, and have lines."""
    printable = "".join(char if char.isprintable() else " " for char in stem)
    return printable.encode()[:_MOST_BYTES].decode(errors="ignore").strip()


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > _KEPT_S:
                shutil.rmtree(old, ignore_errors=True)
