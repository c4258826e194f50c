"""Shows messages to the person: errors as a dialog, the rest as a strip that goes away."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.support.reporting.privacy import ForeignText
from rtedit_desktop.ui.widgets.banner import Banner
from rtedit_desktop.ui.widgets.tab_order import as_they_stand

_SHOWN_MS = 8000


class ErrorDialog(QDialog):
    """Shows what happened, what to do, and the details to copy; ``action`` names a way out that closes it."""

    def __init__(self, what: str, todo: str, details: str, parent: QWidget | None = None, *, action: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("RTEdit"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.details = details
        picture = QLabel()
        picture.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(40, 40))
        self.what = QLabel(what)
        bold = self.what.font()
        bold.setBold(True)
        self.what.setFont(bold)
        self.todo = QLabel(todo)
        for label in (self.what, self.todo):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(360)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.todo.setVisible(bool(todo))
        self._text = QPlainTextEdit(details)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(f"{self.tr('Details')}: {what}")
        self._text.setMinimumSize(480, 160)
        self._text.hide()

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        self.more = buttons.addButton(self.tr("Details"), QDialogButtonBox.ButtonRole.ActionRole)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_details)
        self.copy = buttons.addButton(self.tr("Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        self.more.setVisible(bool(details))
        self.action: QPushButton | None = None
        if action:
            self.action = buttons.addButton(action, QDialogButtonBox.ButtonRole.AcceptRole)
            buttons.accepted.connect(self.accept)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)

        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.what)
        words.addWidget(self.todo)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(top)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)
        as_they_stand(buttons)

    def _show_details(self, shown: bool) -> None:
        self._text.setVisible(shown)
        self.adjustSize()

    def _copy(self) -> None:
        parts = (self.what.text(), self.todo.text(), self.details)
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))


class Strip(Banner):
    """Banner above the canvas that hides after some seconds or by its button."""

    stays = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "strip",
            "#strip { background: #34363d; border: 1px solid #565963; border-radius: 8px; }"
            "#strip QLabel { color: #f2f2f4; }"
            "#strip QToolButton { color: #f2f2f4; border: none; padding: 2px 6px; }"
            "#strip QPushButton { color: #9cc4ff; border: none; padding: 2px 8px; font-weight: 600; }",
            parent,
        )
        self.action = QPushButton()
        self.action.setFlat(True)
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAccessibleName(self.tr("Dismiss the message"))
        self.close_button.setToolTip(self.close_button.accessibleName())
        self.close_button.clicked.connect(self.hide)
        self.put(self.action, self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._text_with_action = ""
        self._on_action: Callable[[], object] | None = None
        self.action.clicked.connect(self._act)

    def show_text(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> None:
        """A second text while the first still shows is added below it; what the first offered stays."""
        shown = self.label.text() if self.isVisible() else ""
        lines = [line for line in shown.splitlines() if line and line != text]
        self.label.setText("\n".join([*lines[-2:], text]))
        self.setAccessibleName(text)
        if action or self._text_with_action not in lines[-2:]:
            self._text_with_action, self._on_action = text if action else "", on_action
            self.action.setText(action)
            self.action.setVisible(bool(action))
        self.show()
        self._timer.start(_SHOWN_MS)

    def _act(self) -> None:
        if not self.stays:
            self.hide()
        if self._on_action is not None:
            self._on_action()


class StandingStrip(Strip):
    """Strip that stays until what it says is not so any more, or the person dismisses it."""

    stays = True
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.close_button.setAccessibleName(self.tr("Dismiss the warning"))
        self.close_button.setToolTip(self.close_button.accessibleName())
        self.close_button.clicked.connect(self.dismissed)

    def show_text(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> None:
        """In place of what it said before."""
        self.label.setText("")
        super().show_text(text, action, on_action)
        self._timer.stop()


class Messages(QObject):
    """Shows messages for the window it was made for."""

    error_shown = Signal(str)

    def __init__(self, window: QWidget, strip: Strip) -> None:
        super().__init__(window)
        self._window, self._strip = window, strip

    def error(
        self,
        what: str,
        todo: str = "",
        details: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """A dialog that does not stop the event loop."""
        box = ErrorDialog(what, todo, details, self._window, action=action)
        if on_action is not None:
            box.accepted.connect(on_action)
        self.show_error(box)

    def show_error(self, box: ErrorDialog) -> None:
        """The same with ways out of its own."""
        what = box.what.text()
        logging.getLogger("rtedit").warning("%s %s\n%s", what, box.todo.text(), ForeignText(box.details))
        box.open()
        self.error_shown.emit(what)

    def say(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> None:
        self._strip.show_text(text, action, on_action)

    def mention(self, what: str, todo: str, details: str) -> None:
        """A failure that nobody waits on: in the strip, and the rest when it is asked for."""
        self.say(f"{what} {todo}".strip(), self.tr("Details"), lambda: self.error(what, todo, details))

    def ask(self, text: str, more: str, yes: str, then: Callable[[], None]) -> None:
        """One question; ``then`` is called on yes."""
        box = self._box(text, more)
        agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.finished.connect(lambda _: then() if box.clickedButton() is agree else None)
        box.open()

    def ask_to_save(self, text: str, more: str, save: Callable[[], None], discard: Callable[[], None]) -> None:
        """Save, do not save, or stay."""
        box = self._box(text, more)
        keep = box.addButton(QMessageBox.StandardButton.Save)
        drop = box.addButton(QMessageBox.StandardButton.Discard)
        drop.setText(self.tr("Do not save"))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)

        def decided(_: int) -> None:
            if box.clickedButton() is keep:
                save()
            elif box.clickedButton() is drop:
                discard()

        box.finished.connect(decided)
        box.open()

    def _box(self, text: str, more: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("RTEdit"))
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText(more)
        return box
