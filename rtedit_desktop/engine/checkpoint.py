"""How far a long adaptation is, noted on disk now and then, so that a crash costs half a minute."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import BinaryIO

from rtedit_desktop.diffusion.adaptation import AdaptStep
from rtedit_desktop.diffusion.training_state import Snapshot
from rtedit_desktop.engine.cache import PROGRESS
from rtedit_desktop.support.paths import write_atomically

EVERY_SECONDS = 30.0


class Checkpoint:
    """Owns one file; without a folder it forgets, and a disk that takes nothing is no reason to stop."""

    def __init__(self, folder: Path | None, key: str, every: float | None = None) -> None:
        self._path = folder / f"{key}{PROGRESS}" if folder is not None else None
        self._every = EVERY_SECONDS if every is None else every
        self._noted = time.monotonic()

    def recall(self) -> Snapshot | None:
        """What was noted, None when nothing was or it cannot be read."""
        from safetensors.torch import load

        if self._path is None:
            return None
        try:
            content = self._path.read_bytes()
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

        if self._path is None or step.stopped or time.monotonic() - self._noted < self._every:
            return
        tensors, numbers = step.snapshot()
        content = save(tensors, {"numbers": json.dumps(numbers)})

        def write(file: BinaryIO) -> None:
            file.write(content)

        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, write)
        self._noted = time.monotonic()

    def drop(self) -> None:
        """It is done, or of no use."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
