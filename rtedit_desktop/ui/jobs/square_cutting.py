"""Cuts out of the photo, behind the window, what the model sees of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from rtedit_desktop.batch.seeing import no_face
from rtedit_desktop.core.edits import MixSpec
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.stack import Layer
from rtedit_desktop.support.stacks.compositions import Compositions
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.worker.background import Background


class SquareCutting:
    """Knows the squares of the photo that edits are made in, and what there is in them."""

    def __init__(
        self, state: EditorState, photo_service: PhotoService, background: Background, compositions: Compositions
    ) -> None:
        self._state, self._photo_service = state, photo_service
        self._background, self._compositions = background, compositions

    async def cut(self, photo: Photo, layers: Sequence[Layer], square: Square, size: int) -> np.ndarray:
        """What the model sees of a square of the photo with these layers."""

        def cut() -> np.ndarray:
            return self._photo_service.crop(self._compositions.of(photo, layers), square, size)

        return await self._background.run(cut)

    async def cut_for(self, photo: Photo, layers: Sequence[Layer], square: Square, pack: str) -> np.ndarray:
        """The same for the model of a pack. Raises PackMissing where that is not installed."""
        info = self._state.pack_called(pack)
        if info is None:
            what = QCoreApplication.translate(
                "SquareCutting", "An edit was made with the model pack “{pack}”, which is not installed."
            )
            todo = QCoreApplication.translate("SquareCutting", "Get it under Models.")
            raise PackMissing(what.format(pack=self._state.pack_title(pack)), todo)
        return await self.cut(photo, tuple(layers), square, info.image_size)

    @property
    def face_or_chosen(self) -> Square | None:
        """Where an edit of the face is made; None: at the largest one, which is not known yet."""
        state = self._state
        around = Square.around(state.photo.size) if state.photo is not None else None
        return None if state.square == around and state.faces.chosen is None else state.square_for("face")

    async def largest_face(self, photo: Photo) -> Square:
        """Raises PictureError where there is none."""
        faces = await self._background.run(lambda: self._photo_service.faces(photo))
        if not faces:
            raise no_face()
        if self._state.photo is photo:
            self._state.faces.choose(faces[0].square)
        return faces[0].square

    async def square_of(self, edit: QueuedEdit, photo: Photo, square: Square, wanted: str) -> Square:
        """The face's square for an edit that was asked for before the faces were found, else the one it has."""
        state = self._state
        if wanted != "face" or edit.pack.square != "whole" or state.faces.chosen is not None:
            return square
        if square != Square.around(photo.size):
            return square
        await self.largest_face(photo)
        if state.photo is photo:
            state.place_for(wanted)
            if isinstance(edit.spec, MixSpec):
                state.set_mix(edit.spec.uses)
        return state.square or square
