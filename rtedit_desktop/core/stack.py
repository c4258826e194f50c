"""Stack of edits on one photo, each made on the picture that those below it made.

A ``StackSpec`` is what to do: specs in order, the lowest first, each with its square, its region, and whether it is
switched on. A ``Layer`` is one of them as it was made, with what the model saw and what became of it. As JSON,
``to_json`` and ``read_stack``::

    {"kind": "stack", "spec_version": 1, "layers": [
        {… a spec as in core.edits …, "square": {"x": 0, "y": 0, "side": 512, "angle": 0} or null,
         "region": {…} or null, "on": true}]}

Without a square a layer is made where its pack looks: at the largest face, or in the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from rtedit_desktop.core.edits import EditSpec, MixSpec, Spec, by_file, read_spec
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.json_reader import FieldError, Fields
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Patch, Photo, PhotoService
from rtedit_desktop.core.photos.region import Region, region_from_json, region_to_json
from rtedit_desktop.core.requests import PictureRequest, new_job_id

VERSION = 1
MOST_LAYERS = 100
_FARTHEST = 10_000_000

NamePreset = Callable[[Path], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """One edit of a stack, whatever the photo is.

    Without a ``square`` it is looked for in each photo; without a ``region`` all of it may change.
    """

    spec: Spec
    square: Square | None = None
    region: Region | None = None
    on: bool = True

    def to_json(self, named: NamePreset = by_file) -> dict[str, Any]:
        form = self.spec.to_json(named) if isinstance(self.spec, MixSpec) else self.spec.to_json()
        return {**form, **_place_to_json(self.square, self.region), "on": self.on}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSpec:
    """All that a picture of several edits depends on but the photo. Raises SettingsError for none and for too many."""

    layers: tuple[LayerSpec, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise SettingsError(tr("There is no edit in the stack."), tr("Give at least one."))
        check_room(len(self.layers))

    @property
    def packs(self) -> tuple[str, ...]:
        """Those that it needs, each once, in the order of the layers that are on."""
        return tuple(dict.fromkeys(layer.spec.pack for layer in self.layers if layer.on))

    def to_json(self, named: NamePreset = by_file) -> dict[str, Any]:
        return {
            "kind": "stack",
            "spec_version": VERSION,
            "layers": [layer.to_json(named) for layer in self.layers],
        }


def check_room(layers: int) -> None:
    """Raises SettingsError for more layers than a stack may have."""
    if layers > MOST_LAYERS:
        raise SettingsError(
            tr("A stack has at most {n} edits.", n=MOST_LAYERS),
            tr("Save the picture, and go on with what was saved."),
        )


def read_stack(top: Fields, preset_at: Callable[[str, str], Path] = lambda path, _: Path(path)) -> StackSpec:
    """The stack that is among these fields, which it takes out; ``preset_at`` as in ``read_spec``.

    Raises FieldError.
    """
    top.one_of("kind", ("stack",))
    top.whole("spec_version", 1, VERSION, 1)
    given = top.items("layers", most=MOST_LAYERS)
    if not given:
        raise FieldError(top.path("layers"), "must have at least one entry")
    return StackSpec(
        layers=tuple(read_layer(Fields(value, top.path(f"layers[{i}]")), preset_at) for i, value in enumerate(given))
    )


def read_layer(one: Fields, preset_at: Callable[[str, str], Path]) -> LayerSpec:
    """One of them, whose fields are all that are left. Raises FieldError."""
    square, region = read_place(one)
    on = one.flag("on", True)
    layer = LayerSpec(spec=read_spec(one, preset_at), square=square, region=region, on=on)
    one.finish()
    return layer


def read_place(one: Fields) -> tuple[Square | None, Region | None]:
    """The square and the region among these fields. Raises FieldError."""
    square = None if one.left.get("square") is None else _read_square(one.inner("square"))
    region = None if one.left.get("region") is None else _read_region(one.inner("region"))
    for name in ("square", "region"):
        one.left.pop(name, None)
    return square, region


def _read_square(given: Fields) -> Square:
    square = Square(
        x=given.whole("x", -_FARTHEST, _FARTHEST),
        y=given.whole("y", -_FARTHEST, _FARTHEST),
        side=given.whole("side", 1, _FARTHEST),
        angle=given.real("angle", -360.0, 360.0, 0.0),
    )
    given.finish()
    return square


def _read_region(given: Fields) -> Region | None:
    try:
        return region_from_json(given.left)
    except (KeyError, TypeError, ValueError) as error:
        raise FieldError(given.name, "must be a region") from error


def _place_to_json(square: Square | None, region: Region | None) -> dict[str, Any]:
    return {"square": asdict(square) if square is not None else None, "region": region_to_json(region)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One edit of a stack as it was made.

    ``request`` has what the model saw of the picture below, ``picture`` what became of it, (S, S, 3) uint8 both. One
    that was ``picked`` on the way is not what its spec leads to. A ``mask``, as in ``Patch``, is no part of its spec.
    """

    request: PictureRequest
    square: Square
    picture: np.ndarray
    region: Region | None = None
    on: bool = True
    picked: bool = False
    score: float | None = None
    recipe: Mapping[str, object] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    id: str = field(default_factory=new_job_id)
    mask: np.ndarray | None = None

    @property
    def spec(self) -> LayerSpec:
        return LayerSpec(spec=self.request.spec, square=self.square, region=self.region, on=self.on)

    @property
    def patch(self) -> Patch:
        return Patch(
            square=self.square, before=self.request.picture, after=self.picture, region=self.region, mask=self.mask
        )


def stack_of(layers: Iterable[Layer]) -> StackSpec:
    """What leads to these layers on the same photo."""
    return StackSpec(layers=tuple(layer.spec for layer in layers))


def composed(photo_service: PhotoService, photo: Photo, layers: Sequence[Layer]) -> Photo:
    """The photo with the changes of the layers that are on; itself where none is. Raises PictureError."""
    patches = [layer.patch for layer in layers if layer.on]
    return replace(photo, pixels=photo_service.compose(photo, patches)) if patches else photo


def strength_of(spec: Spec) -> tuple[float, ...]:
    """How much of it, as the sliders have it: one number for a prompt, one for each preset."""
    if isinstance(spec, EditSpec):
        return (spec.settings.strength,)
    return tuple(use.strength for use in spec.uses)


def at_strength(layer: LayerSpec, strength: float) -> LayerSpec:
    """The same at another strength, where there is but one to be set."""
    spec = layer.spec
    if isinstance(spec, EditSpec):
        return replace(layer, spec=replace(spec, settings=replace(spec.settings, strength=strength)))
    (use,) = spec.uses
    return replace(layer, spec=replace(spec, uses=(use._replace(strength=strength),)))
