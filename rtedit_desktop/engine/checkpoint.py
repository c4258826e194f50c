"""Checkpoint of a long adaptation, noted on disk now and then, so that a crash costs half a minute of a small network.

Of a large one the state is gigabytes, and noting it is let take a hundredth of the time that learning takes.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from rtedit_desktop.diffusion.adaptation import AdaptStep
from rtedit_desktop.diffusion.training_state import Snapshot
from rtedit_desktop.engine.cache import PROGRESS
from rtedit_desktop.support.paths import write_atomically
from rtedit_desktop.support.regular_file import open_regular

EVERY_SECONDS = 30.0
SHARE = 0.01
_SPEED = 200e6  # bytes a second that a disk is taken to write before it was seen to


class Checkpoint:
    """Owns one file; without a folder it forgets, and a disk that takes nothing is no reason to stop.

    A note is made when the last one is ``EVERY_SECONDS`` old and noting takes at most ``SHARE`` of the time since; how
    long it takes is known from the last one, and guessed for the first one from ``about_bytes``.
    """

    def __init__(
        self, folder: Path | None, key: str, *, about_bytes: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = folder / f"{key}{PROGRESS}" if folder is not None else None
        self._clock = clock
        self._takes = about_bytes / _SPEED
        self._noted = clock()

    def recall(self) -> Snapshot | None:
        """What was noted, None when nothing was or it cannot be read."""
        from safetensors.torch import load

        if self._path is None:
            return None
        try:
            with open_regular(self._path) as file:
                content = file.read()
            length = int.from_bytes(content[:8], "little")
            numbers = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["numbers"])
            return Snapshot(load(content), numbers)
        except FileNotFoundError:
            return None
        except Exception:  # half a minute of learning is all that is lost
            self.drop()
            return None

    def note(self, step: AdaptStep) -> None:
        """Write the state after this step when the last note is old enough."""
        from safetensors.torch import save

        began = self._clock()
        if self._path is None or step.stopped or began - self._noted < max(EVERY_SECONDS, self._takes / SHARE):
            return
        tensors, numbers = step.snapshot()
        content = save(tensors, {"numbers": json.dumps(numbers)})
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, content)
        self._noted = self._clock()
        self._takes = self._noted - began

    def drop(self) -> None:
        """It is done, or of no use."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
