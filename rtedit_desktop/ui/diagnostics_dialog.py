"""A report for whoever helps: shown in full before it goes anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from rtedit_desktop.core.paths import write_atomically
from rtedit_desktop.ui.messages import Messages
from rtedit_desktop.ui.tab_order import as_they_stand

_NAME = "rtedit-report.txt"


class DiagnosticsDialog(QDialog):
    """The report, and the two ways to take it along."""

    def __init__(self, report: str, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Diagnostics"))
        self._messages = messages
        why = QLabel(
            self.tr(
                "This is the whole report. Folders and file names are left out, and there are no pictures or prompts "
                "in it. It goes nowhere by itself: copy or save it, and give it to whoever helps you."
            )
        )
        why.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("The report"))
        self.text.setMinimumSize(680, 380)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        self.copy = buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        self.save = buttons.addButton(self.tr("&Save…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.save.clicked.connect(self._ask_where)
        self.copy.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(12)
        layout.addWidget(why)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        as_they_stand(buttons)

    def save_to(self, path: Path) -> None:
        content = self.text.toPlainText().encode()

        def write(file: BinaryIO) -> None:
            file.write(content)

        try:
            write_atomically(path, write)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._messages.error(
                self.tr("The report could not be saved: {reason}.").format(reason=reason),
                self.tr("Choose another folder, or copy it instead."),
            )
            return
        self._messages.say(self.tr("Saved as {name}.").format(name=path.name))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(self.tr("Copied"))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the report"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(_NAME)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()
