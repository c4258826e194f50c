"""Panel of the numbers behind a run: the pack's until the person changes one."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from rtedit_desktop.core.edits import MAX_ITERATIONS, MAX_STEPS, MAX_T0, EditSettings
from rtedit_desktop.ui.model.state import EditorState

_LEVELS = 1000
Box = TypeVar("Box", bound=QSpinBox)


class DetailBox(QSpinBox):
    """Holds the noise level t0, and shows it as how much detail of the photo is kept: more of one is less of the
    other."""

    def textFromValue(self, value: int) -> str:
        return f"{round(100 * (1 - value / _LEVELS))} %"

    def valueFromText(self, text: str) -> int:
        digits = "".join(char for char in text if char.isdigit())
        kept = min(int(digits), 100) if digits else 0
        if self.textFromValue(self.value()) == f"{kept} %":
            return self.value()  # finer than it is shown
        return round(_LEVELS * (1 - kept / 100))

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        fits = all(char.isdigit() or char in " %" for char in text)
        return (QValidator.State.Acceptable if fits else QValidator.State.Invalid, text, at)

    def stepBy(self, steps: int) -> None:
        self.setValue(self.value() - steps * _LEVELS // 100)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        may = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self.value() > self.minimum():
            may |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self.value() < self.maximum():
            may |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return may


class SettingsPanel(QWidget):
    """Shows the state's settings and overrides them."""

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.t0 = self._number(DetailBox(), 1, MAX_T0, "t0")
        self.steps = self._number(QSpinBox(), 1, MAX_STEPS, "steps")
        self.iterations = self._number(QSpinBox(), 1, MAX_ITERATIONS, "iterations")
        self.encoding = QComboBox()
        self.encoding.addItem(self.tr("Stochastic (fast)"), "stochastic")
        self.encoding.addItem(self.tr("Deterministic (DDIM inversion)"), "deterministic")
        self.encoding.setToolTip(self.tr("How the picture is turned into noise"))
        self.encoding.activated.connect(lambda: state.override("encoding", self.encoding.currentData()))
        self.preserve = QCheckBox(self.tr("Keep pixels the edit does not touch"))
        self.preserve.clicked.connect(lambda checked: state.override("preserve", checked))
        self.reset = QPushButton(self.tr("Recommended values"))
        self.reset.setToolTip(self.tr("Back to what the model pack recommends for this prompt"))
        self.reset.clicked.connect(state.recommend)

        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(8)
        fields = (
            (self.tr("&Detail kept"), self.t0),
            (self.tr("&Decode steps"), self.steps),
            (self.tr("&Learning steps"), self.iterations),
            (self.tr("&Encoding"), self.encoding),
        )
        for column, (text, field) in enumerate(fields):
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
        self.preserve.setAccessibleName(self.preserve.text())
        grid.addWidget(self.preserve, 1, len(fields))
        grid.setColumnStretch(len(fields) + 1, 1)
        grid.addWidget(self.reset, 1, len(fields) + 2, Qt.AlignmentFlag.AlignRight)
        state.settings_changed.connect(self.redraw)
        self.redraw()

    def redraw(self) -> None:
        settings = self._state.settings
        for field, value in (
            (self.t0, settings.t0),
            (self.steps, settings.steps),
            (self.iterations, settings.iterations),
        ):
            if field.value() != value:
                field.blockSignals(True)
                field.setValue(value)
                field.blockSignals(False)
        self._show_recommended()
        self.encoding.setCurrentIndex(self.encoding.findData(settings.encoding))
        self.preserve.setChecked(settings.preserve)
        own = {"t0", "steps", "iterations", "encoding", "preserve"} & self._state.overrides.keys()
        self.reset.setEnabled(bool(own))

    def _show_recommended(self) -> None:
        """What each would be if nobody had changed it, and what the paper calls it."""
        state = self._state
        usual = state.pack.settings_for(state.prompt) if state.pack is not None else EditSettings()
        for field, words, value in (
            (self.t0, self.tr("How much of the photo stays as it is (t0 {t0} of 1000)").format(t0=self.t0.value()),
             self.t0.textFromValue(usual.t0)),
            (self.steps, self.tr("DDIM steps from noise to picture"), str(usual.steps)),
            (self.iterations, self.tr("How many steps the model learns at most"), str(usual.iterations)),
        ):  # fmt: skip
            field.setToolTip(self.tr("{words}. Recommended: {value}").format(words=words, value=value))

    def _number(self, field: Box, low: int, high: int, name: str) -> Box:
        field.setRange(low, high)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda value: self._state.override(name, value))
        return field
