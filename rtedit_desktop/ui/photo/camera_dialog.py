"""Dialog that takes a photo with the camera: asked for first, and nothing is kept but the photo that is taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QTransform
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from rtedit_desktop.ui.photo.camera import CameraMaker
from rtedit_desktop.ui.widgets.tab_order import as_they_stand

_VIEW = QSize(560, 420)


class CameraDialog(QDialog):
    """Turns the camera on when that is said, shows what it sees as a mirror would, and hands the photo over as it is.

    The camera is off when the dialog closes, whatever closes it.
    """

    def __init__(self, make_camera: CameraMaker, then: Callable[[QImage], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Take a photo"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._then = then
        self._seen: QImage | None = None
        self._on = False
        self._camera = make_camera(self)
        self._camera.picture_came.connect(self._show)
        self._camera.failed.connect(self._failed)
        self.view = QLabel(
            self.tr(
                "The camera is on only while this window is open, and what it sees is not kept. The photo that you "
                "take is opened like a pasted one: it is on disk only after you edited or saved it."
            )
        )
        self.view.setTextFormat(Qt.TextFormat.PlainText)
        self.view.setWordWrap(True)
        self.view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.setMargin(16)
        self.view.setMinimumSize(_VIEW)
        self.view.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.view.setAccessibleName(self.tr("What the camera sees"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.turn_on = self.buttons.addButton(self.tr("Turn the camera &on"), QDialogButtonBox.ButtonRole.ActionRole)
        self.take_photo = self.buttons.addButton(self.tr("&Take the photo"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.turn_on.clicked.connect(self._start)
        self.buttons.accepted.connect(self._accept_picture)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _: self._camera.stop())
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.buttons)
        as_they_stand(self.buttons)
        self.turn_on.setDefault(True)
        self.redraw()
        self.turn_on.setFocus()

    def redraw(self) -> None:
        self.turn_on.setVisible(not self._on)
        self.take_photo.setVisible(self._on)
        self.take_photo.setEnabled(self._seen is not None)

    def _start(self) -> None:
        self._on = True
        self.view.setText(self.tr("The camera is being turned on…"))
        self.redraw()
        self.take_photo.setDefault(True)
        self._camera.start()

    def _show(self, image: QImage) -> None:
        if not self._on:
            return  # it was on the way when the camera was turned off
        first, self._seen = self._seen is None, image
        shown = QPixmap.fromImage(image).scaled(self.view.size(), Qt.AspectRatioMode.KeepAspectRatio)
        self.view.setPixmap(shown.transformed(QTransform.fromScale(-1, 1)))
        if first:
            self.redraw()
            self.take_photo.setFocus()

    def _failed(self, text: str) -> None:
        self._on, self._seen = False, None
        self.view.setText(text)
        self.redraw()
        self.turn_on.setFocus()

    def _accept_picture(self) -> None:
        picture = self._seen
        if picture is not None:
            self.accept()
            self._then(picture.copy())
