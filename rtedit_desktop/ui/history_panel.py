"""The results so far; the first entry is the photo as it was opened."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.ui.result import Result
from rtedit_desktop.ui.sentences import as_tool_tip
from rtedit_desktop.ui.state import EditorState
from rtedit_desktop.ui.thumbnails import LIST_STYLE, thumbnail

_THUMB = 44
_LONGEST = 70


class HistoryPanel(QWidget):
    """A click goes back or forward to an entry."""

    result_asked = Signal(int)

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: list[tuple[Result, str]] = []
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
        self._layout = layout
        state.results_changed.connect(self.redraw)
        state.phase_changed.connect(self.redraw)
        self.redraw()

    def offer(self, action: QAction) -> None:
        """A button below the list for what can be done with the current result."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
        self._layout.addWidget(button)

    def redraw(self) -> None:
        state = self._state
        self.setVisible(bool(state.results))
        self.list.setEnabled(not state.phase.running)
        self.list.blockSignals(True)
        entries = [(result, state.title_of(result.request)) for result in state.results]
        if entries != self._shown or self.list.count() == 0:
            self._shown = entries
            self.list.clear()
            self.list.addItem(QListWidgetItem(self.tr("The photo as opened")))
            for result, title in entries:
                self.list.addItem(self._item(result, title))
        self.list.setCurrentRow(state.result_index + 1)
        self.list.blockSignals(False)

    def _item(self, result: Result, title: str) -> QListWidgetItem:
        request = result.request
        if result.picked:
            how = self.tr("a step on the way")
        elif isinstance(request, EditRequest):
            how = self._percent(request.settings.strength)
        else:
            how = " + ".join(self._percent(use.strength) for use in request.uses)
        seed = request.settings.seed if isinstance(request, EditRequest) else request.seed
        seed = _seed_of_preset(result) if seed is None else seed
        shown = title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
        text = self.tr("{prompt}\n{how} · seed\N{NO-BREAK SPACE}{seed}").format(prompt=shown, how=how, seed=seed)
        item = QListWidgetItem(thumbnail(result.picture, _THUMB, self.devicePixelRatio()), text)
        hints = [title] if shown != title else []
        if result.score is not None:
            hints.append(self.tr("direction score {score:.2f}").format(score=result.score))
        item.setToolTip(as_tool_tip("\n".join(hints)))
        return item

    def _percent(self, strength: float) -> str:
        return self.tr("{n}\N{NO-BREAK SPACE}%").format(n=round(strength * 100))


def _seed_of_preset(result: Result) -> int:
    """The seed that was used where none was asked for: the preset's own."""
    settings = result.recipe.get("settings")
    return int(settings.get("seed", 0)) if isinstance(settings, dict) else 0
