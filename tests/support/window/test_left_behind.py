"""The check that ends every test here finds what it is there to find."""

from __future__ import annotations

import asyncio
import threading

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from support.window.left_behind import left_behind

from rtedit_desktop.worker.tasks import Tasks


def test_nothing_is_left_by_a_story_that_never_began(qapp: QApplication) -> None:
    assert left_behind() == []


def test_a_timer_that_ticks_is_left_behind(qapp: QApplication) -> None:
    owner = QWidget()
    QTimer(owner).start(250)
    assert [line for line in left_behind() if line.endswith("250 ms")] == []  # its hidden window went, and it too
    timer = QTimer()
    timer.start(250)
    assert [line for line in left_behind() if line.endswith("250 ms")]
    timer.stop()
    assert left_behind() == []


def test_a_thread_that_runs_is_left_behind(qapp: QApplication) -> None:
    thread, go = QThread(), threading.Event()
    thread.setObjectName("rtedit-test")
    thread.start()
    other = threading.Thread(target=go.wait, name="rtedit-other")
    other.start()
    assert sorted(left_behind()) == ["thread rtedit-other", "thread rtedit-test"]
    thread.quit()
    thread.wait()
    go.set()
    other.join()
    assert left_behind() == []


def test_a_window_that_shows_is_left_behind(qapp: QApplication) -> None:
    window = QWidget()
    window.show()
    assert any(line.startswith("window") for line in left_behind())
    window.close()
    assert left_behind() == []


def test_a_coroutine_that_waits_is_left_behind(qapp: QApplication) -> None:
    tasks, wake = Tasks(), asyncio.Event()

    async def sleeper() -> None:
        await wake.wait()

    tasks.start(sleeper())
    (line,) = left_behind()
    assert line.startswith("task") and "sleeper" in line
    tasks.close()
    assert left_behind() == []
