"""Panel of the edits that wait, above the filmstrip: reordered, dropped, or let go on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other
from rtedit_desktop.ui.widgets.texts import as_tool_tip
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE

_ROWS = 3
_ID = Qt.ItemDataRole.UserRole


class QueuePanel(QWidget):
    """Redraws from the state; shows only while something waits."""

    order_asked = Signal(object)
    drop_asked = Signal(object)
    go_on_asked = Signal()

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: tuple[str, ...] = ()
        self.label = QLabel()
        bold = self.label.font()
        bold.setBold(True)
        self.label.setFont(bold)
        self.go_on = QPushButton(self.tr("Go on"))
        self.go_on.setToolTip(self.tr("Run what waits, one after the other"))
        self.drop = QPushButton(self.tr("Drop"))
        self.drop.setToolTip(self.tr("Take the chosen one off the list (Del)"))
        self.drop_all = QPushButton(self.tr("Drop all"))
        self.drop_all.setToolTip(self.tr("Take everything off the list"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Waiting"))
        self.list.setAccessibleDescription(self.tr("Alt+Up and Alt+Down change the order, Del drops one"))
        self.list.setToolTip(self.tr("Drag, or Alt+Up and Alt+Down: another order; Del: drop"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setStyleSheet(LIST_STYLE)
        self.list.installEventFilter(self)
        # Queued: the list is still busy with the move.
        self.list.model().rowsMoved.connect(self._moved, Qt.ConnectionType.QueuedConnection)
        self.list.itemSelectionChanged.connect(self._redraw_buttons)
        self.go_on.clicked.connect(self.go_on_asked)
        self.drop.clicked.connect(self._drop_chosen)
        self.drop_all.clicked.connect(lambda: self.drop_asked.emit(self.ids))
        head = QHBoxLayout()
        head.addWidget(self.label, 1)
        for button in (self.go_on, self.drop, self.drop_all):
            button.setAccessibleName(button.text())
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 14, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.list)
        one_after_the_other(self.list, self.go_on, self.drop, self.drop_all)
        state.queue_changed.connect(self.redraw)
        self.redraw()

    @property
    def ids(self) -> list[str]:
        """As the list shows them."""
        return [self.list.item(row).data(_ID) for row in range(self.list.count())]

    def redraw(self) -> None:
        queue, held = self._state.queue, self._state.queue_held
        self.setVisible(bool(queue))
        text = self.tr("Held back ({n})") if held else self.tr("Waiting ({n})")
        self.label.setText(text.format(n=len(queue)))
        self.go_on.setVisible(held)
        ids = tuple(edit.id for edit in queue)
        if ids != tuple(self.ids):
            self._fill(queue)
        self._redraw_buttons()

    def _fill(self, queue: tuple[QueuedEdit, ...]) -> None:
        chosen = self.list.currentItem().data(_ID) if self.list.currentItem() is not None else ""
        row = self.list.currentRow()
        self.list.clear()
        for edit in queue:
            item = QListWidgetItem(self._words(edit))
            item.setData(_ID, edit.id)
            item.setToolTip(as_tool_tip(self._state.known_presets.title_of(edit.spec)))
            self.list.addItem(item)
        ids = [edit.id for edit in queue]
        if queue and row >= 0:
            self.list.setCurrentRow(ids.index(chosen) if chosen in ids else min(row, len(ids) - 1))
        height = self.list.sizeHintForRow(0) if queue else 0
        self.list.setFixedHeight(_ROWS * height + 4)  # however many there are: the photo is not to move with each

    def _words(self, edit: QueuedEdit) -> str:
        spec, title = edit.spec, self._state.known_presets.title_of(edit.spec)
        if isinstance(spec, EditSpec):
            return self.tr("{title} · variation {seed}").format(title=title, seed=spec.settings.seed)
        return title

    def _redraw_buttons(self) -> None:
        self.drop.setEnabled(bool(self.list.selectedItems()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if way and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move_chosen(way)
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._drop_chosen()
                return True
        return super().eventFilter(watched, event)

    def _moved(self) -> None:
        self.order_asked.emit(self.ids)

    def _move_chosen(self, way: int) -> None:
        row, ids = self.list.currentRow(), self.ids
        if row >= 0 and 0 <= row + way < len(ids):
            ids[row], ids[row + way] = ids[row + way], ids[row]
            self.order_asked.emit(ids)

    def _drop_chosen(self) -> None:
        self.drop_asked.emit([item.data(_ID) for item in self.list.selectedItems()])
