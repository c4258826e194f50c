"""Panel of the numbers behind a run: the pack's until the person changes one."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

from PySide6.QtCore import QLocale
from PySide6.QtGui import QPalette, QRegularExpressionValidator, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from rtedit_desktop.core.edits import MAX_ITERATIONS, MAX_SEED, MAX_STEPS, MAX_T0
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.state import EditorState

_LEVELS = 1000
Box = TypeVar("Box", bound=QSpinBox)


class DetailBox(QSpinBox):
    """Holds the noise level t0, and shows the opposite of it: how much detail of the photo is kept."""

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


class SettingsPanel(QWidget, RedrawnOnce):
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
        self.quick = QCheckBox(self.tr("Quick"))
        self.quick.setToolTip(
            self.tr("Less of the model learns, in fewer steps: a third of the time. Usual where no graphics card is")
        )
        self.quick.clicked.connect(lambda checked: state.override("quick", checked))
        self.seed = self._seed_line()
        self.score = QLabel()
        self.score.setToolTip(
            self.tr("How well the change in the picture fits the change in words, as the text model sees it: 1 is best")
        )
        self.reset = QPushButton(self.tr("Recommended values"))
        self.reset.setToolTip(self.tr("Back to what the model pack recommends for this prompt"))
        self.reset.clicked.connect(state.recommend)
        self._lay_out()
        self.redraw_on(state, state.settings_changed, state.prompt_changed, state.pack_changed)
        for changed in (state.results_changed, state.progress_changed, state.phase_changed):
            changed.connect(self._show_score)
        self.redraw()

    def _seed_line(self) -> QLineEdit:
        state, line = self._state, QLineEdit()
        line.setAcceptDrops(False)
        line.setValidator(QRegularExpressionValidator(r"\d{0,10}", self))
        line.setFixedWidth(self.fontMetrics().horizontalAdvance("0" * 12))
        line.setToolTip(self.tr("Another number makes another picture of the same prompt"))
        line.textEdited.connect(lambda text: state.override("seed", min(int(text), MAX_SEED) if text else None))
        line.editingFinished.connect(self.redraw)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        fields = (
            (self.tr("&Detail kept"), self.t0),
            (self.tr("&Decode steps"), self.steps),
            (self.tr("&Learning steps"), self.iterations),
            (self.tr("&Encoding"), self.encoding),
            (self.tr("Variation (&seed)"), self.seed),
        )
        self._usual: dict[QWidget, QLabel] = {}
        for column, (text, field) in enumerate(fields):
            label, usual = QLabel(text), QLabel()
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            usual.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._usual[field] = usual
            for row, part in enumerate((label, field, usual)):
                grid.addWidget(part, row, column)
        self.preserve.setAccessibleName(self.preserve.text())
        self.quick.setAccessibleName(self.quick.text())
        below = QHBoxLayout()
        below.addWidget(self.preserve)
        below.addWidget(self.quick)
        below.addSpacing(18)
        below.addWidget(self.score)
        below.addStretch()
        below.addWidget(self.reset)
        grid.addLayout(below, 3, 0, 1, len(fields) + 1)
        grid.setColumnStretch(len(fields), 1)
        for one, next_one in pairwise(
            (self.t0, self.steps, self.iterations, self.encoding, self.seed, self.preserve, self.quick, self.reset)
        ):
            self.setTabOrder(one, next_one)

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
        if not (self.seed.hasFocus() and not self.seed.text()) and self.seed.text() != str(settings.seed):
            self.seed.setText(str(settings.seed))
        self._show_recommended()
        self._show_score()
        self.encoding.setCurrentIndex(self.encoding.findData(settings.encoding))
        self.preserve.setChecked(settings.preserve)
        self.quick.setChecked(self._state.quick)
        self.quick.setVisible(self._state.pack is not None and bool(self._state.pack.quick))
        own = {"t0", "steps", "iterations", "encoding", "preserve", "quick"} & self._state.overrides.keys()
        self.reset.setEnabled(bool(own))

    def _show_recommended(self) -> None:
        """What each would be if nobody had changed it, and what the paper calls it."""
        state = self._state
        usual = state.settings_of(state.prompt, {})
        for field, words, value in (
            (self.t0, self.tr("How much of the photo stays as it is (t0 {t0} of 1000)").format(t0=self.t0.value()),
             self.t0.textFromValue(usual.t0)),
            (self.steps, self.tr("DDIM steps from noise to picture"), str(usual.steps)),
            (self.iterations, self.tr("How many steps the model learns at most"), str(usual.iterations)),
        ):  # fmt: skip
            field.setToolTip(self.tr("{words}. Recommended: {value}").format(words=words, value=value))
            self._usual[field].setText(self.tr("usual {value}").format(value=value))
        t0 = self.tr("t0 {t0}, usual {value}").format(t0=self.t0.value(), value=usual.t0)
        self._usual[self.t0].setText(t0)
        encoding = self.encoding.itemText(self.encoding.findData(usual.encoding))
        self._usual[self.encoding].setText(self.tr("usual {value}").format(value=encoding))
        self._usual[self.seed].setText(self.tr("usual {value}").format(value=usual.seed))

    def _show_score(self) -> None:
        """Of the job that runs, else of the result that is shown."""
        state = self._state
        score = state.progress.score if state.phase.running else state.result.score if state.result else None
        shown = QLocale().toString(score, "f", 2) if score is not None else "–"
        self.score.setText(self.tr("Direction score {score}").format(score=shown))

    def _number(self, field: Box, low: int, high: int, name: str) -> Box:
        field.setRange(low, high)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda value: self._state.override(name, value))
        return field
