"""Panel of the numbers behind a run: the pack's until the person changes one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from rtedit_desktop.core.edits import MAX_ITERATIONS, MAX_STEPS, MAX_T0
from rtedit_desktop.ui.model.state import EditorState


class SettingsPanel(QWidget):
    """Shows the state's settings and overrides them."""

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.t0 = self._number(1, MAX_T0, "t0", self.tr("How far the picture is noised: more changes more, keeps less"))
        self.steps = self._number(1, MAX_STEPS, "steps", self.tr("DDIM steps from noise to picture"))
        self.iterations = self._number(
            1, MAX_ITERATIONS, "iterations", self.tr("How many steps the model learns at most")
        )
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
            (self.tr("&Noise level t0"), self.t0),
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
        self.encoding.setCurrentIndex(self.encoding.findData(settings.encoding))
        self.preserve.setChecked(settings.preserve)
        own = {"t0", "steps", "iterations", "encoding", "preserve"} & self._state.overrides.keys()
        self.reset.setEnabled(bool(own))

    def _number(self, low: int, high: int, name: str, hint: str) -> QSpinBox:
        field = QSpinBox()
        field.setRange(low, high)
        field.setKeyboardTracking(False)
        field.setToolTip(hint)
        field.valueChanged.connect(lambda value: self._state.override(name, value))
        return field
