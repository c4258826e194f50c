"""Main window: puts the parts together and connects what they ask for to what carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import NoneType

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QToolBar, QWidget

from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.preset import PresetInfo, PresetLibrary
from rtedit_desktop.support.stacks.compositions import Compositions
from rtedit_desktop.ui.batch.batch_controller import BatchController
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.canvas.canvas_controller import CanvasController
from rtedit_desktop.ui.canvas.empty_hint import EmptyHint
from rtedit_desktop.ui.canvas.region_controller import RegionController
from rtedit_desktop.ui.canvas.view_controller import ViewController
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.help.help_controller import HelpController
from rtedit_desktop.ui.help.start_notices import StartNotices
from rtedit_desktop.ui.history.filmstrip import Filmstrip
from rtedit_desktop.ui.history.history_controller import HistoryController
from rtedit_desktop.ui.history.history_panel import HistoryPanel
from rtedit_desktop.ui.history.stack_controller import StackController
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.mix_controller import MixController
from rtedit_desktop.ui.jobs.square_cutting import SquareCutting
from rtedit_desktop.ui.jobs.warming import Warming
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.models.fit_controller import FitController
from rtedit_desktop.ui.models.model_controller import ModelController
from rtedit_desktop.ui.photo.face_controller import FaceController
from rtedit_desktop.ui.photo.photo_actions import Opened, PhotoActions
from rtedit_desktop.ui.photo.recent_photos import RecentPhotos
from rtedit_desktop.ui.photo.saving import Saving
from rtedit_desktop.ui.presets.preset_controller import PresetController
from rtedit_desktop.ui.prompt.instant import InstantPrompts
from rtedit_desktop.ui.prompt.prompt_bar import PromptBar
from rtedit_desktop.ui.prompt.run_controller import RunController
from rtedit_desktop.ui.settings.settings_controller import SettingsController
from rtedit_desktop.ui.widgets.actions import Actions
from rtedit_desktop.ui.widgets.columns import column, over, row, under
from rtedit_desktop.ui.widgets.messages import Messages, StandingStrip, Strip
from rtedit_desktop.ui.widgets.mime import has_picture
from rtedit_desktop.ui.widgets.offer import Offer
from rtedit_desktop.ui.widgets.texts import translated
from rtedit_desktop.ui.window.action_states import ActionStates
from rtedit_desktop.ui.window.closing import Closing
from rtedit_desktop.ui.window.computer_controller import ComputerController
from rtedit_desktop.ui.window.opening import Opening
from rtedit_desktop.ui.window.sample_pictures import SamplePictures
from rtedit_desktop.ui.window.services import Services
from rtedit_desktop.ui.window.status_parts import LoadingStatus, PlaceStatus
from rtedit_desktop.ui.window.window_layout import WindowLayout
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread


class MainWindow(QMainWindow, RedrawnOnce):
    """Owns the threads behind it and ends them when it closes."""

    closed = Signal()

    def __init__(
        self, services: Services, packs: list[PackInfo], *, pack: str = "", layout: WindowLayout | None = None
    ) -> None:
        """``pack`` is the id of the pack to begin with, where it is installed.

        ``layout`` is restored now and kept when the window closes.
        """
        super().__init__()
        self.setAcceptDrops(True)
        self.state = EditorState(packs, self, pack=pack)
        self.background = Background(parent=self)
        self.engine = EngineThread(services.engine_factory, self)
        photo_service = services.photo_service
        self.compositions = Compositions(photo_service)
        cutting = SquareCutting(self.state, photo_service, self.background, self.compositions)
        self.jobs = JobController(self.state, self.engine, cutting, self.background.tasks, self)
        self.mixes = MixController(self.state, self.jobs, cutting, self)
        self.warming = Warming(self.state, self.engine, self.background.tasks, self)
        self.photos = PhotoActions(self.state, photo_service, self.background, self, self.compositions)
        self.instant = InstantPrompts(
            self.state, self.engine, photo_service, self.background, self, compositions=self.compositions
        )
        self.journal = services.journal
        self.ended = True
        self._leaving = False
        context = self._make_parts(services)
        self.presets = self._make_preset_controller(context, services.library) if services.library is not None else None
        self.batch = BatchController(context, self.presets.presets) if self.presets is not None else None
        importers = [one for one in (self.models, self.presets) if one is not None]
        self.opening = Opening(context, self.photos, self.saving, importers, self.batch, services.camera)
        self.samples = SamplePictures(context, self.photos, self.empty, self.opening.open)
        chapters = {self.prompt_bar: "prompts", self.history: "results", self.filmstrip: "results"}
        if self.presets is not None:
            chapters[self.presets.panel] = "presets"
        self.help.set_chapters(chapters)
        self._lay_out()
        self._connect()
        for offered in (self.actions_.take_photo, self.empty.take_photo):
            offered.setVisible(services.camera is not None)
        self.actions_.take_photo.setEnabled(services.camera is not None)
        self.actions_.models.setVisible(self.models is not None)
        self.actions_.models.setEnabled(self.models is not None)
        self.resize(1180, 820)
        self._layout = layout
        if layout is not None:
            self.state.set_previews(layout.previews)
            layout.restore(self, self.presets, self.actions_.show_filmstrip)
        self.redraw()
        self.canvas.setFocus()
        self.photos.find_samples()
        if self.journal is not None:
            self.results.keep(self.journal, self.photos, self.saving, self._preset_files)

    def _make_parts(self, services: Services) -> WindowContext:
        photo_service, installer = services.photo_service, services.installer
        self.actions_ = Actions(self)
        self.canvas = Canvas()
        self.canvas_controller = CanvasController(
            self.state, self.canvas, photo_service, self.background, self.compositions
        )
        self.view = ViewController(self, self.state, self.canvas, self.actions_)
        self.region = RegionController(self, self.state, self.canvas, self.actions_)
        self.empty = EmptyHint(self.canvas)
        self.offer, self.unfit, self.strip = Offer(self.canvas), StandingStrip(self.canvas), Strip(self.canvas)
        self.messages = Messages(self, self.strip)
        context = WindowContext(
            self, self.state, self.engine, photo_service, self.background, self.actions_, self.messages, self.offer
        )
        self.filmstrip = Filmstrip(self.state)
        self.history = HistoryPanel(self.state, can_reopen=services.journal is not None)
        self.results = HistoryController(context, self.history)
        self.stack = StackController(context, self.jobs, self.history, self._presets)
        self.prompt_bar = PromptBar(self.state, more_models=installer is not None)
        self.running = RunController(context, self.jobs, self.prompt_bar, self.history, self.stack)
        self.recent = RecentPhotos(context)
        self.saving = Saving(context, self.photos, kept=services.journal is not None)
        self.faces = FaceController(context, self.canvas)
        self.models = ModelController(context, installer) if installer is not None else None
        self.computer = None
        if services.computers is not None:
            self.computer = ComputerController(context, services.computers, self.jobs, self.warming)
        in_use = self.computer.in_use if self.computer is not None else None
        self.settings = SettingsController(context, services.learned, services.journal, in_use)
        self.settings.closed.connect(self.instant.look)
        self.action_states = ActionStates(context)
        self.fit = FitController(context, self.models, self.unfit)
        self.loading = LoadingStatus()
        self.place = PlaceStatus(self.state, self.canvas)
        self.help = HelpController(context, services.machine_facts)
        self.notices = StartNotices(context, services.newest_version)
        self.closing = Closing(self.background, self.messages, self.close, self)
        return context

    def _make_preset_controller(self, context: WindowContext, library: PresetLibrary) -> PresetController:
        made = PresetController(context, library, self.mixes)
        made.actions.applied.connect(lambda: self.canvas.set_divider(0.0))
        made.actions.pack_asked.connect(self.show_models)
        made.actions.prompt_refused.connect(self.prompt_bar.refuse)
        self.prompt_bar.completions.offer(made.presets)
        self.prompt_bar.completions.preset_chosen.connect(made.actions.apply)
        made.presets.changed.connect(self.stack.panel.redraw)
        self.history.offer(self.actions_.keep_preset)
        return made

    def _presets(self) -> Sequence[PresetInfo]:
        return self.presets.presets.all if self.presets is not None else ()

    def _preset_files(self) -> list[Path]:
        return [preset.path for preset in self._presets()]

    def _lay_out(self) -> None:
        over(self.canvas, self.empty, self.offer, self.unfit, self.strip)
        photo = under(self.canvas, self.region.panel)
        pictures = column(
            row(photo, self.stack.beside(self.history)), self.running.panel, self.running.variations.row, self.filmstrip
        )
        middle = self.presets.beside(pictures) if self.presets is not None else pictures
        self.setCentralWidget(column(middle, self.prompt_bar))
        self.stack.stop_before(self.history)
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
        if self.batch is not None:
            self.statusBar().addPermanentWidget(self.batch.status)
            self.batch.status.redraw()
        if self.computer is not None:
            self.statusBar().addPermanentWidget(self.computer.status)
            self.computer.status.redraw()
        self.statusBar().addPermanentWidget(self.place)
        self.loading.hide()  # a status bar shows what is added to it

    def _connect(self) -> None:
        do, state, jobs, photos = self.actions_, self.state, self.jobs, self.photos
        do.open.triggered.connect(self.opening.ask)
        do.paste.triggered.connect(self.opening.paste)
        do.take_photo.triggered.connect(lambda: self.opening.take_photo())
        do.save.triggered.connect(lambda: self.saving.save())
        do.save_as.triggered.connect(lambda: self.saving.save_as())
        do.save_impersonal.triggered.connect(lambda: self.saving.save_as(impersonal=True))
        do.copy_picture.triggered.connect(lambda: photos.copy())
        self.results.let_drag(photos)
        self.recent.asked.connect(self.opening.open)
        for panel in (do.show_filmstrip.toggled, do.show_presets.toggled):
            panel.connect(self.canvas.settle)  # room that was asked for is used
        do.show_filmstrip.toggled.connect(self.filmstrip.want)
        do.quit.triggered.connect(self.close)
        do.models.triggered.connect(lambda: self.show_models())
        do.edit_prompt.triggered.connect(self._edit_prompt)
        if (batch := self.batch) is not None:
            do.batch.triggered.connect(lambda: batch.show())
        do.cancel.triggered.connect(self.cancel)

        self.canvas.written.connect(self.prompt_bar.write)
        self.prompt_bar.cancel_asked.connect(self.cancel)
        for asked in (self.prompt_bar.models_asked, self.stack.lost.model_asked):
            asked.connect(self.show_models)
        self.filmstrip.frame_looked_at.connect(jobs.look_at)
        variations = self.running.variations.row
        variations.shows_changed.connect(self.filmstrip.make_way)
        variations.add_keys_to(self.canvas)
        self.filmstrip.frame_chosen.connect(jobs.use_frame)
        self.filmstrip.frame_chosen.connect(self._write_on)
        state.pack_changed.connect(self.warming.start)
        self.empty.open_asked.connect(self.opening.ask)
        self.empty.paste_asked.connect(self.opening.paste)
        self.empty.camera_asked.connect(self.opening.take_photo)
        self.empty.sample_asked.connect(self.opening.open)
        self.running.begun.connect(self.view.watch)
        self.view.peek_from(self.filmstrip.list, self.history.list, self.history.earlier)
        if self.presets is not None:
            self.view.peek_from(self.presets.panel.list)

        jobs.recalled.connect(self._recalled)
        self.warming.began.connect(self.loading.show_loading)
        self.warming.ended.connect(self.loading.hide)
        self.warming.ended.connect(self.canvas_controller.warm_up)  # at the same time the two would hold the window up
        self.warming.failed.connect(self.messages.mention)
        self.warming.notice.connect(self.messages.say)
        photos.opened.connect(self._opened)
        for busy in (self.opening.busy, self.closing.waiting):
            busy.connect(self.statusBar().showMessage)
        self.redraw_on(state, state.photo_changed, state.results_changed, state.saved_changed)

    def come_forward(self, paths: list[Path]) -> None:
        """The app was started again, or a file was opened with it."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()
        self.opening.open_any(paths)

    def cancel(self) -> None:
        """What the person waits for, else the preset that is being learned."""
        if self.state.phase.running or self.presets is None:
            self.jobs.cancel()
        else:
            self.presets.learning.cancel()

    def show_models(self, id: str = "") -> None:
        """Which models there are, here and to be had."""
        if self.models is not None:
            self.models.show(id)

    def _edit_prompt(self) -> None:
        self.prompt_bar.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.prompt_bar.prompt.selectAll()

    def _write_on(self) -> None:
        """The next thing to do is to write a prompt."""
        self.prompt_bar.prompt.setFocus(Qt.FocusReason.OtherFocusReason)

    def _opened(self, opened: Opened) -> None:
        self.jobs.photo_replaced()
        if self.results.keeping is not None:
            self.results.keeping.restored(opened.results)
        self.state.set_photo(opened.photo, opened.square, opened.work, opened.results)
        self.canvas_controller.show_photo(opened.pyramid)
        self._write_on()
        for note in opened.photo.notes:
            self.messages.say(translated(note))

    def _recalled(self, prompt: str) -> None:
        self.statusBar().showMessage(
            self.tr("“{prompt}” was learned before: nothing had to be learned.").format(prompt=prompt), 8000
        )

    def redraw(self) -> None:
        state = self.state
        self.empty.setVisible(state.photo is None)
        if state.photo is None:
            self.setWindowTitle(self.tr("RTEdit"))
        else:
            self.setWindowTitle(self.tr("{name}[*] – RTEdit").format(name=state.photo.name))
        self.setWindowModified(not state.saved)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        after_a_dialog = event.type() == QEvent.Type.WindowUnblocked and self.state.photo is not None
        if after_a_dialog and isinstance(self.focusWidget(), (Canvas, QAbstractButton, NoneType)):
            self._write_on()  # a list and a field have it again, for whoever works there
        return handled

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if has_picture(data) or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.presets is not None and event.source() is self.presets.panel.list:
            # From the list onto the photo: not a file that comes in.
            if self.canvas.rect().contains(self.canvas.mapFrom(self, event.position().toPoint())):
                self.presets.panel.apply_chosen()
        elif event.source() is self.history.list:
            event.ignore()  # a result that was to be dragged out
        elif self.opening.open_data(event.mimeData()):
            event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.actions_.redraw_icons()
            self.region.panel.redraw_icons()
            styled_parts: list[QWidget] = [self.prompt_bar, self.prompt_bar.chips, self.running.panel.list]
            styled_parts += [self.filmstrip.list, self.history.list, self.history.earlier, self.stack.panel.list]
            if self.presets is not None:
                styled_parts.append(self.presets.panel.list)
            for styled in styled_parts:
                # A style sheet keeps the colours that it began with.
                styled.setStyleSheet(styled.styleSheet())
            self.prompt_bar.redraw()
            if self.computer is not None:
                self.computer.status.redraw_colour()

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
        if self.batch is not None and not self.batch.may_go():
            event.ignore()
            return
        if not self.state.saved and not self._leaving:
            event.ignore()
            self.saving.unless_unsaved(self.leave)
            return
        if self._layout is not None:
            self._layout.keep(self, self.presets, self.actions_.show_filmstrip, self.background)
        self.hide()
        kept = self.results.close(self.closing.patience)
        if self.batch is not None:
            kept = self.batch.shutdown(self.closing.patience) and kept
        if self.models is not None:
            self.models.shutdown()
        self.ended = self.engine.shutdown()
        self.ended = self.background.shutdown(self.closing.patience) and self.ended and kept
        event.accept()
        self.closed.emit()

    def leave(self) -> None:
        """Close without asking for what is not saved."""
        self._leaving = True
        self.close()
