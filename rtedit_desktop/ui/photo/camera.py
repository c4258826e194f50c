"""Camera as the window sees it, so that tests can put one in its place that needs no device."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Camera(QObject):
    """Pictures of a camera, from ``start`` to ``stop``. ``failed`` bears a sentence, and nothing comes after it."""

    picture_came = Signal(object)
    """A QImage, as the camera sees it, not mirrored."""
    failed = Signal(str)

    def start(self) -> None:
        """Asks the system for leave where it wants that."""
        raise NotImplementedError

    def stop(self) -> None:
        """The device is off when this returns; it may be called at any time."""
        raise NotImplementedError


CameraMaker = Callable[[QObject], Camera]
"""Makes a camera that belongs to an object."""
