"""Filmstrip: every picture of a job, in the order it was made."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.frame_labels import frame_label
from rtedit_desktop.ui.model.result import Frame, FrameKind
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE, thumbnail

_THUMB = 72


class Filmstrip(QWidget, RedrawnOnce):
    """A click looks at a frame, a double click or the button takes it as the result."""

    frame_looked_at = Signal(int)
    frame_chosen = Signal(int)

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._frames: tuple[Frame, ...] = ()
        self._wanted, self._makes_way = True, False
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Filmstrip"))
        self.list.setAccessibleDescription(self.tr("The pictures on the way; Enter takes one as the result"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(False)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(_THUMB, _THUMB))
        self.list.setSpacing(3)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setStyleSheet(LIST_STYLE)
        small = self.list.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        self.list.setFont(small)
        text = self.list.fontMetrics()
        self._cell = QSize(max(_THUMB + 12, text.horizontalAdvance("learning 88/88") + 18), _THUMB + text.height() + 14)
        self.list.setGridSize(self._cell)
        self.list.setFixedHeight(self._cell.height() + 12)
        self.none = QLabel(self.tr("The pictures on the way to a result come here."), self.list)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        over_list = QVBoxLayout(self.list)
        over_list.addWidget(self.none)
        self.use = QPushButton(self.tr("Use this"))
        self.use.setToolTip(self.tr("Take the picture that is shown as the result"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 14, 0)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.use, 0, Qt.AlignmentFlag.AlignVCenter)
        self.list.itemClicked.connect(lambda item: self.frame_looked_at.emit(self.list.row(item)))
        self.list.currentRowChanged.connect(self._moved)
        self.list.itemDoubleClicked.connect(lambda item: self.frame_chosen.emit(self.list.row(item)))
        enter = QShortcut(QKeySequence(Qt.Key.Key_Return), self.list, context=Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(lambda: self.frame_chosen.emit(self.list.currentRow()))
        self.use.clicked.connect(lambda: self.frame_chosen.emit(self._state.selected))
        self.redraw_on(
            state, state.photo_changed, state.frames_changed, state.selection_changed, state.phase_changed,
            state.results_changed,
        )  # fmt: skip
        self.redraw()

    def want(self, wanted: bool) -> None:
        """Whether the person wants to see it."""
        self._wanted = wanted
        self.redraw()

    def make_way(self, makes_way: bool) -> None:
        """For what is shown in its place."""
        self._makes_way = makes_way
        self.redraw()

    def redraw(self) -> None:
        """Adds what is new; starts over when the frames are others."""
        state = self._state
        frames = state.frames
        same = len(self._frames) <= len(frames) and all(a is b for a, b in zip(self._frames, frames, strict=False))
        self.list.blockSignals(True)
        if not same:
            self.list.clear()
            self._frames = ()
        for frame in frames[len(self._frames) :]:
            self.list.addItem(self._item(frame))
        self._frames = frames
        if self.list.currentRow() != state.selected:
            self.list.setCurrentRow(state.selected)
        newest = bool(frames) and state.phase.running and frames[-1].kind is FrameKind.PREVIEW and state.selected == 0
        if newest or state.selected >= 0:
            self.list.scrollToItem(self.list.item(len(frames) - 1 if newest else state.selected))
        self.list.blockSignals(False)
        wanted = self._wanted and not self._makes_way
        self.setVisible(wanted and state.photo is not None)  # with pictures or without: nothing moves
        self.none.setVisible(not frames)
        shown, result = state.frame, state.result
        taken = result is not None and shown is not None and shown.picture is result.picture
        waste = shown is None or (shown.kind is FrameKind.SOURCE and result is None)
        self.use.setEnabled(not (state.phase.running or taken or waste))

    def _moved(self, row: int) -> None:
        if row >= 0:
            self.frame_looked_at.emit(row)

    def _item(self, frame: Frame) -> QListWidgetItem:
        label = frame_label(frame)
        item = QListWidgetItem(thumbnail(frame.picture, _THUMB, self.devicePixelRatio()), label)
        item.setToolTip(self.tr("{label}: click to look, double-click to use").format(label=label))
        item.setSizeHint(self._cell)
        item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
        return item
