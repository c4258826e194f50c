"""Controller of faces: finds those of the photo behind the window, and offers them to choose from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from rtedit_desktop.core.face import Face
from rtedit_desktop.core.geometry import Square
from rtedit_desktop.core.photo import Photo, PhotoService
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.worker.background import Background, LatestOnly


class FaceController(QObject):
    """Owns the faces of the open photo, the largest first. A square that was placed by hand stays where it is."""

    def __init__(
        self,
        state: EditorState,
        canvas: Canvas,
        photo_service: PhotoService,
        background: Background,
        messages: Messages,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._state, self._canvas, self._photo_service, self._messages = state, canvas, photo_service, messages
        self._lane = LatestOnly(background)
        self._asked: tuple[Photo, Square] | None = None
        self.faces: tuple[Face, ...] = ()
        state.photo_changed.connect(self.look)
        state.pack_changed.connect(self.look)
        canvas.face_asked.connect(self.choose)

    def look(self) -> None:
        """Find them, where the pack in use is shown a face."""
        state = self._state
        self._show(())
        photo, square, pack = state.photo, state.square, state.pack
        self._asked = None
        if photo is None or square is None or pack is None or pack.square != "face":
            return
        self._asked = (photo, square)
        self._lane.start(
            lambda: self._photo_service.faces(photo),
            partial(self._found, self._asked),
            partial(self._failed, self._asked),
        )

    def choose(self, index: int) -> None:
        """The square of this face."""
        if not self._state.phase.running and index < len(self.faces):
            self._state.set_square(self.faces[index].square)

    def _found(self, asked: tuple[Photo, Square], faces: tuple[Face, ...]) -> None:
        if asked is not self._asked:
            return
        state = self._state
        self._show(faces)
        by_hand = state.square != asked[1] or bool(state.results) or state.phase.running
        if not faces:
            self._messages.say(self.tr("No face was found: drag the square to where it belongs."))
        elif not by_hand:
            self.choose(0)
        if len(faces) > 1:
            self._offer_next()

    def _offer_next(self) -> None:
        squares = [face.square for face in self.faces]
        now = squares.index(self._state.square) if self._state.square in squares else -1
        text = self.tr("{n} faces were found. Click the one to edit.").format(n=len(squares))
        self._messages.say(text, self.tr("Next face"), partial(self._next, (now + 1) % len(squares)))

    def _next(self, index: int) -> None:
        self.choose(index)
        self._offer_next()

    def _failed(self, asked: tuple[Photo, Square], error: Exception) -> None:
        if asked is self._asked:
            self._messages.mention(*sentences(error, self.tr("The faces could not be looked for.")))

    def _show(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces
        self._canvas.set_faces(tuple(face.square for face in faces) if len(faces) > 1 else ())
