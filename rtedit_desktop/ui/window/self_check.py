"""Check of an installation, as a person would do it: open a sample, edit it, save the result, close."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, SignalInstance

from rtedit_desktop.core.photos.photo import samples_of
from rtedit_desktop.ui.window.main_window import MainWindow

PATIENCE_S = 900.0


class SelfCheck(QObject):
    """Drives the window; ``code`` is 0 once the result is saved as ``out``, and the window closes in any case."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        super().__init__(window)
        self.code = 1
        self._window, self._out = window, out
        self._failed = asyncio.get_event_loop().create_future()
        window.messages.error_shown.connect(self._fail)
        window.background.tasks.start(self._check(self._next(window.photos.samples_ready)))

    async def _check(self, samples: asyncio.Future[Any]) -> None:
        steps = asyncio.ensure_future(self._edit(samples))
        done, _ = await asyncio.wait(
            [steps, self._failed], timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED
        )  # fmt: skip
        if steps in done and steps.exception() is None:
            self.code = 0
        elif sys.stderr is not None:
            reason = self._failed.result() if self._failed.done() else steps.exception() if steps.done() else "too late"
            print(f"rtedit-desktop: {reason}", file=sys.stderr)
        steps.cancel()
        self._window.leave()

    async def _edit(self, samples: asyncio.Future[Any]) -> None:
        window, state = self._window, self._window.state
        found = [path for path, _ in await samples]
        assert state.pack is not None  # the one that comes with the app
        opened = self._next(state.photo_changed)
        window.opening.open(samples_of(state.pack.id, found)[0])
        await opened
        window.prompt_bar.prompt.setText(state.pack.suggestions[0].prompt)
        finished = self._next(state.results_changed)
        window.running.run()
        while not state.results:
            await finished
            finished = self._next(state.results_changed)
        saved = self._next(window.photos.save_done)
        window.saving.save_to(self._out)
        await saved

    def _next(self, signal: SignalInstance) -> asyncio.Future[Any]:
        """The first value of the next emission."""
        future: asyncio.Future[Any] = asyncio.get_event_loop().create_future()

        def come(*values: Any) -> None:
            if not future.done():
                future.set_result(values[0] if values else None)

        signal.connect(come)
        return future

    def _fail(self, what: str) -> None:
        if not self._failed.done():
            self._failed.set_result(what)
