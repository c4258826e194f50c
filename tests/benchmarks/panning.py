"""How smoothly a large photo moves under the hand while a job runs, and how much memory showing it takes.

    xvfb-run -s "-screen 0 1920x1080x24" python tests/benchmarks/panning.py [--seconds 20] [--pack avatars]

A real window with a photo of 50 megapixels, dragged and zoomed as a mouse would do it, 60 times a second: at rest,
while the models load, and while prompts run on the real engine. A frame's time is from the moment a move was due
until the window had drawn it, whatever else the event loop did meanwhile. The memory is that of the process before
any model is loaded: the window, the photo and its smaller copies.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.portrait import backdrop, portrait

from rtedit_desktop.app import engine_maker, hold_constants, warm_up_quietly
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.services import Services
from rtedit_desktop.worker.event_loop import make_event_loop

WIDTH, HEIGHT = 8660, 5774
TICK_S = 1 / 60
MEDIAN_MS, WORST_MS = 16, 50
MEMORY = 1.5 * 2**30
PATIENCE_S = 180


class Hand(QObject):
    """Drags the photo in loops and turns the wheel; knows when each of its moves was drawn."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._drawn = False
        self._moves = 0
        self._asleep = QEventLoop(self)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._asleep.quit)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self._drawn |= event.type() == QEvent.Type.Paint
        return False

    def play(self, until: Callable[[], bool]) -> np.ndarray:
        """The times of its frames in ms, (N,)."""
        times, due = [], time.perf_counter()
        self._press()
        while not until():
            self._wait(due)
            self._drawn = False
            self._move()
            while not self._drawn:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            now = time.perf_counter()
            times.append((now - due) * 1000)
            due = max(due + TICK_S, now)
        QTest.mouseRelease(self._canvas, Qt.MouseButton.MiddleButton)
        return np.array(times)

    def _wait(self, due: float) -> None:
        """The event loop, asleep where there is nothing to do."""
        left = due - time.perf_counter()
        if left > 0:
            self._timer.start(round(left * 1000))
            self._asleep.exec()

    def _press(self) -> None:
        QTest.mousePress(self._canvas, Qt.MouseButton.MiddleButton, pos=self._canvas.rect().center())

    def _move(self) -> None:
        """Nine moves of a loop, then a turn of the wheel: in and out between a fifth of the size and double."""
        self._moves += 1
        canvas, turn = self._canvas, self._moves / 25
        if self._moves % 10:
            reach = QPointF(canvas.width() / 3 * math.sin(turn), canvas.height() / 3 * math.sin(1.7 * turn))
            QTest.mouseMove(canvas, canvas.rect().center() + reach.toPoint())
            canvas.update()  # also where the photo's edge holds it
            return
        inwards = canvas.view.scale < 0.2 or (canvas.view.scale < 2.0 and self._moves // 150 % 2 == 0)
        place = QPointF(canvas.rect().center())
        wheel = QWheelEvent(
            place, canvas.mapToGlobal(place), QPoint(), QPoint(0, 120 if inwards else -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, wheel)


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.perf_counter() + PATIENCE_S
    while not condition():
        QTest.qWait(20)
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")


def memory() -> int:
    """The most that the process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def report(what: str, times: np.ndarray, *, limited: bool = True) -> bool:
    median, high, worst = np.percentile(times, (50, 99, 100))
    met = bool(median <= MEDIAN_MS and high < WORST_MS)
    verdict = ("met" if met else "missed") if limited else "no limit"
    print(
        f"{what}: {len(times)} frames, median {median:.1f} ms, 99th percentile {high:.1f} ms, worst {worst:.0f} ms: "
        f"{verdict}",
        flush=True,
    )
    return met


def large_photo(folder: Path) -> Path:
    picture = backdrop(WIDTH, HEIGHT)
    picture.paste(portrait().rotate(-10, expand=True).resize((3000, 3000)), (4000, 1500))
    picture.save(folder / "large.jpg", quality=92)
    return folder / "large.jpg"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=20, help="of each of the three, at least")
    arguments.add_argument("--pack", default="avatars")
    args = arguments.parse_args()
    hold_constants()
    folder = tempfile.TemporaryDirectory(prefix="rtedit-panning-")
    if os.fork() == 0:  # what making the photo takes is not the viewer's
        large_photo(Path(folder.name))
        os._exit(0)
    os.wait()
    application = QApplication(sys.argv[:1])
    make_event_loop(application, running=True)
    catalog = Catalog.default()
    info = catalog.manifest(args.pack).info
    window = MainWindow(Services(engine_maker(catalog, LearnedCache()), FilePhotoService()), [info])
    window.resize(1600, 1000)
    window.show()
    before = memory()
    window.photos.open(Path(folder.name) / "large.jpg")
    wait_until(lambda: window.state.phase is Phase.READY)
    canvas, state = window.canvas, window.state
    print(
        f"{application.platformName()}, canvas {canvas.width()} x {canvas.height()}, photo {WIDTH} x {HEIGHT}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    canvas.zoom(2)
    hand = Hand(canvas)

    def for_a_while() -> Callable[[], bool]:
        end = time.perf_counter() + args.seconds
        return lambda: time.perf_counter() > end

    met = [report("at rest", hand.play(for_a_while()))]
    held = memory()
    verdict = "met" if held <= MEMORY else "missed"
    print(f"memory of the viewer: {held / 2**20:.0f} MiB at most, {before / 2**20:.0f} before the photo: {verdict}")

    warm: list[bool] = []
    window.warming.ended.connect(lambda *_: warm.append(True))
    warm_up_quietly(window)
    report("while the models load", hand.play(lambda: bool(warm)), limited=False)

    times, prompts = [], iter(info.suggestions)
    enough = for_a_while()
    while not enough():
        results = len(state.results)
        state.set_prompt(next(prompts).prompt)
        window.running.run()
        wait_until(lambda: state.phase.running)
        times.append(hand.play(lambda n=results: len(state.results) > n and not state.phase.running))  # type: ignore[misc]
    met.append(report(f"while {len(times)} prompts run", np.concatenate(times)))
    print(f"with the engine: {memory() / 2**20:.0f} MiB at most")
    window._leaving = True
    window.close()
    wait_until(lambda: not window.isVisible())
    folder.cleanup()
    return 0 if all(met) and held <= MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
