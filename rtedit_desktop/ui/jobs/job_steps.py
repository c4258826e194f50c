"""Translates a job's events into phase, progress, frames and result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.events import Adapting, DecodeStep, Finished, Loading
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import PictureRequest
from rtedit_desktop.ui.jobs.layer_making import JobFailed
from rtedit_desktop.ui.model.known_presets import KnownPresets
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.result import Frame, FrameKind, Result
from rtedit_desktop.ui.widgets.texts import sentences, translated


class Ending(Enum):
    """Way in which a job ended."""

    FINISHED = auto()
    CANCELLED = auto()
    FAILED = auto()


Step = Loading | Adapting | DecodeStep


def phase_of(step: Step) -> Phase:
    match step:
        case Loading():
            return Phase.LOADING
        case Adapting():
            return Phase.ADAPTING
        case DecodeStep():
            return Phase.DECODING


def progress_of(step: Step, before: Progress) -> Progress:
    """While decoding, the score that learning reached stays.

    Of several layers it stays which one is made, and the time that all of them take.
    """
    match step:
        case Loading():
            now = Progress(step=round(step.fraction * 100), of=100, what=translated(step.what))
        case Adapting():
            score = step.score if step.step else None
            now = Progress(step=step.step, of=step.of, score=score, seconds_left=step.seconds_left)
        case DecodeStep():
            now = Progress(step=step.index, of=step.of, score=before.score)
    if before.of_several:
        return replace(now, layer=before.layer, layers=before.layers, seconds_left=before.seconds_left)
    return replace(now, layer=before.layer, layers=before.layers)


def frame_of(step: Step) -> Frame | None:
    """Its picture, where it has one."""
    match step:
        case Adapting() if step.preview is not None:
            return Frame(FrameKind.PREVIEW, step.preview, step.step, step.of)
        case DecodeStep():
            return Frame(FrameKind.STEP, step.picture, step.index, step.of, step.t)
        case _:
            return None


def failure_words(error: Exception, otherwise: str, presets: KnownPresets) -> tuple[str, str, str]:
    """What happened, what to do, and the details to copy; a preset is called by its title."""
    what, todo, details = sentences(error, otherwise)
    if isinstance(error, RTEditError):
        what = translated(presets.by_title(error.what))
    return what, todo, error.event.details if isinstance(error, JobFailed) else details


def result_of(
    event: Finished,
    request: PictureRequest,
    square: Square,
    frames: Sequence[Frame],
    group: str,
    adjusts: Result | None,
) -> Result:
    """With its pictures on the way; one that adjusts another takes its place and keeps what came before the decode."""
    assert event.picture is not None
    if adjusts is not None:
        frames = [*(f for f in adjusts.frames if f.kind in (FrameKind.SOURCE, FrameKind.PREVIEW)), *frames]
    result = Result(
        request,
        square,
        event.picture,
        (*frames, Frame(FrameKind.RESULT, event.picture)),
        event.score,
        event.recipe,
        event.seconds,
        group=group,
    )
    if adjusts is None:
        return result
    return replace(
        result, id=adjusts.id, made=adjusts.made, group=adjusts.group, region=adjusts.region, below=adjusts.below,
        on=adjusts.on, name=adjusts.name, together=adjusts.together,
    )  # fmt: skip
