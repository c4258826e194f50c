"""Settings page of one store on disk: how much there is, its limit, and emptying it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import shiboken6
from PySide6.QtCore import QLocale, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout

from rtedit_desktop.core.disk_store import DiskStore
from rtedit_desktop.support import settings
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import Background, SerialQueue

_SETTLED_MS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageWords:
    """Texts about a store; ``taken`` has {n} and {size}, ``emptied`` {size}, ``failed`` {reason}."""

    title: str
    why: str
    taken: str
    nothing: str
    least: str
    limit_name: str
    empty_name: str
    ask: str
    ask_more: str
    emptied: str
    failed: str


class StorageSettings(QGroupBox):
    """``setting`` is the one of the app's that keeps the limit, in MiB."""

    def __init__(
        self, store: DiskStore, setting: str, words: StorageWords, background: Background, messages: Messages
    ) -> None:
        super().__init__()
        self._store, self._setting, self._words, self._messages = store, setting, words, messages
        self._tasks, self._lane = background.tasks, SerialQueue(background)
        self.setTitle(words.title)
        why = QLabel(words.why)
        why.setWordWrap(True)
        why.setMinimumWidth(420)
        self.taken = QLabel(self.tr("Looking…"))
        self.limit = QSpinBox()
        self.limit.setRange(0, 16384)
        self.limit.setSingleStep(128)
        self.limit.setSuffix(self.tr(" MiB"))
        self.limit.setSpecialValueText(words.least)
        self.limit.setValue(store.limit // settings.MIB)
        self.limit.setAccessibleName(words.limit_name)
        label = QLabel(self.tr("At &most"))
        label.setBuddy(self.limit)
        self.empty = QPushButton(self.tr("&Empty…"))
        self.empty.setAccessibleName(words.empty_name)
        self.show_folder = QPushButton(self.tr("Open &folder"))
        self.show_folder.setAccessibleName(self.tr("Open the folder: {title}").format(title=words.title))
        self.show_folder.setVisible(store.folder is not None)
        for button in (self.empty, self.show_folder):
            button.setAutoDefault(False)  # Enter in the number must not press them
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SETTLED_MS)
        self._wait.timeout.connect(self.settle)
        self._unsettled = False

        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.addWidget(QLabel(self.tr("Now")), 0, 0)
        grid.addWidget(self.taken, 0, 1)
        grid.addWidget(label, 1, 0)
        grid.addWidget(self.limit, 1, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        row = QHBoxLayout()
        row.addWidget(self.empty)
        row.addWidget(self.show_folder)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(why)
        layout.addLayout(grid)
        layout.addLayout(row)

        self.limit.valueChanged.connect(self._changed)
        self.empty.clicked.connect(self._ask)
        self.show_folder.clicked.connect(self._open_folder)
        self.look()

    def look(self) -> None:
        """Count again."""
        self._do(lambda: None)

    def reset(self) -> None:
        """As much as when RTEdit was new."""
        self.limit.setValue(getattr(settings.AppSettings(), self._setting))
        self.settle()

    def settle(self) -> None:
        """Let a limit hold that was just typed."""
        self._wait.stop()
        if not self._unsettled:
            return
        self._unsettled = False
        self._do(partial(_keep_limit, self._store, self._setting, self.limit.value()))

    def _changed(self) -> None:
        self._unsettled = True
        self._wait.start()

    def _ask(self) -> None:
        self._messages.ask(
            self._words.ask,
            self._words.ask_more,
            self.tr("Remove"),
            lambda: self._do(self._store.clear, emptied=True),
        )

    def _do(self, work: Callable[[], object], *, emptied: bool = False) -> None:
        """Change the store, and show what is in it then."""
        self._tasks.start(self._changed_by(work, emptied))

    async def _changed_by(self, work: Callable[[], object], emptied: bool) -> None:
        def counted() -> tuple[int, int, int]:
            before = self._store.size()
            work()
            return self._store.count(), self._store.size(), before

        try:
            count, size, before = await self._lane.run(counted, writes=True)
        except Exception as error:
            self._failed(error)
            return
        if not shiboken6.isValid(self):  # closed meanwhile
            return
        self.taken.setText(self._words.taken.format(n=count, size=_size(size)) if count else self._words.nothing)
        self.empty.setEnabled(count > 0)
        if emptied:
            self._messages.say(self._words.emptied.format(size=_size(before - size)))

    def _failed(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self._messages.error(
            self._words.failed.format(reason=reason),
            self.tr("Look whether you may write in their folder, then try again."),
            f"{type(error).__name__}: {error}",
        )
        if shiboken6.isValid(self):
            self.look()

    def _open_folder(self) -> None:
        folder = self._store.folder
        while folder is not None and not folder.is_dir() and folder != folder.parent:
            folder = folder.parent  # it is made when there is something to keep
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _keep_limit(store: DiskStore, setting: str, mib: int) -> None:
    settings.change(None, **{setting: mib})
    store.set_limit(mib * settings.MIB)


def _size(size: int) -> str:
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeIecFormat)
