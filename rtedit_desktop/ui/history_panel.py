"""The results so far; the first entry is the photo as it was opened."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rtedit_desktop.ui.state import EditorState, Result
from rtedit_desktop.ui.thumbnails import LIST_STYLE, thumbnail

_THUMB = 44
_LONGEST = 70


class HistoryPanel(QWidget):
    """A click goes back or forward to an entry."""

    result_asked = Signal(int)

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: tuple[Result, ...] = ()
        self.setFixedWidth(220)
        title = QLabel(self.tr("Results"))
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setIconSize(QSize(_THUMB, _THUMB))
        self.list.setSpacing(2)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setStyleSheet(LIST_STYLE)
        self.list.currentRowChanged.connect(lambda row: self.result_asked.emit(row - 1) if row >= 0 else None)
        title.setBuddy(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(title)
        layout.addWidget(self.list, 1)
        state.results_changed.connect(self.redraw)
        state.phase_changed.connect(self.redraw)
        self.redraw()

    def redraw(self) -> None:
        state = self._state
        self.setVisible(bool(state.results))
        self.list.setEnabled(not state.phase.running)
        self.list.blockSignals(True)
        if state.results != self._shown or self.list.count() == 0:
            self._shown = state.results
            self.list.clear()
            self.list.addItem(QListWidgetItem(self.tr("The photo as opened")))
            for result in state.results:
                self.list.addItem(self._item(result))
        self.list.setCurrentRow(state.result_index + 1)
        self.list.blockSignals(False)

    def _item(self, result: Result) -> QListWidgetItem:
        settings = result.request.settings
        how = self.tr("{n} %").format(n=round(settings.strength * 100))
        if result.picked:
            how = self.tr("a step on the way")
        prompt, seed = result.request.prompt, settings.seed
        shown = prompt if len(prompt) <= _LONGEST else prompt[: _LONGEST - 1].rstrip() + "…"
        text = self.tr("{prompt}\n{how} · seed {seed}").format(prompt=shown, how=how, seed=seed)
        item = QListWidgetItem(thumbnail(result.picture, _THUMB, self.devicePixelRatio()), text)
        hints = [prompt] if shown != prompt else []
        if result.score is not None:
            hints.append(self.tr("direction score {score:.2f}").format(score=result.score))
        item.setToolTip("\n".join(hints))
        return item
