"""Control by which a caller pauses, resumes or ends a running batch."""

from __future__ import annotations

import threading


class Control:
    """Pauses, resumes and stops a batch, from any thread. ``stopped`` is what the engine looks at between steps."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self.abandoned = False

    @property
    def paused(self) -> bool:
        return not self._going.is_set()

    def pause(self) -> None:
        """Hold it after the photo that it is at."""
        if not self.stopped.is_set():
            self._going.clear()

    def resume(self) -> None:
        self._going.set()

    def stop(self) -> None:
        """End it after the step that it is at."""
        self.stopped.set()
        self._going.set()

    def abandon(self) -> None:
        """The same, but it counts as interrupted: the next start can offer to go on with it."""
        self.abandoned = True
        self.stop()

    def wait(self) -> None:
        """Return when it is not paused."""
        self._going.wait()
