"""Controller of the models; there is one only where there is an installer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from rtedit_desktop.core.packs.pack_installer import PackInstaller, PackReady
from rtedit_desktop.support import settings
from rtedit_desktop.support.formats import OPEN_SUFFIXES
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.models.model_collection import ModelCollection
from rtedit_desktop.ui.models.model_text import phase_text
from rtedit_desktop.ui.models.models_dialog import ModelsDialog
from rtedit_desktop.worker.background import SerialQueue, ignored
from rtedit_desktop.worker.pack_thread import PackJob

_SUFFIXES = (".ckpt", ".pt", ".pth", ".bin", ".safetensors")
_MARKS = ("manifest.json", "config.json", "model_index.json")  # of a pack, a model of diffusers, a pipeline


class ModelStatus(QToolButton):
    """Button in the status bar that shows the running job while the dialog is closed."""

    def __init__(self, models: ModelCollection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.setAutoRaise(True)
        self.setToolTip(self.tr("Show the models"))
        self.hide()
        models.changed.connect(self.redraw)
        models.progressed.connect(self.redraw)

    def redraw(self) -> None:
        jobs = self._models.jobs
        self.setVisible(bool(jobs))
        if not jobs:
            return
        job = jobs[0]
        name = self._models.title(job.id) if job.id else (job.path.name if job.path else "")
        words = phase_text(self._models.progress_of(job), self._models.is_stopping(job), True)
        more = self.tr(" (and {n} more)").format(n=len(jobs) - 1) if len(jobs) > 1 else ""
        self.setText(f"{name}: {words}{more}")


class ModelController(QObject):
    """Owns the dialog while it is open, and reports what happens while it is not."""

    def __init__(self, context: WindowContext, installer: PackInstaller) -> None:
        super().__init__(context.window)
        state, background = context.state, context.background
        self._window, self._state, self._messages = context.window, state, context.messages
        self._tasks, self._lane = background.tasks, SerialQueue(background)
        self.models = ModelCollection(installer, state, background, self)
        self.status = ModelStatus(self.models)
        self.dialog: ModelsDialog | None = None
        self.status.clicked.connect(self._show_from_status)
        self.models.installed.connect(self._installed)
        self.models.failed.connect(self._failed)
        self.models.download_failed.connect(self._download_failed)
        self.models.choice_asked.connect(self._ask_which)
        self.models.replacing_asked.connect(self._ask_replacing)
        state.pack_changed.connect(self._remember)
        self.models.refresh()

    def show(self, id: str = "") -> ModelsDialog:
        """The dialog, on this model where it is known."""
        if self.dialog is None:
            self.dialog = ModelsDialog(self.models, self._state, self._window)
            self.dialog.use_asked.connect(self.use)
            self.dialog.finished.connect(self._closed)
            self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.dialog.show_model(id)
        return self.dialog

    def use(self, id: str) -> None:
        pack = self._state.pack_called(id)
        if pack is not None and not self._state.phase.running:
            self._state.set_pack(pack)

    def import_from(self, paths: Iterable[Path]) -> list[Path]:
        """Import what is a model of these, showing it; the rest comes back."""
        rest = []
        for path in paths:
            if _is_model(path):
                self.show()
                self.models.import_pack(path)
            else:
                rest.append(path)
        return rest

    def say_problem(self, problem: str) -> None:
        """What is wrong with what is installed, and the place to mend it."""
        self._messages.say(problem, self.tr("Show the models"), self.show)

    def shutdown(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.models.shutdown()

    def _ask_which(self, path: Path, choices: tuple[str, ...]) -> None:
        self.show().ask_which(path, choices)

    def _ask_replacing(self, job: PackJob, what: str) -> None:
        self.show().ask_replacing(job, what)

    def _closed(self) -> None:
        self.dialog = None

    def _installed(self, ready: PackReady) -> None:
        if self.dialog is not None:
            self.dialog.say_installed(ready)
        else:
            sentence = self.tr("{title} is installed.").format(title=ready.title)
            self._messages.say(sentence, self.tr("Show the models"), partial(self.show, ready.id))

    def _show_from_status(self) -> None:
        jobs = self.models.jobs
        self.show(jobs[0].id if jobs else "")

    def _failed(self, what: str, todo: str, details: str) -> None:
        if self.dialog is not None:
            self.dialog.messages.error(what, todo, details)
        else:
            self._messages.mention(what, todo, details)

    def _download_failed(self, id: str, what: str, todo: str, details: str) -> None:
        if self.dialog is not None:
            self.dialog.say_not_downloaded(id, what, todo, details)
        else:
            again = partial(self._show_not_downloaded, id, what, todo, details)
            self._messages.say(what, self.tr("Details"), again)

    def _show_not_downloaded(self, id: str, what: str, todo: str, details: str) -> None:
        self.show(id).say_not_downloaded(id, what, todo, details)

    def _remember(self) -> None:
        """For the next start; where that cannot be written, the next start begins with the first pack."""
        pack = self._state.pack
        if pack is not None:
            self._tasks.start(ignored(self._lane.run(partial(settings.change, pack=pack.id), writes=True)))


def _is_model(path: Path) -> bool:
    """By its name, or by what lies in the folder; photos, of which a thousand may come, are not looked into."""
    named = path.suffix.lower() in _SUFFIXES or path.name in _MARKS
    photo = path.suffix.lower().lstrip(".") in OPEN_SUFFIXES
    return named or (not photo and any(os.path.isfile(path / mark) for mark in _MARKS))
