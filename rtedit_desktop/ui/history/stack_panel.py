"""Panel of the edits that lie on each other: the photo, then each edit, with an eye that switches it off."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.core.edits import MixSpec
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.core.stack import Layer, LayerSpec, strength_of
from rtedit_desktop.ui.history.following_list import FollowingList
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.icons import eye_style
from rtedit_desktop.ui.widgets.texts import as_tool_tip
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE, thumbnail

_THUMB = 32
_ROWS = 5
_ID = Qt.ItemDataRole.UserRole


class StackPanel(QWidget, RedrawnOnce):
    """Shows only while there is more than one edit on the photo, or the next one is to be made on one.

    Emits the id of a layer with what is asked of it. ``presets`` gives those of the library, none before it was read.
    """

    switched = Signal(str, bool)
    removal_asked = Signal(str)
    move_asked = Signal(str, int)

    def __init__(
        self, state: EditorState, presets: Callable[[], Sequence[PresetInfo]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._presets = state, presets
        self._drawn: list[tuple[str, LayerSpec, str, object]] = []
        self.shown: Sequence[tuple[Layer, LayerSpec]] = ()
        self._pending = False
        self.setFixedWidth(220)
        self.list = FollowingList()
        self.list.setAccessibleName(self.tr("Edits on each other"))
        self.list.setAccessibleDescription(
            self.tr(
                "The photo, then each edit; Space switches the chosen one off and on, Alt+Up and Alt+Down move it, "
                "Del deletes it"
            )
        )
        self.list.setIconSize(QSize(_THUMB, _THUMB))
        self.list.setSpacing(1)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(FollowingList.ScrollMode.ScrollPerPixel)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setFrameShape(FollowingList.Shape.NoFrame)
        self.list.setStyleSheet(LIST_STYLE + eye_style())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.itemChanged.connect(self._changed)
        self.list.currentRowChanged.connect(lambda _: self._choose())
        self.list.installEventFilter(self)
        title = QLabel(self.tr("Edits"))
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        title.setBuddy(self.list)
        self.next = QLabel()
        self.next.setWordWrap(True)
        self.delete = QToolButton()
        self.delete.setText(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Take the chosen edit out; those above it are made anew (Del)"))
        self.delete.clicked.connect(self._remove_chosen)
        controls = QHBoxLayout()
        controls.addStretch(1)
        controls.addWidget(self.delete)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 0)
        layout.addWidget(title)
        layout.addWidget(self.list)
        layout.addWidget(self.next)
        layout.addLayout(controls)
        self.redraw_on(
            state, state.results_changed, state.phase_changed, state.photo_changed, state.square_changed,
            state.learning_changed, state.packs_changed,
        )  # fmt: skip
        self.redraw()

    @property
    def chosen(self) -> str:
        """The id of the layer that is chosen; empty for the photo."""
        item = self.list.currentItem()
        return str(item.data(_ID)) if item is not None else ""

    def redraw(self) -> None:
        """What is wanted of the layers, which may be on its way still."""
        state = self._state
        result = state.result
        visible = result is not None and (result.is_stack or state.continued)
        self.setVisible(visible)
        if state.phase is Phase.READY or result is None:
            self._pending = False
        if not self._pending:
            self.shown = self._made
        self.next.setVisible(state.continued)
        being_made = state.phase.running and not self._pending
        going_on_top = self.tr("The edit that is being made goes on top of these.")
        self.next.setText(going_on_top if being_made else self.tr("The next edit goes on top of these."))
        if visible:
            self._fill()
        self.list.setEnabled(state.phase in (Phase.READY, Phase.ADJUSTING) and state.learning is None)
        self._choose()

    def show_wanted(self, shown: Sequence[tuple[Layer, LayerSpec]] | None) -> None:
        """Layers as they will be when they are made; None: as they are."""
        self._pending = shown is not None
        self.shown = shown if shown is not None else self._made
        self._fill()

    @property
    def _made(self) -> Sequence[tuple[Layer, LayerSpec]]:
        result = self._state.result
        return [(layer, layer.spec) for layer in result.layers] if result is not None else ()

    def _fill(self) -> None:
        there = {preset.path for preset in self._presets()}
        drawn: list[tuple[str, LayerSpec, str, object]] = [
            (layer.id, spec, self._how(layer, spec, there), layer.picture) for layer, spec in self.shown
        ]
        same = len(drawn) == len(self._drawn) and all(
            one[:3] == other[:3] and one[3] is other[3] for one, other in zip(drawn, self._drawn, strict=True)
        )
        if same and self.list.count() == len(drawn) + 1:
            return
        chosen, row, at = self.chosen, self.list.currentRow(), self.list.verticalScrollBar().value()
        known, ids = {one[0] for one in self._drawn}, [one[0] for one in drawn]
        stays = ids == [one[0] for one in self._drawn]
        if not ids or ids[-1] not in known:
            chosen, row = "", len(ids)  # another result: its own edit is the one to look at
        self._drawn = drawn
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItem(QListWidgetItem(self._state.photo.name if self._state.photo is not None else ""))
        for (layer, spec), (_, _, how, _) in zip(self.shown, drawn, strict=True):
            self.list.addItem(self._item(layer, spec, how))
        self.list.setCurrentRow(ids.index(chosen) + 1 if chosen in ids else min(max(row, 0), len(ids)))
        self.list.blockSignals(False)
        heights = [self.list.sizeHintForRow(row) + 2 for row in range(self.list.count())]
        self.list.setMaximumHeight(sum(heights[:_ROWS]) + 6)
        self.list.setMinimumHeight(min(sum(heights[:3]) + 6, self.list.maximumHeight()))
        if stays:  # whoever clicked an eye looks at it
            self.list.verticalScrollBar().setValue(at)
        else:
            self.list.scrollToItem(self.list.currentItem())

    def _how(self, layer: Layer, spec: LayerSpec, there: Collection[Path]) -> str:
        """What is said of it below its title; first, where it could not be made again."""
        how = " + ".join(self.tr("{n}\N{NO-BREAK SPACE}%").format(n=round(100 * one)) for one in strength_of(spec.spec))
        if layer.picked:
            how = self.tr("a step on the way")
        if spec.region is not None:
            how = self.tr("{how} · in a region").format(how=how)
        if layer.picked:  # which is never made again
            return how
        if self._state.pack_called(spec.spec.pack) is None:
            return self.tr("its model is gone · {how}").format(how=how)
        if there and isinstance(spec.spec, MixSpec) and not all(use.path in there for use in spec.spec.uses):
            return self.tr("its preset is gone · {how}").format(how=how)
        return how

    def _item(self, layer: Layer, spec: LayerSpec, how: str) -> QListWidgetItem:
        title = self._state.known_presets.title_of(spec.spec)
        item = QListWidgetItem(thumbnail(layer.picture, _THUMB, self.devicePixelRatio()), f"{title}\n{how}")
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if spec.on else Qt.CheckState.Unchecked)
        item.setData(_ID, layer.id)
        model = self.tr("Model: {title}").format(title=self._state.pack_title(spec.spec.pack))
        item.setToolTip(as_tool_tip(f"{title}\n{how}\n{model}\n" + self.tr("The eye switches it off and on.")))
        return item

    def _choose(self) -> None:
        """The slider of the window is that of the edit that is chosen."""
        shown = not self.isHidden()
        self.delete.setEnabled(self.list.isEnabled() and any(layer.id == self.chosen for layer, _ in self.shown))
        self._state.choose_layer(self.chosen if shown else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if way and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.move_asked.emit(self.chosen, way)
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._remove_chosen()
                return True
        return super().eventFilter(watched, event)

    def _changed(self, item: QListWidgetItem) -> None:
        id, on = str(item.data(_ID)), item.checkState() == Qt.CheckState.Checked
        if any(layer.id == id and spec.on != on for layer, spec in self.shown):
            self.switched.emit(id, on)

    def _remove_chosen(self) -> None:
        if self.chosen and self.list.isEnabled():
            self.removal_asked.emit(self.chosen)

    def _menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at)
        if item is None or not item.data(_ID) or not self.list.isEnabled():
            return
        id = str(item.data(_ID))
        on = item.checkState() == Qt.CheckState.Checked
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = self.tr("&Switch off") if on else self.tr("&Switch on")
        menu.addAction(text, lambda: self.switched.emit(id, not on))
        menu.addAction(self.tr("&Delete"), lambda: self.removal_asked.emit(id))
        menu.popup(self.list.viewport().mapToGlobal(at))
