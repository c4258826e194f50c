"""Collects Python's cyclic garbage on the window's thread alone, whenever that has nothing else to do.

Python collects on whichever thread happens to allocate. Where objects of Qt go away on another one, it waits for a lock
that the window's thread may hold while that waits for Python's: neither goes on.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject, QTimer

_REST_MS = 250
"""Between two looks: each has to wait for Python, and with it the window, where another thread computes."""
_CALM_MS = 200
"""Nothing has come for this long after a rest (a caret blinks more slowly): a whole collection holds nobody up."""
_WHOLE_S = 30.0
"""Between two collections of all that lasts at least."""
_BUSY_S = 600.0
"""Between two of them at most, where the window is never calm."""


class IdleCollector(QObject):
    """Owns the collecting of the process, which Python does not do by itself any more; a child of the application."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._paused = False
        self._whole_at = time.monotonic()
        self._rested = False
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._wait_for_idleness)
        self._calm = QTimer(self, interval=_CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._collect_whole)
        gc.disable()
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None  # an application has one
        self._dispatcher = dispatcher
        self._wait_for_idleness()

    def pause(self) -> None:
        """Collect nothing until ``go_on``: a million lasting objects are being made."""
        self._paused = True

    def go_on(self) -> None:
        """What there is now stays out of every later collection."""
        gc.freeze()
        self._paused = False

    def _wait_for_idleness(self) -> None:
        self._rested = True
        self._dispatcher.aboutToBlock.connect(self._look)

    def _look(self) -> None:
        """Collect what is due; rest, unless nothing has come since the last rest: then no timer wakes the process."""
        self._collect_young()
        if self._rested:
            self._rested = False
            self._await_calm()
        else:
            self._calm.stop()
            self._dispatcher.aboutToBlock.disconnect(self._look)
            self._rest.start()

    def _collect_young(self) -> None:
        """The generation that is due by Python's own thresholds."""
        if self._paused or gc.isenabled():
            return
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (1, 0):
            if 0 < limits[generation] < counts[generation]:
                gc.collect(generation)
                return

    def _await_calm(self) -> None:
        if not 0 < gc.get_threshold()[2] < gc.get_count()[2]:
            return
        waited = time.monotonic() - self._whole_at
        if waited > _BUSY_S:
            self._collect_whole()
        elif waited > _WHOLE_S:
            self._calm.start()

    def _collect_whole(self) -> None:
        if self._paused or gc.isenabled():
            return
        self._whole_at = time.monotonic()
        gc.collect()


def collector_of(app: QCoreApplication) -> IdleCollector:
    """The one of the application, which is made where there is none."""
    return app.findChild(IdleCollector) or IdleCollector(app)
