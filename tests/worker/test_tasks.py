"""Coroutines on Qt's event loop: begun at once, cancelled at the end, and their errors heard of."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from functools import partial

import pytest
from patience import PATIENCE_MS, PATIENCE_S
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from rtedit_desktop.worker.background import Background, LatestOnly, SerialQueue
from rtedit_desktop.worker.tasks import NewestTask, Tasks


class Sleeper:
    """Coroutine that waits until it is woken, and notes what becomes of it."""

    def __init__(self) -> None:
        self.seen: list[object] = []
        self.wake = asyncio.Event()

    async def run(self, name: object = 0) -> None:
        self.seen.append(("begun", name))
        try:
            await self.wake.wait()
            self.seen.append(("woken", name))
        except asyncio.CancelledError:
            self.seen.append(("cancelled", name))
            raise


def test_a_coroutine_runs_to_its_first_wait_at_once(qtbot: QtBot) -> None:
    tasks, sleeper = Tasks(), Sleeper()
    tasks.start(sleeper.run())
    assert sleeper.seen == [("begun", 0)]
    sleeper.wake.set()
    qtbot.waitUntil(lambda: not tasks.running, timeout=PATIENCE_MS)
    assert sleeper.seen == [("begun", 0), ("woken", 0)]


def test_one_that_never_waits_leaves_no_task(qtbot: QtBot) -> None:
    tasks, seen = Tasks(), []

    async def brief() -> None:
        seen.append(1)

    assert tasks.start(brief()) is None
    assert seen == [1] and not tasks.running


def test_what_it_waits_for_comes_as_a_value_or_an_error(qtbot: QtBot) -> None:
    background = Background()
    seen: list[object] = []

    def fail() -> None:
        raise OSError("gone")

    async def story() -> None:
        seen.append(await background.run(threading.current_thread))
        try:
            await background.run(fail)
        except OSError as error:
            seen.append(str(error))
        await asyncio.sleep(0)
        seen.append(threading.current_thread())

    background.tasks.start(story())
    qtbot.waitUntil(lambda: not background.tasks.running, timeout=PATIENCE_MS)
    assert seen[0] is not threading.main_thread()
    assert seen[1:] == ["gone", threading.main_thread()]
    background.shutdown()


def test_closing_cancels_what_waits_and_lets_nothing_begin(qtbot: QtBot) -> None:
    tasks, sleeper = Tasks(), Sleeper()
    tasks.start(sleeper.run(1))
    tasks.close()
    assert tasks.start(sleeper.run(2)) is None
    qtbot.waitUntil(lambda: not tasks.running, timeout=PATIENCE_MS)
    assert sleeper.seen == [("begun", 1), ("cancelled", 1)]


def test_a_newer_one_cancels_the_one_before(qtbot: QtBot) -> None:
    tasks, sleeper = Tasks(), Sleeper()
    newest = NewestTask(tasks)
    for name in range(3):
        newest.start(sleeper.run(name))
        qtbot.waitUntil(lambda: len(tasks.running) == 1, timeout=PATIENCE_MS)
    sleeper.wake.set()
    qtbot.waitUntil(lambda: not tasks.running, timeout=PATIENCE_MS)
    assert sleeper.seen[-1] == ("woken", 2)
    assert [one for one in sleeper.seen if one[0] == "cancelled"] == [("cancelled", 0), ("cancelled", 1)]  # type: ignore[index]


def test_it_ends_with_the_object_that_it_belongs_to(qtbot: QtBot) -> None:
    tasks, sleeper, owner = Tasks(), Sleeper(), QObject()
    tasks.start(sleeper.run(), owner)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not tasks.running, timeout=PATIENCE_MS)
    assert sleeper.seen[-1] == ("cancelled", 0)


def test_what_escapes_is_heard_of_as_from_a_slot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks, heard = Tasks(), []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: heard.append(error))

    async def wrong() -> None:
        await asyncio.sleep(0)
        raise ValueError("in a coroutine")

    def wrong_too() -> None:
        raise ValueError("in a callback")

    tasks.start(wrong())
    tasks.loop.call_soon(wrong_too)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=PATIENCE_MS)
    assert {str(error) for error in heard} == {"in a coroutine", "in a callback"}


def test_work_that_nobody_waits_for_any_more_is_not_begun(qtbot: QtBot) -> None:
    background, free, begun = Background(1), threading.Event(), []

    async def ask(name: str, *, writes: bool = False) -> None:
        await background.run(lambda: begun.append(name), writes=writes)

    background.run(lambda: free.wait(PATIENCE_S))
    for name in ("read", "written"):
        task = background.tasks.start(ask(name, writes=name == "written"))
        assert task is not None
        task.cancel()
    qtbot.waitUntil(lambda: not background.tasks.running, timeout=PATIENCE_MS)  # a task is cancelled by the loop
    assert background.writing == 1
    free.set()
    qtbot.waitUntil(lambda: not background.writing, timeout=PATIENCE_MS)
    assert begun == ["written"]
    background.shutdown()


def test_queues_go_on_past_what_was_cancelled(qtbot: QtBot) -> None:
    background, free = Background(), threading.Event()
    begun: list[str] = []

    def work(name: str) -> None:
        free.wait(PATIENCE_S)
        begun.append(name)

    serial, latest = SerialQueue(background), LatestOnly(background)
    for queue in (serial, latest):
        futures = [queue.run(partial(work, f"{type(queue).__name__} {n}")) for n in range(2)]
        futures[0].cancel()
    free.set()
    qtbot.waitUntil(lambda: {"SerialQueue 1", "LatestOnly 1"} <= set(begun), timeout=PATIENCE_MS)
    background.shutdown()


def test_who_waits_for_the_writing_hears_of_its_end(qtbot: QtBot) -> None:
    background, free, seen = Background(), threading.Event(), []
    journal = Background(1, beside=background)

    async def wait() -> None:
        await background.written()
        seen.append(background.writing)

    background.run(lambda: free.wait(PATIENCE_S), writes=True)
    journal.run(lambda: free.wait(PATIENCE_S), writes=True)
    assert background.writing == 2
    background.tasks.start(wait())
    assert seen == []
    free.set()
    qtbot.waitUntil(lambda: seen == [0], timeout=PATIENCE_MS)
    assert journal.shutdown() and background.tasks.start(wait()) is None
    assert background.shutdown()


def test_the_binding_that_another_program_asked_for_is_not_taken() -> None:
    code = (
        "import os, sys; from PySide6.QtCore import QCoreApplication;"
        "from rtedit_desktop.worker.event_loop import make_event_loop; app = QCoreApplication(sys.argv);"
        "make_event_loop(app).close();"
        "print(os.environ['QT_API'], [name for name in sys.modules if name.startswith(('PyQt', 'PySide2'))])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "QT_API": "pyqt5"}, capture_output=True, text=True, timeout=120
    )
    assert ended.stdout.split() == ["pyqt5", "[]"], ended.stderr


def test_what_is_started_before_the_loop_begins_with_it_and_ends_after_it() -> None:
    code = """
import asyncio, sys
from PySide6.QtCore import QCoreApplication
from rtedit_desktop.worker.event_loop import make_event_loop
from rtedit_desktop.worker.tasks import Tasks
app = QCoreApplication(sys.argv)
loop = make_event_loop(app)
tasks = Tasks()
async def story():
    print("begun", flush=True)
    loop.call_soon(app.exit, 3)
    try:
        await asyncio.Event().wait()
    finally:
        print("ended", flush=True)
tasks.start(story())
print("before", flush=True)
print(loop.run_forever(), len(tasks.running), flush=True)
tasks.close()
loop.run_until_complete(tasks.ended())
loop.close()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.stdout.split("\n")[:-1] == ["before", "begun", "3 1", "ended"] and not ended.stderr
