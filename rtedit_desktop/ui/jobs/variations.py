"""Runs one prompt with four seeds, and shows a grid to pick from when all are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from rtedit_desktop.core.edits import MAX_SEED, EditSpec
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import new_job_id
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.job_queue import JobQueue
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.thumbnails import thumbnail

COUNT = 4
_ACROSS = 2
_SIDE = 200


class VariationsDialog(QDialog):
    """``picked`` bears the result that was chosen; the others stay among the results."""

    picked = Signal(object)

    def __init__(self, title: str, results: Sequence[Result], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Variations"))
        offer_guide(self, "prompts")
        words = QLabel(self.tr("Pick one of “{title}”; the others stay among the results.").format(title=title))
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(8)
        self.buttons: list[QToolButton] = []
        for number, result in enumerate(results):
            button = self._button(number + 1, result)
            grid.addWidget(button, number // _ACROSS, number % _ACROSS)
            self.buttons.append(button)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addLayout(grid)
        layout.addWidget(close)
        self.buttons[0].setFocus()

    def _button(self, number: int, result: Result) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIcon(thumbnail(result.picture, _SIDE, self.devicePixelRatio()))
        button.setIconSize(QSize(_SIDE, _SIDE))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spec = result.request.spec
        seed = spec.settings.seed if isinstance(spec, EditSpec) else 0
        button.setText(self.tr("variation {seed}").format(seed=seed))
        button.setAccessibleName(self.tr("Variation {seed}, number {n} of those here").format(n=number, seed=seed))
        button.setToolTip(self.tr("Take this one ({n})").format(n=number))
        choose = partial(self._choose, result)
        button.clicked.connect(choose)
        QShortcut(QKeySequence(str(number)), self).activated.connect(choose)
        QShortcut(QKeySequence(Qt.Key.Key_Return), button, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(
            choose
        )
        return button

    def _choose(self, result: Result, _: bool = False) -> None:
        self.picked.emit(result)
        self.close()


class Variations(QObject):
    """Tracks which groups of edits are on their way."""

    def __init__(self, window: QWidget, state: EditorState, jobs: JobController, queue: JobQueue) -> None:
        super().__init__(window)
        self._window, self._state, self._jobs, self._queue = window, state, jobs, queue
        self._groups: list[str] = []
        # Queued, and behind the queue: the next of the group has begun by then.
        jobs.ended.connect(self._look, Qt.ConnectionType.QueuedConnection)
        state.queue_changed.connect(self._look, Qt.ConnectionType.QueuedConnection)
        state.photo_changed.connect(self._groups.clear)

    def ask(self) -> bool:
        """What is written, with the seed that is written and the three after it; True when the first one began."""
        edit = self._jobs.written_edit()
        if edit is None or not isinstance(edit.spec, EditSpec):
            return False
        group = new_job_id()
        self._groups.append(group)
        return self._queue.add(*(self._seeded(edit.pack, edit.spec, group, number) for number in range(COUNT)))

    def _seeded(self, pack: PackInfo, spec: EditSpec, group: str, number: int) -> QueuedEdit:
        settings = replace(spec.settings, seed=min(spec.settings.seed, MAX_SEED - COUNT + 1) + number)
        return QueuedEdit(pack, replace(spec, settings=settings), group)

    def _look(self) -> None:
        """Show those of which nothing more is to come."""
        state = self._state
        coming = {edit.group for edit in state.queue}
        if state.phase.running:
            coming.add(self._jobs.group)
        for group in [group for group in self._groups if group not in coming]:
            self._groups.remove(group)
            results = [result for result in state.results if result.group == group]
            if len(results) > 1:
                dialog = VariationsDialog(state.title_of(results[0].request.spec), results, self._window)
                dialog.picked.connect(self._pick)
                dialog.open()

    def _pick(self, picked: Result) -> None:
        for index, result in enumerate(self._state.results):
            if result.id == picked.id:
                self._state.go_to_result(index)
