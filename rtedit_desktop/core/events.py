"""Events that a running job reports. Every one bears its job's id.

A job is a stream of Loading, Notice, Adapting and DecodeStep, ended by exactly one of
Finished, Cancelled, Failed. Pictures are (S, S, 3) uint8 sRGB arrays at the pack's image size.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rtedit_desktop.core import errors
from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.lazy_text import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """A model is being read. ``fraction`` is in [0, 1]."""

    job_id: str
    what: str
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person should know and the job survives (a fallback that was taken)."""

    job_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adapting:
    """One optimiser step is done; or, as ``step`` 0 and with infinite ``seconds_left``, the first one begins.

    ``score`` is the directional similarity cos(dI, dT) in [-1, 1] of this step's estimate,
    ``preview`` the one-step estimate x0 when one was asked for.
    """

    job_id: str
    step: int
    of: int
    score: float
    seconds_left: float
    preview: np.ndarray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodeStep:
    """One DDIM step is done: ``picture`` is its estimate of the clean picture at timestep ``t``.

    ``index`` counts from 1 to ``of``.
    """

    job_id: str
    index: int
    of: int
    t: int
    picture: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finished:
    """The job is done. ``recipe`` repeats the result: the spec as JSON, and what it was made with.

    ``picture`` is None for jobs that make none (warming up, learning). ``preset`` is the file that was
    written, if one was. ``instant`` says that nothing had to be learned. ``seconds`` maps a phase
    (``encode``, ``adapt``, ``decode``, ``total``) to its wall-clock time. ``known`` answers a RecallRequest,
    edit by edit. ``check`` is what the pack makes of the picture that was asked about or edited; None: nobody measured
    what the pack's domain is, or the pack is not loaded.
    """

    job_id: str
    picture: np.ndarray | None = None
    score: float | None = None
    steps_taken: int = 0
    recipe: Mapping[str, object] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    preset: Path | None = None
    instant: bool = False
    known: tuple[bool, ...] = ()
    check: DomainCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The job stopped because it was asked to; its memory is free and the weights are the base's."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The job ended on an error: what happened, what to do, details to copy.

    ``computer`` is the name of another computer that should have computed it and could not be reached, or could not
    be talked to: the same request may be made here.
    """

    job_id: str
    what: str
    todo: str
    details: str = ""
    computer: str = ""

    def is_of(self, kind: type[RTEditError]) -> bool:
        """Whether an error of this kind ended it, whose class the ``details`` begin with the name of."""
        named = getattr(errors, self.details.partition(":")[0].strip(), None)
        return isinstance(named, type) and issubclass(named, kind)


Event = Loading | Notice | Adapting | DecodeStep | Finished | Cancelled | Failed


def failed(job_id: str, error: BaseException) -> Failed:
    """The end event of a job that an exception ended; the exception's name and trace are for a report."""
    details = f"{type(error).__name__}: " + "".join(traceback.format_exception(error))
    if isinstance(error, RTEditError):
        return Failed(job_id=job_id, what=error.what, todo=error.todo, details=details)
    return Failed(
        job_id=job_id,
        what=tr("The job stopped on an unexpected error ({kind}).", kind=type(error).__name__),
        todo=tr("Try again; if it happens twice, report it with the details."),
        details=details,
    )
