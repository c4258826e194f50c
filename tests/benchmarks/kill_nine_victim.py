"""A window that edits, saves and imports without a pause until it is killed.

Begun by kill_nine.py: FOLDER SEED [PACKS_FOLDER].

It says on stdout, a line each, what it begins to write and what it has written. With a pack the edits are real;
else an engine that only brightens stands in, so that there are many of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from support.fake_engine import FakeEngine
from support.window.fakes import PACK

from rtedit_desktop.app import engine_maker, hold_constants
from rtedit_desktop.core.history import Entry, Reopened, Work
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.preset import Addition, PresetInfo
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.library import FolderPresetLibrary
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.services import Services
from rtedit_desktop.worker.engine_thread import EngineFactory
from rtedit_desktop.worker.event_loop import make_event_loop

OUTPUTS = ("one.png", "two.jpg", "three.webp", "four.tif", "fünf 五.png")
PROMPTS = ("smiling face", "face with sunglasses", "face with red hair", "sketch of a face")
TINY_PROMPTS = ("smiling face", "face with glasses", "old face", "angry face")
_speaking = threading.Lock()


def say(**facts: object) -> None:
    with _speaking:
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()


def digest(picture: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(picture).tobytes()).hexdigest()


class TellingJournal(FolderJournal):
    """The real one, speaking."""

    def write(self, work: str, photo: Photo, entry: Entry) -> None:
        facts = {"work": work, "id": entry.id, "digest": digest(entry.picture)}
        say(what="keeping", **facts)
        super().write(work, photo, entry)
        say(what="kept", **facts)

    def leave(self, work: str) -> None:
        say(what="leaving", work=work)
        super().leave(work)

    def unfinished(self) -> list[Work]:
        found = super().unfinished()
        say(what="offered", works={work.id: work.results for work in found})
        return found

    def reopen(self, work: str, presets: Sequence[Path] = ()) -> Reopened:
        found = super().reopen(work, presets)
        say(what="restored", work=work, results=len(found.entries), notes=found.notes)
        return found


class ReportingPhotoService(FilePhotoService):
    """Saves one file at a time, and says so."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def save(self, path: Path, photo: Photo, pixels: np.ndarray, **more: Any) -> None:
        with self._turn:
            say(what="saving", path=str(path))
            super().save(path, photo, pixels)
            say(what="saved", path=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())


class ReportingPresetLibrary(FolderPresetLibrary):
    """Says which preset has which bytes."""

    def add(self, path: Path) -> Addition:
        say(what="importing", source=str(path))
        addition = super().add(path)
        self._reported(addition.preset)
        return addition

    def rename(self, preset: PresetInfo, title: str) -> PresetInfo:
        say(what="renaming", path=str(preset.path))
        return self._reported(super().rename(preset, title))

    def _reported(self, preset: PresetInfo) -> PresetInfo:
        content = hashlib.sha256(preset.path.read_bytes()).hexdigest()
        say(what="imported", path=str(preset.path), digest=content)
        return preset


class Person:
    """Does one thing after the other, by chance."""

    def __init__(self, window: MainWindow, folder: Path, chance: random.Random, prompts: Sequence[str]) -> None:
        self._window, self._folder, self._chance, self._prompts = window, folder, chance, prompts
        self._timer = QTimer(window)
        self._timer.timeout.connect(self._do)
        window.messages.error_shown.connect(lambda text: say(what="error", text=text))
        self._opening = False
        for ended in (window.photos.opened, window.photos.open_failed):
            ended.connect(self._opened)
        self._timer.start(15)

    def _do(self) -> None:
        window, state, chance = self._window, self._window.state, self._chance
        if window.offer.isVisible():
            (window.offer.yes if chance.random() < 0.6 else window.offer.no).click()
            return
        if window.background.writing > 3:
            return
        if state.photo is None:
            self._open()
            return
        deeds: list[tuple[int, Callable[[], object]]] = [
            (8, self._run),
            (4, self._strength),
            (6, self._save),
            (1, self._import),
            (1, self._rename),
            (1, self._open),
            (2, window.actions_.undo.trigger),
            (2, window.actions_.redo.trigger),
            (1, self._move),
        ]
        chance.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])[0]()

    def _opened(self) -> None:
        self._opening = False

    def _open(self) -> None:
        photos = sorted((self._folder / "photos").iterdir())
        state = self._window.state
        if self._opening:  # the next one would take its place: on a busy machine none would ever come
            return
        if state.phase is Phase.EMPTY or (state.phase is Phase.READY and self._chance.random() < 0.3):
            self._opening = True
            self._window.photos.open(self._chance.choice(photos))  # unsaved results are left to the journal

    def _run(self) -> None:
        if len(self._window.state.queue) < 2:
            self._window.state.override("seed", self._chance.randint(0, 10**6))
            self._window.state.set_prompt(self._chance.choice(self._prompts))
            self._window.running.run()

    def _strength(self) -> None:
        if self._window.state.phase is Phase.READY:
            self._window.jobs.set_strength(self._chance.randint(20, 150) / 100)

    def _save(self) -> None:
        self._window.photos.save(self._folder / "out" / self._chance.choice(OUTPUTS))

    def _import(self) -> None:
        assert self._window.presets is not None
        sources = sorted((self._folder / "presets").iterdir())
        if sources:
            self._window.presets.presets.add(self._chance.choice(sources))

    def _rename(self) -> None:
        assert self._window.presets is not None
        presets = self._window.presets.presets
        if own := [preset for preset in presets.all if not preset.built_in]:
            presets.rename(self._chance.choice(own), f"Title {self._chance.randint(0, 99)}")

    def _move(self) -> None:
        state = self._window.state
        assert state.photo is not None
        if state.phase is Phase.READY:
            side = min(state.photo.size) - self._chance.randint(0, 8)
            state.set_square(Square(x=0, y=0, side=side))


def main() -> int:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    os.environ["RTEDIT_HOME"] = str(folder / "home")
    hold_constants()
    app = QApplication(sys.argv[:1])
    loop = make_event_loop(app)
    packs: list[PackInfo] = [PACK]
    make: EngineFactory = lambda: FakeEngine(pause=0.002)  # noqa: E731
    prompts: Sequence[str] = PROMPTS
    if len(sys.argv) > 3:
        catalog = Catalog([Path(sys.argv[3])])
        packs, prompts = catalog.packs(), TINY_PROMPTS
        make = engine_maker(catalog, LearnedCache(folder / "home" / "learned"))
    library = ReportingPresetLibrary(folder / "home" / "presets", starting=False)
    journal = TellingJournal(folder / "home" / "history")
    window = MainWindow(Services(make, ReportingPhotoService(), library, journal=journal), packs)
    window.show()
    person = Person(window, folder, random.Random(seed), prompts)
    say(what="ready", person=type(person).__name__)
    code: int = loop.run_forever()  # type: ignore[func-returns-value, assignment]  # Qt's own, with qasync
    return code


if __name__ == "__main__":
    sys.exit(main())
