"""Dialog with all that a preset says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.widgets.pyramid import to_qimage

_MOST_LETTERS = 300  # a whole licence may be in the file; the window is for its name


class PresetDetails(QDialog):
    """Words to read and to copy, and the pictures before and after."""

    def __init__(self, preset: PresetInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Preset"))
        offer_guide(self, "presets")
        title = _text(preset.title)
        font = title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        title.setFont(font)
        pictures = QHBoxLayout()
        for picture, name in ((preset.before, self.tr("Before")), (preset.after, self.tr("After"))):
            if picture is not None:
                shown = QLabel()
                shown.setPixmap(QPixmap.fromImage(to_qimage(picture)))
                shown.setAccessibleName(name)
                pictures.addWidget(shown)
        pictures.addStretch()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        self.values: dict[str, QLabel] = {}
        for row, (name, value) in enumerate(self._rows(preset)):
            label = QLabel(name)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            self.values[name] = _text(value)
            self.values[name].setAccessibleName(f"{name}: {value}")
            grid.addWidget(label, row, 0)
            grid.addWidget(self.values[name], row, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(14)
        layout.addWidget(title)
        layout.addLayout(pictures)
        layout.addLayout(grid)
        layout.addWidget(buttons)

    def _rows(self, preset: PresetInfo) -> Iterator[tuple[str, str]]:
        locale, missing = QLocale(), self.tr("not said")
        yield (
            self.tr("Edit"),
            self.tr("“{source}” becomes “{prompt}”").format(source=preset.spec.source, prompt=preset.spec.prompt),
        )
        yield self.tr("Author"), preset.author or missing
        yield self.tr("Licence"), preset.licence or missing
        pictures = self.tr("one picture") if preset.pictures == 1 else self.tr("{n} pictures").format(n=preset.pictures)
        yield self.tr("Learned on"), pictures
        yield self.tr("Strength"), self.tr("{percent} %").format(percent=round(100 * preset.strength))
        yield self.tr("How sure"), QLocale().toString(preset.score, "f", 2)
        moment = QDateTime.fromString(preset.created, Qt.DateFormat.ISODate)
        made = locale.toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat) if moment.isValid() else missing
        yield self.tr("Made"), made
        yield self.tr("Model pack"), preset.spec.pack
        size = locale.formattedDataSize(preset.bytes, 1, QLocale.DataSizeFormat.DataSizeIecFormat)
        yield self.tr("File"), f"{preset.path}\n{size}"


def _text(text: str) -> QLabel:
    """Somebody else's words, as they are."""
    label = QLabel(text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(320)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
