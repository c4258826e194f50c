"""How long the window takes to show, and how long its event loop is away while a job runs.

    python tests/benchmarks/window.py [--edits 5] [--pack avatars]

A real window (the platform of QT_QPA_PLATFORM, else the display), the real engine on its thread, real samples and
prompts of the pack. Tells when it is shown and when its model is ready, which is all with ``--edits 0``, and prints one
line a job: what a timer of 5 ms in the main thread saw.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402
import resource  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from support.stall_meter import StallMeter  # noqa: E402

from rtedit_desktop.app import engine_maker, hold_constants, warm_up_quietly  # noqa: E402
from rtedit_desktop.engine.cache import LearnedCache  # noqa: E402
from rtedit_desktop.history.journal import FolderJournal  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402
from rtedit_desktop.packs.catalog import Catalog  # noqa: E402
from rtedit_desktop.support.threads import share_the_cores  # noqa: E402
from rtedit_desktop.ui.model.phase import Phase  # noqa: E402
from rtedit_desktop.ui.window.main_window import MainWindow  # noqa: E402
from rtedit_desktop.ui.window.services import Services  # noqa: E402
from rtedit_desktop.worker.event_loop import make_event_loop  # noqa: E402

LIMIT_MS = 50
PATIENCE_S = 180


def wait_until(condition: Callable[[], bool]) -> None:
    """Run the event loop until the condition holds. Raises TimeoutError after three minutes."""
    loop, end = QEventLoop(), time.perf_counter() + PATIENCE_S
    poll = QTimer()
    poll.timeout.connect(lambda: loop.quit() if condition() or time.perf_counter() > end else None)
    poll.start(20)
    loop.exec()
    poll.stop()
    if not condition():
        raise TimeoutError("the window did not get there")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--edits", type=int, default=5)
    arguments.add_argument("--pack", default="avatars")
    args = arguments.parse_args()
    share_the_cores()
    hold_constants()
    application = QApplication(sys.argv[:1])
    make_event_loop(application, running=True)
    catalog = Catalog.default()
    info = catalog.manifest(args.pack).info

    folder = tempfile.TemporaryDirectory(prefix="rtedit-window-")
    journal = FolderJournal(Path(folder.name))
    window = MainWindow(Services(engine_maker(catalog, LearnedCache()), FilePhotoService(), journal=journal), [info])
    window.show()
    application.processEvents()
    shown, torch = time.perf_counter() - STARTED, "torch" in sys.modules
    began, worked = time.perf_counter(), time.process_time()
    print(f"window shown {shown:.2f} s after the first line; torch imported by then: {torch}")

    warm: list[bool] = []
    window.warming.ended.connect(lambda *_: warm.append(True))
    meter = StallMeter()
    meter.start()
    warm_up_quietly(window)
    wait_until(lambda: bool(warm))
    ready, worked = time.perf_counter() - began, time.process_time() - worked
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)
    print(f"loading the models: longest gap {meter.stop():.0f} ms")
    print(f"{info.title} ready {ready:.2f} s after that, {worked:.2f} s of the processor, {most} MiB")

    samples = FilePhotoService().samples()
    worst: list[float] = []
    for number in range(args.edits):
        prompt = info.suggestions[number % len(info.suggestions)].prompt
        before = window.state.photo
        window.photos.open(samples[number % len(samples)])
        wait_until(lambda before=before: window.state.photo is not before and window.state.phase is Phase.READY)  # type: ignore[misc]
        window.prompt_bar.prompt.clear()
        QTest.keyClicks(window.prompt_bar.prompt, prompt)
        results = len(window.state.results)
        meter.start()
        window.running.run()
        wait_until(lambda n=results: len(window.state.results) > n and window.state.phase is Phase.READY)  # type: ignore[misc]
        worst.append(meter.stop())
        print(f"“{prompt}”: longest gap {worst[-1]:.0f} ms")
    if worst:
        verdict = "met" if max(worst) <= LIMIT_MS else "missed"
        print(f"median {statistics.median(worst):.0f} ms, worst {max(worst):.0f} ms, limit {LIMIT_MS} ms: {verdict}")
    window._leaving = True
    window.close()
    wait_until(lambda: not window.isVisible())  # what is being written comes first
    if worst:
        print(f"results kept on disk: {sum(work.results for work in journal.works())} of {args.edits}")
    folder.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
