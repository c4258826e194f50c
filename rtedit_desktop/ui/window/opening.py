"""Opens whatever comes to the window: photos, presets and models, opened, pasted, dropped, taken or handed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from rtedit_desktop.ui.batch.batch_controller import BatchController
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.photo.camera import CameraMaker
from rtedit_desktop.ui.photo.camera_dialog import CameraDialog
from rtedit_desktop.ui.photo.photo_actions import PhotoActions
from rtedit_desktop.ui.photo.saving import Saving
from rtedit_desktop.ui.widgets.file_dialogs import ask_open
from rtedit_desktop.ui.widgets.mime import has_picture, picture_in


class Importer(Protocol):
    """Imports files of its kind."""

    def import_from(self, paths: Iterable[Path]) -> list[Path]:
        """Those that are none of its own come back."""
        ...


class Opening(QObject):
    """Passes each file to the part that imports its kind. ``busy`` bears what is being waited for, or nothing."""

    busy = Signal(str)

    def __init__(
        self,
        context: WindowContext,
        photos: PhotoActions,
        saving: Saving,
        importers: Sequence[Importer],
        batch: BatchController | None = None,
        camera: CameraMaker | None = None,
    ) -> None:
        super().__init__(context.window)
        self._camera = camera
        self._window, self._state, self._messages = context.window, context.state, context.messages
        self._photos, self._saving = photos, saving
        self._importers, self._batch = importers, batch
        photos.opening.connect(lambda name: self.busy.emit(self.tr("Opening {name}…").format(name=name)))
        photos.saving.connect(lambda name: self.busy.emit(self.tr("Saving {name}…").format(name=name)))
        photos.opened.connect(lambda _: self.busy.emit(""))
        photos.save_done.connect(self._saved)
        photos.copied.connect(lambda: self._messages.say(self.tr("The picture is on the clipboard.")))
        photos.open_failed.connect(self._failed)
        photos.save_failed.connect(self._failed)

    def open(self, path: Path) -> None:
        """A photo; a preset file or a model is imported."""
        if self._for_others([path]):
            self._saving.unless_unsaved(partial(self._photos.open, path))

    def open_image(self, image: QImage) -> None:
        self._saving.unless_unsaved(partial(self._photos.paste, image))

    def ask(self) -> None:
        """Which file."""
        photo = self._state.photo
        ask_open(self._window, photo.path.parent if photo and photo.path else None, self.open)

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not self.open_data(data):
            self._messages.say(self.tr("There is no picture in the clipboard. Copy one, then paste it here."))

    def open_data(self, data: QMimeData) -> bool:
        """What was dropped or pasted; False where it is nothing that could be opened."""
        paths, image = picture_in(data)
        if self.open_any(paths, image):
            return True
        if has_picture(data):
            text = self.tr("This picture is damaged or too large. Save it in the other program, then open the file.")
            self._messages.say(text)
        return has_picture(data)

    def take_photo(self) -> None:
        """A photo by the camera."""
        if self._camera is not None:
            CameraDialog(self._camera, self._open_picture, self._window).open()

    def _open_picture(self, image: QImage) -> None:
        self._saving.unless_unsaved(partial(self._photos.paste, image, self.tr("photo of the camera")))

    def open_any(self, paths: list[Path], image: QImage | None = None) -> bool:
        """Files as they come, several as a batch, or a picture; False where there is neither."""
        if paths:
            rest = self._for_others(list(dict.fromkeys(paths)))
            if self._batch is not None and self._batch.accept(rest):
                return True
            if rest:
                self.open(rest[0])
            if len(rest) > 1:
                text = self.tr("{n} files came at once; {name} is opened.")
                self._messages.say(text.format(n=len(rest), name=rest[0].name))
            return True
        if image is not None:
            self.open_image(image)
        return image is not None

    def _for_others(self, paths: list[Path]) -> list[Path]:
        """Import what is a model or a preset; the rest comes back."""
        for importer in self._importers:
            if paths:
                paths = importer.import_from(paths)
        return paths

    def _saved(self, path: Path, impersonal: bool) -> None:
        self.busy.emit("")
        text = self.tr("Saved as {name}, without personal data.") if impersonal else self.tr("Saved as {name}.")
        self._messages.say(text.format(name=path.name))

    def _failed(self, what: str, todo: str, details: str) -> None:
        self.busy.emit("")
        self._messages.error(what, todo, details)
