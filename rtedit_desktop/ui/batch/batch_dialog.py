"""Batch dialog: which photos, which edit, where the results go, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.ui.batch.batch_edit import BatchEdit
from rtedit_desktop.ui.batch.batch_list import BatchList
from rtedit_desktop.ui.batch.batch_output import BatchOutput
from rtedit_desktop.ui.batch.batch_run import BatchPhase, BatchRun
from rtedit_desktop.ui.batch.batch_text import batch_words, row_details
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.widgets.file_dialogs import ask_folder, ask_photos
from rtedit_desktop.ui.widgets.messages import Messages, Strip
from rtedit_desktop.ui.widgets.mime import picture_in

_BAR = 1000


class BatchDialog(QDialog):
    """Lies beside the window, which stays usable; a batch that runs goes on when this is closed."""

    def __init__(self, batches: BatchRun, presets: PresetCollection, state: EditorState, parent: QWidget) -> None:
        super().__init__(parent)
        self._batches, self._presets, self._state = batches, presets, state
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Batch"))
        offer_guide(self, "batch")
        self.setAcceptDrops(True)
        self.strip = Strip()
        self.messages = Messages(self, self.strip)
        self.list = BatchList(batches)
        self._make_list_foot()
        self.edit = BatchEdit(state)
        self.choices = self.edit.presets
        self.output = BatchOutput()
        self._make_foot()
        self._lay_out()
        self._connect()
        self.resize(980, 620)
        self._show_presets()
        if batches.batch is not None and batches.phase.running:
            self._show_batch(batches.batch)
        self.redraw()

    def _make_list_foot(self) -> None:
        self.add_photos = QPushButton(self.tr("Add &photos…"))
        self.add_folder = QPushButton(self.tr("Add a &folder…"))
        self.remove_photos = QPushButton(self.tr("Ta&ke off"))
        self.remove_photos.setToolTip(self.tr("Take the chosen photos off the list (Del); the files stay"))
        self.remove_photos.setAccessibleName(self.tr("Take the chosen photos off the list"))
        self.details = QLabel()
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _make_foot(self) -> None:
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("How much of the batch is done"))
        self.bar.setTextVisible(False)
        self.start = QPushButton(self.tr("&Start"))
        self.pause = QPushButton(self.tr("Pa&use"))
        self.stop = QPushButton(self.tr("S&top"))
        self.open_folder = QPushButton(self.tr("&Open the folder"))
        self.close_button = QPushButton(self.tr("Close"))
        self.start.setDefault(True)
        for button in (
            self.pause, self.stop, self.open_folder, self.close_button,
            self.add_photos, self.add_folder, self.remove_photos,
        ):  # fmt: skip
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        adding = QHBoxLayout()
        for button in (self.add_photos, self.add_folder, self.remove_photos):
            adding.addWidget(button)
        adding.addStretch()
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.details)
        left.addLayout(adding)
        right = QVBoxLayout()
        for title, part, stretch in (
            (self.tr("Edit"), self.edit, 1),
            (self.tr("Results"), self.output, 0),
        ):
            box = QGroupBox(title)
            QVBoxLayout(box).addWidget(part)
            right.addWidget(box, stretch)
        both = QHBoxLayout()
        both.addLayout(left, 3)
        both.addLayout(right, 2)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        for button in (self.open_folder, self.stop, self.pause, self.start, self.close_button):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addLayout(both, 1)
        layout.addWidget(self.bar)
        layout.addLayout(foot)
        self.setTabOrder(self.remove_photos, self.edit.by_presets)

    def _connect(self) -> None:
        batches = self._batches
        self.add_photos.clicked.connect(lambda: ask_photos(self, batches.add))
        title = self.tr("Add a folder of photos")
        self.add_folder.clicked.connect(lambda: ask_folder(self, title, None, lambda path: batches.add([path])))
        self.remove_photos.clicked.connect(self._remove_photos)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove_photos)
        self.start.clicked.connect(self._start)
        self.pause.clicked.connect(self._pause_or_resume)
        self.stop.clicked.connect(batches.stop)
        self.open_folder.clicked.connect(self._open_folder)
        self.close_button.clicked.connect(self.close)
        self.output.recursive_changed.connect(batches.set_recursive)
        self.output.changed.connect(self.redraw)
        self.edit.changed.connect(self._chosen)
        self.edit.changed.connect(self.redraw)
        self.list.chosen.connect(self._show_details)
        batches.changed.connect(self.redraw)
        batches.progressed.connect(self._redraw_progress)
        batches.failed.connect(self.messages.error)
        self._presets.changed.connect(self._show_presets)
        self._state.pack_changed.connect(self._show_presets)

    def show_batch(self, batch: Batch) -> None:
        """As it was asked for, to be gone on with."""
        self._show_batch(batch)
        self.redraw()

    def _start(self) -> None:
        state, batch = self._state, self.wanted
        pack = state.pack if batch is None or batch.stack is None else state.pack_called(batch.spec.pack)
        info = pack or state.pack
        if batch is not None and info is not None:
            self._batches.start(batch, info, state.packs)

    def _pause_or_resume(self) -> None:
        if self._batches.phase in (BatchPhase.PAUSING, BatchPhase.PAUSED):
            self._batches.resume()
        else:
            self._batches.pause()

    def _remove_photos(self) -> None:
        if self.remove_photos.isEnabled() and self.list.chosen_paths:
            self._batches.remove_photos(self.list.chosen_paths)

    def _open_folder(self) -> None:
        batch = self._batches.batch
        if batch is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(batch.folder)))

    @property
    def wanted(self) -> Batch | None:
        """What Start would do; None as long as something is missing."""
        place, naming, spec = self.output.place, self.output.naming, self.edit.spec
        if place is None or naming is None or spec is None or not self._batches.rows:
            return None
        return Batch(
            inputs=self._batches.inputs,
            folder=place,
            spec=spec,
            label=self.edit.label,
            naming=naming,
            recursive=self.output.recursive.isChecked(),
            overwrite=self.output.overwrite.isChecked(),
            impersonal=self.output.impersonal.isChecked(),
            recipe_inside=self.output.recipe.isChecked(),
            stack=self.edit.stack or self.edit.apart,
        )

    def redraw(self) -> None:
        batches, phase = self._batches, self._batches.phase
        running = phase.running
        for part in (self.edit, self.output, self.add_photos, self.add_folder):
            part.setEnabled(not running)
        self.remove_photos.setEnabled(not running and bool(batches.rows))
        first = batches.rows[0].path if batches.rows else None
        if first != self.output.photo:
            self.output.suggest(first)
        self.start.setVisible(not running)
        self.start.setEnabled(self.wanted is not None)
        self.start.setToolTip(self._missing())
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        held = phase in (BatchPhase.PAUSING, BatchPhase.PAUSED)
        self.pause.setText(self.tr("&Resume") if held else self.tr("Pa&use"))
        self.pause.setEnabled(phase is not BatchPhase.STOPPING)
        self.stop.setEnabled(phase is not BatchPhase.STOPPING)
        self.open_folder.setVisible(phase is BatchPhase.ENDED)
        self._redraw_progress()
        self._show_details(self.list.currentIndex().row())

    def _redraw_progress(self) -> None:
        batches = self._batches
        words, missing = batch_words(batches), self._missing()
        if missing and batches.rows and batches.phase is BatchPhase.CHOOSING:  # why Start is grey
            words = self.tr("{photos}. {missing}.").format(photos=words.rstrip("."), missing=missing.rstrip("."))
        self.words.setText(words)
        of = max(1, len(batches.rows))
        self.bar.setVisible(batches.phase is not BatchPhase.CHOOSING)
        self.bar.setRange(0, 0 if batches.phase is BatchPhase.STARTING else _BAR)
        self.bar.setValue(round(_BAR * batches.done / of))

    def _missing(self) -> str:
        """Why Start is not to be pressed yet."""
        if not self._batches.rows:
            return self.tr("Add photos first")
        if self.edit.missing:
            return self.edit.missing
        if self.output.place is None:
            return self.tr("Choose a folder for the results first")
        return "" if self.output.naming is not None else self.tr("Write a name that can be used first")

    def _show_details(self, row: int) -> None:
        rows = self._batches.rows
        text = row_details(rows[row]) if 0 <= row < len(rows) else ""
        self.details.setText(text)
        self.details.setVisible(bool(text))

    def _show_presets(self) -> None:
        pack = self._state.pack
        shown = [preset for preset in self._presets.all if pack is not None and preset.spec.pack == pack.id]
        self.edit.show_presets(shown)

    def _chosen(self) -> None:
        self.output.show_label(self.edit.label)

    def _show_batch(self, batch: Batch) -> None:
        self.edit.show_spec(batch.spec, batch.stack)
        self.output.show_choice(
            batch.folder,
            batch.naming,
            recursive=batch.recursive,
            overwrite=batch.overwrite,
            impersonal=batch.impersonal,
            recipe_inside=batch.recipe_inside,
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._batches.phase.running and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths, _ = picture_in(event.mimeData())
        if paths and not self._batches.phase.running:
            self._batches.add(paths)
            event.acceptProposedAction()
