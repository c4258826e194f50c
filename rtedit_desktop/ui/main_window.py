"""The window: puts the parts together and passes intents to who can fulfil them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMainWindow, QToolBar, QVBoxLayout, QWidget

from rtedit_desktop.core.history import Journal
from rtedit_desktop.core.learned import LearnedStore
from rtedit_desktop.core.pack_depot import PackDepot
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.photo import PhotoDesk
from rtedit_desktop.core.preset import PresetShelf
from rtedit_desktop.ui.actions import Actions
from rtedit_desktop.ui.canvas import Canvas
from rtedit_desktop.ui.closing import Closing
from rtedit_desktop.ui.earlier import Earlier
from rtedit_desktop.ui.empty_hint import EmptyHint
from rtedit_desktop.ui.file_dialogs import ask_open
from rtedit_desktop.ui.filmstrip import Filmstrip
from rtedit_desktop.ui.help_side import HelpSide
from rtedit_desktop.ui.history_panel import HistoryPanel
from rtedit_desktop.ui.instant import Instant
from rtedit_desktop.ui.jobs import Jobs
from rtedit_desktop.ui.keeping import Keeping
from rtedit_desktop.ui.messages import Messages, Strip
from rtedit_desktop.ui.mime import picture_in
from rtedit_desktop.ui.model_side import ModelSide
from rtedit_desktop.ui.offer import Offer
from rtedit_desktop.ui.photo_actions import Opened, PhotoActions
from rtedit_desktop.ui.preset_side import PresetSide
from rtedit_desktop.ui.prompt_bar import PromptBar
from rtedit_desktop.ui.queue import Queue
from rtedit_desktop.ui.queue_panel import QueuePanel
from rtedit_desktop.ui.result import Result
from rtedit_desktop.ui.saving import Saving
from rtedit_desktop.ui.settings_dialog import SettingsDialog
from rtedit_desktop.ui.stage import Stage
from rtedit_desktop.ui.state import EditorState, Phase
from rtedit_desktop.ui.status_parts import LoadingStatus, PlaceStatus
from rtedit_desktop.ui.undo import Undo
from rtedit_desktop.ui.variations import Variations
from rtedit_desktop.ui.warming import Warming
from rtedit_desktop.ui.wish import Wish
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineFactory, EngineThread


class MainWindow(QMainWindow):
    """Owns the threads behind it and ends them when it closes."""

    closed = Signal()

    def __init__(
        self,
        engine_factory: EngineFactory,
        desk: PhotoDesk,
        packs: list[PackInfo],
        shelf: PresetShelf | None = None,
        learned: LearnedStore | None = None,
        depot: PackDepot | None = None,
        *,
        pack: str = "",
        journal: Journal | None = None,
    ) -> None:
        """``pack`` is the id of the pack to begin with, where it is installed."""
        super().__init__()
        self.setAcceptDrops(True)
        self.state = EditorState(packs, self, pack=pack)
        self.background = Background(parent=self)
        self.engine = EngineThread(engine_factory, self)
        self.jobs = Jobs(self.state, self.engine, desk, self.background, self)
        self.warming = Warming(self.state, self.engine, self)
        self.queue = Queue(self.state, self.jobs, self)
        self.variations = Variations(self, self.state, self.jobs, self.queue)
        self.photos = PhotoActions(self.state, desk, self.background, self)
        self.instant = Instant(self.state, self.engine, desk, self.background, self)
        self.undo = Undo(self.state, self)
        self.learned = learned
        self.journal = journal
        self.ended = True
        self._leaving = False
        self._make_parts(desk, depot)
        self.presets = self._preset_side(shelf, desk) if shelf is not None else None
        self.keeping = Keeping(self.state, journal, self.background, self) if journal is not None else None
        self.earlier = self._earlier_work(journal, desk) if journal is not None else None
        self._lay_out()
        self._connect()
        self.actions_.settings.setVisible(learned is not None)
        self.actions_.earlier.setVisible(journal is not None)
        self.saving.kept = journal is not None
        self.actions_.models.setVisible(self.models is not None)
        self.actions_.models.setEnabled(self.models is not None)
        self.resize(1180, 820)
        self.redraw()
        self.canvas.setFocus()
        self.photos.find_samples()
        if self.earlier is not None:
            self.earlier.look()

    # --- build -------------------------------------------------------------------------------

    def _make_parts(self, desk: PhotoDesk, depot: PackDepot | None) -> None:
        self.actions_ = Actions(self)
        self.canvas = Canvas()
        self.stage = Stage(self.state, self.canvas, desk, self.background)
        self.empty = EmptyHint(self.canvas)
        self.strip = Strip(self.canvas)
        self.offer = Offer(self.canvas)
        self.messages = Messages(self, self.strip)
        self.filmstrip = Filmstrip(self.state)
        self.queue_panel = QueuePanel(self.state)
        self.history = HistoryPanel(self.state)
        self.history.offer(self.actions_.again)
        self.prompt_bar = PromptBar(self.state, more_models=depot is not None)
        self.saving = Saving(self, self.state, self.photos, self.messages)
        self.models = None
        if depot is not None:
            self.models = ModelSide(self, depot, self.state, self.background, self.messages)
        self.loading = LoadingStatus()
        self.place = PlaceStatus(self.state, self.canvas)
        self.help = HelpSide(self, self.actions_, self.state, self.background, self.messages)
        self.closing = Closing(self.background, self.messages, self.close, self)

    def _preset_side(self, shelf: PresetShelf, desk: PhotoDesk) -> PresetSide:
        side = PresetSide(
            self,
            shelf,
            self.state,
            self.engine,
            desk,
            self.background,
            self.jobs,
            self.messages,
            self.actions_,
        )
        side.actions.applied.connect(lambda: self.canvas.set_divider(0.0))
        side.actions.pack_asked.connect(self.show_models)
        side.panel.list.installEventFilter(self)
        self.history.offer(self.actions_.keep_preset)
        return side

    def _earlier_work(self, journal: Journal, desk: PhotoDesk) -> Earlier:
        return Earlier(
            self,
            journal,
            self.state,
            desk,
            self.background,
            self.photos,
            self.saving,
            self.messages,
            self.offer,
            lambda: [preset.path for preset in self.presets.presets.all] if self.presets is not None else [],
        )

    def _lay_out(self) -> None:
        over = QVBoxLayout(self.canvas)
        over.setContentsMargins(16, 12, 16, 12)
        over.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignTop)
        over.addWidget(self.strip, 0, Qt.AlignmentFlag.AlignTop)
        over.addWidget(self.empty, 1)
        over.addStretch()
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.canvas, 1)
        top.addWidget(self.history)
        pictures = _column(_column(top, self.queue_panel), self.filmstrip)
        middle = self.presets.beside(pictures) if self.presets is not None else pictures
        self.setCentralWidget(_column(middle, self.prompt_bar))
        self.actions_.fill_menus(self.menuBar())
        if self.presets is None:
            self.actions_.without_presets()
        bar = QToolBar(self.tr("Tools"))
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.actions_.fill_toolbar(bar)
        self.addToolBar(bar)
        self.statusBar().addWidget(self.loading)
        if self.models is not None:
            self.statusBar().addPermanentWidget(self.models.status)
            self.models.status.redraw()
        self.statusBar().addPermanentWidget(self.place)
        self.loading.hide()  # a status bar shows what is added to it

    def _connect(self) -> None:
        do, state, jobs, photos = self.actions_, self.state, self.jobs, self.photos
        do.open.triggered.connect(self.ask_open)
        do.paste.triggered.connect(self.paste)
        do.save.triggered.connect(lambda: self.saving.save())
        do.save_as.triggered.connect(lambda: self.saving.save_as())
        do.quit.triggered.connect(self.close)
        if self.earlier is not None:
            do.earlier.triggered.connect(self.earlier.show)
            self.history.can_reopen = True
            self.history.photo_asked.connect(self.earlier.open_photo_of)
        do.undo.triggered.connect(self.undo.stack.undo)
        do.redo.triggered.connect(self.undo.stack.redo)
        self.undo.stack.indexChanged.connect(self.redraw)
        do.settings.triggered.connect(self.show_settings)
        do.models.triggered.connect(lambda: self.show_models())
        do.edit_prompt.triggered.connect(self._edit_prompt)
        do.fit.triggered.connect(self.canvas.fit)
        do.actual_size.triggered.connect(self.canvas.actual_size)
        do.zoom_in.triggered.connect(lambda: self.canvas.zoom(1.25))
        do.zoom_out.triggered.connect(lambda: self.canvas.zoom(0.8))
        do.compare.triggered.connect(self.canvas.set_comparing)
        do.original.triggered.connect(self._show_original)
        self.canvas.peek_changed.connect(do.original.setChecked)
        do.run.triggered.connect(self.run)
        do.variations.triggered.connect(self.run_variations)
        do.cancel.triggered.connect(self.cancel)

        self.prompt_bar.run_asked.connect(self.run)
        self.prompt_bar.variations_asked.connect(self.run_variations)
        self.prompt_bar.cancel_asked.connect(self.cancel)
        self.prompt_bar.strength_asked.connect(jobs.set_strength)
        self.prompt_bar.reroll_asked.connect(jobs.reroll)
        self.prompt_bar.models_asked.connect(self.show_models)
        self.queue_panel.order_asked.connect(self.queue.arrange)
        self.queue_panel.drop_asked.connect(self.queue.drop)
        self.queue_panel.go_on_asked.connect(self.queue.go_on)
        self.filmstrip.frame_looked_at.connect(jobs.look_at)
        self.filmstrip.frame_taken.connect(jobs.use_frame)
        state.pack_changed.connect(self.warming.start)
        self.history.result_asked.connect(state.go_to_result)
        self.history.again_asked.connect(self.again)
        self.history.chosen_changed.connect(self.redraw)
        do.again.triggered.connect(lambda: self.again(self.history.chosen))
        self.empty.open_asked.connect(self.ask_open)
        self.empty.sample_asked.connect(self.open)
        for listed in (self.filmstrip.list, self.history.list):
            listed.installEventFilter(self)

        jobs.prompt_refused.connect(self.prompt_bar.refuse)
        jobs.notice.connect(self.messages.say)
        if self.keeping is not None:
            self.keeping.failed.connect(self.messages.mention)
        jobs.recalled.connect(self._recalled)
        jobs.failed.connect(self.messages.error)
        self.warming.began.connect(self.loading.show_loading)
        self.warming.ended.connect(self.loading.hide)
        self.warming.failed.connect(self.messages.mention)
        self.warming.notice.connect(self.messages.say)
        photos.opening.connect(self._show_opening)
        photos.opened.connect(self._opened)
        photos.open_failed.connect(self._open_failed)
        photos.saving.connect(lambda name: self.statusBar().showMessage(self.tr("Saving {name}…").format(name=name)))
        photos.save_done.connect(self._saved)
        photos.save_failed.connect(self._save_failed)
        photos.samples_ready.connect(self._samples_found)
        self.closing.waiting.connect(self.statusBar().showMessage)
        for changed in (
            state.photo_changed,
            state.square_changed,
            state.phase_changed,
            state.results_changed,
            state.saved_changed,
            state.learning_changed,
        ):
            changed.connect(self.redraw)

    # --- intents -----------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load the models behind the window."""
        self.warming.start()

    def open(self, path: Path) -> None:
        """A photo; a preset file or a model is imported."""
        if self.models is not None and not self.models.take([path]):
            return
        if self.presets is not None and not self.presets.take([path]):
            return
        self.saving.unless_unsaved(partial(self.photos.open, path))

    def take_files(self, paths: list[Path]) -> None:
        """Files as if they were dropped on the window."""
        self._take(paths, None)

    def come_forward(self, paths: list[Path]) -> None:
        """The app was started again, or a file was opened with it."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()
        self.take_files(paths)

    def open_image(self, image: QImage) -> None:
        self.saving.unless_unsaved(partial(self.photos.paste, image))

    def ask_open(self) -> None:
        photo = self.state.photo
        ask_open(self, photo.path.parent if photo and photo.path else None, self.open)

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        paths, image = picture_in(data) if data is not None else ([], None)
        if not self._take(paths, image):
            self.messages.say(self.tr("There is no picture in the clipboard. Copy one, then paste it here."))

    def run(self) -> None:
        """What is written; it waits its turn while something else runs."""
        wish = self.jobs.written_wish()
        if wish is not None and self.queue.add(wish):
            self._watch()

    def run_variations(self) -> None:
        """What is written, with four seeds."""
        if self.variations.ask():
            self._watch()

    def _watch(self) -> None:
        self.canvas.set_divider(0.0)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def again(self, result: Result | None) -> None:
        """What made a result, on the photo as it is now."""
        if result is None or self.state.photo is None:
            return
        pack = self.state.pack_called(result.request.pack)
        if pack is None:
            title = self.state.pack_title(result.request.pack)
            text = self.tr("It was made with the model pack “{pack}”, which is not installed.")
            self.messages.say(text.format(pack=title))
        elif self.queue.add(Wish(pack, result.request).again()):
            self._watch()

    def cancel(self) -> None:
        """What the person waits for, else the preset that is being learned."""
        if self.state.phase.running or self.presets is None:
            self.jobs.cancel()
        else:
            self.presets.learning.cancel()

    def show_settings(self) -> None:
        """What holds for the app as a whole."""
        if self.learned is not None:
            dialog = SettingsDialog(self.learned, self.background, self.messages, self, self.journal)
            dialog.finished.connect(self.instant.look)
            dialog.open()

    def show_models(self, id: str = "") -> None:
        """Which models there are, here and to be had."""
        if self.models is not None:
            self.models.show(id)

    def _show_original(self, shown: bool) -> None:
        """For hands that cannot hold Space: until the canvas loses the focus."""
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.canvas.set_peeking(shown)

    def _edit_prompt(self) -> None:
        self.prompt_bar.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.prompt_bar.prompt.selectAll()

    def _take(self, paths: list[Path], image: QImage | None) -> bool:
        if paths and self.models is not None:
            rest = self.models.take(paths)
            if not rest:
                return True
            paths = rest
        if paths and self.presets is not None:
            rest = self.presets.take(paths)
            if not rest:
                return True
            paths = rest
        if paths:
            self.open(paths[0])
            if len(paths) > 1:
                self.messages.say(
                    self.tr("{n} files came at once; {name} is opened.").format(n=len(paths), name=paths[0].name)
                )
            return True
        if image is not None:
            self.open_image(image)
        return image is not None

    # --- what came back ----------------------------------------------------------------------

    def _show_opening(self, name: str) -> None:
        self.statusBar().showMessage(self.tr("Opening {name}…").format(name=name))

    def _opened(self, opened: Opened) -> None:
        self.statusBar().clearMessage()
        self.jobs.photo_replaced()
        if self.keeping is not None:
            self.keeping.restored(opened.results)
        self.state.set_photo(opened.photo, opened.square, opened.work, opened.results)
        self.stage.show_photo(opened.pyramid)
        for note in opened.photo.notes:
            self.messages.say(note)

    def _open_failed(self, what: str, todo: str, details: str) -> None:
        self.statusBar().clearMessage()
        self.messages.error(what, todo, details)

    def _saved(self, path: Path) -> None:
        self.statusBar().clearMessage()
        self.messages.say(self.tr("Saved as {name}.").format(name=path.name))

    def _save_failed(self, what: str, todo: str, details: str) -> None:
        self.statusBar().clearMessage()
        self.messages.error(what, todo, details)

    def _samples_found(self, samples: list[tuple[Path, QImage]]) -> None:
        self.empty.set_samples(samples)
        self.actions_.set_samples(samples, self.open)

    def _recalled(self, prompt: str) -> None:
        self.statusBar().showMessage(
            self.tr("“{prompt}” was learned before: nothing had to be learned.").format(prompt=prompt), 8000
        )

    # --- redraw ------------------------------------------------------------------------------

    def redraw(self) -> None:
        state, do = self.state, self.actions_
        running = state.phase.running
        ready = state.phase is Phase.READY
        has_photo = state.photo is not None
        self.empty.setVisible(not has_photo)
        do.save.setEnabled(state.result is not None)
        do.save_as.setEnabled(state.result is not None)
        do.name_steps(self.undo.stack.undoText(), self.undo.stack.redoText())
        do.undo.setEnabled(ready and self.undo.stack.canUndo())
        do.redo.setEnabled(ready and self.undo.stack.canRedo())
        learning = state.learning is not None
        do.run.setEnabled(has_photo)
        do.variations.setEnabled(has_photo)
        do.again.setEnabled(has_photo and self.history.chosen is not None)
        do.cancel.setEnabled((running and state.phase is not Phase.STOPPING) or (learning and not running))
        for action in (do.fit, do.actual_size, do.zoom_in, do.zoom_out, do.compare, do.original):
            action.setEnabled(has_photo)
        do.compare.setChecked(has_photo and self.canvas.comparing)
        if state.photo is None:
            self.setWindowTitle(self.tr("RTEdit"))
        else:
            self.setWindowTitle(self.tr("{name}[*] – RTEdit").format(name=state.photo.name))
        self.setWindowModified(not state.saved)

    # --- Qt's events -------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space shows the original from the lists too."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            if event.type() == QEvent.Type.KeyPress:
                self.canvas.set_peeking(True)
                return True
            if event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self.canvas.set_peeking(False)
                return True
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.presets is not None and event.source() is self.presets.panel.list:
            # From the list onto the photo: not a file that comes in.
            if self.canvas.rect().contains(self.canvas.mapFrom(self, event.position().toPoint())):
                self.presets.panel.apply_chosen()
        elif self._take(*picture_in(event.mimeData())):
            event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.actions_.redraw_icons()
            styled_parts: list[QWidget] = [self.prompt_bar, self.prompt_bar.chips, self.history.list]
            if self.presets is not None:
                styled_parts.append(self.presets.panel.list)
            for styled in styled_parts:
                # A style sheet keeps the colours that it began with.
                styled.setStyleSheet(styled.styleSheet())
            self.prompt_bar.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.presets is not None:
            self.presets.fit(event.size().width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.place.redraw()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.closing.may_go():
            event.ignore()
            return
        if not self.state.saved and not self._leaving:
            event.ignore()
            self.saving.unless_unsaved(self._leave)
            return
        self.hide()
        if self.keeping is not None:
            self.keeping.close()
        if self.models is not None:
            self.models.shutdown()
        self.ended = self.engine.shutdown()
        self.ended = self.background.shutdown(self.closing.patience) and self.ended
        event.accept()
        self.closed.emit()

    def _leave(self) -> None:
        self._leaving = True
        self.close()


def _column(above: QWidget | QLayout, below: QWidget) -> QWidget:
    """The first takes the room that the second leaves."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    if isinstance(above, QLayout):
        layout.addLayout(above, 1)
    else:
        layout.addWidget(above, 1)
    layout.addWidget(below)
    return column
