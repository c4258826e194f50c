"""Controller of the batch: opens its dialog, shows its state while that is closed, offers interrupted ones."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from rtedit_desktop.batch.events import BatchEnded
from rtedit_desktop.batch.record import Interrupted
from rtedit_desktop.ui.batch.batch_dialog import BatchDialog
from rtedit_desktop.ui.batch.batch_run import BatchRun
from rtedit_desktop.ui.batch.batch_text import batch_words, short_words
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.presets.preset_collection import PresetCollection


class BatchStatus(QToolButton):
    """Button in the status bar that shows how far the batch is while its dialog is closed."""

    def __init__(self, batches: BatchRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batches = batches
        self.setAutoRaise(True)
        self.setToolTip(self.tr("Show the batch"))
        self.hide()
        batches.changed.connect(self.redraw)
        batches.progressed.connect(self.redraw)

    def redraw(self) -> None:
        self.setVisible(self._batches.phase.running)
        if self._batches.phase.running:
            self.setText(short_words(self._batches))


class BatchController(QObject):
    """Owns the dialog while it is open."""

    def __init__(self, context: WindowContext, presets: PresetCollection) -> None:
        super().__init__(context.window)
        self._window, self._state, self._presets = context.window, context.state, presets
        self._messages, self._offer = context.messages, context.offer
        self.batches = BatchRun(context.engine, context.photo_service, context.background, self)
        self.status = BatchStatus(self.batches)
        self.dialog: BatchDialog | None = None
        self.leaving = False
        self.status.clicked.connect(lambda: self.show())
        self.batches.ended.connect(self._ended)
        self.batches.failed.connect(self._failed)
        self.batches.left_over.connect(self._offer_to_go_on)
        self.batches.look_for_interrupted()

    def show(self, paths: list[Path] | None = None) -> BatchDialog:
        """The dialog, with these photos and folders on top of what is there."""
        self.leaving = False
        if self.dialog is None:
            self.dialog = BatchDialog(self.batches, self._presets, self._state, self._window)
            self.dialog.finished.connect(self._closed)
            self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        if paths and self.batches.phase.running:
            self.dialog.messages.say(self.tr("A batch is running; add photos when it has ended."))
        elif paths:
            self.batches.add(paths)
        return self.dialog

    def accept(self, paths: list[Path]) -> bool:
        """Several photos, or a folder, are a batch; False for anything else."""
        if len(paths) > 1 or any(map(os.path.isdir, paths)):
            self.show(paths)
            return True
        return False

    def may_go(self) -> bool:
        """Whether the window may close: a batch that runs is asked about."""
        if self.leaving or not self.batches.phase.running:
            return True
        self._messages.ask(
            self.tr("The batch is not finished."),
            self.tr("What is done is kept. RTEdit offers to go on with the rest when it is opened again."),
            self.tr("Close"),
            self._leave,
        )
        return False

    def shutdown(self, patience: float) -> bool:
        if self.dialog is not None:
            self.dialog.close()
        return self.batches.shutdown(patience)

    def _offer_to_go_on(self, one: Interrupted) -> None:
        text = self.tr("The batch “{what}” into {folder} was not finished; {n} photos are done.")
        self._offer.ask(
            text.format(what=one.batch.label, folder=one.batch.folder.name, n=one.done),
            self.tr("Go on"),
            partial(self._go_on, one),
            self.tr("Not now"),
            partial(self.batches.leave, one),
        )

    def _go_on(self, one: Interrupted) -> None:
        info = self._state.pack_called(one.batch.spec.pack)
        if info is None:
            self._messages.error(
                self.tr("The model of this batch is not installed: {pack}.").format(pack=one.batch.spec.pack),
                self.tr("Install it under Edit > Models; the batch is offered again at the next start."),
            )
            return
        dialog = self.show()
        dialog.show_batch(one.batch)
        self.batches.start(one.batch, info, self._state.packs)

    def _ended(self, end: BatchEnded) -> None:
        if self.dialog is None:
            self._messages.say(batch_words(self.batches), self.tr("Show the batch"), self.show)

    def _failed(self, what: str, todo: str, details: str) -> None:
        if self.dialog is None:
            self._messages.mention(what, todo, details)

    def _closed(self) -> None:
        self.dialog = None

    def _leave(self) -> None:
        self.leaving = True
        self._window.close()
