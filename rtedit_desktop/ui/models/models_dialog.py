"""Models dialog: lists, downloads, imports, checks and removes models."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rtedit_desktop.core.packs.pack_installer import PackReady
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.models.model_collection import ModelCollection
from rtedit_desktop.ui.models.model_details import ModelDetails
from rtedit_desktop.ui.models.model_list import ModelList
from rtedit_desktop.ui.models.model_questions import WhichModelDialog, ask_model_file, ask_model_folder
from rtedit_desktop.ui.models.model_text import before_download, progress_line, size
from rtedit_desktop.ui.widgets.messages import Messages, Strip
from rtedit_desktop.ui.widgets.mime import picture_in
from rtedit_desktop.worker.pack_thread import PackJob


class ModelsDialog(QDialog):
    """Lies beside the window, which stays usable; running jobs go on when this is closed."""

    use_asked = Signal(str)

    def __init__(self, models: ModelCollection, state: EditorState, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._state = models, state
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Models"))
        offer_guide(self, "models")
        self.setAcceptDrops(True)
        self.strip = Strip()
        self.messages = Messages(self, self.strip)
        self.list = ModelList(models, state)
        self.details = ModelDetails(models, state)
        self._make_foot()
        self._lay_out()
        self._connect()
        self.resize(900, 560)
        self.redraw()
        models.refresh()

    def _make_foot(self) -> None:
        self.looking = QLabel(self.tr("Looking…"))
        self.total = QLabel()
        self.going = QLabel()
        for label in (self.total, self.going):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.stop = QPushButton(self.tr("S&top"))
        self.stop.setAccessibleName(self.tr("Stop the import"))
        self.import_file = QPushButton(self.tr("Import &file…"))
        self.import_file.setToolTip(self.tr("A checkpoint, a text model or a pack; it can be dropped here too"))
        self.import_folder = QPushButton(self.tr("Import f&older…"))
        self.import_folder.setToolTip(self.tr("A pack, or a model's folder; it can be dropped here too"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.close)
        for button in (self.stop, self.import_file, self.import_folder):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        both = QHBoxLayout()
        both.addWidget(self.list)
        both.addWidget(self.details, 1)
        both.addWidget(self.looking, 1, Qt.AlignmentFlag.AlignCenter)
        going = QHBoxLayout()
        going.addWidget(self.going, 1)
        going.addWidget(self.stop)
        foot = QHBoxLayout()
        foot.addWidget(self.import_file)
        foot.addWidget(self.import_folder)
        foot.addSpacing(10)
        foot.addWidget(self.total, 1)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addLayout(both, 1)
        layout.addLayout(going)
        layout.addLayout(foot)

    def _connect(self) -> None:
        models, details = self._models, self.details
        self.list.chosen.connect(details.show_model)
        details.use_asked.connect(self.use_asked)
        details.download_asked.connect(self.ask_download)
        details.import_asked.connect(self._ask_its_file)
        details.check_asked.connect(models.check)
        details.removal_asked.connect(self._ask_removal)
        details.cancel_asked.connect(self._cancel)
        self.import_file.clicked.connect(lambda: ask_model_file(self, self.tr("Import a model"), models.import_pack))
        self.import_folder.clicked.connect(
            lambda: ask_model_folder(self, self.tr("Import a model"), models.import_pack)
        )
        self.stop.clicked.connect(self._stop_nameless)
        models.changed.connect(self.redraw)
        models.progressed.connect(self._redraw_progress)
        models.noticed.connect(self.messages.say)
        models.checked.connect(self._say_checked)
        models.removed.connect(self._say_removed)
        for changed in (self._state.pack_changed, self._state.packs_changed, self._state.phase_changed):
            changed.connect(self.redraw)

    def show_model(self, id: str) -> None:
        self.list.choose(id)

    def ask_download(self, id: str) -> None:
        """Size, licence and source, before anything goes online."""
        target = self._models.target(id)
        offer = self._models.offer(target)
        if offer is None:
            return
        parts = [part for id in offer.lacks if (part := self._models.offer(id)) is not None and id != target]
        self.messages.ask(
            self.tr("Download {title}?").format(title=offer.title),
            before_download(offer, parts, self._models.free),
            self.tr("Download"),
            partial(self._models.download, target),
        )

    def _ask_its_file(self, id: str) -> None:
        target = self._models.target(id)
        title = self.tr("Import {title}").format(title=self._models.title(target))
        ask_model_file(self, title, lambda path: self._models.import_pack(path, target))

    def _ask_removal(self, id: str) -> None:
        offer = self._models.offer(id)
        if offer is None:
            return
        half = not offer.folder and not offer.own_files
        question = self.tr("Discard what is here of {title}?") if half else self.tr("Remove {title}?")
        self.messages.ask(
            question.format(title=offer.title),
            self.tr("{size} will be free again. Photos, results and presets stay.").format(size=size(offer.on_disk)),
            self.tr("Discard") if half else self.tr("Remove"),
            partial(self._models.remove, id),
        )

    def ask_which(self, path: Path, choices: tuple[str, ...]) -> None:
        offers = [offer for id in choices if (offer := self._models.offer(id)) is not None]
        named = [(offer.id, f"{offer.title}: {offer.domain}") for offer in offers]
        WhichModelDialog(path.name, named, partial(self._models.import_pack, path), self).open()

    def ask_replacing(self, job: PackJob, what: str) -> None:
        self.messages.ask(
            what,
            self.tr("The one that is there is lost when it is replaced."),
            self.tr("Replace"),
            partial(self._models.replace, job),
        )

    def _cancel(self, id: str) -> None:
        job = self._models.job_of(id)
        if job is not None:
            self._models.cancel(job)

    def _stop_nameless(self) -> None:
        job = self._models.nameless_job
        if job is not None:
            self._models.cancel(job)

    def say_installed(self, ready: PackReady) -> None:
        """With the next step at hand."""
        self.show_model(ready.id)
        self.strip.hide()  # it may speak of what was missing until now
        sentence = self.tr("{title} is installed.").format(title=ready.title)
        if ready.lacks:
            part = self._models.title(ready.lacks[0])
            sentence += " " + self.tr("It needs {part} too: download or import that next.").format(part=part)
            self.messages.say(
                sentence, self.tr("Download {part}…").format(part=part), lambda: self.ask_download(ready.id)
            )
            return
        usable = [offer for offer in self._models.offers if ready.id in (offer.id, *offer.parts)]
        usable = [offer for offer in usable if self._state.pack_called(offer.id) not in (None, self._state.pack)]
        if usable:
            use = self.tr("Use {title}").format(title=usable[0].title)
            self.messages.say(sentence, use, partial(self.use_asked.emit, usable[0].id))
        else:
            self.messages.say(sentence)

    def say_not_downloaded(self, id: str, what: str, todo: str, details: str) -> None:
        """With the other way to get it at hand."""
        self.show_model(id)
        self.messages.error(what, todo, details, self.tr("Import its file…"), partial(self._ask_its_file, id))

    def _say_checked(self, title: str) -> None:
        self.messages.say(self.tr("{title} is whole.").format(title=title))

    def _say_removed(self, title: str, freed: int) -> None:
        self.messages.say(self.tr("{title} is removed; {size} are free again.").format(title=title, size=size(freed)))

    def redraw(self) -> None:
        models = self._models
        self.looking.setVisible(not models.known)
        self.list.redraw()
        self.details.show_model(self.list.chosen_id)
        used = sum(offer.on_disk for offer in models.offers)
        words = self.tr("{used} on this disk, {free} free").format(used=size(used), free=size(models.free))
        self.total.setText(words if models.known else "")
        self._redraw_nameless()

    def _redraw_progress(self) -> None:
        self.list.redraw()
        self.details.redraw_progress()
        self._redraw_nameless()

    def _redraw_nameless(self) -> None:
        models, job = self._models, self._models.nameless_job
        self.going.setVisible(job is not None)
        self.stop.setVisible(job is not None)
        if job is not None and job.path is not None:
            stopping = models.is_stopping(job)
            line = progress_line(models.progress_of(job), stopping, models.jobs[0] == job)
            self.going.setText(f"{job.path.name}: {line}")
            self.stop.setEnabled(not stopping)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.list.setStyleSheet(self.list.styleSheet())  # it keeps the colours that it began with
            self.details.redraw()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths, _ = picture_in(event.mimeData())
        for path in paths:
            self._models.import_pack(path)
        if paths:
            event.acceptProposedAction()
