"""Dialogs that ask a person about a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel, QRadioButton, QVBoxLayout, QWidget

from rtedit_desktop.ui.widgets.tab_order import as_they_stand


class WhichModelDialog(QDialog):
    """Weights do not say what they were trained on; ``choices`` are ids, each with words for it."""

    def __init__(
        self, name: str, choices: Sequence[tuple[str, str]], then: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Import a model"))
        question = self.tr("What was “{name}” trained on? The file does not say, and a wrong answer gives poor edits.")
        text = QLabel(question.format(name=name))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setMinimumWidth(380)
        self.buttons = [QRadioButton(words) for _, words in choices]
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_button = box.addButton(self.tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.import_button.setEnabled(False)  # nothing is chosen for the person
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(9)
        layout.addWidget(text)
        layout.addSpacing(4)
        for button in self.buttons:
            layout.addWidget(button)
            button.toggled.connect(lambda _: self.import_button.setEnabled(True))
        layout.addSpacing(6)
        layout.addWidget(box)
        as_they_stand(box)
        ids = [id for id, _ in choices]
        self.accepted.connect(lambda: then(ids[[button.isChecked() for button in self.buttons].index(True)]))


def ask_model_file(parent: QWidget, title: str, then: Callable[[Path], None]) -> None:
    """A file of weights, or the manifest of a pack."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    weights = QCoreApplication.translate("models", "Weights and packs")
    everything = QCoreApplication.translate("files", "All files")
    dialog.setNameFilters([f"{weights} (*.ckpt *.pt *.pth *.bin *.safetensors manifest.json)", f"{everything} (*)"])
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def ask_model_folder(parent: QWidget, title: str, then: Callable[[Path], None]) -> None:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
