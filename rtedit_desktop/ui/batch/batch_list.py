"""List of a batch's photos: picture, name and progress, or the error as a whole, a row each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rtedit_desktop.ui.batch.batch_run import BatchRun, RowState
from rtedit_desktop.ui.batch.batch_text import row_details, row_words
from rtedit_desktop.ui.batch.batch_thumbnails import SIDE
from rtedit_desktop.ui.widgets.colours import amber
from rtedit_desktop.ui.widgets.texts import as_tool_tip

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class BatchModel(QAbstractTableModel):
    """Table model of the batch; only what changed is drawn again."""

    def __init__(self, batches: BatchRun, view: QWidget) -> None:
        super().__init__(view)
        self._batches = batches
        self._view = view
        self._count = len(batches.rows)
        batches.changed.connect(self._all)
        batches.row_changed.connect(self._one)
        batches.thumbnails.came.connect(self._thumbnail_came)

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._batches.rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return (self.tr("Photo"), self.tr("State"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._batches.rows[index.row()]
        named = index.column() == 0
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.path.name if named else row_words(row)
            case Qt.ItemDataRole.DecorationRole if named:
                return self._batches.thumbnails.of(row.path)
            case Qt.ItemDataRole.ToolTipRole:
                return as_tool_tip(str(row.path) if named else row_details(row) or row_words(row))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.path.name}, {row_words(row)}"
            case Qt.ItemDataRole.ForegroundRole:
                if not named and (row.state is RowState.FAILED or row.notes):
                    return amber(self._view.window().palette())
        return None

    def _all(self) -> None:
        if len(self._batches.rows) != self._count:
            self.beginResetModel()
            self._count = len(self._batches.rows)
            self.endResetModel()
        elif self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, 1))

    def _one(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, 1))

    def _thumbnail_came(self, path: Path) -> None:
        for number, row in enumerate(self._batches.rows):
            if row.path == path:
                self.dataChanged.emit(self.index(number, 0), self.index(number, 0), [Qt.ItemDataRole.DecorationRole])


class BatchList(QTableView):
    """``chosen`` bears the row that is looked at, or -1; it follows the photo that is being edited."""

    chosen = Signal(int)

    def __init__(self, batches: BatchRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batches = batches
        self.rows = BatchModel(batches, self)
        self.setModel(self.rows)
        self.setAccessibleName(self.tr("Photos of the batch"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setMinimumWidth(420)
        self._height = max(SIDE + 6, 2 * self.fontMetrics().lineSpacing() + 8)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(self._height)
        self.verticalHeader().setDefaultSectionSize(self._height)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setStretchLastSection(True)
        self.setColumnWidth(0, 210)
        self.selectionModel().currentRowChanged.connect(lambda index, _: self.chosen.emit(index.row()))
        batches.row_changed.connect(self._follow)
        batches.row_changed.connect(self._give_room)
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self._give_all_room)
        self.horizontalHeader().sectionResized.connect(lambda *_: self._fit.start())
        batches.changed.connect(self._fit.start)

    @property
    def chosen_paths(self) -> set[Path]:
        return {self._batches.rows[index.row()].path for index in self.selectionModel().selectedRows()}

    def _give_room(self, row: int) -> None:
        """What went wrong is read as a whole."""
        tall = self._batches.rows[row].state is RowState.FAILED or bool(self._batches.rows[row].notes)
        if tall:
            self.resizeRowToContents(row)
        elif self.rowHeight(row) != self._height:
            self.setRowHeight(row, self._height)

    def _give_all_room(self) -> None:
        for row in range(self.rows.rowCount()):
            self._give_room(row)

    def _follow(self, row: int) -> None:
        if self._batches.rows[row].state is RowState.WORKING and not self.hasFocus():
            self.scrollTo(self.rows.index(row, 0))
