"""Chooses the squares of a stack in a photo that nobody looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rtedit_desktop.batch.seeing import Seen, looking_for, needs_face, seen
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.stack import StackSpec
from rtedit_desktop.core.stack_placing import placed


def check_packs(stack: StackSpec, infos: Mapping[str, PackInfo]) -> None:
    """Raises PackMissing for a stack that needs a pack which is not among these."""
    lacking = [pack for pack in stack.packs if pack not in infos]
    if lacking:
        raise PackMissing(
            tr("An edit was made with the model pack “{pack}”, which is not installed.", pack=lacking[0]),
            tr("Get it under Models, or delete that edit."),
        )


def placed_in(
    stack: StackSpec, photo: Photo, photo_service: PhotoService, infos: Mapping[str, PackInfo]
) -> tuple[StackSpec, tuple[str, ...]]:
    """The stack with a square in this photo for each layer that is on, and sentences for people.

    Layers without a square look where their pack does; those with one look for as many faces as there were places.
    Raises PictureError.
    """
    layers = [layer for layer in stack.layers if layer.on]
    found: dict[str, Seen] = {}  # by where a pack looks
    looks = [looking_for(infos[layer.spec.pack], layer.spec) for layer in layers]
    only_faces = any(needs_face(infos[layer.spec.pack], layer.spec) for layer in layers)
    for info in looks:
        if info.square not in found:
            found[info.square] = seen(photo_service, photo, info, only_faces=only_faces)
    kinds = [info.square for info in looks]
    if any(layer.square is not None for layer in layers):
        whole = [number for number, kind in enumerate(kinds) if kind == "whole"]
        several = len({layer.square for number, layer in enumerate(layers) if number not in whole}) > 1
        faces = [face.square for face in photo_service.faces(photo)] if several else []
        looked = next((kind for kind in kinds if kind != "whole"), kinds[0])
        first = faces[0] if faces else found[looked].square
        around = Square.around(photo.size)
        layers = list(placed(StackSpec(layers=tuple(layers)), first, faces, around, whole).layers)
    else:
        layers = [replace(layer, square=found[kind].square) for layer, kind in zip(layers, kinds, strict=True)]
    notes = dict.fromkeys(note for one in found.values() for note in one.notes)
    return StackSpec(layers=tuple(layers)), tuple(notes)
