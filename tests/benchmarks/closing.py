"""How long the window takes to end when it is closed in the middle of something.

    python tests/benchmarks/closing.py [--pack avatars] [--runs 3]

A real window (the platform of QT_QPA_PLATFORM, else the display) with the real engine on its thread, a new one for each
run, closed without asking while its model loads, while an edit is learned, while presets are applied, while a photo of
24 megapixels is saved, and while all of that waits in the queue. Prints the seconds from then until every thread has
ended, or, where libraries are loaded, until the app would end the process; what is being written is written first.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from benchmarks.window import wait_until  # noqa: E402

from rtedit_desktop.app import engine_maker, hold_constants  # noqa: E402
from rtedit_desktop.bench.machine import this_machine  # noqa: E402
from rtedit_desktop.engine.cache import LearnedCache  # noqa: E402
from rtedit_desktop.engine.machine.devices import best_device  # noqa: E402
from rtedit_desktop.history.journal import FolderJournal  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402
from rtedit_desktop.packs.catalog import Catalog  # noqa: E402
from rtedit_desktop.support.threads import share_the_cores  # noqa: E402
from rtedit_desktop.ui.model.phase import Phase  # noqa: E402
from rtedit_desktop.ui.widgets.pyramid import to_qimage  # noqa: E402
from rtedit_desktop.ui.window.main_window import MainWindow  # noqa: E402
from rtedit_desktop.ui.window.services import Services  # noqa: E402
from rtedit_desktop.worker.event_loop import make_event_loop  # noqa: E402

LIMIT_S = 2.0


def opened(window: MainWindow) -> None:
    wait_until(lambda: window.state.photo is not None and window.state.phase is Phase.READY)


def edit(window: MainWindow, prompt: str) -> None:
    """A result to be saved, soon."""
    window.state.set_prompt(prompt)
    window.state.override("iterations", 2)
    window.running.run()
    wait_until(lambda: bool(window.state.results) and window.state.phase is Phase.READY)
    window.state.override("iterations", None)


def load(window: MainWindow, prompt: str, folder: Path) -> None:
    window.warming.start()
    end = time.monotonic() + 1.0
    wait_until(lambda: time.monotonic() > end)


def learn(window: MainWindow, prompt: str, folder: Path) -> None:
    window.photos.open(FilePhotoService().samples()[0])
    opened(window)
    window.state.set_prompt(prompt)
    window.running.run()
    wait_until(lambda: window.state.progress.step > 2)


def save(window: MainWindow, prompt: str, folder: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (4000, 6000, 3), dtype=np.uint8)
    window.opening.open_image(to_qimage(noise))
    opened(window)
    edit(window, prompt)
    window.photos.save(folder / "noise.png")
    wait_until(lambda: window.background.writing > 0)


def everything(window: MainWindow, prompt: str, folder: Path) -> None:
    window.photos.open(FilePhotoService().samples()[0])
    opened(window)
    edit(window, prompt)
    for seed in range(1, 4):
        window.state.override("seed", seed)
        window.running.run()
    wait_until(lambda: window.state.progress.step > 2)
    window.photos.save(folder / "sample.png")


MOMENTS: dict[str, Callable[[MainWindow, str, Path], None]] = {
    "a model loads": load,
    "an edit is learned": learn,
    "24 megapixels are saved": save,
    "an edit is learned, three wait, the photo is saved": everything,
}


def seconds(pack: str, moment: Callable[[MainWindow, str, Path], None]) -> float:
    """From the close to the end of it. Raises RuntimeError where a thread does not end."""
    catalog = Catalog.default()
    info = catalog.manifest(pack).info
    with tempfile.TemporaryDirectory(prefix="rtedit-closing-") as name:
        folder = Path(name)
        engine = engine_maker(catalog, LearnedCache(folder / "learned"))
        window = MainWindow(Services(engine, FilePhotoService(), journal=FolderJournal(folder / "history")), [info])
        window.show()
        moment(window, info.suggestions[0].prompt, folder)
        began = time.perf_counter()
        window.leave()
        wait_until(lambda: not window.isVisible())
        taken = time.perf_counter() - began
        if not (window.ended or (window.engine.only_loads and window.engine.shutdown(loading_ms=60_000))):
            raise RuntimeError("a thread did not end")
        window.deleteLater()
    return taken


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pack", default="avatars")
    arguments.add_argument("--runs", type=int, default=3)
    args = arguments.parse_args()
    share_the_cores()
    hold_constants()
    application = QApplication(sys.argv[:1])
    make_event_loop(application, running=True)
    print("| closed while | seconds: median | most |\n| --- | --- | --- |")
    worst = 0.0
    for title, moment in MOMENTS.items():
        taken = [seconds(args.pack, moment) for _ in range(args.runs)]
        worst = max(worst, *taken)
        print(f"| {title} | {median(taken):.2f} | {max(taken):.2f} |", flush=True)
    print(f"\nlimit {LIMIT_S:g} s: {'met' if worst <= LIMIT_S else 'missed'}")
    print(f"Measured on {this_machine(best_device())}; {args.runs} runs of each.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
