"""Collects Python's cyclic garbage on the window's thread alone, whenever that has nothing else to do.

Python collects on whichever thread happens to allocate. Where objects of Qt go away on another one, it waits for a lock
that the window's thread may hold while that waits for Python's: neither goes on.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject

_WHOLE_S = 30.0
"""Between two collections of all that lasts, each of which holds the window for some ten milliseconds."""


class IdleCollector(QObject):
    """Owns the collecting of the process, which Python does not do by itself any more; a child of the application."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._paused = False
        self._next_whole = time.monotonic() + _WHOLE_S
        gc.disable()
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None  # an application has one
        dispatcher.aboutToBlock.connect(self._look)

    def pause(self) -> None:
        """Collect nothing until ``go_on``: a million lasting objects are being made."""
        self._paused = True

    def go_on(self) -> None:
        """What there is now stays out of every later collection."""
        gc.freeze()
        self._paused = False

    def _look(self) -> None:
        """The oldest generation that is due by Python's own thresholds; the oldest of all not often."""
        if self._paused or gc.isenabled():
            return
        counts, limits, now = gc.get_count(), gc.get_threshold(), time.monotonic()
        for generation in (2, 1, 0) if now > self._next_whole else (1, 0):
            if 0 < limits[generation] < counts[generation]:
                if generation == 2:
                    self._next_whole = now + _WHOLE_S
                gc.collect(generation)
                return


def collector_of(app: QCoreApplication) -> IdleCollector:
    """The one of the application, which is made where there is none."""
    return app.findChild(IdleCollector) or IdleCollector(app)
