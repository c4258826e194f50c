"""Requests to the engine: frozen, seed included; a result depends on nothing else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rtedit_desktop.core.edits import EditSpec, MixSpec, Spec


def new_job_id() -> str:
    """A fresh id that every event of one job bears."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditRequest:
    """Asks to adapt the pack's model to one picture and a prompt, then decode.

    ``picture``: (S, S, 3) uint8 sRGB, the square the model sees; the engine resizes it to the
    pack's image size when S differs.
    """

    spec: EditSpec
    picture: np.ndarray
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpRequest:
    """Asks to load a pack's models so that the first edit starts at once."""

    pack: str
    job_id: str = field(default_factory=new_job_id)


class Pair(NamedTuple):
    """A picture before and after an edit, (S, S, 3) uint8 sRGB both, aligned pixel for pixel."""

    before: np.ndarray
    after: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearnRequest:
    """Asks to learn a prompt on a set of pictures, or an edit from pairs, and keep it as a preset.

    With ``pairs`` the after pictures are the target and no text is asked: the spec's prompt only names the edit, in
    any words. Its settings are then ``PackInfo.pair_settings``; the t0 of the preset is the one that measures best.

    ``pictures``: (S, S, 3) uint8 sRGB each; none means those that come with the pack. ``output`` is the
    preset file to write; without ``overwrite`` a file that is there stays and the next free name is taken,
    which Finished tells. What is learned of a prompt so far is kept beside the cache now and then, and the same
    request goes on from there after a crash; learning from pairs begins anew.
    """

    spec: EditSpec
    output: Path
    title: str = ""
    author: str = ""
    licence: str = ""
    pictures: tuple[np.ndarray, ...] = ()
    pairs: tuple[Pair, ...] = ()
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
    """Asks to decode a picture with the sum of some presets' weights."""

    spec: MixSpec
    picture: np.ndarray
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecallRequest:
    """Asks which edits of a picture, all by one pack, would be instant, and whether the picture is for that pack.

    An edit that was learned before is instant. Nothing is loaded or learned for it: of a pack that is not loaded
    nothing is known.
    """

    edits: tuple[EditSpec, ...]
    picture: np.ndarray
    job_id: str = field(default_factory=new_job_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckRequest:
    """Whether a picture is one that the pack's model was made for; ``Finished.check`` answers. Loads the pack."""

    picture: np.ndarray
    pack: str
    job_id: str = field(default_factory=new_job_id)


PictureRequest = EditRequest | ApplyRequest


def request_for(spec: Spec, picture: np.ndarray, job_id: str = "") -> PictureRequest:
    """What the engine is asked for to do that to a picture, by a new job unless it is named."""
    job_id = job_id or new_job_id()
    if isinstance(spec, EditSpec):
        return EditRequest(spec=spec, picture=picture, job_id=job_id)
    return ApplyRequest(spec=spec, picture=picture, job_id=job_id)


Request = EditRequest | WarmUpRequest | LearnRequest | KeepRequest | ApplyRequest | RecallRequest | CheckRequest
