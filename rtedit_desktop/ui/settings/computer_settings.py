"""Settings page of the computer that computes: this one, or one that is paired with it."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.ui.jobs.computer_in_use import ComputerInUse
from rtedit_desktop.ui.settings.pairing_dialog import PairingDialog
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.worker.background import Background, SerialQueue


class ComputerSettings(QGroupBox):
    """Holds from the next job on."""

    def __init__(self, in_use: ComputerInUse, background: Background, messages: Messages) -> None:
        super().__init__()
        self._in_use, self._background, self._messages = in_use, background, messages
        self._tasks, self._lane = background.tasks, SerialQueue(background)
        self._found: list[Computer] = []
        self.setTitle(self.tr("Where it is computed"))
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Compute on"))
        self.pair = QPushButton(self.tr("Pair with a &computer…"))
        self.pair.setToolTip(self.tr("With one on which “rtedit serve” runs, because it has a better graphics card"))
        self.forget = QPushButton(self.tr("For&get it"))
        self.forget.setToolTip(self.tr("The chosen computer is not asked any more; this one computes"))
        for button in (self.pair, self.forget):
            button.setAutoDefault(False)
        label = QLabel(self.tr("Compute &on"))
        label.setBuddy(self.choice)
        buttons = QHBoxLayout()
        buttons.addWidget(self.pair)
        buttons.addWidget(self.forget)
        buttons.addStretch()
        form = QFormLayout(self)
        form.addRow(label, self.choice)
        form.addRow("", buttons)
        self._redraw()
        self.choice.activated.connect(lambda: in_use.choose(self._chosen()))
        self.pair.clicked.connect(self._ask_pair)
        self.forget.clicked.connect(lambda: self._tasks.start(self._forget(self._chosen()), owner=self))
        in_use.changed.connect(self._redraw)
        self._tasks.start(self._list(), owner=self)

    def reset(self) -> None:
        """As it began; the computers stay paired."""
        if self._in_use.computer is not None:
            self._in_use.choose(None)

    def _chosen(self) -> Computer | None:
        index = self.choice.currentIndex() - 1
        return self._found[index] if index >= 0 else None

    def _redraw(self) -> None:
        chosen = self._in_use.computer
        self.choice.clear()
        self.choice.addItem(self.tr("This computer"))
        for computer in self._found:
            self.choice.addItem(f"{computer.name} ({computer.address})")
        ids = [computer.id for computer in self._found]
        self.choice.setCurrentIndex(1 + ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0)
        self.forget.setEnabled(self.choice.currentIndex() > 0)

    def _ask_pair(self) -> None:
        dialog = PairingDialog(self._in_use.computers, self._background, self.window())
        dialog.paired.connect(self._paired)
        dialog.open()

    def _paired(self, computer: Computer) -> None:
        self._in_use.choose(computer)
        self._tasks.start(self._list(), owner=self)

    async def _list(self) -> None:
        try:
            self._found = await self._lane.run(self._in_use.computers.all)
        except Exception as error:
            self._failed(error)
            return
        self._redraw()

    async def _forget(self, computer: Computer | None) -> None:
        if computer is None:
            return
        try:
            await self._lane.run(lambda: self._in_use.computers.forget(computer), writes=True)
        except Exception as error:
            self._failed(error)
            return
        self._in_use.choose(None)
        await self._list()

    def _failed(self, error: Exception) -> None:
        self._messages.error(*sentences(error, self.tr("The setting could not be remembered.")))
