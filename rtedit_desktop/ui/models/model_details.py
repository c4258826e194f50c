"""Details of one model: what it edits, licence, source, sizes, and what can be done with it."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.core.packs.pack_installer import PackOffer
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.models.model_collection import ModelCollection
from rtedit_desktop.ui.models.model_text import long_state_of, progress_line, size


class ModelDetails(QWidget):
    """Redraws from the models; emits what the person asks for, with the model's id."""

    use_asked = Signal(str)
    download_asked = Signal(str)
    import_asked = Signal(str)
    check_asked = Signal(str)
    removal_asked = Signal(str)
    cancel_asked = Signal(str)

    def __init__(self, models: ModelCollection, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._state = models, state
        self.id = ""
        self._make_words()
        self._make_buttons()
        self._lay_out()
        self.redraw()

    def _make_words(self) -> None:
        self.title = QLabel()
        font = self.title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self.title.setFont(font)
        self.edits, self.state = _words(), _words()
        self.download_size, self.licence, self.disk, self.folder = _words(), _words(), _words(), _words()
        self.source = _words()
        self.source.setTextFormat(Qt.TextFormat.RichText)
        self.source.setOpenExternalLinks(True)
        self.source.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.source.setAccessibleName(self.tr("Source: its publisher's page"))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.progress = _words()

    def _make_buttons(self) -> None:
        self.use = self._button(self.tr("&Use"), self.tr("Edit with this model"), self.use_asked)
        self.download = self._button("", self.tr("Says size, licence and source first"), self.download_asked)
        self.import_button = self._button(
            self.tr("I&mport its file…"), self.tr("From a file or a download that is here already"), self.import_asked
        )
        self.check = self._button(self.tr("&Verify"), self.tr("Read every file and compare its hash"), self.check_asked)
        self.remove = self._button(self.tr("&Remove…"), self.tr("Take it off the disk"), self.removal_asked)
        self.cancel = self._button(self.tr("&Stop"), self.tr("What is here of a download is kept"), self.cancel_asked)

    def _button(self, text: str, tip: str, asked: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: asked.emit(self.id))  # type: ignore[attr-defined]
        return button

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(7)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows: list[tuple[QLabel, QLabel]] = []
        for text, field in (
            (self.tr("Edits"), self.edits),
            (self.tr("Download"), self.download_size),
            (self.tr("Licence"), self.licence),
            (self.tr("Source"), self.source),
            (self.tr("On this disk"), self.disk),
            (self.tr("Folder"), self.folder),
        ):
            label = QLabel(text)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._rows.append((label, field))
            form.addRow(label, field)
        buttons = QHBoxLayout()
        for button in (self.use, self.download, self.import_button, self.check, self.remove):
            buttons.addWidget(button)
        buttons.addStretch()
        going = QHBoxLayout()
        going.addWidget(self.progress, 1)
        going.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 4, 4, 4)
        layout.setSpacing(10)
        layout.addWidget(self.title)
        layout.addWidget(self.state)
        layout.addLayout(form)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        layout.addSpacing(6)
        layout.addLayout(going)
        layout.addWidget(self.bar)
        layout.addStretch()

    def show_model(self, id: str) -> None:
        self.id = id
        self.redraw()

    def redraw(self) -> None:
        offer = self._models.offer(self.id)
        self.setVisible(offer is not None)
        if offer is None:
            return
        in_use = self._state.pack is not None and self._state.pack.id == offer.id
        parts = ", ".join(self._models.title(part) for part in offer.parts)
        self.title.setText(offer.title)
        self.state.setText(long_state_of(offer, parts, in_use))
        if offer.shared_part:
            self.edits.setText(self.tr("Nothing by itself: other models need it to understand words"))
        else:
            pixels = self.tr(", {n} × {n} pixels").format(n=offer.image_size) if offer.image_size else ""
            self.edits.setText(offer.domain + pixels)
        words = self.tr("about {size}")
        if offer.lacks:
            words = self.tr("about {size} for {part}") if offer.own_files else self.tr("about {size}, with {part}")
        fetched = words.format(size=size(offer.bytes), part=parts)
        self.download_size.setText(fetched if offer.bytes else "")
        self.licence.setText(offer.licence)
        address = html.escape(offer.source)
        colour = self.palette().color(QPalette.ColorRole.WindowText).name()  # a palette's link may be dark on dark
        self.source.setText(f'<a href="{address}" style="color: {colour}">{address}</a>' if offer.source else "")
        self.disk.setText(size(offer.on_disk) if offer.on_disk else "")
        self.folder.setText(str(offer.folder) if offer.folder is not None and not offer.built_in else "")
        for label, field in self._rows:
            label.setVisible(bool(field.text()))
            field.setVisible(bool(field.text()))
        self._redraw_buttons(offer, in_use)
        self.redraw_progress()

    def _redraw_buttons(self, offer: PackOffer, in_use: bool) -> None:
        usable = self._state.pack_called(offer.id) is not None
        self.use.setVisible(usable and not in_use)
        self.use.setEnabled(not self._state.phase.running)
        missing = not offer.installed or bool(offer.problem)
        target = self._models.target(offer.id)
        part = self._models.offer(target) if target != offer.id else None
        if part is not None:
            self.download.setText(self.tr("&Download {part}…").format(part=part.title))
        else:
            self.download.setText(self.tr("&Go on…") if offer.waiting else self.tr("&Download…"))
        self.download.setAccessibleName(self.download.text().replace("&", "").rstrip("…"))
        self.download.setVisible(missing and bool(offer.bytes or (part is not None and part.bytes)))
        wanted = part.title if part is not None else ""
        self.import_button.setText(
            self.tr("I&mport {part}…").format(part=wanted) if wanted else self.tr("I&mport its file…")
        )
        self.import_button.setVisible(missing and not offer.built_in)
        self.check.setVisible(offer.installed and not offer.problem)
        self.remove.setText(self.tr("&Remove…") if offer.folder or offer.own_files else self.tr("&Discard…"))
        self.remove.setVisible(bool(offer.on_disk) and not offer.built_in)
        busy = self._models.job_of(self.id) is not None
        for button in (self.download, self.import_button, self.check, self.remove):
            button.setEnabled(not busy)

    def redraw_progress(self) -> None:
        """What changes ten times a second."""
        models, job = self._models, self._models.job_of(self.id)
        for part in (self.bar, self.progress, self.cancel):
            part.setVisible(job is not None)
        self.state.setVisible(job is None)  # it is about to change
        if job is None:
            return
        progress, stopping = models.progress_of(job), models.is_stopping(job)
        runs = models.jobs[0] == job
        self.progress.setText(progress_line(progress, stopping, runs))
        known = progress is not None and progress.of > 0
        self.bar.setRange(0, 1000 if known or not runs else 0)
        self.bar.setValue(round(1000 * progress.fraction) if progress is not None else 0)
        self.cancel.setEnabled(not stopping)


def _words() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label
