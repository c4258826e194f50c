"""Chooses the squares of a stack in a photo that nobody looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rtedit_desktop.batch.seeing import Seen, seen
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
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
    for layer in layers:
        info = infos[layer.spec.pack]
        if info.square not in found:
            found[info.square] = seen(photo_service, photo, info)
    kinds = [infos[layer.spec.pack].square for layer in layers]
    if any(layer.square is not None for layer in layers):
        several = len({layer.square for layer in layers}) > 1
        faces = [face.square for face in photo_service.faces(photo)] if several else []
        first = faces[0] if faces else found[kinds[0]].square
        layers = list(placed(StackSpec(layers=tuple(layers)), first, faces).layers)
    else:
        layers = [replace(layer, square=found[kind].square) for layer, kind in zip(layers, kinds, strict=True)]
    notes = dict.fromkeys(note for one in found.values() for note in one.notes)
    return StackSpec(layers=tuple(layers)), tuple(notes)
