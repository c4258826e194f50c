"""Announces changes of an observable state; changes that are made together are announced once, when all are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal, SignalInstance


class Announcing(QObject):
    """A part of the window redraws whenever a signal says so: what it shows is whole by then.

    ``announcing`` while changes that were made together are announced, one signal after the other; ``announced`` ends
    that.
    """

    announced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.announcing = False
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
            if not self._depth and self._held:
                self._announce_held()

    def _announce_held(self) -> None:
        held, self._held = self._held, {}
        within, self.announcing = self.announcing, True
        try:
            for signal in held:
                signal.emit()
        finally:
            self.announcing = within
        if not within:
            self.announced.emit()

    def _announce(self, *signals: SignalInstance) -> None:
        """What several signals tell of was changed together."""
        if self._depth or len(signals) > 1:
            with self.together():
                self._held.update(dict.fromkeys(signals))
        else:
            signals[0].emit()


class RedrawnOnce:
    """A part of the window that hears of several changes and redraws once for those that were made together."""

    _heard_of: Announcing
    _late = False

    def redraw(self) -> None:
        raise NotImplementedError

    def redraw_on(self, state: Announcing, *signals: SignalInstance) -> None:
        """Redraw whenever one of the signals of ``state`` comes."""
        self._heard_of = state
        for signal in signals:
            signal.connect(self._heard)
        state.announced.connect(self._catch_up)

    def _heard(self) -> None:
        if self._heard_of.announcing:
            self._late = True
        else:
            self.redraw()

    def _catch_up(self) -> None:
        if self._late:
            self._late = False
            self.redraw()
