"""Panel of the presets in use on the photo, each with its strength; that of a single one is the window's slider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QToolButton, QWidget

from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.strength_slider import StrengthSlider
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other
from rtedit_desktop.ui.widgets.texts import as_tool_tip


class ElidedLabel(QLabel):
    """Label that shows as much of a line as there is room for."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), self.isEnabled(), shown, self.foregroundRole()
        )


class MixRow(QWidget):
    """Row of one preset in use."""

    strength_asked = Signal(float)
    removal_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.slider = StrengthSlider()
        self._usual = 100
        self.slider.reset_asked.connect(lambda: self.slider.setValue(self._usual))
        self.percent = QLabel()
        self.percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("150 %") + 4)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remove = QToolButton()
        self.remove.setText("✕")
        self.remove.setAutoRaise(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.percent, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.slider.valueChanged.connect(self._moved)
        self.remove.clicked.connect(self.removal_asked)

    def show_use(self, title: str, strength: float, usual: float) -> None:
        """``usual`` is what a double click goes back to."""
        self._usual = round(100 * usual)
        self.title.setText(title)
        self.title.setToolTip(as_tool_tip(title))
        self.slider.setAccessibleName(self.tr("Strength of {title} in percent").format(title=title))
        words = self.tr("Take {title} off the photo").format(title=title)
        self.remove.setAccessibleName(words)
        self.remove.setToolTip(as_tool_tip(words))
        self.slider.show_percent(round(strength * 100))
        self._redraw_percent()

    def _moved(self, percent: int) -> None:
        self._redraw_percent()
        self.strength_asked.emit(percent / 100)

    def _redraw_percent(self) -> None:
        self.percent.setText(self.tr("{percent} %").format(percent=self.slider.value()))


class MixPanel(QWidget, RedrawnOnce):
    """Redraws from the state; a slider asks for another strength, a cross for one preset less.

    ``there`` tells whether a preset's file still is; ``before`` is where Tab comes from.
    """

    mix_asked = Signal(object)
    removal_asked = Signal(object)

    def __init__(
        self, state: EditorState, there: Callable[[Path], bool], before: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._there, self._before = state, there, before
        self._paths: tuple[Path, ...] = ()
        self._most = 0
        self.rows: list[MixRow] = []
        title = QLabel(self.tr("In use on this photo"))
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(title.text())
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setVerticalSpacing(2)
        layout.addWidget(title)
        layout.addWidget(self._area)
        self.redraw_on(state, state.mix_changed, state.phase_changed, state.results_changed, state.learning_changed)
        self.redraw()

    def redraw(self) -> None:
        state = self._state
        paths = tuple(use.path for use in state.mix)
        if paths != self._paths:
            self._fill(paths)
        gone = {use.path for use in state.mix if not self._there(use.path)}
        for row, use in zip(self.rows, state.mix, strict=True):
            row.show_use(state.known_presets.title(use.path), use.strength, state.known_presets.strength(use.path))
            row.slider.setEnabled(self._moves and not gone)
            row.slider.setToolTip(self.tr("This preset was deleted.") if use.path in gone else "")
            row.remove.setEnabled(state.phase in (Phase.READY, Phase.ADJUSTING) and state.learning is None)
        self.setVisible(bool(self.rows))

    @property
    def _moves(self) -> bool:
        state, result = self._state, self._state.result
        settled = state.phase in (Phase.READY, Phase.ADJUSTING) and state.learning is None
        return settled and result is not None and result.mix_moves

    def _fill(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        inner = QWidget()
        layout = QGridLayout(inner)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setVerticalSpacing(0)
        self.rows = []
        for number in range(len(paths)):
            row = MixRow()
            row.strength_asked.connect(lambda strength, n=number: self._move(n, strength))
            row.removal_asked.connect(lambda n=number: self.removal_asked.emit(self._paths[n]))
            layout.addWidget(row)
            self.rows.append(row)
        layout.setRowStretch(len(paths), 1)
        self._area.setWidget(inner)
        for plain in (self._area.viewport(), inner):
            plain.setAutoFillBackground(False)
        one_after_the_other(self._before, *(part for row in self.rows for part in (row.remove, row.slider)))
        self._make_room()

    def set_height(self, most: int) -> None:
        """The rest of the rows is scrolled to."""
        self._most = most
        self._make_room()

    def _make_room(self) -> None:
        for row in self.rows:
            row.slider.setVisible(len(self.rows) > 1)
        height = self.rows[0].sizeHint().height() if self.rows else 0
        self._area.setFixedHeight(min(len(self.rows) * height, max(self._most, height)))

    def _move(self, number: int, strength: float) -> None:
        uses = list(self._state.mix)
        uses[number] = uses[number]._replace(strength=strength)
        self.mix_asked.emit(tuple(uses))
