"""Settings page of the device, precision and text model that RTEdit computes with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel, QSpinBox

from rtedit_desktop.support import settings
from rtedit_desktop.ui.settings.settings_writer import SettingsWriter
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import Background


class ComputeSettings(QGroupBox):
    """The text model holds for the next job, the rest from the next start on: models that are loaded stay there."""

    def __init__(self, background: Background, messages: Messages, now: str) -> None:
        """``now`` is what the models run on, or empty while none is loaded."""
        super().__init__()
        self._keeper = SettingsWriter(background, messages, self)
        self.setTitle(self.tr("What models run on"))
        self.now = QLabel(now or self.tr("The models are not loaded yet."))
        self.now.setTextFormat(Qt.TextFormat.PlainText)
        self.device = self._choice(
            self.tr("Device"),
            ("auto", self.tr("Automatic: a graphics card where there is one")),
            ("cpu", self.tr("The processor alone")),
        )
        self.precision = self._choice(
            self.tr("Precision of learning"),
            ("auto", self.tr("Automatic: the fastest that the device is good at")),
            ("float32", self.tr("32 bits: slower, more exact")),
        )
        self.text = self._choice(
            self.tr("Text model of models for photographs"),
            ("usual", self.tr("CLIP ViT-B/16: sees more")),
            ("small", self.tr("CLIP ViT-B/32, where it is installed: needs less memory")),
        )
        self.memory = QSpinBox()
        self.memory.setRange(settings.LEAST_GPU_PERCENT, 100)
        self.memory.setSingleStep(5)
        self.memory.setSuffix(self.tr(" %"))
        self.memory.setAccessibleName(self.tr("Graphics memory in use at most, in percent"))
        self.memory.setToolTip(
            self.tr(
                "Of what the card has. Where that is not enough, learning goes on in smaller steps, "
                "then on the processor, and says so."
            )
        )
        self.later = QLabel(self.tr("It holds from the next start on."))
        form = QFormLayout(self)
        form.addRow(self.tr("Now"), self.now)
        for words, field in (
            (self.tr("De&vice"), self.device),
            (self.tr("&Precision"), self.precision),
            (self.tr("Graphics &memory at most"), self.memory),
            (self.tr("Te&xt model"), self.text),
        ):
            label = QLabel(words)
            label.setBuddy(field)
            form.addRow(label, field)
        form.addRow("", self.later)
        self.show_settings(settings.load())
        self.later.hide()
        self.device.activated.connect(lambda: self._keep(device=self.device.currentData()))
        self.precision.activated.connect(lambda: self._keep(precision=self.precision.currentData()))
        self.memory.valueChanged.connect(lambda percent: self._keep(gpu_percent=percent))
        self.text.activated.connect(lambda: self._keeper.keep(text_model=self.text.currentData()))

    def show_settings(self, chosen: settings.AppSettings) -> None:
        self.device.setCurrentIndex(self.device.findData(chosen.device))
        self.precision.setCurrentIndex(self.precision.findData(chosen.precision))
        self.text.setCurrentIndex(self.text.findData(chosen.text_model))
        self.memory.setValue(chosen.gpu_percent)
        self.memory.setEnabled(chosen.device != "cpu")

    def reset(self) -> None:
        """As it began."""
        usual = settings.AppSettings()
        self.show_settings(usual)
        self._keep(device=usual.device, precision=usual.precision, gpu_percent=usual.gpu_percent)
        self._keeper.keep(text_model=usual.text_model)

    def _keep(self, **values: object) -> None:
        self.memory.setEnabled(self.device.currentData() != "cpu")
        self.later.show()
        self._keeper.keep(**values)

    def _choice(self, name: str, *choices: tuple[str, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for value, words in choices:
            box.addItem(words, value)
        return box
