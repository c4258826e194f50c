"""List of models: a title and, under it, its state or the running job."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.models.model_collection import ModelCollection
from rtedit_desktop.ui.models.model_text import phase_text, state_of
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE

_ID = Qt.ItemDataRole.UserRole


class ModelList(QListWidget):
    """Redraws from the models; emits which one is chosen."""

    chosen = Signal(str)

    def __init__(self, models: ModelCollection, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._state = models, state
        self._wanted = ""
        self.setAccessibleName(self.tr("Models"))
        self.setStyleSheet(LIST_STYLE + "QListWidget::item { padding: 7px 9px; }")
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(260)
        self.currentItemChanged.connect(lambda item: self.chosen.emit(self._id(item)))

    @property
    def chosen_id(self) -> str:
        return self._id(self.currentItem())

    def choose(self, id: str) -> None:
        """Select it, as soon as it is there."""
        self._wanted = id
        for row in range(self.count()):
            if self._id(self.item(row)) == id:
                self.setCurrentRow(row)
                self._wanted = ""

    def redraw(self) -> None:
        ids = [offer.id for offer in self._models.offers]
        if ids != [self._id(self.item(row)) for row in range(self.count())]:
            self._fill(ids)
        for row, offer in enumerate(self._models.offers):
            words = self._words(offer.id)
            text = f"{offer.title}\n{words}"
            item = self.item(row)
            if item.text() != text:
                item.setText(text)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{offer.title}, {words}")

    def _words(self, id: str) -> str:
        models, job, offer = self._models, self._models.job_of(id), self._models.offer(id)
        if job is not None:
            return phase_text(models.progress_of(job), models.is_stopping(job), models.jobs[0] == job)
        assert offer is not None
        return state_of(offer, self._state.pack is not None and self._state.pack.id == id)

    def _fill(self, ids: list[str]) -> None:
        """The row that was chosen stays chosen, or the one that has come to its place."""
        before, row = self._wanted if self._wanted in ids else self.chosen_id, self.currentRow()
        self._wanted = ""
        self.blockSignals(True)
        self.clear()
        for id in ids:
            item = QListWidgetItem("", self)
            item.setData(_ID, id)
        self.blockSignals(False)
        if ids:
            self.setCurrentRow(ids.index(before) if before in ids else min(max(row, 0), len(ids) - 1))

    @staticmethod
    def _id(item: QListWidgetItem | None) -> str:
        return str(item.data(_ID)) if item is not None else ""
