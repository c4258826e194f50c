"""Knows which computer computes, and asks the person what to do when another one is lost in the middle of a job."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core import events
from rtedit_desktop.core.engine_api import Computer, Computers
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.ui.widgets.offer import Offer
from rtedit_desktop.ui.widgets.texts import sentences, translated
from rtedit_desktop.worker.background import Background, SerialQueue


class ComputerInUse(QObject):
    """Owns what the window knows of the computer in use: ``computer``, None for this one, and whether it is lost."""

    changed = Signal()
    chosen = Signal()  # another one computes from the next job on
    repeats = Signal()  # the job that was lost is made once more

    def __init__(
        self,
        computers: Computers,
        offer: Offer,
        background: Background,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.computers = computers
        self.computer: Computer | None = None
        self._lost = False
        self._offer, self._messages = offer, messages
        self._tasks, self._lane = background.tasks, SerialQueue(background)

    @property
    def lost(self) -> bool:
        return self._lost and self.computer is not None

    def look(self) -> None:
        """Read which one is chosen."""
        self._tasks.start(self._look())

    def choose(self, computer: Computer | None) -> None:
        """Let it compute from the next job on; None: this one."""
        self._tasks.start(self._choose(computer))

    def reached(self) -> None:
        """A job came to its end there."""
        self._set_lost(False)

    def unreachable(self) -> None:
        """A job that nobody waits for did not."""
        self._set_lost(True)

    def when_lost(self, event: events.Failed) -> asyncio.Future[bool]:
        """Ask whether the job is to be made here, or tried again; True for either, when it can begin.

        Who cancels or answers the future takes the question back.
        """
        self._set_lost(True)
        answer: asyncio.Future[bool] = self._tasks.loop.create_future()

        def here() -> None:
            self._tasks.start(self._compute_here(answer))

        def again() -> None:
            self._repeat(answer)

        self._offer.ask(translated(event.what), self.tr("Compute here"), here, self.tr("Try again"), again)
        answer.add_done_callback(lambda _: self._offer.withdraw(here))
        return answer

    async def _compute_here(self, answer: asyncio.Future[bool]) -> None:
        if await self._choose(None):
            self._repeat(answer)
        elif not answer.done():
            answer.set_result(False)

    def _repeat(self, answer: asyncio.Future[bool]) -> None:
        if not answer.done():
            self.repeats.emit()
            answer.set_result(True)

    async def _look(self) -> None:
        try:
            self.computer = await self._lane.run(self.computers.chosen)
        except Exception as error:
            self._failed(error)
            return
        self.changed.emit()

    async def _choose(self, computer: Computer | None) -> bool:
        try:
            await self._lane.run(lambda: self.computers.choose(computer), writes=True)
        except Exception as error:
            self._failed(error)
            return False
        self.computer, self._lost = computer, False
        self.changed.emit()
        self.chosen.emit()
        return True

    def _set_lost(self, lost: bool) -> None:
        if lost != self._lost:
            self._lost = lost
            self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self._messages.error(*sentences(error, self.tr("The setting could not be remembered.")))
