"""Cyclic garbage goes away on the window's thread, between what that has to do."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from patience import A_WHILE_MS, PATIENCE_MS
from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rtedit_desktop.worker.idle_collector import _BUSY_S, _WHOLE_S, IdleCollector, collector_of


class Ring(QObject):
    """Refers to itself, as a part of a window does that is connected to itself; ``went`` is told where it went."""

    def __init__(self, went: list[threading.Thread]) -> None:
        super().__init__()
        self.ring = self
        weakref.finalize(self, lambda: went.append(threading.current_thread()))


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[IdleCollector]:
    limits = gc.get_threshold()
    gc.set_threshold(1, 1, 1)
    one = collector_of(qapp)
    whole_at, calm_ms, rest_ms = one._whole_at, one._calm.interval(), one._rest.interval()
    one._rest.setInterval(1)
    yield one
    one._rest.setInterval(rest_ms)
    one._whole_at = whole_at
    one._calm.setInterval(calm_ms)
    gc.set_threshold(*limits)
    gc.unfreeze()


def litter(went: list[threading.Thread]) -> None:
    Ring(went)
    lists: list[object] = []
    for _ in range(5000):  # far more than Python waits for
        lists.append([lists])


def test_what_another_thread_leaves_goes_away_on_this_one(qtbot: QtBot, collector: IdleCollector) -> None:
    went: list[threading.Thread] = []
    thread = threading.Thread(target=litter, args=(went,))
    thread.start()
    thread.join()
    assert not went
    qtbot.waitUntil(lambda: went == [threading.main_thread()], timeout=PATIENCE_MS)


def test_while_it_is_paused_nothing_goes_and_what_is_there_then_stays(qtbot: QtBot, collector: IdleCollector) -> None:
    went: list[threading.Thread] = []
    collector.pause()
    litter(went)
    qtbot.wait(A_WHILE_MS)  # the loop is idle
    assert not went
    frozen = gc.get_freeze_count()
    collector.go_on()
    assert gc.get_freeze_count() > frozen
    later: list[threading.Thread] = []
    litter(later)
    qtbot.waitUntil(lambda: bool(later), timeout=PATIENCE_MS)
    assert not went


_THREE_GENERATIONS = pytest.mark.skipif(not gc.get_threshold()[2], reason="this Python collects the oldest in parts")


@pytest.fixture
def wholes() -> Iterator[list[int]]:
    """One for each collection of all that lasts."""
    seen: list[int] = []

    def look(phase: str, facts: dict[str, int]) -> None:
        if phase == "start" and facts["generation"] == 2:
            seen.append(1)

    gc.callbacks.append(look)
    yield seen
    gc.callbacks.remove(look)


def busy(qtbot: QtBot) -> None:
    for _ in range(5):
        litter([])
        qtbot.wait(A_WHILE_MS // 5)


@_THREE_GENERATIONS
def test_all_that_lasts_is_looked_through_when_nothing_has_come_for_a_while(
    qtbot: QtBot, collector: IdleCollector, wholes: list[int]
) -> None:
    collector._whole_at = time.monotonic() - _WHOLE_S - 1
    collector._calm.setInterval(PATIENCE_MS)
    busy(qtbot)
    assert not wholes
    collector._calm.setInterval(1)
    litter([])
    qtbot.waitUntil(lambda: bool(wholes), timeout=PATIENCE_MS)
    busy(qtbot)
    assert len(wholes) == 1, "it was done just now"


@_THREE_GENERATIONS
def test_all_that_lasts_is_looked_through_at_last_where_something_always_comes(
    qtbot: QtBot, collector: IdleCollector, wholes: list[int]
) -> None:
    collector._whole_at = time.monotonic() - _BUSY_S - 1
    collector._calm.setInterval(PATIENCE_MS)
    for _ in range(100):
        busy(qtbot)
        if wholes:
            break
    assert len(wholes) == 1


def test_an_idle_application_is_not_woken(qtbot: QtBot, collector: IdleCollector) -> None:
    qtbot.waitUntil(lambda: not collector._rest.isActive() and not collector._rested, timeout=PATIENCE_MS)
    gc.set_threshold(100_000, 100_000, 100_000)  # what this test leaves itself is no work
    woken = QSignalSpy(collector._rest.timeout)
    loop = QEventLoop()
    QTimer.singleShot(A_WHILE_MS, loop.quit)
    loop.exec()
    assert woken.count() <= 1


def test_an_application_has_one(qapp: QApplication) -> None:
    assert collector_of(qapp) is collector_of(qapp)
