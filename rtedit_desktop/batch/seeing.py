"""Chooses what the model sees of a photo that nobody looks at: its largest face, or its middle."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace

import numpy as np

from rtedit_desktop.core.edits import OF_FACE, EditSpec, MixSpec
from rtedit_desktop.core.errors import PictureError, PromptError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.learned_edits import FILLERS, AskedEdits, LearnedEdit, asked_edits
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService

_LONGEST_PIECE = 16
"""Words of a prompt that are looked at together: a phrase has 12 at most."""


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
    return replace(info, square="face") if kinds and kinds <= OF_FACE else info


def looked_at_apart(info: PackInfo, spec: EditSpec) -> tuple[EditSpec, ...]:
    """The edits of a prompt that names some of the face and some of the whole photo: first those, then these.

    Each is made where it belongs, one on the other. The edit itself where one look is enough.
    """
    if info.square != "whole":
        return (spec,)
    try:
        asked = info.asked_edits(spec.prompt)
    except PromptError:  # told when it is run
        return (spec,)
    texts = _as_written(info, spec.prompt, asked)
    named = list(zip(asked.uses, texts, strict=True))
    of_face = [text for (edit, _), text in named if edit.blending in OF_FACE]
    of_photo = [text for (edit, _), text in named if edit.blending not in OF_FACE]
    if not of_face or not of_photo:
        return (spec,)
    prompts = (", ".join(of_face), ", ".join([*of_photo, *asked.unknown]))
    return tuple(_as_prompt(info, spec, prompt) for prompt in prompts)


def _as_written(info: PackInfo, prompt: str, asked: AskedEdits) -> list[str]:
    """The text of each edit in the words of the prompt, where it was written in another language than the pack's."""
    if info.meaning(prompt) == prompt:
        return list(asked.texts)

    def named(piece: list[str]) -> AskedEdits:
        return replace(asked_edits(info.meaning(" ".join(piece)), info.edits, info.meaning(info.source)), texts=())

    words = re.findall(r"[^\W_]+", prompt)
    pieces = [words[at : at + n] for n in range(1, _LONGEST_PIECE + 1) for at in range(len(words) - n + 1)]
    found: dict[tuple[LearnedEdit, float], list[str]] = {}
    for piece in sorted(pieces, key=len, reverse=True):
        part = named(piece)
        if info.meaning(piece[0]).lower() in FILLERS or part == named(piece[:-1]):
            continue  # its first or its last word says nothing
        if len(part.uses) == 1 and not part.unknown:
            found.setdefault(part.uses[0], piece)
    return [" ".join(found.get(use, [text])) for use, text in zip(asked.uses, asked.texts, strict=True)]


def mixed_apart(info: PackInfo, spec: MixSpec) -> tuple[MixSpec, ...]:
    """The same of a mix of presets: first those of the face, then those of the whole photo."""
    if info.square != "whole":
        return (spec,)
    of_face = tuple(use for use in spec.uses if use.blending in OF_FACE)
    of_photo = tuple(use for use in spec.uses if use.blending not in OF_FACE)
    if not of_face or not of_photo:
        return (spec,)
    return replace(spec, uses=of_face), replace(spec, uses=of_photo)


def _as_prompt(info: PackInfo, spec: EditSpec, prompt: str) -> EditSpec:
    """With this prompt; a setting that is as recommended for the whole prompt is as recommended for this one."""
    usual, now = asdict(info.settings_for(spec.prompt)), asdict(info.settings_for(prompt))
    same = {name: now[name] for name, value in asdict(spec.settings).items() if value == usual[name]}
    return replace(spec, prompt=prompt, settings=replace(spec.settings, **same))


def needs_face(info: PackInfo, spec: EditSpec | MixSpec) -> bool:
    """Whether an edit of the face is asked of a pack of whole photos: without a face there is nothing to change."""
    return info.square == "whole" and looking_for(info, spec).square == "face"


def no_face() -> PictureError:
    """What a person is told then."""
    return PictureError(
        tr("No face was found in the photo, and this is an edit of a face."),
        tr("Place the square on the face by hand, or choose an edit of the whole photo."),
    )


def looking_at_faces(info: PackInfo) -> PackInfo:
    """The pack as it looks at pairs to learn from: of whole photos two could not be compared, of faces they can."""
    return replace(info, square="face") if info.square == "whole" else info


def seen(photo_service: PhotoService, photo: Photo, info: PackInfo, *, only_faces: bool = False) -> Seen:
    """The square that the pack wants, where it is to be found.

    Raises PictureError where there is no face and ``only_faces`` will do.
    """
    square, notes, faceless = None, list(photo.notes), False
    if info.square == "face":
        try:
            faces = photo_service.faces(photo)
        except PictureError as error:
            faces = ()
            notes.append(tr("{what} {todo}", what=error.what, todo=error.todo))
        else:
            faceless = not faces
            if faceless and only_faces:
                raise no_face()
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
