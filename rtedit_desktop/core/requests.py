"""Requests to the engine: frozen, seed included; a result depends on nothing else."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.lazy_text import tr

Encoding = Literal["stochastic", "deterministic"]
SourceImage = Literal["clean", "estimate"]
Blending = Literal["auto", "opaque", "tonal", "whole"]

ENCODINGS: tuple[Encoding, ...] = ("stochastic", "deterministic")
BLENDINGS: tuple[Blending, ...] = ("auto", "opaque", "tonal", "whole")
MAX_T0 = 999
MAX_STEPS = 50
MAX_ITERATIONS = 500
MAX_STRENGTH = 1.5
MAX_SEED = 2**31 - 1  # the largest that a person is offered; a request takes any up to 63 bits


def new_job_id() -> str:
    """A fresh id that every event of one job bears."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSettings:
    """How strongly and how long a model is adapted and how it is decoded.

    ``t0`` is the timestep (1 to 999) up to which the picture is noised; ``steps`` the number of
    DDIM steps of the decode; with ``skip_last`` the near-idle call at t = 0 is left out.
    ``iterations`` bounds the optimiser steps (early stop may end sooner), ``noise_draws`` is how
    many noise draws of the picture one step sees. ``source_image`` chooses what the directional
    loss compares the estimate with: the clean picture (the paper) or the frozen net's own one-step
    estimate (equal blur on both sides); there ``softening`` is how much of a change is asked for besides
    its direction (0 to 10). Learning stops early enough not to spoil the picture; ``overshoot`` (0.1 to 3) is by
    what the weight delta is then lengthened, for what a pack shows best. ``preserve`` keeps the pixels that
    the edit does not touch; ``blending`` says how those that it does touch go back into the picture: what covers them
    (opaque), what tints them (tonal), a change of the whole picture, or as the size of the change tells (auto).
    With ``refine_from`` 0 the adapted net makes every decode step, as in the paper; else it makes the
    first, and the pack's own net goes on from this timestep with the change laid over the picture.

    Raises SettingsError when a value is out of its range.
    """

    t0: int = 400
    steps: int = 6
    skip_last: bool = True
    iterations: int = 24
    learning_rate: float = 1e-4
    learning_rate_growth: float = 1.0
    learning_rate_cap: float = 5e-4
    clip_weight: float = 3.0
    l1_weight: float = 1.0
    noise_draws: int = 4
    crops: int = 2
    strength: float = 1.0
    seed: int = 0
    encoding: Encoding = "stochastic"
    source_image: SourceImage = "estimate"
    softening: float = 0.1
    overshoot: float = 1.0
    preserve: bool = True
    blending: Blending = "auto"
    refine_from: int = 0
    preview_every: int = 6

    def __post_init__(self) -> None:
        _within("t0", self.t0, 1, MAX_T0)
        _within("steps", self.steps, 1, MAX_STEPS)
        _within("refine_from", self.refine_from, 0, MAX_T0)
        _within("iterations", self.iterations, 1, MAX_ITERATIONS)
        _within("strength", self.strength, 0.0, MAX_STRENGTH)
        _within("noise_draws", self.noise_draws, 1, 64)
        _within("crops", self.crops, 1, 64)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("learning_rate", self.learning_rate, 1e-9, 1.0)
        _within("l1_weight", self.l1_weight, 0.0, 100.0)
        _within("softening", self.softening, 0.0, 10.0)
        _within("overshoot", self.overshoot, 0.1, 3.0)
        _within("preview_every", self.preview_every, 0, MAX_ITERATIONS)
        if self.encoding not in ENCODINGS:
            raise SettingsError(
                tr("“{encoding}” is not a way to encode a picture.", encoding=self.encoding),
                tr("Choose stochastic or deterministic."),
            )
        if self.blending not in BLENDINGS:
            raise SettingsError(
                tr("“{blending}” is not a way to put an edit back into a picture.", blending=self.blending),
                tr("Choose auto, opaque, tonal or whole."),
            )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise SettingsError(
            tr("{name} is {value}, which is out of range.", name=name, value=value),
            tr("Give {name} a value from {low} to {high}.", name=name, low=_plain(low), high=_plain(high)),
        )


def _plain(bound: float) -> str:
    """A whole number with all of its digits."""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditRequest:
    """Asks to adapt the pack's model to one picture and a prompt, then decode.

    ``picture``: (S, S, 3) uint8 sRGB, the square the model sees; the engine resizes it to the
    pack's image size when S differs.
    """

    picture: np.ndarray
    prompt: str
    source: str
    pack: str
    settings: EditSettings = field(default_factory=EditSettings)
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpRequest:
    """Asks to load a pack's models so that the first edit starts at once."""

    pack: str
    job_id: str = field(default_factory=new_job_id)


class PresetUse(NamedTuple):
    """A preset file and how much of it, 0 to 1.5."""

    path: Path
    strength: float = 1.0


class Pair(NamedTuple):
    """A picture before and after an edit, (S, S, 3) uint8 sRGB both, aligned pixel for pixel."""

    before: np.ndarray
    after: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearnRequest:
    """Asks to learn a prompt on a set of pictures, or an edit from pairs, and keep it as a preset.

    With ``pairs`` the after pictures are the target and no text is asked: ``prompt`` only names the edit, in any
    words. ``settings`` are then ``PackInfo.pair_settings``; the t0 of the preset is the one that measures best.

    ``pictures``: (S, S, 3) uint8 sRGB each; none means those that come with the pack. ``output`` is the
    preset file to write; without ``overwrite`` a file that is there stays and the next free name is taken,
    which Finished tells. What is learned of a prompt so far is kept beside the cache now and then, and the same
    request goes on from there after a crash; learning from pairs begins anew.
    """

    prompt: str
    source: str
    pack: str
    output: Path
    title: str = ""
    author: str = ""
    licence: str = ""
    pictures: tuple[np.ndarray, ...] = ()
    pairs: tuple[Pair, ...] = ()
    settings: EditSettings = field(default_factory=EditSettings)
    overwrite: bool = True
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeepRequest:
    """Asks to keep what a single-picture edit learned as a preset; it is learned again where it was forgotten.

    ``output`` and ``overwrite`` are as in LearnRequest.
    """

    edit: EditRequest
    output: Path
    title: str = ""
    author: str = ""
    licence: str = ""
    overwrite: bool = True
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ApplyRequest:
    """Asks to decode a picture with the sum of some presets' weights, each at its own strength.

    All else (t0, refine_from, seed and steps unless given) is the presets' own; where they differ, that of the
    preset which starts from the highest t0. How the mix goes back into the picture follows from all of them.
    """

    picture: np.ndarray
    pack: str
    uses: tuple[PresetUse, ...]
    seed: int | None = None
    steps: int | None = None
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecallRequest:
    """Which of these edits, of one picture by one pack, were learned before and would be instant, and whether the
    picture is for that pack. Nothing is loaded or learned for it: of a pack that is not loaded nothing is known."""

    edits: tuple[EditRequest, ...]
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckRequest:
    """Whether a picture is one that the pack's model was made for; ``Finished.check`` answers. Loads the pack."""

    picture: np.ndarray
    pack: str
    job_id: str = field(default_factory=new_job_id)


Request = EditRequest | WarmUpRequest | LearnRequest | KeepRequest | ApplyRequest | RecallRequest | CheckRequest
