"""Specs of edits: what to do with a picture, in one form for requests, results, batches, recipes and presets.

An ``EditSpec`` is an edit by a prompt, a ``MixSpec`` some presets at their strengths; a request adds the picture.
As JSON, ``to_json`` and ``read_spec``::

    {"kind": "edit", "spec_version": 1, "pack": "…", "prompt": "…", "source": "…", "settings": {…}}
    {"kind": "apply", "spec_version": 1, "pack": "…", "seed": 1 or null, "steps": 6 or null,
     "presets": [{"path" or "file": "…", "sha256": "…" = "", "strength": 1.0}]}

A file that stays on this computer says where a preset lies; what may leave it, only the name of its file. Settings
that are left out, because they came after the file, are the usual ones. The fields may stand among others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.json_reader import FieldError, Fields, as_path
from rtedit_desktop.core.lazy_text import tr

VERSION = 1
PACK_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

Encoding = Literal["stochastic", "deterministic"]
SourceImage = Literal["clean", "estimate"]
Blending = Literal["auto", "opaque", "tonal", "whole"]
LearnedPart = Literal["all", "up"]

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
SOURCE_IMAGES: tuple[SourceImage, ...] = get_args(SourceImage)
BLENDINGS: tuple[Blending, ...] = get_args(Blending)
LEARNED_PARTS: tuple[LearnedPart, ...] = get_args(LearnedPart)
OF_FACE: frozenset[Blending] = frozenset({"opaque", "tonal"})
"""Ways back into the picture of edits that belong on a face."""

MAX_T0 = 999
MAX_STEPS = 50
MAX_ITERATIONS = 500
MAX_STRENGTH = 1.5
MAX_SEED = 2**31 - 1  # the largest that a person is offered; a request takes any up to 63 bits

_SHA256 = re.compile(r"([0-9a-f]{64})?")
_MOST_PRESETS = 1000
_MOST_REAL = 1000.0
_CHOICES: dict[str, tuple[str, ...]] = {
    "encoding": ENCODINGS, "source_image": SOURCE_IMAGES, "blending": BLENDINGS, "learned_part": LEARNED_PARTS,
}  # fmt: skip


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
    ``learned_part`` is what of the net is adapted: all of it (the paper), or its middle and the way up alone, which
    takes a fifth less time and no gradient through the way down.

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
    learned_part: LearnedPart = "all"

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
        if self.learned_part not in LEARNED_PARTS:
            raise SettingsError(
                tr("“{part}” is not a part of the model that could be learned.", part=self.learned_part),
                tr("Choose all or up."),
            )

    def in_fewer_steps(self, iterations: int) -> EditSettings:
        """With so many steps of learning at most, whose rates add up to what those of all steps add up to."""
        if iterations >= self.iterations:
            return self
        most = max(self.learning_rate, self.learning_rate_cap)
        growth = [self.learning_rate_growth**step for step in range(self.iterations)]
        rate = sum(min(self.learning_rate * by, most) for by in growth) / sum(growth[:iterations])
        return replace(
            self,
            iterations=iterations,
            learning_rate=rate,
            learning_rate_cap=max(most, rate * growth[iterations - 1]),
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


USUAL = EditSettings()
LATER = frozenset({"blending", "learned_part"})
"""Settings that came later: where they are the usual ones, what was made before them is what is made with them."""


class PresetUse(NamedTuple):
    """A preset file, how much of it, 0 to 1.5, and how it goes back into the picture, where that is known."""

    path: Path
    strength: float = 1.0
    blending: Blending = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSpec:
    """All that an edit by a prompt depends on but the picture: what the pack's model is adapted to, and how."""

    pack: str
    prompt: str
    source: str
    settings: EditSettings = field(default_factory=EditSettings)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "edit",
            "spec_version": VERSION,
            "pack": self.pack,
            "prompt": self.prompt,
            "source": self.source,
            "settings": asdict(self.settings),
        }


def by_file(path: Path) -> Mapping[str, str]:
    """A preset as it is named where nobody's folders are told."""
    return {"file": path.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class MixSpec:
    """The sum of some presets' weights, each at its own strength, on any picture.

    All else (t0, refine_from, seed and steps unless given) is the presets' own; where they differ, that of the
    preset which starts from the highest t0. How the mix goes back into the picture follows from all of them.
    """

    pack: str
    uses: tuple[PresetUse, ...]
    seed: int | None = None
    steps: int | None = None

    def to_json(self, named: Callable[[Path], Mapping[str, str]] = by_file) -> dict[str, Any]:
        """``named`` gives what tells a preset: "path" or "file", and "sha256" where it is known."""
        return {
            "kind": "apply",
            "spec_version": VERSION,
            "pack": self.pack,
            "seed": self.seed,
            "steps": self.steps,
            "presets": [
                {**named(use.path), "strength": use.strength}
                | ({} if use.blending == "auto" else {"blending": use.blending})
                for use in self.uses
            ],
        }


Spec = EditSpec | MixSpec


def read_spec(top: Fields, preset_at: Callable[[str, str], Path] = lambda path, _: Path(path)) -> Spec:
    """The spec that is among these fields, which it takes out. Raises FieldError.

    ``preset_at`` says where a preset is, from its path or the name of its file, and its hash, if any.
    """
    kind = top.one_of("kind", ("edit", "apply"))
    return read_edit_spec(top) if kind == "edit" else _read_mix_spec(top, preset_at)


def read_edit_spec(top: Fields) -> EditSpec:
    """The same where the kind may be left out, because it can be no other. Raises FieldError."""
    top.one_of("kind", ("edit",), "edit")
    top.whole("spec_version", 1, VERSION, 1)
    return EditSpec(
        pack=_pack(top),
        prompt=_words(top, "prompt"),
        source=_words(top, "source"),
        settings=read_settings(top.inner("settings", {})),
    )


def read_settings(given: Fields, base: EditSettings = USUAL) -> EditSettings:
    """``base`` with those that are given in their place. Raises FieldError."""
    values: dict[str, Any] = {}
    for one in fields(EditSettings):
        if one.name not in given.left:
            continue
        usual = getattr(USUAL, one.name)
        if isinstance(usual, bool):
            values[one.name] = given.flag(one.name)
        elif isinstance(usual, int):
            values[one.name] = given.whole(one.name, 0, 2**63 - 1)
        elif one.name in _CHOICES:
            values[one.name] = given.one_of(one.name, _CHOICES[one.name])
        else:
            values[one.name] = given.real(one.name, 0.0, _MOST_REAL)
    given.finish()
    try:
        return replace(base, **values)
    except SettingsError as error:
        raise FieldError(given.name, error.what.rstrip("."), ": ") from error


def _read_mix_spec(top: Fields, preset_at: Callable[[str, str], Path]) -> MixSpec:
    top.whole("spec_version", 1, VERSION, 1)
    seed, steps = top.whole_or_none("seed", 0, 2**63 - 1), top.whole_or_none("steps", 1, MAX_STEPS)
    given = top.items("presets")
    if not 1 <= len(given) <= _MOST_PRESETS:
        raise FieldError(top.path("presets"), f"must have 1 to {_MOST_PRESETS} entries")
    uses = tuple(_read_use(Fields(value, top.path(f"presets[{i}]")), preset_at) for i, value in enumerate(given))
    return MixSpec(pack=_pack(top), uses=uses, seed=seed, steps=steps)


def _read_use(one: Fields, preset_at: Callable[[str, str], Path]) -> PresetUse:
    key = "path" if "path" in one.left else "file"
    where = str(as_path(one.string(key), one.path(key)))
    sha256 = one.matching("sha256", _SHA256, "64 lower-case hexadecimal digits or nothing", "")
    strength = one.real("strength", 0.0, MAX_STRENGTH)
    blending = cast(Blending, one.one_of("blending", BLENDINGS) if "blending" in one.left else "auto")
    for told in ("title", "prompt", "source"):  # of the preset, for people
        one.string(told, "")
    one.finish()
    return PresetUse(preset_at(where, sha256), strength, blending)


def _pack(top: Fields) -> str:
    return top.matching("pack", PACK_ID, "made of lower-case letters, digits, “-” and “_”")


def _words(top: Fields, name: str) -> str:
    text = top.string(name)
    if not text.strip():
        raise FieldError(top.path(name), "must not be empty")
    return text
