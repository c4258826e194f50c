"""Widget that chooses the presets a batch applies, and the strength of each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from rtedit_desktop.core.edits import PresetUse
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.widgets.strength_slider import StrengthSlider
from rtedit_desktop.ui.widgets.texts import as_tool_tip


class PresetChoice(QWidget):
    """One preset: chosen or not, and its strength."""

    changed = Signal()

    def __init__(self, preset: PresetInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset, self._usual = preset, round(100 * preset.strength)
        self.box = QCheckBox(preset.title.replace("&", "&&"))
        self.box.setToolTip(as_tool_tip(preset.spec.prompt))
        self.slider = StrengthSlider()
        self.slider.setValue(self._usual)
        self.slider.reset_asked.connect(lambda: self.slider.setValue(self._usual))
        self.slider.setAccessibleName(self.tr("Strength of {title} in percent").format(title=preset.title))
        self.percent = QLabel()
        self.percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("150 %") + 4)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.addWidget(self.box, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self.percent, 0, 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        self.box.toggled.connect(self._redraw)
        self.slider.valueChanged.connect(self._redraw)
        self._redraw()

    @property
    def use(self) -> PresetUse | None:
        return self.preset.use(self.slider.value() / 100) if self.box.isChecked() else None

    def show_use(self, use: PresetUse | None) -> None:
        self.box.setChecked(use is not None)
        self.slider.setValue(round(100 * use.strength) if use is not None else self._usual)

    def _redraw(self) -> None:
        chosen = self.box.isChecked()
        self.slider.setEnabled(chosen)
        self.percent.setText(self.tr("{percent} %").format(percent=self.slider.value()) if chosen else "")
        self.changed.emit()


class PresetChoices(QWidget):
    """All presets of a pack; the choice outlives another reading of the library. ``before`` is where Tab comes from."""

    changed = Signal()

    def __init__(self, before: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = before
        self.rows: list[PresetChoice] = []
        self.none = QLabel(self.tr("There are no presets for this model yet. Save an edit as a preset first."))
        self.none.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.tr("Presets"))
        self._area.setMinimumHeight(120)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.none)
        layout.addWidget(self._area, 1)

    @property
    def uses(self) -> tuple[PresetUse, ...]:
        return tuple(use for row in self.rows if (use := row.use) is not None)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(row.preset.title for row in self.rows if row.use is not None)

    def show_presets(self, presets: list[PresetInfo]) -> None:
        if [(row.preset.path, row.preset.title) for row in self.rows] == [(one.path, one.title) for one in presets]:
            return
        self._fill(presets, self.uses)

    def choose(self, uses: tuple[PresetUse, ...]) -> None:
        chosen = {use.path: use for use in uses}
        for row in self.rows:
            row.show_use(chosen.get(row.preset.path))

    def _fill(self, presets: list[PresetInfo], uses: tuple[PresetUse, ...]) -> None:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.rows = [PresetChoice(preset) for preset in presets]
        for row in self.rows:
            layout.addWidget(row)
        layout.addStretch()
        self.choose(uses)
        for row in self.rows:
            row.changed.connect(self.changed)
        self._area.setWidget(inner)
        for plain in (self._area.viewport(), inner):
            plain.setAutoFillBackground(False)
        stop = self._before
        for row in self.rows:
            for part in (row.box, row.slider):
                self.setTabOrder(stop, part)
                stop = part
        self.none.setVisible(not presets)
        self._area.setVisible(bool(presets))
        self.changed.emit()
