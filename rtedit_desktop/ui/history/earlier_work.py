"""Offers earlier work: after a crash at once, and from the menu at any time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from rtedit_desktop.core.history import Journal, Work
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.history.earlier_dialog import EarlierDialog
from rtedit_desktop.ui.model.result import EarlierResult
from rtedit_desktop.ui.photo.photo_actions import PhotoActions
from rtedit_desktop.ui.photo.reopening import reopened
from rtedit_desktop.ui.photo.saving import Saving
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.worker.background import SerialQueue, ignored


class EarlierWork(QObject):
    """Asks the journal for works, and restores the one that the person wants."""

    def __init__(
        self,
        context: WindowContext,
        journal: Journal,
        photos: PhotoActions,
        saving: Saving,
        presets: Callable[[], Sequence[Path]],
    ) -> None:
        """``presets`` are the files in which one may be that was moved."""
        super().__init__(context.window)
        self._window, self._state, self._photo_service = context.window, context.state, context.photo_service
        self._messages, self._offer = context.messages, context.offer
        self._journal, self._photos, self._saving, self._presets = journal, photos, saving, presets
        self._tasks, self._lane = context.background.tasks, SerialQueue(context.background)

    def look(self) -> None:
        """Offer what a window left that ended without being closed."""
        self._tasks.start(self._look())

    async def _look(self) -> None:
        works: list[Work] = []
        with contextlib.suppress(Exception):  # it can still be looked for under File
            works = await self._lane.run(self._journal.unfinished)
        if works:
            self._offer_back(works)

    def _offer_back(self, works: list[Work]) -> None:
        latest, others = works[0], works[1:]
        if latest.results == 1:
            text = self.tr("RTEdit closed unexpectedly. One result of {name} can be brought back.")
        else:
            text = self.tr("RTEdit closed unexpectedly. {n} results of {name} can be brought back.")
        text = text.format(n=latest.results, name=latest.name)
        if others:
            text += " " + self.tr("Those of {n} more are under File > Earlier work.").format(n=len(others))
        self._offer.ask(
            text,
            self.tr("Restore"),
            partial(self._restore, latest, others),
            self.tr("Not now"),
            partial(self._leave, works),
        )

    def _restore(self, latest: Work, others: list[Work]) -> None:
        self._leave(others)
        self.open(latest)

    def _leave(self, works: list[Work]) -> None:
        """Not offered again; they stay where they are."""
        for work in works:
            self._tasks.start(ignored(self._lane.run(partial(self._journal.leave, work.id), writes=True)))

    def show(self) -> None:
        """Everything that the journal holds, to choose from."""
        dialog = EarlierDialog(self._window)
        dialog.chosen.connect(self.open)
        dialog.open()
        self._tasks.start(self._list(dialog), owner=dialog)

    async def _list(self, dialog: EarlierDialog) -> None:
        try:
            works = await self._lane.run(self._works)
        except Exception as error:
            self._messages.error(*sentences(error, self.tr("Earlier work could not be read.")))
        else:
            dialog.show_works(works)

    def open(self, work: Work) -> None:
        """Bring a photo's work back, with all of its results."""
        self._open(work.id, work.name)

    def open_photo_of(self, one: EarlierResult) -> None:
        """Back to the photo of a result."""
        self._open(one.work, one.photo)

    def _open(self, id: str, name: str) -> None:
        read = partial(reopened, self._journal, self._photo_service, id, tuple(self._presets()))
        self._saving.unless_unsaved(partial(self._photos.reopen, name, read))

    def _works(self) -> list[Work]:
        current = self._state.work
        return [work for work in self._journal.works() if work.id != current]
