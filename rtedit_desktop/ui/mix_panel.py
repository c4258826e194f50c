"""The presets in use on the photo, each with its strength."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QSlider, QToolButton, QWidget

from rtedit_desktop.core.requests import MAX_STRENGTH, PresetUse
from rtedit_desktop.ui.state import EditorState, Phase

_MOST_SEEN = 3


class MixRow(QWidget):
    """One preset in use."""

    strength_asked = Signal(float)
    removal_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(MAX_STRENGTH * 100))
        self.slider.setPageStep(10)
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
        self.slider.valueChanged.connect(self._moved)
        self.remove.clicked.connect(self.removal_asked)

    def show_use(self, title: str, strength: float) -> None:
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, max(self.title.width(), 120))
        self.title.setText(shown)
        self.title.setToolTip(title)
        self.slider.setAccessibleName(self.tr("Strength of {title} in percent").format(title=title))
        words = self.tr("Take {title} off the photo").format(title=title)
        self.remove.setAccessibleName(words)
        self.remove.setToolTip(words)
        if not self.slider.isSliderDown() and self.slider.value() != round(strength * 100):
            self.slider.blockSignals(True)
            self.slider.setValue(round(strength * 100))
            self.slider.blockSignals(False)
        self._redraw_percent()

    def _moved(self, percent: int) -> None:
        self._redraw_percent()
        self.strength_asked.emit(percent / 100)

    def _redraw_percent(self) -> None:
        self.percent.setText(self.tr("{percent} %").format(percent=self.slider.value()))


class MixPanel(QWidget):
    """Redraws from the state; a slider asks for another strength, a cross for one preset less."""

    mix_asked = Signal(object)
    removal_asked = Signal(object)

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._paths: tuple[Path, ...] = ()
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
        for changed in (
            state.mix_changed, state.phase_changed, state.results_changed, state.learning_changed,
        ):  # fmt: skip
            changed.connect(self.redraw)
        self.redraw()

    def redraw(self) -> None:
        state = self._state
        paths = tuple(use.path for use in state.mix)
        if paths != self._paths:
            self._fill(paths)
        for row, use in zip(self.rows, state.mix, strict=True):
            row.show_use(state.preset_title(use.path), use.strength)
            row.slider.setEnabled(self._moves)
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
        inner.setAutoFillBackground(False)
        self._area.setWidget(inner)
        self._area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        seen = min(len(paths), _MOST_SEEN)
        self._area.setFixedHeight(seen * self.rows[0].sizeHint().height() if self.rows else 0)

    def _move(self, number: int, strength: float) -> None:
        uses = list(self._state.mix)
        uses[number] = PresetUse(uses[number].path, strength)
        self.mix_asked.emit(tuple(uses))
