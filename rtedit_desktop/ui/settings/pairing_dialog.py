"""Dialog that pairs this computer with one that computes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from rtedit_desktop.core.engine_api import Computer, Computers
from rtedit_desktop.ui.widgets.colours import amber
from rtedit_desktop.ui.widgets.tab_order import as_they_stand
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.worker.background import Background


class PairingDialog(QDialog):
    """Asks for the address and the code that are shown there; what is wrong with them is said here."""

    paired = Signal(object)  # of Computer

    def __init__(self, computers: Computers, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Pair with a computer"))
        self._computers, self._background = computers, background
        self._pairs = False
        why = QLabel(
            self.tr(
                "Start “rtedit serve --pair” on the other computer: it shows an address and a code. Photos are sent "
                "there, encrypted, only while that computer is chosen, and are never written there."
            )
        )
        why.setWordWrap(True)
        why.setMinimumWidth(420)
        self.address, self.code = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("192.168.1.20:17865")
        self.code.setPlaceholderText("-".join(["····"] * 6))
        self.address.setMaxLength(300)
        self.code.setMaxLength(100)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        colours = self.problem.palette()
        colours.setColor(QPalette.ColorRole.WindowText, amber(self.palette()))
        self.problem.setPalette(colours)
        self.problem.hide()
        form = QFormLayout()
        for words, field in ((self.tr("&Address"), self.address), (self.tr("C&ode"), self.code)):
            label = QLabel(words)
            label.setBuddy(field)
            field.setAccessibleName(words.replace("&", ""))
            form.addRow(label, field)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.pair = buttons.addButton(self.tr("Pair"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.pair.setDefault(True)
        buttons.accepted.connect(lambda: background.tasks.start(self._pair(), owner=self))
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(why)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        as_they_stand(buttons)
        for field in (self.address, self.code):
            field.textChanged.connect(self._redraw)
        self._redraw()

    def _redraw(self) -> None:
        given = self.address.text().strip() and self.code.text().strip()
        self.pair.setEnabled(bool(given) and not self._pairs)

    async def _pair(self) -> None:
        address, code = self.address.text(), self.code.text()
        self._pairs = True
        self._redraw()
        self.problem.hide()
        try:
            computer: Computer = await self._background.run(lambda: self._computers.pair(address, code), writes=True)
        except Exception as error:
            what, todo, _ = sentences(error, self.tr("The computers could not be paired."))
            self.problem.setText(f"{what} {todo}".strip())
            self.problem.show()
            self._pairs = False
            self._redraw()
            return
        self.paired.emit(computer)
        self.close()
