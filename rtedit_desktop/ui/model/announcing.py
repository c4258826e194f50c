"""Announces changes of an observable state; changes that are made together are announced once, when all are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, SignalInstance


class Announcing(QObject):
    """A part of the window redraws whenever a signal says so: what it shows is whole by then."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._depth = 0
        self._held: dict[SignalInstance, None] = {}

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold announcements back until the end of the block, then make each that was asked for once, in its order."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                held, self._held = self._held, {}
                for signal in held:
                    signal.emit()

    def _announce(self, *signals: SignalInstance) -> None:
        for signal in signals:
            if self._depth:
                self._held[signal] = None
            else:
                signal.emit()
