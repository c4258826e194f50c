"""A window with an engine and a photo service that need no model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from patience import PATIENCE_MS
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK, FakeEngine, FakePhotoService, FakePresetLibrary, picture

from rtedit_desktop.core.history import Journal
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.widgets.pyramid import to_qimage
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.window_layout import WindowLayout


class Stand:
    """A window with its fakes, and the few moves that every story makes."""

    def __init__(
        self,
        qtbot: QtBot,
        samples: list[Path],
        library: FakePresetLibrary | None = None,
        journal: Journal | None = None,
        layout: WindowLayout | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.engine = FakeEngine()
        self.photo_service = FakePhotoService(samples)
        self.made_on: list[threading.Thread] = []
        self.window = MainWindow(self._make_engine, self.photo_service, [PACK], library, journal=journal, layout=layout)
        self.state = self.window.state
        self.bar = self.window.prompt_bar
        self.window.show()

    def _make_engine(self) -> FakeEngine:
        self.made_on.append(threading.current_thread())
        return self.engine

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def open_picture(self, width: int = 64, height: int = 48) -> None:
        self.window.opening.open_image(to_qimage(picture(width, height)))
        self.until(lambda: self.state.phase is Phase.READY)

    def type(self, text: str) -> None:
        self.bar.prompt.clear()
        self.qtbot.keyClicks(self.bar.prompt, text)

    def run(self, prompt: str = "smiling face") -> None:
        """Type and Enter; returns when the result is there."""
        before = len(self.state.results)
        self.type(prompt)
        self.window.run()
        self.until(lambda: len(self.state.results) == before + 1 and self.state.phase is Phase.READY)

    def close(self) -> None:
        self.window._leaving = True
        self.window.close()
        self.until(lambda: not self.window.isVisible())  # what is being written comes first
