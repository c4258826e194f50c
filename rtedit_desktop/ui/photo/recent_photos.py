"""Menu of the photos that were opened last."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import resources
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.worker.background import SerialQueue, ignored


class RecentPhotos(QObject):
    """Reads them when the window opens, and keeps each photo that is opened.

    Samples and pictures in no file are left out. ``asked`` bears the path of one that is to be opened again.
    """

    asked = Signal(object)

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._do, self._state = context.actions, context.state
        self._tasks, self._lane = context.background.tasks, SerialQueue(context.background)
        self._paths: tuple[Path, ...] = ()
        context.state.photo_changed.connect(self._opened)
        self._tasks.start(self._read())

    async def _read(self) -> None:
        stored: tuple[str, ...] = ()
        with contextlib.suppress(Exception):  # the menu does without
            stored = (await self._lane.run(settings.load)).recent
        before = tuple(Path(path) for path in stored)
        self._show(tuple(dict.fromkeys((*self._paths, *before)))[: settings.MOST_RECENT])

    def _opened(self) -> None:
        path = self._state.photo.path if self._state.photo is not None else None
        if path is None or path.is_relative_to(resources()):
            return
        path = Path(os.path.abspath(path))
        self._keep((path, *(one for one in self._paths if one != path))[: settings.MOST_RECENT])

    def _forget(self) -> None:
        self._keep(())

    def _keep(self, paths: tuple[Path, ...]) -> None:
        self._show(paths)
        names = tuple(str(path) for path in paths)
        self._tasks.start(ignored(self._lane.run(partial(settings.change, recent=names), writes=True)))

    def _show(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self._do.set_recent(paths, self.asked.emit, self._forget)
