"""Keeps the canvas in step with the state: which picture lies in the square, composed off-thread."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.stack import Layer
from rtedit_desktop.support.stacks.compositions import Compositions, look_the_same
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.model.frame_labels import composing_label, frame_label
from rtedit_desktop.ui.model.result import Frame, FrameKind
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.pyramid import Pyramid, on_checkers
from rtedit_desktop.worker.background import Background, LatestOnly

# Around the square, so that the photo service sees which of its sides are the photo's own.
_MARGIN = 16
# Live pictures in a larger square are only drawn enlarged: composing them would lag behind the job.
_LIVE_SIDE = 1024
_KEPT = 32
# Until then nothing is said of a picture that is being composed: most are there sooner, and words would flicker.
LABEL_MS = 300


class CanvasController(QObject):
    """Owns the composed pictures; the newest frame asked for wins. One picture gives way to the next as a whole."""

    def __init__(
        self,
        state: EditorState,
        canvas: Canvas,
        photo_service: PhotoService,
        background: Background,
        compositions: Compositions | None = None,
    ) -> None:
        super().__init__(canvas)
        self._state, self._canvas, self._photo_service = state, canvas, photo_service
        self._compositions = compositions or Compositions(photo_service)
        self._tasks, self._lane, self._under_lane = background.tasks, LatestOnly(background), LatestOnly(background)
        self._under: tuple[Layer, ...] | None = ()
        self._below: Pyramid | None = None
        self._waits, self._sharp = False, False
        self._late = QTimer(self, singleShot=True, interval=LABEL_MS)
        self._late.timeout.connect(self._say_waiting)
        self._composed: dict[Frame, tuple[Pyramid | None, Square]] = {}
        state.selection_changed.connect(self.redraw)
        state.phase_changed.connect(self.redraw)
        state.square_changed.connect(self.redraw)
        state.region_changed.connect(self._compose_again)
        canvas.square_asked.connect(self._move_square)

    def warm_up(self) -> None:
        """So that the window does not stand still when the first job shows its pictures."""
        self._tasks.start(self._warm_up())

    async def _warm_up(self) -> None:
        with contextlib.suppress(Exception):  # what is wrong is said where it is needed
            await self._lane.run(self._photo_service.warm_up)

    def show_photo(self, pyramid: Pyramid) -> None:
        self._composed.clear()
        self._compositions.forget()
        self._canvas.set_photo(pyramid)
        self._under, self._below, self._waits, self._sharp = (), None, False, False
        self.redraw()

    def _compose_again(self) -> None:
        """Every frame lies in another region now."""
        self._composed.clear()
        self.redraw()

    def redraw(self) -> None:
        """Show the selected frame, composed into the photo as soon as that is ready."""
        state = self._state
        self._canvas.set_square(state.square, locked=state.phase.running)
        self._look_below()
        if not self._show() and state.frame is not None and state.photo is not None and state.square is not None:
            before = state.frames[0].picture
            self._tasks.start(self._compose(state.photo, state.under, state.square, state.frame, before, state.region))

    def _show(self) -> bool:
        """The selected frame and what is below it, at once: until both are there, what is shown stays, and after a
        while its label says so. A result as the model made it stands in for one that nothing sharper is shown of.

        False where the frame is still to be composed.
        """
        state = self._state
        frame, photo, square = state.frame, state.photo, state.square
        if frame is None or photo is None or square is None or not self._frame_shown or frame.kind is FrameKind.SOURCE:
            label = frame_label(frame) if frame is not None and self._frame_shown else ""
            self._set(None, label, square)
            return True
        if frame in self._composed:
            after, lies_in = self._composed[frame]  # the state may have another square already
            self._set(after, frame_label(frame), lies_in)
            return True
        if not self._plain_will_do(square):
            self._wait()
            return False
        live = state.phase.running
        label = frame_label(frame) if live else composing_label(frame)
        self._set(plain(frame.picture, square, photo), label, square, sharp=False)
        return live

    @property
    def _frame_shown(self) -> bool:
        state = self._state
        return state.phase.running or state.result is None or state.result.on

    def _set(self, after: Pyramid | None, label: str, square: Square | None, *, sharp: bool = True) -> None:
        """Show it when what is below is there; what hides all of that need not wait."""
        if self._waits and after is not None and not sharp and self._is_everything(square):
            self._canvas.set_edited(None, after, label, square)
            self._sharp = False
        elif self._waits:
            self._wait()
        else:
            self._late.stop()
            self._canvas.set_edited(self._below, after, label, square)
            self._sharp = sharp and after is not None

    def _is_everything(self, square: Square | None) -> bool:
        photo = self._state.photo
        return photo is not None and square is not None and square.bounds(photo.size) == (0, 0, *photo.size)

    def _wait(self) -> None:
        if not self._late.isActive():
            self._late.start()

    def _say_waiting(self) -> None:
        """What is shown is not what was chosen yet."""
        frame = self._state.frame if self._frame_shown else None
        self._canvas.set_label(composing_label(frame))

    def _say_failed(self) -> None:
        self._late.stop()
        self._canvas.set_label(self.tr("could not be composed"))

    def _look_below(self) -> None:
        """Begin to compose the photo with the layers below what is shown, where those are others now."""
        photo, layers = self._state.photo, tuple(layer for layer in self._state.under if layer.on)
        if photo is None or (self._under is not None and look_the_same(layers, self._under)):
            return
        self._under, self._below, self._waits = layers, None, bool(layers)
        self._composed.clear()
        if layers:
            self._tasks.start(self._compose_under(photo, layers))

    async def _compose_under(self, photo: Photo, layers: tuple[Layer, ...]) -> None:
        def work() -> Pyramid:
            made = self._compositions.of(photo, layers)
            return Pyramid(on_checkers(made.pixels, made.alpha))

        try:
            below = await self._under_lane.run(work)
        except Exception:  # it is said when it is saved; what is shown stays until the next redraw tries again
            if layers is self._under:
                self._under = None
                self._say_failed()
            return
        if layers is self._under and photo is self._state.photo:
            self._below, self._waits = below, False
            self._show()

    def _plain_will_do(self, square: Square) -> bool:
        """Whether the model's picture is shown enlarged: while a job runs, and in place of nothing sharper."""
        state = self._state
        live = state.phase.running or not self._sharp
        return live and square.side > _LIVE_SIDE and state.region is None and not square.angle

    async def _compose(
        self,
        photo: Photo,
        under: tuple[Layer, ...],
        square: Square,
        frame: Frame,
        before: np.ndarray,
        region: Region | None,
    ) -> None:
        def work() -> Pyramid:
            below = self._compositions.of(photo, under)
            return compose(self._photo_service, below, square, before, frame.picture, region)

        patch: Pyramid | None
        try:
            patch = await self._lane.run(work)
        except Exception:
            patch = plain(frame.picture, square, photo) if not square.angle else None
        if region != self._state.region or not look_the_same(under, self._state.under):
            return
        self._composed[frame] = patch, square
        while len(self._composed) > _KEPT:
            self._composed.pop(next(iter(self._composed)))
        if frame is self._state.frame:
            self._show()

    def _move_square(self, square: Square) -> None:
        if not self._state.phase.running:
            self._state.set_square(square)


def plain(picture: np.ndarray, square: Square, photo: Photo) -> Pyramid:
    """What lies in the photo of a model's picture of an upright square, as the model made it."""
    left, top, right, bottom = square.bounds(photo.size)
    if (right - left, bottom - top) == (square.side, square.side):
        return Pyramid(picture)
    size, scale = len(picture), len(picture) / square.side

    def inside(begin: int, end: int) -> slice:
        first = min(round(begin * scale), size - 1)
        return slice(first, max(first + 1, round(end * scale)))

    rows, columns = inside(top - square.y, bottom - square.y), inside(left - square.x, right - square.x)
    return Pyramid(picture[rows, columns])


def compose(
    photo_service: PhotoService,
    photo: Photo,
    square: Square,
    before: np.ndarray,
    after: np.ndarray,
    region: Region | None = None,
) -> Pyramid:
    """The square as it would be in the saved photo, without touching the rest of a large photo."""
    width, height = photo.size
    x, y, right, bottom = square.bounds(photo.size)
    left, top = max(x - _MARGIN, 0), max(y - _MARGIN, 0)
    around = (slice(top, min(bottom + _MARGIN, height)), slice(left, min(right + _MARGIN, width)))
    part = Photo(pixels=photo.pixels[around], alpha=None if photo.alpha is None else photo.alpha[around])
    moved = replace(square, x=square.x - left, y=square.y - top)
    mask = photo_service.mask(part, moved, region.moved(left, top)) if region is not None else None
    pasted = photo_service.paste(part, moved, before, after, mask)
    inside = (slice(y - top, bottom - top), slice(x - left, right - left))
    alpha = None if part.alpha is None else part.alpha[inside]
    return Pyramid(on_checkers(pasted[inside], alpha, x, y))
