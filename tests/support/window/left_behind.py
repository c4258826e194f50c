"""What a story should have ended: windows that show, threads that run, timers that tick, coroutines that wait."""

from __future__ import annotations

import asyncio
import gc
import threading

import shiboken6
from PySide6.QtCore import QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.worker.idle_collector import IdleCollector

_TURNS = 20
_END_S = 5.0
_ABANDONED: list[QWidget] = []


def left_behind() -> list[str]:
    """A line for each; what closed goes away first, and what was cancelled ends."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for window in app.topLevelWidgets():
        if not window.isVisible() and window not in _ABANDONED:
            window.deleteLater()
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for _ in range(_TURNS):
        if asyncio.all_tasks():
            app.processEvents()
    left = [f"task {task.get_name()}" for task in asyncio.all_tasks()]
    left += [f"window {window!r}" for window in app.topLevelWidgets() if window.isVisible()]
    left += [f"thread {thread.name}" for thread in threading.enumerate() if thread.name.startswith("rtedit-")]
    for thing in gc.get_objects():
        kind = type(thing)  # isinstance would ask every proxy there is for its class
        if kind is QThread and shiboken6.isValid(thing):
            if thing is not app.thread() and thing.objectName() and thing.isRunning():
                left.append(f"thread {thing.objectName()}")
        elif issubclass(kind, QTimer) and shiboken6.isValid(thing) and thing.isActive():
            if isinstance(thing.parent(), IdleCollector):  # the application's, and of no window
                continue
            left.append(f"timer of {thing.parent()!r}, {thing.interval()} ms")
    return left


def abandon() -> None:
    """Close what a test that failed left open, wherever it stopped. Nothing of it is deleted, which may end the process
    where a job still runs in it."""
    windows = QApplication.topLevelWidgets()
    _ABANDONED.extend(window for window in windows if window not in _ABANDONED)
    for window in windows:
        if isinstance(window, MainWindow):
            window.background.tasks.close()
            window.closing.patience, window.closing._anyway, window._leaving = _END_S, True, True
            if window.batch is not None:
                window.batch.leaving = True
        window.close()
