"""A window with a library, a folder of photos, and the moves of a batch."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.preset_harness import PresetHarness

from rtedit_desktop.ui.batch.batch_controller import BatchController
from rtedit_desktop.ui.batch.batch_dialog import BatchDialog
from rtedit_desktop.ui.batch.batch_run import BatchPhase, BatchRun, Row
from rtedit_desktop.ui.widgets.pyramid import to_qimage


class BatchHarness(PresetHarness):
    """Has the photos a.png to d.png, the third of them damaged."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.photos, self.out = folder / "photos", folder / "photos" / "Edited"
        self.photos.mkdir(exist_ok=True)
        for number, name in enumerate("abcd"):
            to_qimage(picture(48, 40, seed=number)).save(str(self.photos / f"{name}.png"))
        (self.photos / "c.png").write_bytes(b"no photo")
        super().__init__(qtbot, [], folder / "library")
        assert self.window.batch is not None
        self.batch: BatchController = self.window.batch
        self.batches: BatchRun = self.batch.batches

    @property
    def dialog(self) -> BatchDialog:
        assert self.batch.dialog is not None
        return self.batch.dialog

    @property
    def made(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir()) if self.out.is_dir() else []

    @property
    def states(self) -> list[str]:
        """What stands in the second column."""
        model = self.dialog.list.rows
        return [model.data(model.index(row, 1)) for row in range(model.rowCount())]

    def drop(self, on: QWidget, *paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        event = QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        on.dropEvent(event)

    def bring(self, *paths: Path) -> BatchDialog:
        """Drop them on the window; returns when they are listed."""
        self.drop(self.window, *(paths or (self.photos,)))
        self.until(lambda: self.batches.rows)
        return self.dialog

    def tick(self, title: str, percent: int = 100) -> None:
        (row,) = (row for row in self.dialog.choices.rows if row.preset.title == title)
        self.click(row.box)
        row.slider.setValue(percent)

    def click(self, button: QAbstractButton) -> None:
        assert button.isVisible() and button.isEnabled()
        place = button.rect().center()
        place.setX(min(place.x(), 12))
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)

    def start(self) -> None:
        self.click(self.dialog.start)
        self.until(lambda: self.batches.phase is not BatchPhase.STARTING)

    def ended(self) -> None:
        self.until(lambda: self.batches.phase is BatchPhase.ENDED)

    def rows(self) -> list[Row]:
        return self.batches.rows

    def answer(self, button: str) -> str:
        """Press this in the one question that is asked; returns what it said."""
        (box,) = (box for box in self.window.findChildren(QMessageBox) if box.isVisible())
        text = f"{box.text()}\n{box.informativeText()}"
        (chosen,) = (one for one in box.buttons() if one.text().replace("&", "") == button)
        self.qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
        return text

    def close(self) -> None:
        self.engine.hold.set()
        self.batch.leaving = True
        super().close()
