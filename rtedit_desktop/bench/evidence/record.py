"""Figures of a measurement in one JSON file, each computed once: a run that was stopped goes on with the rest."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rtedit_desktop.bench.output import write_output
from rtedit_desktop.core.errors import SettingsError

FILE = "evidence.json"


class Record:
    """Owns ``FILE`` in a folder; a figure's key is a path like ``avatars/encoding/0/250/stochastic``.

    What was measured with other options than ``scale`` is not mixed with what is: SettingsError.
    """

    def __init__(self, folder: Path, scale: dict[str, Any]) -> None:
        self.folder = folder
        self._path = folder / FILE
        self._found: dict[str, Any] = {}
        scale = json.loads(json.dumps(scale))
        if self._path.exists():
            try:
                layout = json.loads(self._path.read_text("utf-8"))
                kept, self._found = layout["scale"], dict(layout["found"])
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise SettingsError(f"{self._path} is no record of figures.", "Choose another folder.") from error
            if kept != scale:
                raise SettingsError(
                    f"{self._path} was measured with other options.", "Give the same ones, or choose another folder."
                )
        self.scale = scale

    def once(self, key: str, compute: Callable[[], Any]) -> Any:
        """The figure of this key; computed and written down when it is not there yet."""
        if key not in self._found:
            self.keep(key, compute())
        return self._found[key]

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Add what is done meanwhile to the seconds of the clock and of the processor that a part took in all."""
        began, worked, known = time.perf_counter(), time.process_time(), len(self._found)
        yield
        if len(self._found) > known:  # nothing was measured that was there
            clock, processor = self.get(f"seconds/{part}") or (0.0, 0.0)
            clock, processor = clock + time.perf_counter() - began, processor + time.process_time() - worked
            self.keep(f"seconds/{part}", (round(clock, 1), round(processor, 1)))

    def keep(self, key: str, value: Any) -> None:
        """Write a figure down. Raises SaveError."""
        self._found[key] = json.loads(json.dumps(value))  # as it will be read again
        layout = {"scale": self.scale, "found": self._found}
        write_output(self._path, (json.dumps(layout, indent=1, ensure_ascii=False) + "\n").encode())

    def get(self, key: str) -> Any | None:
        return self._found.get(key)

    def __iter__(self) -> Iterator[str]:
        """The keys that are there, in the order of measuring."""
        return iter(self._found)

    def below(self, start: str) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Every figure whose key begins so, with the rest of its key, in the order of measuring."""
        for key, value in self._found.items():
            if key.startswith(start + "/"):
                yield tuple(key[len(start) + 1 :].split("/")), value
