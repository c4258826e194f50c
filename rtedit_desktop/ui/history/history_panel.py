"""Panel that lists the results so far, those of earlier photos, and how each was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.ui.history.result_list import ResultList
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.result import EarlierResult, Result
from rtedit_desktop.ui.model.result_text import full_words, short_words, whole_recipe
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.texts import as_tool_tip
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE, thumbnail

_THUMB = 44
_LONGEST = 70


class HistoryPanel(QWidget, RedrawnOnce):
    """A click goes back or forward to an entry; one of an earlier photo is only chosen by it.

    ``chosen`` is what "Same again" repeats: the entry that was touched last.
    """

    result_asked = Signal(int)
    again_asked = Signal(object)
    photo_asked = Signal(object)
    drag_asked = Signal(object)
    chosen_changed = Signal()

    def __init__(self, state: EditorState, *, can_reopen: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: list[tuple[Result, str]] = []
        self._shown_earlier: tuple[EarlierResult, ...] = ()
        self.chosen: Result | None = None
        self._can_reopen = can_reopen
        self._actions: list[QAction | None] = []
        self.setFixedWidth(220)
        self.list, self.earlier = ResultList(), QListWidget()
        self._set_up(self.list, self.tr("Results"))
        self.list.setAccessibleDescription(self.tr("F2 renames a result, Del deletes it; dragged out it is a file"))
        self.list.setMinimumHeight(_THUMB + 14)  # one of them
        self.list.drag_begun.connect(self._drag)
        self._set_up(self.earlier, self.tr("Results of earlier photos"))
        self.earlier.setAccessibleDescription(self.tr("Enter does the same on the photo that is open"))
        self.list.currentRowChanged.connect(lambda row: self.result_asked.emit(row - 1) if row >= 0 else None)
        self.earlier.currentRowChanged.connect(self._choose_earlier)
        self.earlier.itemActivated.connect(lambda _: self.again_asked.emit(self.chosen))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 10, 10, 10)
        self._layout.addWidget(self._title(self.tr("Results"), self.list))
        self._layout.addWidget(self.list, 3)
        self._of_earlier = self._title(self.tr("Of earlier photos"), self.earlier)
        self._layout.addWidget(self._of_earlier)
        self._layout.addWidget(self.earlier, 2)
        self.setTabOrder(self.list, self.earlier)
        self.redraw_on(state, state.results_changed, state.phase_changed, state.photo_changed)
        self.redraw()

    def _set_up(self, made: QListWidget, name: str) -> None:
        made.setAccessibleName(name)
        made.setIconSize(QSize(_THUMB, _THUMB))
        made.setSpacing(2)
        made.setWordWrap(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setFrameShape(QListWidget.Shape.NoFrame)
        made.setStyleSheet(LIST_STYLE)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(lambda at: self._menu(made, at))

    def _title(self, text: str, buddy: QWidget) -> QLabel:
        title = QLabel(text)
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        title.setBuddy(buddy)
        return title

    def offer(self, action: QAction) -> None:
        """A button below the list for what can be done with the current result."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
        self._layout.addWidget(button)

    def offer_menu(self, actions: Sequence[QAction | None], keys: Mapping[int, QAction]) -> None:
        """What can be done with the result that is shown: in its menu, None between groups, and by keys in the list."""
        self._actions = list(actions)
        self.list.by_key.update(keys)

    def redraw(self) -> None:
        state = self._state
        self.setVisible(state.photo is not None or bool(state.earlier))  # from the first, so that nothing moves later
        self.list.setEnabled(not state.phase.running)
        self.list.blockSignals(True)
        entries = [(result, state.known_presets.name_of(result)) for result in state.results]
        if self.list.count() == 0:
            self.list.addItem(QListWidgetItem(self.tr("The photo as opened")))
        self._show_entries(entries)
        self.list.setCurrentRow(state.result_index + 1)
        self.list.blockSignals(False)
        self._redraw_earlier()
        if state.result is not None:
            self._choose(state.result)
        elif not self._known(self.chosen):
            self._choose(None)

    def _show_entries(self, entries: list[tuple[Result, str]]) -> None:
        """Only what is new or changed is drawn: there may be hundreds."""
        for number, entry in enumerate(entries):
            known = number < len(self._shown)
            if known and self._shown[number] == entry:
                continue
            if known:
                self.list.takeItem(number + 1)
            self.list.insertItem(number + 1, self._item(*entry))
        while self.list.count() > len(entries) + 1:
            self.list.takeItem(len(entries) + 1)
        self._shown = entries

    def _redraw_earlier(self) -> None:
        earlier = self._state.earlier
        for part in (self._of_earlier, self.earlier):
            part.setVisible(bool(earlier))
        if earlier is self._shown_earlier:
            return
        self._shown_earlier = earlier
        self.earlier.blockSignals(True)
        self.earlier.clear()
        for one in earlier:
            self.earlier.addItem(self._item(one.result, self._state.known_presets.name_of(one.result), one.photo))
        self.earlier.setCurrentRow(-1)
        self.earlier.blockSignals(False)

    def _item(self, result: Result, title: str, photo: str = "") -> QListWidgetItem:
        shown = title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
        text = "\n".join([shown, photo or short_words(result)])
        item = QListWidgetItem(thumbnail(result.picture, _THUMB, self.devicePixelRatio()), text)
        item.setToolTip(as_tool_tip(full_words(self._state, result)))
        return item

    def _known(self, result: Result | None) -> bool:
        state = self._state
        return result in state.results or any(one.result is result for one in state.earlier)

    def _choose(self, result: Result | None) -> None:
        if result is not self.chosen:
            self.chosen = result
            self.chosen_changed.emit()
        if result is not None and result in self._state.results:
            self.earlier.blockSignals(True)
            self.earlier.setCurrentRow(-1)
            self.earlier.blockSignals(False)

    def _choose_earlier(self, row: int) -> None:
        if row >= 0:
            self._choose(self._state.earlier[row].result)

    def _drag(self, row: int) -> None:
        if 0 < row <= len(self._state.results):
            self.drag_asked.emit(self._state.results[row - 1])

    def _menu(self, asked: QListWidget, at: QPoint) -> None:
        row = asked.currentRow()
        if asked is self.list:
            row -= 1
        if row < 0 or asked.currentItem() is None:
            return
        one = None if asked is self.list else self._state.earlier[row]
        result = self._state.results[row] if one is None else one.result
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions if one is None else ():
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        if one is None:
            menu.addSeparator()
        again = menu.addAction(self.tr("&Same again on this photo"), lambda: self.again_asked.emit(result))
        again.setEnabled(self._state.photo is not None)
        menu.addAction(self.tr("&Copy the recipe"), lambda: QGuiApplication.clipboard().setText(whole_recipe(result)))
        if one is not None and self._can_reopen:
            menu.addAction(self.tr("&Go back to {name}").format(name=one.photo), lambda: self.photo_asked.emit(one))
        menu.popup(asked.viewport().mapToGlobal(at))
