"""Settings page of proxy and mirror, and the log of all requests."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QHBoxLayout, QLabel, QLineEdit, QPushButton

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.support import network, settings
from rtedit_desktop.support.network import DIRECT, NetworkSettings
from rtedit_desktop.support.release import release
from rtedit_desktop.support.settings import AppSettings
from rtedit_desktop.ui.settings.settings_writer import SettingsWriter
from rtedit_desktop.ui.widgets.colours import amber
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.ui.widgets.text_dialog import requests_dialog
from rtedit_desktop.ui.widgets.texts import error_text, sentences
from rtedit_desktop.worker.background import Background, SerialQueue

_SYSTEM, _OWN = "", "own"


class NetworkPage(QGroupBox):
    """Holds from the next download on. An address that is none is said here, and the one before stays."""

    def __init__(self, background: Background, messages: Messages) -> None:
        super().__init__()
        self._tasks, self._lane, self._messages = background.tasks, SerialQueue(background), messages
        self._kept: NetworkSettings | None = None
        self._chosen = False
        self.setTitle(self.tr("Network"))
        why = QLabel(
            self.tr(
                "RTEdit goes online when you press Download among the models, and at no other time unless you say so."
            )
        )
        why.setWordWrap(True)
        self.updates = QCheckBox(self.tr("Ask once a week whether there is a newer &version"))
        self._keeper = SettingsWriter(background, messages, self)
        self._show_updates()
        self.proxy = QComboBox()
        self.proxy.setAccessibleName(self.tr("Proxy"))
        for words, value in (
            (self.tr("As the system has it"), _SYSTEM),
            (self.tr("None: a direct connection"), DIRECT),
            (self.tr("This one:"), _OWN),
        ):
            self.proxy.addItem(words, value)
        self.address = _line("http://proxy.example:8080", self.tr("Address of the proxy"))
        self.mirror = _line("https://mirror.example", self.tr("Address of a mirror"))
        if network.endpoint():
            self.mirror.setPlaceholderText(network.endpoint())  # what holds while nothing is typed
        self.mirror.setToolTip(
            self.tr("Asked in place of {hub}; what comes is checked all the same").format(hub=network.HUB)
        )
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.requests = QPushButton(self.tr("Show all re&quests…"))
        self.requests.setToolTip(self.tr("Everything that RTEdit asked of the network so far"))
        self.requests.setAutoDefault(False)
        proxy_label, mirror_label = QLabel(self.tr("Pro&xy")), QLabel(self.tr("M&irror of the hub"))
        proxy_label.setBuddy(self.proxy)
        mirror_label.setBuddy(self.mirror)
        log = QHBoxLayout()
        log.addWidget(self.requests)
        log.addStretch()
        form = QFormLayout(self)
        form.addRow(why)
        form.addRow(proxy_label, self.proxy)
        form.addRow("", self.address)
        form.addRow(mirror_label, self.mirror)
        form.addRow(self.problem)
        form.addRow(self.updates)
        form.addRow(log)
        try:
            self._kept = network.kept()
            self._show(self._kept)
        except SettingsError as error:  # nothing is downloaded until it is mended, which a choice here does
            self._show(NetworkSettings())
            self._say(error)
        self.proxy.activated.connect(self._choose)
        for line in (self.address, self.mirror):
            line.editingFinished.connect(self.settle)
        self.requests.clicked.connect(self._show_requests)
        self.updates.toggled.connect(lambda on: self._keeper.keep(updates=on))

    def reset(self) -> None:
        """As it began."""
        self.updates.setChecked(AppSettings().updates)
        self._show(NetworkSettings())
        self._keep(NetworkSettings())

    def _show_updates(self) -> None:
        asked = urlsplit(release().updates).hostname
        self.updates.setEnabled(bool(asked))
        self.updates.setChecked(bool(asked) and settings.load().updates)
        self.updates.setToolTip(
            self.tr("{host} is asked for its number, with the next start; nothing of yours is sent").format(host=asked)
            if asked
            else self.tr("This RTEdit was not built by a release, so it does not know whom to ask")
        )

    def settle(self) -> bool:
        """Let hold what was typed; False where it is no address."""
        try:
            now = NetworkSettings(proxy=self._proxy(), mirror=self.mirror.text().strip())
        except SettingsError as error:
            self._say(error)
            return False
        if now != self._kept and (self._chosen or self._kept is not None):
            self._keep(now)
        if self._kept is not None:
            self.problem.hide()
        return True

    def leave(self) -> None:
        """The same for the last time; what is not kept is said in the window."""
        if not self.settle():
            self._messages.say(f"{self.problem.text()} {self.tr('It stays as it was.')}")

    def _proxy(self) -> str:
        chosen: str = self.proxy.currentData()
        if chosen != _OWN:
            return chosen
        text = self.address.text().strip()
        return text if "://" in text else f"http://{text}"

    def _show(self, kept: NetworkSettings) -> None:
        own = kept.proxy not in (_SYSTEM, DIRECT)
        self.proxy.setCurrentIndex(self.proxy.findData(_OWN if own else kept.proxy))
        self.address.setText(kept.proxy if own else "")
        self.address.setVisible(own)
        self.mirror.setText(kept.mirror)
        self.problem.hide()

    def _choose(self) -> None:
        self._chosen = True
        own = self.proxy.currentData() == _OWN
        self.address.setVisible(own)
        if own and not self.address.text().strip():
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.settle()

    def _keep(self, now: NetworkSettings) -> None:
        self._kept, self._chosen = now, False
        self._tasks.start(self._write(now))

    async def _write(self, now: NetworkSettings) -> None:
        try:
            await self._lane.run(partial(network.save, now), writes=True)
        except Exception as error:
            self._failed(error)

    def _say(self, error: SettingsError) -> None:
        colours = self.problem.palette()
        colours.setColor(QPalette.ColorRole.WindowText, amber(self.palette()))
        self.problem.setPalette(colours)
        self.problem.setText(error_text(error))
        self.problem.show()

    def _failed(self, error: Exception) -> None:
        self._kept, self._chosen = None, True  # so that the same is written again
        self._messages.error(*sentences(error, self.tr("The setting could not be remembered.")))

    def _show_requests(self) -> None:
        self._tasks.start(self._open_requests(), owner=self)

    async def _open_requests(self) -> None:
        try:
            requests = await self._lane.run(network.requests_made)
        except Exception as error:
            self._failed(error)
        else:
            requests_dialog(requests, self._messages, self.window()).open()


def _line(example: str, name: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(example)
    line.setAccessibleName(name)
    line.setMaxLength(2000)
    return line
