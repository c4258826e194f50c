"""Save and Save as, and the questions before something would be lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.photo.photo_actions import PhotoActions
from rtedit_desktop.ui.widgets.file_dialogs import ask_save


class Saving(QObject):
    """Asks the questions; ``photos`` writes. ``kept`` says that results are in the journal too."""

    def __init__(self, context: WindowContext, photos: PhotoActions, *, kept: bool) -> None:
        super().__init__(context.window)
        self._window, self._state, self._messages = context.window, context.state, context.messages
        self._photos = photos
        self._kept = kept

    def save(self, then: Callable[[], None] | None = None) -> None:
        """To the file that was chosen before, or ask."""
        if self._state.result is None:
            return
        target, impersonal = self._photos.target, self._photos.impersonal
        if target is None:
            self.save_as(then)
        elif self._photos.is_as_written(target):
            self._photos.save(target, then, impersonal=impersonal, overwrite=True)
        else:
            self.save_to(target, then, impersonal=impersonal)

    def save_as(self, then: Callable[[], None] | None = None, *, impersonal: bool = False) -> None:
        """Ask where to; ``impersonal`` leaves personal metadata out, whatever the settings say."""
        if self._state.result is not None:
            ask_save(
                self._window, self._photos.suggestion(), lambda path: self.save_to(path, then, impersonal=impersonal)
            )

    def save_to(self, path: Path, then: Callable[[], None] | None = None, *, impersonal: bool = False) -> None:
        """Write to ``path``; a file that is there already is replaced only after a question."""
        save = partial(self._photos.save, path, then, impersonal=impersonal, overwrite=True)
        if self._photos.is_source(path):
            self._messages.ask(
                self.tr("{name} is the photo you opened.").format(name=path.name),
                self.tr("Saving over it replaces the original, and it cannot be brought back."),
                self.tr("Replace the original"),
                save,
            )
        elif os.path.exists(path):  # unlike Path's, it takes a name that is too long
            self._messages.ask(
                self.tr("{name} exists already.").format(name=path.name),
                self.tr("Saving replaces what is in it."),
                self.tr("Replace"),
                save,
            )
        else:
            self._photos.save(path, then, impersonal=impersonal, overwrite=False)

    def unless_unsaved(self, then: Callable[[], None]) -> None:
        """Do it, but not over a result that was not saved without asking."""
        state = self._state
        if state.saved:
            then()
            return
        self._messages.ask_to_save(
            self.tr("The result of “{prompt}” is not saved.").format(
                prompt=state.known_presets.name_of(state.result) if state.result else ""
            ),
            self.tr("Without saving, the results of this photo are gone.")
            if not self._kept
            else self.tr("Without saving, it stays under File > Earlier work until newer work needs the room."),
            lambda: self.save(then),
            then,
        )
