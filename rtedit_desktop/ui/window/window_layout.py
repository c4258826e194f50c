"""Remembers where the window is, how large, and how its parts share the room."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMainWindow

from rtedit_desktop.support import settings
from rtedit_desktop.ui.presets.preset_controller import PresetController
from rtedit_desktop.worker.background import Background

_LOW = 560  # pixels of height, as those of 1600 x 1000 at scale 2


class WindowLayout:
    """Gives a new window the layout of the last one, and keeps its layout when it closes.

    Geometry and splitter are kept in Qt's own form, which says its version: what another Qt wrote, or what is
    damaged, is left aside. Qt moves a window back that lay on a screen which is gone.
    """

    def __init__(self, saved: settings.AppSettings) -> None:
        self._saved = saved
        self._is_low = False

    @property
    def previews(self) -> str:
        """Where previews of learning are shown."""
        return self._saved.previews

    def restore(self, window: QMainWindow, presets: PresetController | None, filmstrip: QAction) -> None:
        """To be called before the window shows. One that was never open fits the screen.

        On a low screen the photo gets the room of the filmstrip, until that is asked for.
        """
        self._is_low = window.screen().availableSize().height() < _LOW
        if not window.restoreGeometry(_bytes(self._saved.geometry)):
            window.resize(window.size().boundedTo(window.screen().availableSize()))
        _OnScreen(window)
        filmstrip.setChecked(self._saved.filmstrip and not self._is_low)
        if presets is not None:
            presets.splitter.restoreState(_bytes(self._saved.splitter))
            if self._saved.presets_panel:
                presets.show_panel(self._saved.presets_panel == "shown")

    def keep(
        self, window: QMainWindow, presets: PresetController | None, filmstrip: QAction, background: Background
    ) -> None:
        """Write what has changed; closing waits for it as for everything that is written."""
        shown = filmstrip.isChecked() or (self._is_low and self._saved.filmstrip)  # nobody hid it
        values: dict[str, object] = {"geometry": _text(window.saveGeometry()), "filmstrip": shown}
        if presets is not None:
            values["splitter"] = _text(presets.splitter.saveState())
            values["presets_panel"] = presets.chosen
        if any(getattr(self._saved, name) != value for name, value in values.items()):
            background.run(partial(_write, values), writes=True)


class _OnScreen(QObject):
    """Keeps its window on a screen.

    With its frame, which the system adds when it is shown; and when the screen that it was on is unplugged and the
    system leaves it there.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        # Later: Qt tells it before it has given the window another screen.
        app.screenRemoved.connect(self._bring_back, Qt.ConnectionType.QueuedConnection)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.WindowActivate:  # the first time it has its frame
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._fit_frame)
        return super().eventFilter(watched, event)

    def _fit_frame(self) -> None:
        window = self._window
        if window.isMaximized() or window.isFullScreen():
            return
        room, frame = window.screen().availableGeometry(), window.frameGeometry()
        over = (frame.size() - room.size()).expandedTo(QSize(0, 0))
        fits = QRect(frame.topLeft(), frame.size() - over)
        fits.moveRight(min(fits.right(), room.right()))
        fits.moveBottom(min(fits.bottom(), room.bottom()))
        fits.moveLeft(max(fits.left(), room.left()))
        fits.moveTop(max(fits.top(), room.top()))
        if fits != frame:  # of one that was remembered Qt knows no frame
            window.resize(window.size() - over)
            window.move(fits.topLeft())

    def _bring_back(self) -> None:
        window, frame = self._window, self._window.frameGeometry()
        seen = any(screen.availableGeometry().intersects(frame) for screen in QGuiApplication.screens())
        if window.isVisible() and not seen:
            room = window.screen().availableGeometry()
            window.resize(window.size().boundedTo(room.size()))
            window.move(room.topLeft())


def _text(content: QByteArray) -> str:
    return bytes(content.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode())


def _write(values: dict[str, object]) -> None:
    """For the log alone, where it fails: the window is gone by then, and little is lost."""
    try:
        settings.change(None, **values)
    except OSError as error:
        logging.getLogger(__name__).warning("The window's layout could not be kept: %s", error)
