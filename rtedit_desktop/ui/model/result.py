"""Result in the history, and the frames on the way to it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

import numpy as np

from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse, Spec
from rtedit_desktop.core.history import Entry
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.requests import ApplyRequest, PictureRequest, new_job_id
from rtedit_desktop.core.stack import Layer


class FrameKind(Enum):
    SOURCE = auto()
    PREVIEW = auto()
    STEP = auto()
    RESULT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of the filmstrip; ``picture``: (S, S, 3) uint8."""

    kind: FrameKind
    picture: np.ndarray
    index: int = 0
    of: int = 0
    t: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What was asked, where, and what came out of it.

    ``picked`` says that the person chose a frame on the way instead of the last picture, so the
    strength sliders have nothing to move. ``id`` stays when the entry gets another strength; ``made`` is
    in seconds since 1970. ``group`` names results that were asked for together. The change is seen only in its
    ``region``. ``below`` are the layers that it was made on, the lowest first; while it is not ``on`` they alone are
    seen. ``name`` is what the person calls it, where they do. ``together``: so many of its layers, from the uppermost
    down, are one mix, made apart because each belongs in a square of its own.
    """

    request: PictureRequest
    square: Square
    picture: np.ndarray
    frames: tuple[Frame, ...]
    score: float | None = None
    recipe: Mapping[str, object] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    picked: bool = False
    id: str = field(default_factory=new_job_id)
    made: float = field(default_factory=time.time)
    group: str = ""
    region: Region | None = None
    below: tuple[Layer, ...] = ()
    on: bool = True
    name: str = ""
    together: int = 1

    @property
    def base(self) -> tuple[Layer, ...]:
        """The layers that its mix was made on: those below, but for what is a part of it."""
        return self.layers[: -self.together]

    @property
    def uses(self) -> tuple[PresetUse, ...]:
        """The presets of the mix that it is, each with its strength."""
        specs = [layer.request.spec for layer in self.layers[-self.together :]]
        return tuple(use for spec in specs if isinstance(spec, MixSpec) for use in spec.uses)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those below, and this one as the uppermost."""
        return self.as_entry().layers

    @property
    def is_stack(self) -> bool:
        """Whether there is more to it than one edit that is seen."""
        return bool(self.below) or not self.on

    @staticmethod
    def of_layers(layers: Sequence[Layer], together: int = 1) -> Result:
        """A new one."""
        top = layers[-1]
        frames = (Frame(FrameKind.SOURCE, top.request.picture), Frame(FrameKind.RESULT, top.picture))
        return replace(Result(top.request, top.square, top.picture, frames).with_layers(layers), together=together)

    def with_layers(self, layers: Sequence[Layer]) -> Result:
        """The same entry made of other layers; what led to the uppermost stays where it is the same."""
        *below, top = layers
        mixed = [layer.id for layer in layers[-self.together :]]
        whole = mixed == [layer.id for layer in self.layers[-self.together :]] and all(one.on for one in layers)
        below = [replace(layer, id=top.id) if layer.id == self.id else layer for layer in below]  # each has its own
        frames = self.frames
        if top.picture is not self.picture:
            frames = (Frame(FrameKind.SOURCE, top.request.picture), Frame(FrameKind.RESULT, top.picture))
        return replace(
            self, request=top.request, square=top.square, picture=top.picture, frames=frames, score=top.score,
            recipe=top.recipe, seconds=top.seconds, picked=top.picked, region=top.region, below=tuple(below), on=top.on,
            together=self.together if whole else 1,
        )  # fmt: skip

    @property
    def mix_moves(self) -> bool:
        """Whether the sliders of its presets change this result."""
        return isinstance(self.request, ApplyRequest) and not self.picked

    def picking(self, frame: Frame, frames: tuple[Frame, ...]) -> Result:
        """Another result: this one, with a picture on the way in place of the last."""
        return replace(
            self,
            picture=frame.picture,
            frames=frames,
            picked=frame.kind is not FrameKind.RESULT,
            id=new_job_id(),
            made=time.time(),
            name="",
        )

    def as_entry(self) -> Entry:
        """What outlives the window: all but the frames on the way."""
        return Entry(
            request=self.request,
            square=self.square,
            picture=self.picture,
            score=self.score,
            recipe=self.recipe,
            seconds=self.seconds,
            picked=self.picked,
            region=self.region,
            id=self.id,
            made=self.made,
            below=self.below,
            on=self.on,
            name=self.name,
            together=self.together,
        )


@dataclass(frozen=True, slots=True, eq=False)
class EarlierResult:
    """A result of a photo that was open before, and where that photo's work is kept."""

    photo: str
    work: str
    result: Result


def put_by(photo: str, work: str, results: Sequence[Result]) -> tuple[EarlierResult, ...]:
    """The results of a photo that another one takes the place of, the latest first, without the frames on the way."""
    passed = []
    for result in reversed(results):
        frames = (result.frames[0], Frame(FrameKind.RESULT, result.picture))
        passed.append(EarlierResult(photo, work, replace(result, frames=frames)))
    return tuple(passed)


def result_of(entry: Entry) -> Result:
    """An entry of the journal, as it was but for the frames on the way."""
    frames = (Frame(FrameKind.SOURCE, entry.request.picture), Frame(FrameKind.RESULT, entry.picture))
    return Result(
        entry.request,
        entry.square,
        entry.picture,
        frames,
        entry.score,
        entry.recipe,
        entry.seconds,
        entry.picked,
        entry.id,
        entry.made,
        region=entry.region,
        below=entry.below,
        on=entry.on,
        name=entry.name,
        together=entry.together,
    )


def amounts_of(spec: Spec) -> object:
    """What the sliders move."""
    return spec.settings.strength if isinstance(spec, EditSpec) else spec.uses
