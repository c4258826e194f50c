"""Dialog that shows a text in full before it goes anywhere: a report, the log of requests."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from rtedit_desktop.support.paths import write_atomically
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.ui.widgets.tab_order import as_they_stand


class TextDialog(QDialog):
    """Shows lines of text, to be copied or saved."""

    def __init__(
        self, title: str, why: str, text: str, heading: str, file_name: str, messages: Messages, parent: QWidget
    ) -> None:
        """``heading``: what the text is, for who cannot see it; ``file_name``: what it is saved as."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._messages, self._file_name = messages, file_name
        reason = QLabel(why)
        reason.setWordWrap(True)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(heading)
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
        layout.addWidget(reason)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        as_they_stand(buttons)

    def save_to(self, path: Path) -> None:
        try:
            write_atomically(path, self.text.toPlainText().encode())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._messages.error(
                self.tr("{name} could not be saved: {reason}.").format(name=path.name, reason=reason),
                self.tr("Choose another folder, or copy it instead."),
            )
            return
        self._messages.say(self.tr("Saved as {name}.").format(name=path.name))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(self.tr("Copied"))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the text"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(self._file_name)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()


def diagnostics_dialog(report: str, messages: Messages, parent: QWidget) -> TextDialog:
    """A report of this computer and this RTEdit."""
    why = _tr(
        "This is the whole report. Folders and file names are left out, and there are no pictures or prompts "
        "in it. It goes nowhere by itself: copy or save it, and give it to whoever helps you."
    )
    return TextDialog(_tr("Diagnostics"), why, report, _tr("The whole report"), "rtedit-report.txt", messages, parent)


def requests_dialog(requests: list[str], messages: Messages, parent: QWidget) -> TextDialog:
    """Every request that RTEdit made to the network, a line each."""
    why = _tr(
        "What RTEdit asked of the network, the latest last. It asks for models, when somebody presses Download, "
        "and for nothing else."
    )
    text = "\n".join(requests) or _tr("Nothing so far.")
    heading = _tr("Every request that RTEdit made, a line each")
    return TextDialog(_tr("Network requests"), why, text, heading, "rtedit-requests.txt", messages, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("text_dialog", text)
