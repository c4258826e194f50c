"""Cyclic garbage goes away on the window's thread, between what that has to do."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from patience import A_WHILE_MS
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rtedit_desktop.worker.idle_collector import IdleCollector, collector_of


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
    yield collector_of(qapp)
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
    qtbot.waitUntil(lambda: went == [threading.main_thread()])


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
    qtbot.waitUntil(lambda: bool(later))
    assert not went


def test_all_that_lasts_is_looked_through_seldom(qtbot: QtBot, collector: IdleCollector) -> None:
    wholes: list[int] = []

    def look(phase: str, facts: dict[str, int]) -> None:
        if phase == "start" and facts["generation"] == 2:
            wholes.append(1)

    gc.callbacks.append(look)
    collector._next_whole = 0.0
    for _ in range(5):
        litter([])
        qtbot.wait(A_WHILE_MS)
    gc.callbacks.remove(look)
    assert len(wholes) <= 1  # a new Python may have other generations


def test_an_application_has_one(qapp: QApplication) -> None:
    assert collector_of(qapp) is collector_of(qapp)
