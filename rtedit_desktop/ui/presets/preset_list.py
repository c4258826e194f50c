"""List view of the presets."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QWidget

from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.presets.preset_rows import PRESET, PresetDelegate, PresetModel, star_rect
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE


class PresetView(QListView):
    """Emits what the mouse and the keys ask for."""

    apply_asked = Signal(object)
    mix_asked = Signal(object)
    edit_ended = Signal()

    def __init__(self, model: PresetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = model
        self.setModel(model)
        self.stars = PresetDelegate(self)
        self.setItemDelegate(self.stars)
        self.setAccessibleName(self.tr("Presets"))
        self.setAccessibleDescription(self.tr("Enter applies a preset, Shift+Enter adds it to those in use"))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet(LIST_STYLE.replace("QListWidget", "QListView"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def chosen(self) -> PresetInfo | None:
        index = self.currentIndex()
        return index.data(PRESET) if index.isValid() else None

    def choose(self, row: int) -> None:
        if 0 <= row < self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(row))

    @property
    def renaming(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()  # the window may mean something else by these keys, and Qt would do neither
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (wanted := self._wants(event)) is not None:
            wanted.trigger()
            return
        held = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.renaming and not held:
            self._ask(self.chosen, event.modifiers())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        on_star = index.isValid() and star_rect(self.visualRect(index)).contains(event.position().toPoint())
        if index.isValid() and not on_star and event.button() == Qt.MouseButton.LeftButton:
            self._ask(index.data(PRESET), event.modifiers())
        else:
            super().mouseDoubleClickEvent(event)

    def closeEditor(self, editor: QWidget, hint: QStyledItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.edit_ended.emit()

    def _wants(self, event: QKeyEvent) -> QAction | None:
        """What the list itself does with these keys."""
        keys = QKeySequence(event.keyCombination())
        own = () if self.renaming else self.actions()
        return next((action for action in own if action.isEnabled() and keys in action.shortcuts()), None)

    def _ask(self, preset: PresetInfo | None, modifiers: Qt.KeyboardModifier) -> None:
        if preset is not None:
            (self.mix_asked if modifiers & Qt.KeyboardModifier.ShiftModifier else self.apply_asked).emit(preset)
