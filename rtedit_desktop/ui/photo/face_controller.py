"""Controller of faces: finds those of the photo behind the window, and offers them to choose from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.widgets.texts import sentences
from rtedit_desktop.worker.background import LatestOnly
from rtedit_desktop.worker.tasks import NewestTask


class FaceController(QObject):
    """Owns the faces of the open photo, the largest first. A square that was placed by hand stays where it is.

    A pack that is shown the whole photo gets the square around it, and a face's for an edit of the face.
    """

    def __init__(self, context: WindowContext, canvas: Canvas) -> None:
        super().__init__(context.window)
        state = context.state
        self._state, self._canvas = state, canvas
        self._photo_service, self._messages = context.photo_service, context.messages
        self._lane = LatestOnly(context.background)
        self._looking = NewestTask(context.background.tasks)
        self.faces: tuple[Face, ...] = ()
        state.photo_changed.connect(lambda: self.look(opened=True))
        state.pack_changed.connect(self.look)
        canvas.face_asked.connect(self.choose)

    def look(self, *, opened: bool = False) -> None:
        """Find them, where the pack in use is shown a face. With a photo that was ``opened`` now no step is taken."""
        state = self._state
        self._show(())
        photo, pack = state.photo, state.pack
        self._looking.cancel()
        by_hand = bool(state.results) or state.phase.running
        whole = pack is not None and pack.square == "whole"
        if photo is not None and whole and not by_hand:
            self._place(Square.around(photo.size), opened)
        square = state.square
        if photo is not None and square is not None and pack is not None and pack.square in ("face", "whole"):
            self._looking.start(self._look_through(photo, square, whole, opened))

    def choose(self, index: int) -> None:
        """The square of this face."""
        if not self._state.phase.running and index < len(self.faces):
            self._state.faces.choose(self.faces[index].square)
            self._state.set_square(self.faces[index].square)

    def _place(self, square: Square, opened: bool) -> None:
        (self._state.find_square if opened else self._state.set_square)(square)

    async def _look_through(self, photo: Photo, square: Square, whole: bool, opened: bool) -> None:
        try:
            faces = await self._lane.run(lambda: self._photo_service.faces(photo))
        except Exception as error:
            self._messages.mention(*sentences(error, self.tr("The faces could not be looked for.")))
            return
        state = self._state
        self._show(faces)
        if whole:  # an edit of a face finds its square when it is run
            return
        by_hand = state.square != square or bool(state.results) or state.phase.running
        if not faces:
            self._messages.say(self.tr("No face was found: drag the square to where it belongs."))
        elif not by_hand:
            state.faces.choose(faces[0].square)
            self._place(faces[0].square, opened)
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

    def _show(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces
        squares = tuple(face.square for face in faces)
        self._state.faces.find(squares)
        self._canvas.set_faces(squares if len(squares) > 1 else ())
