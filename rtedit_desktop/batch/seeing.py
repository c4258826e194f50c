"""Chooses what the model sees of a photo that nobody looks at: its largest face, or its middle."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rtedit_desktop.core.edits import EditSpec, MixSpec
from rtedit_desktop.core.errors import PictureError, PromptError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """``before``: (S, S, 3) uint8, the square as the model sees it. ``notes`` are for people.

    ``faceless``: a face was looked for, and none was found.
    """

    photo: Photo
    square: Square
    before: np.ndarray
    notes: tuple[str, ...] = ()
    faceless: bool = False


def looking_for(info: PackInfo, spec: EditSpec | MixSpec) -> PackInfo:
    """The pack as it looks at a photo for this edit.

    A pack that is shown whole photos, because light and film are everywhere, is shown the face for what belongs on it:
    glasses, lips, hair. Which of the two an edit is, the way says in which it goes back into the picture.
    """
    if info.square != "whole":
        return info
    try:
        if isinstance(spec, MixSpec):
            kinds = {use.blending for use in spec.uses}
        else:
            kinds = {edit.blending for edit, _ in info.asked_edits(spec.prompt).uses}
    except PromptError:  # told when it is run
        return info
    return replace(info, square="face") if kinds and kinds <= {"opaque", "tonal"} else info


def looking_at_faces(info: PackInfo) -> PackInfo:
    """The pack as it looks at pairs to learn from: of whole photos two could not be compared, of faces they can."""
    return replace(info, square="face") if info.square == "whole" else info


def seen(photo_service: PhotoService, photo: Photo, info: PackInfo) -> Seen:
    """The square that the pack wants, where it is to be found."""
    square, notes, faceless = None, list(photo.notes), False
    if info.square == "face":
        try:
            faces = photo_service.faces(photo)
        except PictureError as error:
            faces = ()
            notes.append(tr("{what} {todo}", what=error.what, todo=error.todo))
        else:
            faceless = not faces
            if faceless:
                notes.append(tr("No face was found; the middle of the picture was used."))
            elif len(faces) > 1:
                notes.append(tr("There are {n} faces; the largest was used.", n=len(faces)))
        square = faces[0].square if faces else None
    elif info.square == "whole":
        square = Square.around(photo.size)
    square = square or photo_service.centred_square(photo)
    before = photo_service.crop(photo, square, info.image_size)
    return Seen(photo=photo, square=square, before=before, notes=tuple(notes), faceless=faceless)
