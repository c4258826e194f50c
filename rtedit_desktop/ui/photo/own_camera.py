"""Finds the camera that the window offers: Qt's, where its multimedia is installed."""

from __future__ import annotations

import importlib.util

from PySide6.QtCore import QObject

from rtedit_desktop.ui.photo.camera import Camera, CameraMaker


def own_camera() -> CameraMaker | None:
    """Qt's camera; None where Qt's multimedia is not installed."""
    if importlib.util.find_spec("PySide6.QtMultimedia") is None:
        return None

    def make(parent: QObject) -> Camera:
        from rtedit_desktop.ui.photo.qt_camera import QtCamera

        return QtCamera(parent)

    return make
