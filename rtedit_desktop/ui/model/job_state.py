"""Observable state of the job that is made of the prompt: its phase, its frames, and what waits behind it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.stack import Layer
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.prompt_state import PromptState
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.result import Frame


class JobState(PromptState):
    """What runs and what is queued, on top of what is asked; ``learning`` is the preset that is being learned."""

    phase_changed = Signal()
    progress_changed = Signal()
    learning_changed = Signal()
    frames_changed = Signal()
    selection_changed = Signal()
    device_changed = Signal()
    check_changed = Signal()
    queue_changed = Signal()

    def __init__(self, packs: list[PackInfo], parent: QObject | None = None, *, pack: str = "") -> None:
        """``pack`` is the id of the one to begin with, where it is there."""
        super().__init__(packs, parent, pack=pack)
        self.phase = Phase.EMPTY
        self.progress = Progress()
        self.learning: Progress | None = None
        self.frames: tuple[Frame, ...] = ()
        self.selected = -1
        self.under: tuple[Layer, ...] = ()
        self.previews = "small"
        self.check: DomainCheck | None = None
        self.queue: tuple[QueuedEdit, ...] = ()
        self.queue_held = False

    def set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self._announce(self.phase_changed)

    def set_progress(self, progress: Progress) -> None:
        self.progress = progress
        self._announce(self.progress_changed)

    def set_device(self, device: str) -> None:
        if device != self.device:
            self.device = device
            self._announce(self.device_changed, self.settings_changed)  # a processor is asked for less

    def set_check(self, check: DomainCheck | None) -> None:
        """What the pack makes of the square as it is; None while nobody knows."""
        if check != self.check:
            self.check = check
            self._announce(self.check_changed)

    def set_queue(self, queue: tuple[QueuedEdit, ...], held: bool) -> None:
        """What waits for its turn; ``held``: until the person lets it go on."""
        held = held and bool(queue)
        if queue != self.queue or held != self.queue_held:
            self.queue, self.queue_held = queue, held
            self._announce(self.queue_changed)

    def set_previews(self, previews: str) -> None:
        """Where the previews of learning are: ``small`` in the filmstrip, on the ``photo``, or nowhere, ``none``."""
        self.previews = previews

    def set_learning(self, learning: Progress | None) -> None:
        """How far a preset is that is being learned; it leaves the photo and its results alone."""
        self.learning = learning
        self._announce(self.learning_changed)

    def set_frames(self, frames: tuple[Frame, ...], selected: int, under: tuple[Layer, ...] | None = None) -> None:
        """``under`` are the layers that these frames lie on; None: as before."""
        self.frames, self.selected = frames, selected
        self.under = self.under if under is None else under
        self._announce(self.frames_changed, self.selection_changed)

    def add_frame(self, frame: Frame, follow: bool) -> None:
        """A new picture of the running job; ``follow`` shows it."""
        self.frames = (*self.frames, frame)
        self._announce(self.frames_changed)
        if follow:
            self.select(len(self.frames) - 1)

    def select(self, index: int) -> None:
        if index != self.selected and -1 <= index < len(self.frames):
            self.selected = index
            self._announce(self.selection_changed)

    @property
    def frame(self) -> Frame | None:
        """The frame on the canvas."""
        return self.frames[self.selected] if 0 <= self.selected < len(self.frames) else None
